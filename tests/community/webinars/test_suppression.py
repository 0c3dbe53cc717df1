"""Suppression of counts below five, for arbitrary numbers.

`world_with` is the attacker. It does not know how numbers were hidden, and looks for a table
consistent with everything published.
"""

from collections import Counter, defaultdict
from itertools import combinations
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from community.webinars import suppression as webinars_suppression
from community.webinars.suppression import FEW, suppress, suppress_rows
from tests.timing import ends_soon

numbers = st.one_of(st.integers(0, 7), st.integers(0, 30))
rows = st.dictionaries(st.sampled_from("abcd"), numbers, min_size=1)
tables = st.lists(st.fixed_dictionaries(dict.fromkeys("abc", numbers)), min_size=1, max_size=4).map(
    lambda rows: dict(enumerate(rows, 1))
)


def world_with(figures, at, key, least=FEW):
    """A table consistent with the published figures, with `least` people in a cell, or None.

    The unpublished rest of a row is distributed to its hidden cells (Ford and Fulkerson), up to
    the totals of the columns; columns whose total is hidden take the remainder.
    """
    names = [name for name in figures.rows if figures.sizes[name] is not None]
    keys = list(figures.totals)
    world = {name: {k: figures.rows[name][k] or 0 for k in keys} for name in names}
    if world[at][key] < least:
        if figures.rows[at][key] is not None:
            return None
        world[at][key] = least
    flows = defaultdict(dict)

    def pipe(one, other, size):
        flows[one][other] = size
        flows[other][one] = 0

    rests = {name: figures.sizes[name] - sum(world[name].values()) for name in names}
    needs = {
        k: total - sum(world[name][k] for name in names)
        for k, total in figures.totals.items()
        if total is not None
    }
    free = sum(rests.values()) - sum(needs.values())
    if min([free, *rests.values(), *needs.values()]) < 0:
        return None
    for name in names:
        pipe("start", ("row", name), rests[name])
        for k in keys:
            if figures.rows[name][k] is None:
                pipe(("row", name), ("column", k), figures.sizes[name])
    for k in keys:
        pipe(("column", k), "end" if k in needs else "free", needs.get(k, figures.size))
    pipe("free", "end", free)

    def push(node, most, seen):
        if node == "end":
            return most
        seen.add(node)
        for after, size in flows[node].items():
            if size and after not in seen and (by := push(after, min(most, size), seen)):
                flows[node][after] -= by
                flows[after][node] += by
                return by
        return 0

    pushed = 0
    while by := push("start", figures.size, set()):
        pushed += by
    if pushed < sum(rests.values()):
        return None
    for name in names:
        for k in keys:
            world[name][k] += flows["column", k].get(("row", name), 0)
    return world


# One row


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ({"yes": 20, "no": 8}, {"yes": 20, "no": 8}),
        ({"yes": 20, "no": 0}, {"yes": 20, "no": 0}),
        # One small number alone would be the sum less the others.
        ({"yes": 20, "partly": 8, "no": 2}, {"yes": 20, "partly": None, "no": None}),
        ({"yes": 20, "no": 2}, {"yes": None, "no": None}),
        # Two cells that add up to five need no third; a zero beside them is hidden too.
        ({"a": 20, "b": 4, "c": 1, "d": 0}, {"a": 20, "b": None, "c": None, "d": None}),
        ({"a": 2, "b": 1}, {"a": None, "b": None}),
        ({"a": 0}, {"a": None}),
        ({}, {}),
    ],
)
def test_suppress_a_row(counts, expected):
    assert suppress(counts) == expected


@given(rows)
def test_hidden_cells_of_a_row_add_up_to_five_or_more(counts):
    figures = suppress(counts)
    assert list(figures) == list(counts)
    hidden = sum(counts[key] for key, number in figures.items() if number is None)
    if sum(counts.values()) >= FEW:
        assert hidden == 0 or hidden >= FEW
    assert all(number in (None, 0, counts[key]) for key, number in figures.items())
    assert not any(webinars_suppression.is_small(number or 0) for number in figures.values())


@given(rows)
def test_hide_no_more_of_a_row_than_needed(counts):
    large = [
        key for key, number in suppress(counts).items() if number is None and counts[key] >= FEW
    ]
    assert len(large) <= 1


@given(rows.flatmap(lambda counts: st.tuples(st.just(counts), st.permutations(list(counts)))))
def test_the_order_of_a_row_does_not_matter(pair):
    counts, order = pair
    assert suppress({key: counts[key] for key in order}) == suppress(counts)


# Several rows and their totals


def test_suppress_rows_and_totals():
    figures = suppress_rows(
        {"first": {"yes": 20, "no": 9}, "second": {"yes": 12, "no": 0}, "third": {"yes": 3}}
    )
    assert figures.rows["second"] == {"yes": 12, "no": 0}
    assert figures.rows["third"] == {"yes": None, "no": None}
    assert figures.sizes == {"first": 29, "second": 12, "third": None}
    assert (figures.totals, figures.size) == ({"yes": 32, "no": 9}, 41)


