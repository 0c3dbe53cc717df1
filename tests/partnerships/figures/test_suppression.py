from hypothesis import example, given
from hypothesis import strategies as st

from community.webinars.suppression import FEW
from partnerships.figures.suppression import Cell, Speakers, few, suppress
from tests.partnerships.figures.tables import worlds

HIDDEN = "not shown: protects groups of fewer than 5 people"
people = st.lists(st.sets(st.integers(0, 30), max_size=8), max_size=8)


def test_few_hides_small_numbers():
    assert [few(n) for n in (0, 1, 4, 5)] == [0, HIDDEN, HIDDEN, 5]


def test_hide_numbers_of_few_people():
    cells = [Cell(20, 3), Cell(9, 5), Cell(0, 0), Cell(30, 12)]
    small = HIDDEN
    assert suppress(cells, with_total=False) == [small, 9, 0, 30]
    # With the total the small number could be derived: a second one is hidden, with the same text.
    assert suppress(cells, with_total=True) == [HIDDEN, HIDDEN, 0, 30]
    cells = [Cell(5, 5), Cell(1, 1), Cell(5, 5), Cell(6, 6)]
    assert suppress(cells, with_total=True) == [HIDDEN] * 3 + [6]
    # Zeros are hidden if there is no other number to hide.
    assert suppress([Cell(2, 2), Cell(0, 0)], with_total=True) == [HIDDEN, HIDDEN]


def test_count_representatives_of_several_cities_once():
    speakers = Speakers([{1, 2}, {3, 4}, {4, 5}, {6, 2}])
    assert speakers.of([1, 2, 6]) == 1
    assert speakers.of([3, 5]) == 1
    assert speakers.of([1, 3, 7, 8, 8]) == 4
    assert Speakers().of([1, 2]) == 2
    # Groups with a common city are merged.
    assert Speakers([{1, 2}, {3, 4}, {2, 3}]).of([1, 4]) == 1


def test_hide_numbers_without_people():
    assert suppress([Cell(7, 0)], with_total=False) == [HIDDEN]


@example([5, 1, 5, 0])
@given(st.lists(st.integers(0, 7), min_size=2, max_size=4))
def test_hidden_numbers_are_ambiguous(numbers):
    """Among all tables that would be shown in the same way, each hidden cell has several values."""
    shown = suppress([Cell(n, n) for n in numbers], with_total=True)
    alike = [
        world
        for world in worlds(sum(numbers), len(numbers))
        if suppress([Cell(n, n) for n in world], with_total=True) == shown
    ]
    for place, number in enumerate(shown):
        possible = {world[place] for world in alike}
        assert possible == {number} if isinstance(number, int) else len(possible) > 1


@given(people)
def test_hidden_numbers_add_up_to_nobody_or_several_people(groups):
    """The rest of the total belongs to nobody or to at least five people."""
    cells = [Cell(len(group), len(group)) for group in groups]
    numbers = suppress(cells, with_total=True)
    for group, number in zip(groups, numbers, strict=True):
        assert number == len(group) or not isinstance(number, int)
        assert not (isinstance(number, int) and 0 < len(group) < FEW)
    hidden = [group for group, n in zip(groups, numbers, strict=True) if not isinstance(n, int)]
    everybody = set().union(*groups)
    # A total of few people is hidden itself.
    if hidden and len(everybody) >= FEW:
        assert len(set().union(*hidden)) >= FEW
