"""The cover of a case: its headline figure, drawn from its evidence, with its place and theme."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from repository.evidence.drawings import Drawing, draw, is_drawable, is_tried
from repository.evidence.models import DrawnAs, Evidence
from repository.maps.projection import HEIGHT, WIDTH, project

if TYPE_CHECKING:
    from repository.cases.models import CaseStudy
    from repository.photographs.models import Photograph

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
MOST_KEY_FIGURES = 3
# The windows of a locator and of the map on the page, in units of the map of the world.
SMALL, LARGE = (104, 102), (330, 132)


@dataclass(frozen=True)
class Locator:
    """A part of the map of the world around one place."""

    name: str
    x: str
    y: str
    view_box: str


@dataclass(frozen=True)
class KeyFigure:
    """A headline figure on the page of a case, drawn if a form fits."""

    row: Evidence
    drawing: Drawing | None


@dataclass(frozen=True)
class Cover:
    """What a card and the page of a case show first; each part may be missing."""

    case: "CaseStudy"
    rows: list[Evidence]

    @property
    def ink(self) -> str:
        """Return the ink of the main theme: a class of the style sheet is named after it."""
        return ink_of(theme.slug for theme in self.case.theme_list)

    @property
    def photograph(self) -> "Photograph | None":
        """Return the photograph that replaces the drawing."""
        return self.case.shown_photograph

    @cached_property
    def drawing(self) -> Drawing | None:
        if chosen := self.chosen:
            return draw(chosen, self.rows, chosen.drawn_as)
        return choose(self.rows)

    @property
    def chosen(self) -> Evidence | None:
        """Return the figure that an author or editor has chosen."""
        return next((row for row in self.rows if row.is_cover), None)

    @cached_property
    def row(self) -> Evidence | None:
        """Return the figure of the cover: that of the drawing, or the first headline figure."""
        if self.drawing or self.chosen:
            return self.drawing.main if self.drawing else self.chosen
        shown = [row for row in self.rows if not row.is_missing]
        return next((row for row in shown if row.is_headline), None)

    @property
    def sentence(self) -> str:
        return self.row.label if self.row else ""

    @cached_property
    def locator(self) -> Locator | None:
        return self.located(*SMALL)

    @cached_property
    def map(self) -> Locator | None:
        return self.located(*LARGE)

    def located(self, width: int, height: int) -> Locator | None:
        """Return the map around the first city or country of the case that has coordinates."""
        for place in [*self.case.city_list, *self.case.country_list]:
            if place.latitude is not None and place.longitude is not None:
                x, y = project(place.longitude, place.latitude)
                left = min(max(x - width * 0.5, 0), WIDTH - width)
                top = min(max(y - height * 0.55, 0), HEIGHT - height)
                box = f"{left:.0f} {top:.0f} {width} {height}"
                return Locator(place.localized_name, f"{x:.1f}", f"{y:.1f}", box)
        return None

    @cached_property
    def key_figures(self) -> list[KeyFigure]:
        """Return the figure of the cover and the first other headline figures: three at most."""
        others = [row for row in self.rows if row.is_headline and row != self.row]
        first = [KeyFigure(self.row, self.drawing)] if self.row else []
        others = others[: MOST_KEY_FIGURES - len(first)]
        return [*first, *(KeyFigure(row, draw(row, self.rows)) for row in others)]

    @property
    def source(self) -> Evidence | None:
        """Return a key figure whose source is that of all key figures; None if there is none."""
        rows = [figure.row for figure in self.key_figures]
        sources = {row.source_text for row in rows}
        return rows[0] if len(sources) == 1 and sources != {""} else None


def ink_of(themes: Iterable[str]) -> str:
    """Return the ink of the first of these themes, which are slugs."""
    return next((INKS[slug] for slug in themes if slug in INKS), "move")


def choose(rows: list[Evidence]) -> Drawing | None:
    """Return the drawing of the headline figure that fits the first form; otherwise of any."""
    drawable = [row for row in rows if is_drawable(row)]
    for candidates in ([row for row in drawable if row.is_headline], drawable):
        for form, row in forms_to_try(candidates):
            if drawing := draw(row, rows, form):
                return drawing
    return None


def forms_to_try(rows: list[Evidence]) -> Iterator[tuple[str, Evidence]]:
    """Yield forms with the rows to draw in them: first the forms that were chosen."""
    yield from ((row.drawn_as, row) for row in rows if row.drawn_as)
    for form in DrawnAs:
        for row in rows:
            # Sums of money are less telling than anything else.
            if is_tried(form, row) and not (form == DrawnAs.MANY and row.currency):
                yield form, row
    yield from ((DrawnAs.MANY, row) for row in rows if row.currency)