def test_hide_a_total_that_reveals_a_row():
    rows = {"first": {"a": 20, "b": 8, "c": 2}, "second": {"a": 20, "b": 9, "c": 6}}
    figures = suppress_rows(rows)
    assert figures.rows["first"] == {"a": 20, "b": None, "c": None}
    assert figures.rows["second"] == rows["second"]
    assert figures.totals == {"a": 40, "b": None, "c": None}


def test_publish_a_total_if_two_rows_hide_the_same():
    rows = {name: {"a": 20, "b": 8, "c": 4} for name in ("first", "second")}
    figures = suppress_rows(rows)
    assert figures.rows["first"] == {"a": 20, "b": None, "c": None}
    assert figures.totals == {"a": 40, "b": 16, "c": 8}


@given(tables)
def test_no_cell_is_revealed_as_small(rows):
    figures = suppress_rows(rows)
    for name, row in rows.items():
        if figures.sizes[name] is None:
            assert set(figures.rows[name].values()) == {None}
            continue
        for key, number in row.items():
            if 0 < number < FEW:
                world = world_with(figures, name, key)
                assert world is not None, (name, key)
                assert world[name][key] >= FEW
                # And so the total of a column, which is not smaller than its cells.
    for key, total in figures.totals.items():
        assert total is None or total == 0 or total >= FEW, key


@given(tables)
def test_no_difference_of_totals_is_small(rows):
    """Subtract the sum of any published cells of a row or column from its total."""
    figures = suppress_rows(rows)
    counted = [name for name in rows if figures.sizes[name] is not None]
    lines = [(figures.sizes[name], list(figures.rows[name].values())) for name in counted]
    lines += [
        (total, [figures.rows[name][key] for name in counted])
        for key, total in figures.totals.items()
        if total is not None
    ]
    if counted:
        lines += [
            (figures.size, list(figures.totals.values())),
            (figures.size, [figures.sizes[name] for name in counted]),
        ]
    for total, cells in lines:
        known = [cell for cell in cells if cell is not None]
        for n in range(len(known) + 1):
            for some in combinations(known, n):
                assert not webinars_suppression.is_small(total - sum(some))


@given(tables, st.fixed_dictionaries(dict.fromkeys("abc", numbers)))
def test_adding_a_row_does_not_change_the_others(rows, more):
    before = suppress_rows(rows)
    after = suppress_rows(rows | {"more": more})
    assert {name: after.rows[name] for name in rows} == before.rows


people = st.lists(
    st.tuples(
        st.integers(1, 3),
        st.sampled_from(["woman", "man", "unsaid"]),
        st.sampled_from(["yes", "no", "unsaid"]),
    ),
    max_size=45,
)


def counted(people, column):
    found = {row: Counter() for row in sorted({person[0] for person in people})}
    for person in people:
        found[person[0]][person[column]] += 1
    return found


def agrees(figures, people, column):
    """Whether the published figures are consistent with these people."""
    rows = counted(people, column)
    totals = sum((rows[name] for name in rows if figures.sizes[name]), Counter())
    return all(
        figures.sizes[name] in (None, rows[name].total())
        and all(number in (None, rows[name][key]) for key, number in row.items())
        for name, row in figures.rows.items()
    ) and all(number in (None, totals[key]) for key, number in figures.totals.items())


@given(people)
def test_no_combination_of_filters_is_revealed_as_small(people):
    """For each small cell of the crossed tables there are people with the same figures."""
    by_sex, by_answer = (suppress_rows(counted(people, column)) for column in (1, 2))
    assert agrees(by_sex, people, 1)
    assert by_sex.sizes == by_answer.sizes
    for (row, sex, answer), number in Counter(people).items():
        if number >= FEW or by_sex.sizes[row] is None:
            continue
        sexes = world_with(by_sex, row, sex)
        answers = world_with(by_answer, row, answer)
        others = [person for person in people if by_sex.sizes[person[0]] is None]
        for name in sexes:
            # People in the cell of one table come first in the other as well.
            order = sorted(Counter(sexes[name]).elements(), key=lambda one: one != sex)
            beside = sorted(Counter(answers[name]).elements(), key=lambda one: one != answer)
            others += [(name, *pair) for pair in zip(order, beside, strict=True)]
        assert Counter(others)[row, sex, answer] >= FEW
        assert agrees(by_sex, others, 1)
        assert agrees(by_answer, others, 2)


def test_cells_are_revealed_if_totals_are_not_hidden(monkeypatch):
    """Show that the tests detect it."""
    monkeypatch.setattr(webinars_suppression.Audit, "protect", lambda audit: None)
    rows = {"first": {"a": 20, "b": 8, "c": 2}, "second": {"a": 20, "b": 9, "c": 6}}
    assert world_with(suppress_rows(rows), "first", "c") is None


def test_suppress_a_large_table_quickly():
    """Thirty webinars with 150 answers each, from sixty countries."""
    chance = Random(5)
    rows = {
        webinar: Counter(min(int(chance.expovariate(0.12)), 59) for _ in range(150))
        for webinar in range(30)
    }
    with ends_soon():
        figures = suppress_rows(rows)
    assert sum(number is not None for number in figures.totals.values()) > 20
