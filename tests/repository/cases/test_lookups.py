"""What is looked up for cases, against the same found one by one."""

from array import array

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st
from pyroaring import FrozenBitMap

from repository.cases.lookups import PlaceByKey, fingerprint, short
from repository.cases.newest import NewestFirst

SIZE = 201
sets = st.frozensets(st.integers(0, SIZE - 1))


@examples(deadline=None)
@given(sets, st.slices(SIZE))
def test_read_a_part_of_a_set(members, wanted):
    cases = range(1_000, 1_000 + SIZE)
    newest = [cases[place] for place in sorted(members, reverse=True)]
    pks = NewestFirst(cases, FrozenBitMap(members))
    assert (len(pks), list(pks)) == (len(newest), newest)
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


@examples(deadline=None)
@given(sets, sets)
def test_identify_a_set(one, other):
    both = FrozenBitMap(one), FrozenBitMap(other)
    assert (fingerprint(both[0]) == fingerprint(both[1])) is (one == other)


@pytest.mark.parametrize(("largest", "code"), [(2**32 - 1, "I"), (2**32, "Q")])
def test_store_numbers_in_4_bytes_if_they_fit(largest, code):
    numbers = array("Q", [5, largest, 0])
    assert (short(numbers).typecode, list(short(numbers))) == (code, [5, largest, 0])
    assert short(array("Q")).typecode == "I"
