"""Sets of cases against sets of Python."""

from array import array

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from repository.cases import bitmaps
from repository.cases.bitmaps import (
    PlaceByKey,
    Rows,
    bits,
    fingerprint,
    flags,
    membership,
    newest_first,
    newest_of_any,
    places,
    places_of,
    short,
    stored,
    union,
)
from repository.cases.newest import NewestFirst

SIZE = 201
sets = st.frozensets(st.integers(0, SIZE - 1))


@examples(deadline=None)
@given(sets)
def test_bits_and_places_are_each_other_s_way_back(members):
    assert list(places(bits(members))) == sorted(members)
    assert bits(members) == bits(array("I", sorted(members))) == sum(1 << at for at in members)
    assert [at for at in range(SIZE + 9) if membership(bits(members))(at)] == sorted(members)
    assert [at for at, flag in enumerate(flags(bits(members))) if flag] == sorted(members)


@examples(deadline=None)
@given(sets, st.integers(0, SIZE))
def test_list_the_places_from_one_on(members, first):
    later = sorted(at for at in members if at >= first)
    for stored_as in (bits(members), array("I", sorted(members))):
        assert list(places_of(stored_as, first)) == later


@examples(deadline=None)
@given(st.lists(sets, max_size=4))
def test_read_the_newest_of_some_sets(several):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bitmaps, "BLOCK", 3)
        kept = [
            bits(members) if number % 2 else array("I", sorted(members))
            for number, members in enumerate(several)
        ]
        for members, each in zip(several, kept, strict=True):
            assert list(newest_first(each)) == sorted(members, reverse=True)
        every = frozenset().union(*several)
        assert list(newest_of_any(kept)) == sorted(every, reverse=True)
        assert union(kept) == bits(every)


@examples(deadline=None)
@given(sets, st.slices(SIZE))
def test_read_a_part_of_a_set(members, wanted):
    cases = range(1_000, 1_000 + SIZE)
    newest = [cases[place] for place in sorted(members, reverse=True)]
    for each in (bits(members), array("I", sorted(members))):
        pks = NewestFirst(cases, each)
        assert (len(pks), list(pks)) == (len(newest), newest)
        if wanted.step in (None, 1):
            assert pks[wanted] == newest[wanted]


@examples(deadline=None)
@given(st.lists(st.integers(1, 10**12), unique=True), st.integers(1, 10**12))
def test_find_the_place_of_a_case(cases, other):
    place = PlaceByKey.of(cases)
    assert [place[pk] for pk in cases] == list(range(len(cases)))
    assert all(pk in place for pk in cases)
    assert (other in place) is (other in cases)
    assert -1 not in place
    if other not in cases:
        with pytest.raises(KeyError):
            place[other]


@pytest.mark.parametrize(("most_tiny", "most_short"), [(0, 0), (2, 0xFFFF), (0xFF, 0xFFFF)])
@examples(deadline=None)
@given(values=st.dictionaries(st.text(max_size=3), sets, max_size=6), some=sets)
def test_find_the_values_of_cases(most_tiny, most_short, values, some):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bitmaps, "MOST_TINY", most_tiny)
        patch.setattr(bitmaps, "MOST_SHORT", most_short)
        keys = sorted(values)
        rows = Rows.of(keys, [stored(list(values[key]), SIZE) for key in keys], SIZE)
    for place in range(SIZE):
        assert rows[place] == sorted(key for key, cases in values.items() if place in cases)
    counts = {key: len(cases & some) for key, cases in values.items() if cases & some}
    assert rows.counts(some) == counts


@examples(deadline=None)
@given(sets, sets)
def test_identify_a_set(one, other):
    assert (fingerprint(bits(one)) == fingerprint(bits(other))) is (one == other)


@pytest.mark.parametrize(("largest", "code"), [(2**32 - 1, "I"), (2**32, "Q")])
def test_store_numbers_in_4_bytes_if_they_fit(largest, code):
    numbers = array("Q", [5, largest, 0])
    assert (short(numbers).typecode, list(short(numbers))) == (code, [5, largest, 0])
    assert short(array("Q")).typecode == "I"


def test_store_few_cases_of_many_as_indexes(monkeypatch):
    monkeypatch.setattr(bitmaps, "RARE", 4)
    assert stored([5, 1], 8) == array("I", [1, 5])
    assert stored([5, 1, 0], 8) == 0b100011
