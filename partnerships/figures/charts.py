"""Charts: tables of figures as positions and lengths, for the templates that draw them.

Numbers become geometry only here. A suppressed number has no length: it is drawn dashed, or not at
all, so that its size cannot be read from the drawing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.formats import number_format

from repository.pages.tables import Table, size

# The maximum number of bars; the table has all rows.
MAX_BARS = 9


@dataclass(frozen=True)
class Bar:
    """A row as a bar. `width` is in per cent of the largest number, `share` of the row before;
    both are None where they are not known."""

    label: str
    value: Any
    width: float | None
    share: int | None = None


@dataclass(frozen=True)
class Column:
    """A month: the left edge, the width and the height of its column; None if not shown."""

    label: str
    value: Any
    x: float
    width: float
    height: float | None

    @property
    def top(self) -> float:
        return round(BASE_OF_COLUMNS - (self.height or 0), 1)

    @property
    def middle(self) -> float:
        return round(self.x + self.width / 2, 1)


@dataclass(frozen=True)
class Line:
    """Numbers of consecutive years: the points of a line, and the area below it."""

    points: tuple[tuple[float, float], ...]

    @property
    def path(self) -> str:
        return " ".join(f"{x:g},{y:g}" for x, y in self.points)

    @property
    def area(self) -> str:
        (left, _top), (right, _bottom) = self.points[0], self.points[-1]
        corners = "L".join(f"{x:g},{y:g}" for x, y in self.points)
        return f"M{left:g},{BASE}L{corners}L{right:g},{BASE}z"

    @property
    def last(self) -> tuple[float, float]:
        return self.points[-1]


@dataclass(frozen=True)
class Chart:
    """A table and its drawing: bars, columns, or a line; a table that is not a chart has none."""

    table: Table
    bars: tuple[Bar, ...] = ()
    columns: tuple[Column, ...] = ()
    line: Line | None = None

    @property
    def first(self) -> tuple[Any, ...]:
        return self.table.rows[0]

    @property
    def last(self) -> tuple[Any, ...]:
        return self.table.rows[-1]

    @property
    def undrawn(self) -> int:
        """How many rows are in the table only."""
        return len(self.table.rows) - len(self.bars) if self.bars else 0

    @property
    def description(self) -> str:
        """All labels with their numbers, as an alternative to the drawing."""
        return "; ".join(f"{row[0]}: {as_text(row[-1])}" for row in self.table.rows)


def as_text(value: Any) -> str:
    return number_format(value) if isinstance(value, int) else str(value or "")


def width(value: Any, most: int) -> float | None:
    return round(100 * value / max(most, 1), 1) if isinstance(value, int) else None


def chart(table: Table) -> Chart:
    """Return a table with its drawing: columns for months, otherwise bars.

    Numbers that are not shown have bars without a length.
    """
    has_hidden = table.is_chart and any(isinstance(row[-1], str) for row in table.rows)
    if not table.has_bars and (table.is_series or not has_hidden):
        return Chart(table)
    if table.is_series:
        return Chart(table, columns=columns(table))
    bars = (
        Bar(bar["label"], bar["value"], width(bar["value"], table.most))
        for bar in table.bars[:MAX_BARS]
    )
    return Chart(table, bars=tuple(bars))


def charts(tables: Iterable[Table]) -> list[Chart]:
    return [chart(table) for table in tables]


def funnel(table: Table) -> Chart:
    """Return steps with losses: each with its share of the step before, if both are known."""
    bars, before = [], None
    for label, value in table.rows:
        share = None
        if isinstance(value, int) and isinstance(before, int) and before:
            share = round(100 * value / before)
        bars.append(Bar(label, value, width(value, table.most), share))
        before = value
    return Chart(table, bars=tuple(bars))


# A line, in a viewBox of 220 by 78.
LEFT, RIGHT, TOP, BASE = 6, 190, 16, 58


def lines(tables: Sequence[Table]) -> list[Chart]:
    """Return numbers by year as lines, all on one scale that starts at 0."""
    most = max((table.most for table in tables), default=0)
    return [Chart(table, line=line(table, most)) for table in tables if table.rows and most]


def line(table: Table, most: int) -> Line:
    step = (RIGHT - LEFT) / max(1, len(table.rows) - 1)
    # A single year is placed at the end.
    first = LEFT if len(table.rows) > 1 else RIGHT
    return Line(
        tuple(
            (round(first + step * place, 1), round(BASE - (BASE - TOP) * size(row[-1]) / most, 1))
            for place, row in enumerate(table.rows)
        )
    )


# Columns, in a viewBox of 400 by 130.
WIDTH_OF_COLUMNS, TOP_OF_COLUMNS, BASE_OF_COLUMNS = 400, 20, 108


def columns(table: Table) -> tuple[Column, ...]:
    step = WIDTH_OF_COLUMNS / len(table.rows)
    height = BASE_OF_COLUMNS - TOP_OF_COLUMNS
    return tuple(
        Column(
            label=row[0],
            value=row[-1],
            x=round(step * place + 2, 1),
            width=round(step - 4, 1),
            height=round(height * row[-1] / table.most, 1) if isinstance(row[-1], int) else None,
        )
        for place, row in enumerate(table.rows)
    )
