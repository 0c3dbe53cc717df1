"""Draw a figure and the figures it is compared with: geometry for an SVG template.

All positions are units of a viewBox of WIDTH by HEIGHT. Only numbers of the given rows are drawn;
the same rows always give the same drawing.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import combinations
from math import cos, floor, log10, pi, sin

from django.utils.translation import gettext

from repository.evidence.models import DrawnAs, Evidence, number

WIDTH, HEIGHT = 320, 96
MAX_MARKS = 250
MAX_ROWS = 5
MAX_LABEL = 18


@dataclass(frozen=True, slots=True)
class Path:
    """A path; with `dash`, a row of marks."""

    css: str
    d: str
    dash: str = ""
    width: str = ""


@dataclass(frozen=True, slots=True)
class Circle:
    css: str
    x: str
    y: str
    r: str


@dataclass(frozen=True, slots=True)
class Text:
    css: str
    x: str
    y: str
    text: str


@dataclass(slots=True)
class Drawing:
    """Shapes in drawing order. `rows` are the figures drawn, `main` the one it is about."""

    form: DrawnAs
    main: Evidence
    rows: list[Evidence]
    height: int = HEIGHT
    paths: list[Path] = field(default_factory=list)
    circles: list[Circle] = field(default_factory=list)
    texts: list[Text] = field(default_factory=list)

    @property
    def view_box(self) -> str:
        return f"0 0 {WIDTH} {self.height}"

    @property
    def language(self) -> str:
        return self.main.language

    @property
    def description(self) -> str:
        """Return all drawn figures in words."""
        return "; ".join(f"{row.figure} {row.label}" for row in self.rows)

    def path(self, css: str, d: str, dash: str = "", width: float = 0) -> None:
        self.paths.append(Path(css, d, dash, short(width) if width else ""))

    def box(self, css: str, x: float, y: float, width: float, height: float) -> None:
        across, down = short(width), short(height)
        self.path(css, f"M{short(x)} {short(y)}h{across}v{down}h-{across}z")

    def circle(self, css: str, x: float, y: float, r: float) -> None:
        self.circles.append(Circle(css, short(x), short(y), short(r)))

    def text(self, css: str, x: float, y: float, text: str) -> None:
        self.texts.append(Text(f"t {css}".strip(), short(x), short(y), text))


def short(value: float) -> str:
    """Write a length with at most two decimals."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def draw(row: Evidence, rows: Sequence[Evidence], form: str = "") -> Drawing | None:
    """Draw a figure of a case beside those under the same heading; None if no form fits.

    `rows` are all figures of the case; `form` is the only form to try, otherwise the first that
    fits is taken.
    """
    if row.is_missing:
        return None
    peers = [other for other in rows if row.group and other.group == row.group]
    peers = [other for other in peers if not other.is_missing] or [row]
    for each in [DrawnAs(form)] if form else DrawnAs:
        if drawing := FORMS[each](row, peers):
            return drawing
    return None


def draw_range(row: Evidence, peers: Sequence[Evidence]) -> Drawing | None:
    """A range on a common axis above the value that replaced it, or that is compared with it."""
    ranges = [other for other in peers if other.value_to is not None and other.pk != row.pk]
    if row.value is None or row.value_to is not None or len(ranges) != 1:
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
    """The earlier or larger amount as equal parts, and one of them: ⅙."""
    if row.numerator != 1 or not row.display or not 2 <= row.denominator <= 12:
        return None
    drawing = Drawing(DrawnAs.FRACTION, row, [row])
    step = 304 / row.denominator
    drawing.path("h", "M8 8v80")
    for place in range(row.denominator):
        drawing.box("m", 8 + place * step, 12, step - 2, 24)
    drawing.box("i", 8, 54, step - 2, 24)
    drawing.text("b", 14 + step, 70, row.figure)
    return drawing


def draw_members(row: Evidence, peers: Sequence[Evidence]) -> Drawing | None:
    """Members as dots with all links; a ring for those that are not in the first other row."""
    parts = [other for other in peers if other.pk != row.pk]
    counts = [count_of(other) for other in parts]
    whole = count_of(row)
    if len(parts) < 2 or None in counts or whole is None or not 3 <= whole <= 12:
        return None
    if sum(counts) != whole:
        return None
    drawing = Drawing(DrawnAs.MEMBERS, row, [*parts, row])
    places = [
        (48 + 38 * sin(2 * pi * each / whole), 48 - 38 * cos(2 * pi * each / whole))
        for each in range(whole)
    ]
    links = [f"M{short(a)} {short(b)}L{short(c)} {short(d)}" for (a, b), (c, d) in pairs(places)]
    drawing.path("h", "".join(links))
    for place, (x, y) in enumerate(places):
        drawing.circle("i", x, y, 8)
        if place >= counts[0]:
            drawing.circle("on", x, y, 4)
    top = 48 - 18 * (len(parts) - 1)
    for place, part in enumerate(parts[:3]):
        y = top + 36 * place
        drawing.circle("i", 122, y, 7)
        if place:
            drawing.circle("on", 122, y, 3.5)
        named = f"{part.period_text}: {part.figure}" if part.period else part.figure
        drawing.text("b", 136, y + 4, named)
    return drawing


def pairs(places):
    return combinations(places, 2)


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


