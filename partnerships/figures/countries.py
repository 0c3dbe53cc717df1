"""Requests and partnerships by country or area."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import sqrt
from typing import Any, NamedTuple

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _

from partnerships.figures.agreements import counted, of_partnerships
from partnerships.figures.periods import Period, counted_of
from partnerships.figures.requests import ONCE_OPEN, in_period, of_requests, public
from partnerships.models import PartnershipRequest, Party
from repository.maps.labels import Box, Grid, Label, place_label
from repository.maps.projection import HEIGHT, WIDTH, project
from repository.maps.world import OPEN_SEA
from repository.models import Country
from repository.pages.tables import Table
from repository.places.country_names import country_name
from repository.text.sorting import sort_key


def countries(for_brokers: bool, period: Period | None = None) -> QuerySet:
    """The number of requests and of partnerships of the cities and organisations of a country."""
    opened = PartnershipRequest.objects.filter(
        ONCE_OPEN, public(for_brokers), in_period(period, "opened_at")
    )
    parties = Party.objects.filter(
        Q(city__country=OuterRef("pk")) | Q(organization__country=OuterRef("pk")),
        counted(for_brokers, period, "partnership__"),
    ).order_by()
    of_all = parties.values(all=Value(1)).annotate(n=Count("partnership", distinct=True))
    rows = Country.objects.order_by().annotate(
        asked=counted_of(opened, "city__country"),
        made=Coalesce(Subquery(of_all.values("n")), 0),
    )
    return rows.filter(Q(asked__gt=0) | Q(made__gt=0)).values(
        *("iso2", "latitude", "longitude", "asked", "made")
    )


def by_country(rows: Iterable[Mapping[str, Any]], for_brokers: bool) -> Table:
    named = sorted(
        ((country_name(row["iso2"]), row) for row in rows),
        key=lambda pair: (-pair[1]["made"], -pair[1]["asked"], sort_key(pair[0])),
    )
    several = _("A partnership counts once for each country or area of its parties.")
    return Table(
        "countries",
        _("Requests and partnerships by country or area"),
        f"{of_requests(for_brokers)} {of_partnerships(for_brokers)} {several}",
        (_("Country or area"), _("Requests"), _("Partnerships")),
        tuple((name, row["asked"], row["made"]) for name, row in named),
        words=1,
        urls=tuple(
            reverse("repository:country_detail", args=[row["iso2"]]) for _name, row in named
        ),
    )


# The map of countries or areas: a dot for each, whose area is its number.

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


def counted_by_country(rows: Iterable[Mapping[str, Any]]) -> tuple[Counted, ...]:
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
