"""Suppression of small cells in public tables: counts of fewer than five people are hidden.

A cell is the number of people who have something in common: "women", "from Benin", "said yes". If
it is below `FEW` it is suppressed, and so are as many other cells as needed to prevent its
computation from the rest (complementary suppression). A zero is published where nothing is hidden
beside it: it is about nobody.

The guarantee, tested with arbitrary numbers (`tests/community/webinars/test_suppression.py`): Take
everything published about a table, and about any number of tables of the same people: all rows,
all totals, their sums and differences. Take any combination of filters, including one that no page
offers: "women from Benin at webinar 3 who said no". If 1 to 4 people match it, everything
published is also consistent with 5 or more. So nobody can deduce that the cell is small, let alone
its value.

Proof idea: tables about the same people share only the size of each row, which is published. So a
consistent world can be chosen for each table separately, in which its cell of the row has at least
5, and the same 5 people may then be in all of these cells at once.

Requirements for callers:

- Each person is in one row and in one category of a table; those who did not say have a category
  of their own.
- Only what `suppress` and `suppress_rows` return is published, or computed from it: shares of
  published counts, but no mean or median, which depends on hidden counts.
- All tables are made from the same rows, and the people in them no longer change: the difference
  of two days would reveal who joined or left in between. So seats are counted when a webinar was
  held, and the answers of a survey when it is closed. Totals of growing sets of rows are the sum
  of the totals of each batch: what was published of a batch never changes.
- All pages about the same people hide the same cells
  (`tests/community/webinars/test_public_figures.py` reads them together). Nothing else is
  published that depends on hidden people, not even the number of their countries.
- No second table crosses two questions (women who said yes) beside the tables of each.

The method is the audit of suppressed tables by network flows: Cox, "Network models for
complementary cell suppression", Journal of the American Statistical Association 90 (1995),
1453-1462.
"""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from heapq import heappop, heappush

# Smaller counts are not published.
FEW = 5


def is_small(number: int) -> bool:
    """Whether a count is too small to be published."""
    return 0 < number < FEW


def suppress[K: Hashable](counts: Mapping[K, int]) -> dict[K, int | None]:
    """The counts of one row, None where suppressed. Their sum may be public.

    A row of fewer than five people is suppressed entirely. The result does not depend on the order
    of the cells: another page about the same people must hide the same ones.
    """
    if sum(counts.values()) < FEW:
        return dict.fromkeys(counts)
    hidden = {key for key, number in counts.items() if number < FEW}
    if not sum(counts[key] for key in hidden):
        return dict(counts)
    # Subtracting the visible cells from the sum reveals the hidden ones together: hide one more.
    if sum(counts[key] for key in hidden) < FEW:
        others = (key for key in counts if key not in hidden)
        hidden.add(min(others, key=lambda key: (counts[key], str(key))))
    return {key: None if key in hidden else number for key, number in counts.items()}


@dataclass(frozen=True)
class SuppressedRows[R: Hashable, K: Hashable]:
    """The published counts of several rows and their totals; None is suppressed.

    `rows` are the counts of each row, `sizes` the number of people in it. `totals` and `size` are
    the sums of all published rows: rows with fewer than five people are not included.
    """

    rows: dict[R, dict[K, int | None]]
    sizes: dict[R, int | None]
    totals: dict[K, int | None]
    size: int | None


def suppress_rows[R: Hashable, K: Hashable](
    rows: Mapping[R, Mapping[K, int]],
) -> SuppressedRows[R, K]:
    """Suppress small cells in several rows (webinars) and their totals (of the series).

    A row is published exactly as by `suppress` alone, and does not change when rows are added.
    Totals are suppressed where they would reveal what a row hides.
    """
    columns = list(dict.fromkeys(key for row in rows.values() for key in row))
    full = {name: {key: row.get(key, 0) for key in columns} for name, row in rows.items()}
    by_row = {name: suppress(row) for name, row in full.items()}
    sums = {name: sum(row.values()) for name, row in full.items()}
    counted = [name for name in full if sums[name] >= FEW]
    sizes = {name: sums[name] if name in counted else None for name in full}
    if not counted:
        return SuppressedRows(by_row, sizes, dict.fromkeys(columns), None)
    audit = Audit([[full[name][key] for key in columns] for name in counted])
    for row, name in enumerate(counted):
        for column, key in enumerate(columns):
            if by_row[name][key] is None:
                audit.hide(row, column)
    audit.protect()
    totals = {
        key: None if column in audit.hidden_totals else audit.totals[column]
        for column, key in enumerate(columns)
    }
    return SuppressedRows(by_row, sizes, totals, sum(audit.totals))


