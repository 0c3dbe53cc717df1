"""The cover of a case: its headline figure, drawn from its evidence, with its place and theme."""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from repository.evidence.drawings import Drawing, Form, cut, draw
from repository.evidence.models import Evidence
from repository.maps.projection import project

if TYPE_CHECKING:
    from repository.cases.models import CaseStudy

# The ink of each theme: one for each family of themes, on cover, chip and chart.
INKS = {
    "logistics": "move",
    "ports-zones": "move",
    "customs": "border",
    "governance": "border",
    "finance": "money",
    "rural": "soil",
    "agriculture": "soil",
    "skills": "people",
    "small-firms": "people",
    "culture-tourism": "people",
    "platforms": "screen",
    "markets": "screen",
    "crisis": "screen",
}
MAX_SENTENCE = 95
# The window of a locator, in units of the map.
ACROSS, DOWN = 104, 102


@dataclass(frozen=True)
class Locator:
    """A part of the map of the world around one place."""

    x: str
    y: str
    view_box: str


@dataclass(frozen=True)
class Cover:
    """What a card and the page of a case show first; each part may be missing."""

    case: "CaseStudy"
    rows: list[Evidence]

    @property
    def ink(self) -> str:
        """Return the ink of the main theme: a class of the style sheet is named after it."""
        return ink_of(self.case.theme_list)

    @cached_property
    def drawing(self) -> Drawing | None:
        return choose(self.rows)

    @cached_property
    def row(self) -> Evidence | None:
        """Return the figure of the cover: that of the drawing, or the first headline figure."""
        if self.drawing:
            return self.drawing.main
        shown = [row for row in self.rows if not row.is_missing]
        return next((row for row in shown if row.is_headline), None)

    @property
    def sentence(self) -> str:
        return cut(self.row.label, MAX_SENTENCE) if self.row else ""

    @cached_property
    def locator(self) -> Locator | None:
        """Return the locator of the first city or country of the case that has coordinates."""
        for place in [*self.case.city_list, *self.case.country_list]:
            if place.latitude is not None and place.longitude is not None:
                x, y = project(place.longitude, place.latitude)
                left, top = max(x - ACROSS * 0.5, 0), max(y - DOWN * 0.55, 0)
                return Locator(f"{x:.1f}", f"{y:.1f}", f"{left:.0f} {top:.0f} {ACROSS} {DOWN}")
        return None


def ink_of(themes) -> str:
    return next((INKS[theme.slug] for theme in themes if theme.slug in INKS), "move")


def choose(rows: list[Evidence]) -> Drawing | None:
    """Return the drawing of the headline figure that fits the first form; otherwise of any."""
    for candidates in ([row for row in rows if row.is_headline], rows):
        for form in Form:
            for row in candidates:
                # Sums of money are less telling than anything else.
                if form == Form.MANY and row.currency:
                    continue
                if drawing := draw(row, rows, form):
                    return drawing
        for row in candidates:
            if drawing := draw(row, rows):
                return drawing
    return None