def draw_marks(row: Evidence, peers: Sequence[Evidence]) -> Drawing | None:
    """One dot for each thing that is counted."""
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
    parts, left = [], count
    for line in range(down):
        marks = min(across, left)
        left -= marks
        parts.append(f"M8 {short(step / 2 + line * step)}h{short((marks - 1) * step + 0.01)}")
    # Each row of dots is one dashed line with round ends.
    drawing.path("l round", "".join(parts), dash=f"0 {short(step)}", width=step * 0.74)
    drawing.height = max(40, round(down * step) + 2)
    return drawing


def draw_many(row: Evidence, peers: Sequence[Evidence]) -> Drawing | None:
    """One mark for a round number: 22 billion as 22 marks, the last one as long as it counts."""
    if row.value is None or row.value_to is not None or row.per_cent is not None:
        return None
    if (row.value <= MAX_MARKS and count_of(row) is not None) or row.value < 10 or row.display:
        return None
    per = Decimal(10) ** floor(log10(row.value / 5))
    marks = row.value / per
    drawing = Drawing(DrawnAs.MANY, row, [row])
    across = 20 if marks > 10 else 10
    step = 304 / across
    parts, left, line = [], float(marks), 0
    while left > 0:
        here = min(left, across)
        left -= here
        full = floor(here)
        length = full * step + (here - full) * step * 0.7
        length -= step * 0.3 if here == full else 0
        parts.append(f"M8 {short(11 + line * 22)}h{short(length)}")
        line += 1
    dash = f"{short(step * 0.7)} {short(step * 0.3)}"
    drawing.path("l", "".join(parts), dash=dash, width=14)
    text = gettext("one mark: %(amount)s") % {"amount": amount_like(row, per)}
    drawing.text("s", 8, 14 + line * 22, text)
    drawing.height = line * 22 + 20
    return drawing


def draw_share(row: Evidence, peers: Sequence[Evidence]) -> Drawing | None:
    """Ten discs, or a hundred squares, of which a share is solid."""
    share = row.per_cent
    if share is None or row.value_to is not None or not 0 < share <= 100:
        return None
    # A growth of 8 % is no share of a hundred.
    if row.share is None and row.language == "en" and not row.label.startswith("of "):
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
    room = 7 * max(len(other.figure) for other in shown)
    if len(rows) == 1:
        length = max(60, 298 - room)
        drawing.box("m", 8, 6, length, 18)
        drawing.box("i", 8, 6, max(scale(Decimal(100), 0, length)(min(values[row.pk], 100)), 1), 18)
        drawing.text("b", 14 + length, 20, row.figure)
        drawing.height = 30
        return drawing
    named = distinct_labels([other.label for other in shown])
    at = scale(max(values.values()), 0, max(60, 182 - room))
    step = min(19, 90 // len(shown))
    for place, other in enumerate(shown):
        y = 3 + place * step
        bold = " b" if other.pk == row.pk else ""
        css = "i" if other.pk == row.pk else "m"
        width = at(values[other.pk])
        drawing.box(css, 126, y, max(width, 1), step - 6)
        drawing.text(f"e{bold}", 118, y + step - 8, named[place])
        drawing.text(bold.strip(), 126 + width + 6, y + step - 8, other.figure)
    drawing.height = len(shown) * step + 4
    return drawing


FORMS: dict[DrawnAs, Callable[[Evidence, Sequence[Evidence]], Drawing | None]] = {
    DrawnAs.RANGE: draw_range,
    DrawnAs.FRACTION: draw_fraction,
    DrawnAs.MEMBERS: draw_members,
    DrawnAs.COLUMNS: draw_columns,
    DrawnAs.MARKS: draw_marks,
    DrawnAs.MANY: draw_many,
    DrawnAs.SHARE: draw_share,
    DrawnAs.BARS: draw_bars,
}
SINGULAR = {"day": "days", "hour": "hours"}


def measure(row: Evidence) -> tuple[str, str, bool]:
    """Return what values are compared by: unit, currency, and whether it is a percentage."""
    if row.per_cent is not None:
        return "%", "", True
    return SINGULAR.get(row.unit, row.unit), row.currency, False


def size_of(row: Evidence) -> Decimal | None:
    return None if row.value_to is not None else row.per_cent or row.value


def count_of(row: Evidence) -> int | None:
    """Return the number of things that a figure counts; None if it is no such number."""
    if row.value is None or row.value_to is not None or row.currency or row.display:
        return None
    if row.value != int(row.value) or row.unit not in ("", "days", "persons", "years"):
        return None
    return int(row.value)


def amount_like(row: Evidence, value: Decimal) -> str:
    """Format a value with the unit and the currency of a figure."""
    return Evidence(value=value, unit=row.unit, currency=row.currency).figure


def scale(most: Decimal, start: float, length: float) -> Callable[[Decimal], float]:
    """Return the function from a value to its position on an axis that starts at 0."""
    return lambda value: start + length * float(value) / float(most)


def distinct_labels(labels: list[str]) -> list[str]:
    """Shorten labels to the words in which they differ, then to the space for them."""
    split = [label.split() for label in labels]
    if len(labels) > 1:
        while all(len(each) > 1 for each in split) and len({each[0] for each in split}) == 1:
            split = [each[1:] for each in split]
        while all(len(each) > 1 for each in split) and len({each[-1] for each in split}) == 1:
            split = [each[:-1] for each in split]
    return [cut(" ".join(each).strip(" ,;:"), MAX_LABEL) for each in split]


def cut(text: str, most: int) -> str:
    """Cut a text at the end of a word."""
    if len(text) <= most:
        return text
    kept = text[: most - 1]
    return (kept.rsplit(" ", 1)[0] if " " in kept[most // 2 :] else kept).rstrip(" ,;:") + "…"
