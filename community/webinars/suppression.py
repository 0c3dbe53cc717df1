"""Numbers of people that may be told in public: in cells of five people or more.

A cell is a number of people who have something in common: "women", "from Benin", "said yes". Where
fewer than `FEW` are in one, the number is not told, and neither are so many others that it cannot
be worked out from them (complementary suppression). Nought is told where nothing is hidden beside
it: it tells of nobody.

What holds, and is tested for whatever numbers there are
(`tests/community/webinars/test_suppression.py`).
Take everything that is told of a table, and of any number of tables about the same people: all
rows, all totals, their sums and differences. Take any combination of filters, also one that no page
offers: "women from Benin at webinar 3 who said no". If 1 to 4 people are in it, what is told is as
true of a world in which 5 or more are. So nobody can work out that the cell is small, and less
still its number.

Why. Tables about the same people share nothing but how many there are in each row, which is told.
So a world may be chosen for each table on its own, in which its cell of the row has at least 5, and
the same 5 people may then stand in all of these cells at once.

What callers see to:

- Each person is in one row and in one category of a table; who said nothing is in one of its own.
- Only what `told` and `told_together` return is shown, or what is computed from it: shares of told
  numbers, but no mean or median, which weighs numbers that are hidden.
- All tables are made of the same rows, and their people no longer change: figures of yesterday
  beside those of today tell of who came in between, or has left. So who had a seat is counted when
  a webinar was held, and the answers of a survey when it is closed. Totals of rows that grow are
  those of each batch, added up: what was told of one stays.
- All pages that tell of the same people hide the same
  (`tests/community/webinars/test_public_figures.py`
  reads them together). Nothing else is told that depends on people who are hidden, not even of how
  many countries they are.
- No second table crosses two questions (women who said yes) beside those of each.

The method is the audit of suppressed tables by flows: Cox, "Network models for complementary cell
suppression", Journal of the American Statistical Association 90 (1995), 1453-1462.
"""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from heapq import heappop, heappush

# Fewer people than this are not counted in public.
FEW = 5


def is_small(number: int) -> bool:
    """Whether a number tells of single people."""
    return 0 < number < FEW


def told[K: Hashable](counts: Mapping[K, int]) -> dict[K, int | None]:
    """The numbers of one row, None where one is not told. Their sum may be known to everybody.

    Of fewer than five people nothing is told. In whatever order they come, the same are: another
    page that tells of the same people must not tell what this one hides.
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
class Told[R: Hashable, K: Hashable]:
    """What may be told of several rows and of all of them together; None is not told.

    `rows` are the numbers of each row, `sizes` how many people are in it. `totals` and `size` are
    those of all rows that are told: people of a row with fewer than five are not in them.
    """

    rows: dict[R, dict[K, int | None]]
    sizes: dict[R, int | None]
    totals: dict[K, int | None]
    size: int | None


def told_together[R: Hashable, K: Hashable](rows: Mapping[R, Mapping[K, int]]) -> Told[R, K]:
    """The numbers of several rows (webinars) and their totals (of the series).

    What is told of a row is what `told` says of it alone, so that it stays the same when rows are
    added. Totals are hidden where they would give away what a row hides.
    """
    columns = list(dict.fromkeys(key for row in rows.values() for key in row))
    full = {name: {key: row.get(key, 0) for key in columns} for name, row in rows.items()}
    by_row = {name: told(row) for name, row in full.items()}
    sums = {name: sum(row.values()) for name, row in full.items()}
    counted = [name for name in full if sums[name] >= FEW]
    sizes = {name: sums[name] if name in counted else None for name in full}
    if not counted:
        return Told(by_row, sizes, dict.fromkeys(columns), None)
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
    return Told(by_row, sizes, totals, sum(audit.totals))


class Audit:
    """A table with its totals, of which some numbers are hidden, as who looks for them sees it.

    They know the number of people of each row and of all, and what is told. A world is a table of
    numbers from 0 on that agrees with it. From one world one comes to another in a circle: one more
    here, one fewer there, so that the known sums stay. Whether a cell can be as large as five is
    the question how much flows along such circles.
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
        """Hide totals until each small cell may as well have five people or more."""
        for row, columns in self.in_row.items():
            for column in columns:
                if is_small(self.rows[row][column]):
                    self.raise_to_five(row, column)

    def raise_to_five(self, row: int, column: int) -> None:
        """Find a world with five in a cell, and hide the totals that it needs to be hidden."""
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
        """The steps of a circle that closes after one more in a cell, as [(step, at most)].

        It costs the totals that would have to be hidden for it, then the number of its steps. There
        always is one: in the row itself people may change places, as `told` has seen to, where the
        totals of both columns are hidden.
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
                # Putting back what was just put in leads nowhere.
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
        """Where one can go from a row, a column or the totals: (to, step, price, at most)."""
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
