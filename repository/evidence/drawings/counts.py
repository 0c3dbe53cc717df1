"""Forms of counts and shares: marks, one for each thing or for a round number of them."""

from collections.abc import Sequence
from decimal import Decimal
from math import floor, log10

from django.utils.translation import gettext

from repository.evidence.drawings.measures import amount_like, count_of, lines, measure
from repository.evidence.drawings.shapes import Drawing, short
from repository.evidence.models import DrawnAs, Evidence, Qualifier
from repository.text.lists import with_commas

MAX_MARKS = 250
MAX_TEXT = 38
# The shortest mark that can be seen.
LEAST_MARK = Decimal("0.1")
DISTANCES = ("km", "m", "miles")


def draw_marks(row: Evidence, peers: Sequence[Evidence]) -> Drawing | None:
    """One dot for each thing that is counted; rings for those that a share under it counts."""
    count = count_of(row)
    if count is None or not 2 <= count <= MAX_MARKS:
        return None
    drawing = Drawing(DrawnAs.MARKS, row, [row])
    step = next(
        step
        for step in (30, 26, 22, 19, 16, 14, 12.6, 11.4, 10.2, 9)
        if -(-count // (floor(304 / step) + 1)) * step <= 90
    )
    across = floor(304 / step) + 1
    down = -(-count // across)
    # Rows of equal length where that takes no more of them.
    across = -(-count // down)
    # Each row of dots is one dashed line with round ends.
    dash = f"0 {short(step)}"
    drawing.path("l round", rows_of_dots(count, across, step), dash=dash, width=step * 0.74)
    drawing.height = max(40, round(down * step) + 2)
    parts = [other for other in peers if other.denominator == count and other.numerator]
    if len(parts) == 1:
        [part] = parts
        drawing.rows.append(part)
        holes = rows_of_dots(min(part.numerator, count), across, step)
        drawing.path("l round on", holes, dash=dash, width=step * 0.36)
        foot = max(down * step + 14, 18)
        drawing.circle("i", 13, foot - 4, 5)
        drawing.circle("on", 13, foot - 4, 2.5)
        # The rings may hold at another time than the dots.
        legend = with_commas([f"{part.figure} {part.label}", part.period_text])
        for line, text in enumerate(lines(legend, MAX_TEXT)):
            drawing.text("s", 24, foot + 15 * line, text)
            drawing.height = round(foot + 15 * line) + 6
    return drawing


def rows_of_dots(count: int, across: int, step: float) -> str:
    """Return the path of the lines on which dots are dashes."""
    parts = []
    for line in range(-(-count // across)):
        marks = min(across, count - line * across)
        parts.append(f"M8 {short(step / 2 + line * step)}h{short((marks - 1) * step + 0.01)}")
    return "".join(parts)


def draw_many(row: Evidence, peers: Sequence[Evidence]) -> Drawing | None:
    """One mark for a round number: 22 billion as 22 marks, the last one as long as it counts.

    Amounts of one measure among the peers have marks for the same number, or could not be compared.
    """
    if not is_large(row):
        return None
    alike = [other for other in peers if is_large(other) and measure(other) == measure(row)]
    # Plain numbers count different things.
    per = mark_for(max(other.value for other in alike)) if row.currency or row.unit else None
    per = per or mark_for(row.value)
    marks = row.value / per
    if marks < LEAST_MARK:
        return None
    drawing = Drawing(DrawnAs.MANY, row, [row])
    down = round_marks(drawing, marks, left=8, width=304, across=20 if marks > 10 else 10)
    drawing.text("s", 8, 14 + down * 22, mark_of(row, per))
    drawing.height = down * 22 + 20
    return drawing


def draw_beyond(row: Evidence, peers: Sequence[Evidence]) -> Drawing | None:
    """A large count as marks beyond a line, with the distance of the line."""
    far = (Qualifier.MORE_THAN, Qualifier.AT_LEAST)
    bounds = [other for other in peers if is_distance(other) and other.qualifier in far]
    if len(peers) != 2 or len(bounds) != 1 or is_distance(row) or not is_large(row):
        return None
    [bound] = bounds
    drawing = Drawing(DrawnAs.BEYOND, row, [row, bound])
    per = mark_for(row.value)
    down = round_marks(drawing, row.value / per, left=128, width=184, across=10)
    drawing.path("l", f"M10 0v{down * 22}", width=4)
    drawing.path("h", f"M14 {down * 11}h100M14 {down * 11 - 5}v10M114 {down * 11 - 5}v10")
    drawing.text("c", 64, down * 11 - 8, amount_like(bound, bound.value))
    drawing.text("s", 128, 14 + down * 22, mark_of(row, per))
    drawing.height = down * 22 + 20
    return drawing


def is_distance(row: Evidence) -> bool:
    return row.original("unit") in DISTANCES


def is_large(row: Evidence) -> bool:
    """Is a figure an amount, or a count too large for a mark each?"""
    if row.value is None or row.value_to is not None or row.per_cent is not None or row.display:
        return False
    return row.value >= 10 and (row.value > MAX_MARKS or count_of(row) is None)


def mark_for(value: Decimal) -> Decimal:
    """Return the round number that one mark is for, so that a value has 5 to 50 marks."""
    return Decimal(10) ** floor(log10(value / 5))


def mark_of(row: Evidence, per: Decimal) -> str:
    return gettext("one mark: %(amount)s") % {"amount": amount_like(row, per)}


def round_marks(drawing: Drawing, marks: Decimal, *, left: float, width: float, across: int) -> int:
    """Draw marks, the last one as long as it counts; return the number of lines."""
    step = width / across
    parts, rest, line = [], float(marks), 0
    while rest > 0:
        here = min(rest, across)
        rest -= here
        full = floor(here)
        length = full * step + (here - full) * step * 0.7
        length -= step * 0.3 if here == full else 0
        parts.append(f"M{short(left)} {short(11 + line * 22)}h{short(length)}")
        line += 1
    dash = f"{short(step * 0.7)} {short(step * 0.3)}"
    drawing.path("l", "".join(parts), dash=dash, width=14)
    return line


def draw_share(row: Evidence, peers: Sequence[Evidence]) -> Drawing | None:
    """Ten discs, or a hundred squares, of which a share is solid."""
    share = row.per_cent
    if share is None or row.value_to is not None or not 0 < share <= 100:
        return None
    # A growth of 8 % is no share of a hundred, also where its label is translated.
    is_english = row.original_language == "en"
    if row.share is None and is_english and not row.original("label").startswith("of "):
        return None
    if len([other for other in peers if other.per_cent is not None]) > 2:
        return None
    drawing = Drawing(DrawnAs.SHARE, row, [row])
    if share % 10 == 0:
        for place in range(10):
            drawing.circle("i" if place < share / 10 else "m", 22 + place * 30.6, 20, 13)
        drawing.height = 42
        return drawing
    step = 12.16
    lines = [f"M8 {9 + line * 15}" for line in range(4)]
    dash = f"{short(step * 0.72)} {short(step * 0.28)}"
    whole = f"h{short(25 * step - 3)}"
    drawing.path("l faint", "".join(f"{line}{whole}" for line in lines), dash, 10)
    parts, left = [], float(share)
    for line in lines:
        here = min(left, 25)
        left -= here
        if here > 0:
            full = floor(here)
            length = full * step + (here - full) * step * 0.72
            parts.append(f"{line}h{short(length - (step * 0.28 if here == full else 0))}")
    drawing.path("l", "".join(parts), dash, 10)
    drawing.height = 64
    return drawing