class Audit:
    """A table with its totals and suppressed cells, from the point of view of an attacker.

    An attacker knows the size of each row, the total size, and the published cells. A world is a
    table of counts from 0 on that is consistent with these. Any two worlds differ by circles: one
    more here, one fewer there, so that the known sums stay. Whether a cell can be as large as five
    is thus a question of the maximum flow along such circles.
    """

    def __init__(self, rows: list[list[int]]):
        self.rows = rows
        self.totals = [sum(column) for column in zip(*rows, strict=True)]
        self.hidden_totals = {n for n, total in enumerate(self.totals) if is_small(total)}
        # Hidden cells, by row and by column.
        self.in_row: dict[int, list[int]] = {row: [] for row in range(len(rows))}
        self.in_column: dict[int, list[int]] = {n: [] for n in range(len(self.totals))}

    def hide(self, row: int, column: int) -> None:
        self.in_row[row].append(column)
        self.in_column[column].append(row)

    def protect(self) -> None:
        """Hide totals until each small cell could as well have five people or more."""
        for row, columns in self.in_row.items():
            for column in columns:
                if is_small(self.rows[row][column]):
                    self.raise_to_five(row, column)

    def raise_to_five(self, row: int, column: int) -> None:
        """Find a world with five in a cell, and hide the totals that must be hidden for it."""
        world = [list(cells) for cells in self.rows]
        totals = list(self.totals)
        while (missing := FEW - world[row][column]) > 0:
            path = self.cheapest_way(world, totals, row, column)
            by = min([missing, *(most for _step, most in path if most is not None)])
            world[row][column] += by
            for (kind, at_row, at_column), _most in path:
                if kind == "cell+":
                    world[at_row][at_column] += by
                elif kind == "cell-":
                    world[at_row][at_column] -= by
                else:
                    self.hidden_totals.add(at_column)
                    totals[at_column] += by if kind == "total+" else -by

    def cheapest_way(self, world, totals, row: int, column: int):
        """The steps of a circle that closes after one more in a cell, as [(step, capacity)].

        Its cost is the number of totals to hide, then the number of steps. There is always one:
        `suppress` makes sure that people can change places within the row, with the totals of both
        columns hidden.
        """
        goal = ("row", row)
        best = {("column", column): (0, 0)}
        came: dict = {}
        heap = [((0, 0), ("column", column))]
        while heap:
            cost, node = heappop(heap)
            if node == goal:
                break
            if cost > best[node]:
                continue
            for after, step, price, most in self.steps(world, totals, node):
                # Do not return along the same step.
                if step == ("cell-", row, column):
                    continue
                sum_of_both = (cost[0] + price, cost[1] + 1)
                if after not in best or sum_of_both < best[after]:
                    best[after] = sum_of_both
                    came[after] = (node, step, most)
                    heappush(heap, (sum_of_both, after))
        path = []
        node = goal
        while node != ("column", column):
            node, step, most = came[node]
            path.append((step, most))
        return path

    def steps(self, world, totals, node: tuple[str, int]):
        """The steps from a row, a column or the totals: (target, step, cost, capacity)."""
        kind, at = node
        if kind == "row":
            # This row has one too few: one more in another hidden cell.
            for column in self.in_row[at]:
                yield ("column", column), ("cell+", at, column), 0, None
        elif kind == "column":
            # This column has one too many: one fewer in another row, or the total is one more.
            for row in self.in_column[at]:
                if world[row][at]:
                    yield ("row", row), ("cell-", row, at), 0, world[row][at]
            yield ("totals", 0), ("total+", 0, at), self.price(at), None
        else:
            for column, total in enumerate(totals):
                if total:
                    yield ("column", column), ("total-", 0, column), self.price(column), total

    def price(self, column: int) -> int:
        return 0 if column in self.hidden_totals else 1 + self.totals[column]
