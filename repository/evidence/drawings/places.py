"""Forms of places and times: members with their links, reach, hours and days."""

from collections.abc import Sequence
from decimal import Decimal
from itertools import combinations
from math import cos, pi, sin

from django.utils.translation import gettext

from repository.evidence.amounts import number
from repository.evidence.drawings.measures import count_of, whole_number
from repository.evidence.drawings.shapes import Drawing, short
from repository.evidence.models import DrawnAs, Evidence

MIN_RAYS, MAX_RAYS = 3, 60
MAX_DAYS, DAYS_OF_A_WEEK, MAX_IN_A_ROW = 31, 7, 10


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
    links = [
        f"M{short(a)} {short(b)}L{short(c)} {short(d)}"
        for (a, b), (c, d) in combinations(places, 2)
    ]
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


def draw_reach(row: Evidence, peers: Sequence[Evidence]) -> Drawing | None:
    """A fan of rays from one point, one for each place that is reached."""
    count = count_of(row)
    if count is None or not MIN_RAYS <= count <= MAX_RAYS:
        return None
    drawing = Drawing(DrawnAs.REACH, row, [row])
    angles = [pi * each / (count - 1) for each in range(count)]
    ends = [(round(160 - 150 * cos(each)), round(86 - 80 * sin(each))) for each in angles]
    drawing.path("h", "".join(f"M160 86L{x} {y}" for x, y in ends))
    drawing.dots(ends, width=7)
    drawing.circle("i", 160, 86, 6)
    return drawing


def draw_hours(row: Evidence, peers: Sequence[Evidence]) -> Drawing | None:
    """A dial with a mark for each hour of the day, of which as many are solid."""
    hours = whole_number(row, ("hours",))
    if hours is None or not 1 <= hours <= 24:
        return None
    drawing = Drawing(DrawnAs.HOURS, row, [row])
    marks = []
    for each in range(24):
        right, up = sin(pi * (each + 0.5) / 12), cos(pi * (each + 0.5) / 12)
        inner, outer = (48 + 31 * right, 48 - 31 * up), (48 + 43 * right, 48 - 43 * up)
        (a, b), (c, d) = inner, outer
        marks.append(f"M{short(a)} {short(b)}L{short(c)} {short(d)}")
    drawing.path("l", "".join(marks[:hours]), width=6.4)
    if hours < 24:
        drawing.path("l faint", "".join(marks[hours:]), width=6.4)
    drawing.text("b c", 48, 53, number(row.value))
    drawing.text("s", 108, 53, one_mark("hour"))
    return drawing


def draw_days(row: Evidence, peers: Sequence[Evidence]) -> Drawing | None:
    """A row of sheets of a calendar, one for each day; more than ten by week."""
    days = whole_number(row, ("days",))
    if days is None or not 2 <= days <= MAX_DAYS:
        return None
    drawing = Drawing(DrawnAs.DAYS, row, [row])
    across = days if days <= MAX_IN_A_ROW else DAYS_OF_A_WEEK
    down = -(-days // across)
    width = min(30.4, 304 / across) - 5
    height = 44 if down == 1 else 74 / down - 4
    part, depth = width / 9, height / 7
    sheets = []
    for each in range(days):
        line, place = divmod(each, across)
        x, y = 8 + place * (width + 5), 4 + line * (height + 4)
        # A sheet with the two notches by which it hangs.
        notch = f"v{short(depth)}h{short(part)}v-{short(depth)}"
        top = f"h{short(2 * part)}{notch}h{short(3 * part)}{notch}h{short(2 * part)}"
        sheets.append(f"M{short(x)} {short(y)}{top}v{short(height)}h-{short(width)}z")
    drawing.path("i", "".join(sheets))
    foot = 4 + down * (height + 4) + 12
    drawing.text("s", 8, foot, one_mark("day"))
    drawing.height = round(foot) + 6
    return drawing


def one_mark(unit: str) -> str:
    return gettext("one mark: %(amount)s") % {
        "amount": Evidence(value=Decimal(1), unit=unit).figure
    }
