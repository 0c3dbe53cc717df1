"""Choose the form of a drawing.

Only numbers of the given rows are drawn; the same rows always give the same drawing.
"""

from collections.abc import Callable, Sequence

from repository.evidence.drawings.comparisons import (
    draw_bars,
    draw_columns,
    draw_flows,
    draw_fraction,
    draw_range,
)
from repository.evidence.drawings.counts import draw_beyond, draw_many, draw_marks, draw_share
from repository.evidence.drawings.measures import is_amount
from repository.evidence.drawings.places import draw_days, draw_hours, draw_members, draw_reach
from repository.evidence.drawings.shapes import Drawing
from repository.evidence.models import DrawnAs, Evidence

FORMS: dict[DrawnAs, Callable[[Evidence, Sequence[Evidence]], Drawing | None]] = {
    DrawnAs.RANGE: draw_range,
    DrawnAs.FRACTION: draw_fraction,
    DrawnAs.MEMBERS: draw_members,
    DrawnAs.FLOWS: draw_flows,
    DrawnAs.COLUMNS: draw_columns,
    DrawnAs.DAYS: draw_days,
    DrawnAs.HOURS: draw_hours,
    DrawnAs.REACH: draw_reach,
    DrawnAs.BEYOND: draw_beyond,
    DrawnAs.MARKS: draw_marks,
    DrawnAs.MANY: draw_many,
    DrawnAs.SHARE: draw_share,
    DrawnAs.BARS: draw_bars,
}
# Units of what can be reached.
REACHED = ("countries", "cities")


def draw(row: Evidence, rows: Sequence[Evidence], form: str = "") -> Drawing | None:
    """Draw a figure of a case beside those under the same heading; None if no form fits.

    `rows` are all figures of the case; `form` is the only form to try, otherwise that chosen for
    the figure is taken if it fits, or the first that does.
    """
    if not is_drawable(row):
        return None
    peers = [other for other in rows if row.group and other.group == row.group]
    peers = [other for other in peers if is_drawable(other)] or [row]
    # Key figures without a heading are shown side by side: their marks must be alike.
    beside = [other for other in rows if other.is_headline and not other.group]
    for each in [DrawnAs(form)] if form else forms_of(row):
        is_beside = each == DrawnAs.MANY and row in beside
        if drawing := FORMS[each](row, beside if is_beside else peers):
            return drawing
    return None


def is_drawable(row: Evidence) -> bool:
    return not row.is_missing and is_amount(row)


def forms_of(row: Evidence) -> list[DrawnAs]:
    """Return the forms to try for a figure, that chosen for it first."""
    chosen = [DrawnAs(row.drawn_as)] if row.drawn_as else []
    return [*chosen, *(form for form in DrawnAs if is_tried(form, row))]


def is_tried(form: DrawnAs, row: Evidence) -> bool:
    """Is a form tried without being chosen? The numbers alone do not tell flows or reach."""
    if form == DrawnAs.REACH:
        return row.unit in REACHED
    return form != DrawnAs.FLOWS
