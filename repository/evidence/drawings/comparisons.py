"""Forms that compare figures: ranges, parts, columns, bars, and two flows."""

from collections.abc import Sequence
from decimal import Decimal

from repository.evidence.amounts import number
from repository.evidence.drawings.measures import (
    columns,
    distinct_labels,
    lines,
    measure,
    scale,
    size_of,
)
from repository.evidence.drawings.shapes import Drawing, short
from repository.evidence.models import DrawnAs, Evidence

MAX_ROWS = 5
# The columns of a label above a bar and beside an arrow.
MAX_ABOVE, MAX_BESIDE = 40, 20


def draw_range(row: Evidence, peers: Sequence[Evidence]) -> Drawing | None:
    """A range on a common axis above the one value that is compared with it."""
    ranges = [other for other in peers if other.value_to is not None and other.pk != row.pk]
    if row.value is None or row.value_to is not None or len(ranges) != 1 or len(peers) != 2:
        return None
    [span] = ranges
    if measure(row) != measure(span) or row.value < 0 or span.value_to <= 0:
        return None
    drawing = Drawing(DrawnAs.RANGE, row, [span, row])
    most = max(row.value, span.value_to)
    at = scale(most, 8, 304)
    start, end = at(span.value), at(span.value_to)
    drawing.path("h", f"M8 70h304M8 66v8M{short(start)} 66v8M{short(end)} 66v8")
    drawing.box("m", start, 10, max(end - start, 2), 18)
    drawing.text("", start + 8, 23, span.figure)
    drawing.box("i", 8, 38, max(at(row.value) - 8, 2), 18)
    drawing.text("b", at(row.value) + 7, 51, row.figure)
    drawing.text("s", 8, 88, "0")
    if start > 40:
        drawing.text("s c", start, 88, number(span.value))
    drawing.text("s e", 312, 88, number(span.value_to))
    return drawing


def draw_fraction(row: Evidence, peers: Sequence[Evidence]) -> Drawing | None:
    """A whole as equal parts, of which one is solid: ⅙."""
    if row.numerator != 1 or not row.display or not 2 <= row.denominator <= 12:
        return None
    drawing = Drawing(DrawnAs.FRACTION, row, [row])
    step = 304 / row.denominator
    for place in range(row.denominator):
        drawing.box("m" if place else "i", 8 + place * step, 6, step - 2, 24)
    drawing.height = 36
    return drawing


def draw_columns(row: Evidence, peers: Sequence[Evidence]) -> Drawing | None:
    """A series in the order of the source: columns on one baseline, values on top."""
    series = [other for other in peers if measure(other) == measure(row) and other.value]
    if row.per_cent is not None or not row.value or not 3 <= len(series) <= 6:
        return None
    if len(series) != len(peers) or any(other.value <= 0 or other.value_to for other in series):
        return None
    if not (row.currency or row.unit):
        return None
    drawing = Drawing(DrawnAs.COLUMNS, row, series)
    foot = 78 if any(other.period for other in series) else 92
    step = 304 / len(series)
    tall = scale(max(other.value for other in series), 0, foot - 18)
    drawing.path("h", f"M4 {foot}h312")
    for place, other in enumerate(series):
        x, height = 8 + place * step, tall(other.value)
        bold = "b c" if other.pk == row.pk else "c"
        css = "i" if other.pk == row.pk else "m"
        drawing.box(css, x, foot - height, step - 12, height)
        drawing.text(bold, x + (step - 12) / 2, foot - height - 5, other.figure)
        if other.period:
            drawing.text("s c", x + (step - 12) / 2, foot + 15, other.period_text)
    return drawing


def draw_flows(row: Evidence, peers: Sequence[Evidence]) -> Drawing | None:
    """Two flows of a pair: the first as an arrow to a line, the second as one from it.

    A percentage is a share or a growth, which does not flow.
    """
    if row.per_cent is not None:
        return None
    flows = [other for other in peers if size_of(other) and measure(other) == measure(row)]
    if len(peers) != 2 or len(flows) != 2 or any(size_of(other) < 0 for other in flows):
        return None
    drawing = Drawing(DrawnAs.FLOWS, row, flows)
    drawing.path("h", "M160 2v92")
    length = scale(max(size_of(other) for other in flows), 0, 146)
    named = distinct_labels([other.label for other in flows], 2 * MAX_BESIDE)
    for place, other in enumerate(flows):
        top, long = 6 + 46 * place, max(length(size_of(other)), 2)
        # Most of the length is the shaft; a short arrow is all head.
        tip = min(18, long)
        start = 158 - long if place == 0 else 162
        neck = start + long - tip
        drawing.path(
            "i" if other.pk == row.pk else "m",
            f"M{short(start)} {top + 10}h{short(long - tip)}v-8L{short(start + long)} {top + 18}"
            f"L{short(neck)} {top + 34}v-8h-{short(long - tip)}z",
        )
        bold = "b" if other.pk == row.pk else ""
        anchor = f"e {bold}" if place else bold
        beside = [other.figure, *lines(named[place], MAX_BESIDE)][:3]
        for line, text in enumerate(beside):
            down = top + 24 + 13 * (line - (len(beside) - 1) / 2)
            drawing.text(anchor, 152 if place else 168, down, text)
    return drawing


def draw_bars(row: Evidence, peers: Sequence[Evidence]) -> Drawing | None:
    """Ranked values of one measure, the longest first; the main one solid."""
    rows = [other for other in peers if measure(other) == measure(row)]
    if len(rows) < 2:
        rows = [row]
    values = {other.pk: size_of(other) for other in rows}
    if any(value is None or value < 0 for value in values.values()) or not any(values.values()):
        return None
    if len(rows) == 1 and row.per_cent is None:
        return None
    rows.sort(key=lambda other: -values[other.pk])
    shown = rows[:MAX_ROWS]
    if row not in shown:
        shown[-1] = row
    drawing = Drawing(DrawnAs.BARS, row, shown)
    # Room for the longest figure after the longest bar.
    room = 7 * max(columns(other.figure) for other in shown)
    if len(rows) == 1:
        length = max(60, 298 - room)
        drawing.box("m", 8, 6, length, 18)
        drawing.box("i", 8, 6, max(scale(Decimal(100), 0, length)(min(values[row.pk], 100)), 1), 18)
        drawing.text("b", 14 + length, 20, row.figure)
        drawing.height = 30
        return drawing
    named = distinct_labels([other.label for other in shown], 2 * MAX_ABOVE)
    at = scale(max(values.values()), 0, max(60, 298 - room))
    y = 0
    for place, other in enumerate(shown):
        bold = "b" if other.pk == row.pk else ""
        css = "i" if other.pk == row.pk else "m"
        # The label above its bar, where it has room for all its words.
        for text in lines(named[place], MAX_ABOVE)[:2]:
            y += 14
            drawing.text(bold, 8, y - 2, text)
        width = at(values[other.pk])
        drawing.box(css, 8, y + 2, max(width, 1), 10)
        drawing.text(bold, 14 + width, y + 11, other.figure)
        y += 17
    drawing.height = y
    return drawing
