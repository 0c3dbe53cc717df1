"""The map of countries or areas: a dot for each, whose area is its number."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import sqrt
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from repository.maps.labels import Box, Grid, Label, place_label
from repository.maps.projection import HEIGHT, WIDTH, project
from repository.maps.world import OPEN_SEA
from repository.places.country_names import country_name
from repository.text.sorting import sort_key

# The radius of the largest dot, and the least of one that can be seen, in units of the viewBox.
LARGEST, SMALLEST = 20, 3.5
# The size of letters on a map of half the width of a page.
SCALE = 1.4
MAX_LABELS = 12
FRAME = Box(OPEN_SEA, 0, WIDTH, HEIGHT)


class Counted(NamedTuple):
    """A country or area on the map with the number of its requests or partnerships."""

    name: str
    longitude: float
    latitude: float
    number: int


@dataclass(frozen=True)
class Dot:
    x: float
    y: float
    radius: float
    label: Label | None


@dataclass(frozen=True)
class CountryMap:
    """The drawing of `_countries.html`. `description` names all numbers."""

    dots: tuple[Dot, ...]
    description: str
    view_box: str = f"{OPEN_SEA} 0 {WIDTH - OPEN_SEA} {HEIGHT}"


def counted(rows: Iterable[Mapping[str, Any]]) -> tuple[Counted, ...]:
    """Return the numbers of partnerships by country, or of requests before the first one."""
    rows = [row for row in rows if row["latitude"] is not None]
    what = "made" if any(row["made"] for row in rows) else "asked"
    return tuple(
        Counted(country_name(row["iso2"]), row["longitude"], row["latitude"], row[what])
        for row in rows
        if row[what]
    )


def draw_countries(countries: Iterable[Counted]) -> CountryMap | None:
    """Return the map, the largest numbers first; None without any."""
    found = sorted(countries, key=lambda each: (-each.number, sort_key(each.name)))
    if not found:
        return None
    most = found[0].number
    grid = Grid(24)
    placed = []
    for each in found:
        x, y = project(each.longitude, each.latitude)
        radius = max(LARGEST * sqrt(each.number / most), SMALLEST)
        grid.add(Box(x - radius, y - radius, x + radius, y + radius))
        placed.append((each, x, y, radius))
    dots = []
    for place, (each, x, y, radius) in enumerate(placed):
        text = _("%(name)s: %(number)s") % {"name": each.name, "number": each.number}
        label = None
        if place < MAX_LABELS:
            label = place_label(text, x, y, radius, SCALE, grid, FRAME)
        dots.append(Dot(round(x, 1), round(y, 1), round(radius, 2), label))
    return CountryMap(tuple(dots), "; ".join(f"{each.name}: {each.number}" for each in found))
