from hypothesis import given
from hypothesis import strategies as st

from community.small_cells import FEW
from partnerships.small_numbers import Cell, few, told

people = st.lists(st.sets(st.integers(0, 30), max_size=8), max_size=8)


def test_name_no_few():
    assert [few(n) for n in (0, 1, 4, 5)] == [0, "fewer than 5", "fewer than 5", 5]


def test_keep_back_what_few_people_did():
    cells = [Cell(20, 3), Cell(9, 5), Cell(0, 0), Cell(30, 12)]
    small = "by fewer than 5 people"
    assert told(cells, with_total=False) == [small, 9, 0, 30]
    # From the total and the others it could be worked out.
    assert told(cells, with_total=True) == [small, "not told", 0, 30]


def test_count_what_nobody_is_named_for_as_of_few():
    assert told([Cell(7, 0)], with_total=False) == ["by fewer than 5 people"]


@given(people)
def test_let_nobody_work_out_a_few_from_the_total(groups):
    """Whatever the cells, what is left of the total is of nobody or of five people and more."""
    cells = [Cell(len(group), len(group)) for group in groups]
    numbers = told(cells, with_total=True)
    for group, number in zip(groups, numbers, strict=True):
        assert number == len(group) or not isinstance(number, int)
        assert not (isinstance(number, int) and 0 < len(group) < FEW)
    hidden = [group for group, n in zip(groups, numbers, strict=True) if not isinstance(n, int)]
    everybody = set().union(*groups)
    # Where the total itself is of few it is not told either.
    if hidden and len(everybody) >= FEW:
        assert len(set().union(*hidden)) >= FEW
