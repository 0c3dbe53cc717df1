"""An index after changes to a few cases is the same as one that is built again."""

from array import array

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st
from pyroaring import FrozenBitMap

from repository.cases import columns, facets
from repository.cases.columns import Columns
from repository.cases.facets import FACETS, FacetIndex
from repository.cases.lookups import PlaceByKey, short
from repository.cases.moves import Moves
from repository.cases.values import Value, Values

# Facets with many values, few, and none.
LETTERS = "abcdefghijklmnopqrstuvwxyz"
KEYS = {"city": LETTERS, "tag": LETTERS, "theme": "abc"}

a_case = st.fixed_dictionaries(
    {
        "is_sample": st.booleans(),
        "time": st.integers(-3, 3),
        "main": st.sampled_from("abc"),
        "traits": st.frozensets(st.sampled_from([("sea", ""), ("size", "1")])),
        "city": st.frozensets(st.sampled_from(LETTERS), max_size=3),
        "tag": st.frozensets(st.sampled_from(LETTERS), max_size=3),
        "theme": st.frozensets(st.sampled_from(KEYS["theme"])),
    }
)
# Cases by primary key; what is not in it is not published.
# Keys of 4 bytes, and some that need 8.
keys = st.integers(1, 40)
new_keys = keys | st.integers(41, 45) | st.integers(2**32 - 1, 2**32 + 1)
collections = st.dictionaries(keys, a_case, max_size=40) | st.dictionaries(new_keys, a_case)
changes = st.dictionaries(new_keys, st.none() | a_case, max_size=6)


def in_order(published):
    """Return the primary keys of cases, from the oldest to the newest, samples first."""
    return sorted(
        published,
        key=lambda pk: (not published[pk]["is_sample"], published[pk]["time"], pk),
    )


def index_of(published):
    """Build the index from scratch."""
    order = in_order(published)

    def places(holds):
        return FrozenBitMap([at for at, pk in enumerate(order) if holds(published[pk])])

    values = {facet: Values() for facet in FACETS}
    for facet, keys in KEYS.items():
        for key in keys:
            if members := places(lambda case, facet=facet, key=key: key in case[facet]):
                values[facet][key] = Value(key, key, {}, members)
    cities = Columns()
    # Not in the order of their keys, as from the database.
    for key, city in reversed(values["city"].items()):
        cities.append(key, city.name, '{"fr": "é"}' if key < "d" else "{}", city.cases)
    values["city"] = cities.sorted()
    main = {key: places(lambda case, key=key: case["main"] == key) for key in "abc"}
    traits = {
        trait: places(lambda case, trait=trait: trait in case["traits"])
        for trait in [("sea", ""), ("size", "1")]
    }
    return FacetIndex(
        short(array("Q", order)),
        values,
        places(lambda case: case["is_sample"]),
        {key: cases for key, cases in main.items() if cases},
        {key: cases for key, cases in traits.items() if cases},
    )


def previous_of(published, step):
    """Return the case before each that is published by a step, as the database does."""
    found, previous = [], {True: 0, False: 0}
    for pk in in_order(published):
        is_sample = published[pk]["is_sample"]
        if pk in step:
            found.append(previous[is_sample])
        else:
            previous[is_sample] = pk
    return found


def state(index):
    """All that an index tells."""
    some = index.set_of(index.cases[::2])
    return {
        "cases": (list(index.cases), list(index.newest_first)),
        "sets": (index.samples, index.real, index.everything, index.main_themes, index.traits),
        "values": {
            (facet, key): (value.name, value.names, value.total, value.cases)
            for facet in FACETS
            for key, value in index.values[facet].items()
        },
        "places": [index.place[pk] for pk in index.cases],
        "keys": [
            [index.keys_of(facet, place) for place in range(len(index.cases))] for facet in FACETS
        ],
        "counts": [
            [index.counts(facet, cases) for cases in (some, index.everything, FrozenBitMap([0]))]
            for facet in FACETS
            if index.cases
        ],
        "totals": [[index.count(facet, key) for key in LETTERS] for facet in FACETS],
        "any": [index.having_any(facet) for facet in FACETS],
        "members": list(index.newest(some)),
    }


@pytest.mark.parametrize(
    ("small", "few_moved"),
    [(100, 1), (0, 4), (2, 10**9)],
)
@examples(deadline=None)
@given(published=collections, steps=st.lists(changes, max_size=4))
def test_change_as_built_again(small, few_moved, published, steps):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(columns, "SMALL", small)
        patch.setattr(facets, "FEW_MOVED", few_moved)
        index = index_of(published)
        for step in steps:
            before = state(index)
            published = {**published, **step}
            published = {pk: case for pk, case in published.items() if case}
            part = index_of({pk: case for pk, case in step.items() if case})
            changed = index.changed(part, list(step), previous_of(published, step))
            # The old one may still serve a request.
            assert state(index) == before
            index = changed
            assert state(index) == state(index_of(published))


def test_share_what_has_not_changed():
    case = {"is_sample": False, "time": 1, "main": "a", "traits": frozenset()}
    case |= {"city": {"a"}, "tag": {"a"}}
    published = {pk: {**case, "theme": {"b"}} for pk in range(1, 100)}
    index = index_of(published)
    added = {**case, "time": 2, "city": {"z"}, "tag": {"z"}, "theme": {"b"}}
    changed = index.changed(index_of({100: added}), [100], previous=[99])
    assert changed.values["tag"]["a"] is index.values["tag"]["a"]
    assert changed.values["theme"]["b"] is not index.values["theme"]["b"]
    assert changed.count("theme", "b") == index.count("theme", "b") + 1 == 100


def test_change_the_places_of_few_cases_without_sorting_all(monkeypatch):
    case = {"is_sample": False, "main": "a", "traits": (), "city": (), "tag": (), "theme": ()}
    published = {pk: {**case, "time": pk} for pk in range(1, 100)}
    index = index_of(published)
    assert index.place[99] == 98
    monkeypatch.setattr(PlaceByKey, "of", None)
    part = index_of({100: {**case, "time": 97}})
    changed = index.changed(part, [98, 100], previous=[97])
    # 98 is no longer published, and 100 was published at the same time as 97.
    assert [changed.place[pk] for pk in (96, 97, 100, 99)] == [95, 96, 97, 98]
    assert 98 not in changed.place


@examples(deadline=None)
@given(st.integers(0, 30), st.frozensets(st.integers(0, 29)), st.lists(st.integers(0, 30)))
def test_move_as_a_list(number, taken, before):
    taken = [place for place in taken if place < number]
    before = sorted(place for place in before if place <= number)
    moves = Moves(number, taken=taken, before=before)
    old = array("Q", range(number))
    added = array("Q", range(100, 100 + len(before)))
    expected = []
    for place in range(number + 1):
        expected += [pk for pk, at in zip(added, before, strict=True) if at == place]
        expected += [place] if place < number and place not in taken else []
    assert list(moves.spliced(old, added)) == expected
    assert moves.total == len(expected)
    assert [expected[place] for place in moves.put] == list(added)
