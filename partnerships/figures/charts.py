"""Charts: tables of figures as positions and lengths, for the templates that draw them.

Numbers become geometry only here. A suppressed number has no length: it is drawn dashed, or not at
all, so that its size cannot be read from the drawing.
"""

from dataclasses import dataclass
from typing import Any

from repository.pages.tables import Table

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
class Chart:
    """A table and its drawing as bars; one without any number has none."""

    table: Table
    bars: tuple[Bar, ...] = ()

    @property
    def undrawn(self) -> int:
        """How many rows are in the table only."""
        return len(self.table.rows) - len(self.bars) if self.bars else 0


def width(value: Any, most: int) -> float | None:
    return round(100 * value / max(most, 1), 1) if isinstance(value, int) else None


def chart(table: Table) -> Chart:
    """Return a table with its rows as bars, without a length where a number is not shown."""
    if not any(isinstance(row[-1], str) or row[-1] for row in table.rows):
        return Chart(table)
    bars = (
        Bar(bar["label"], bar["value"], width(bar["value"], table.most))
        for bar in table.bars[:MAX_BARS]
    )
    return Chart(table, bars=tuple(bars))


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
