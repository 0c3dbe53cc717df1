"""The board: an index of offers, needs, open requests and partnerships as sets.

The open rows have the order of lists (`entries.order`). As in `repository/cases/facets.py`, a set
of them is an integer whose bit i stands for the i-th row. The rows visible to a reader are such a
set too, so that all readers share one index.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import OuterRef, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from partnerships.board.entries import (
    KINDS,
    OWNER,
    SINCE,
    board_rows,
    country_of,
    order,
    visibility_of,
)
from partnerships.board.lines import lines
from partnerships.models import Modality, Party, Visibility
from repository.cases.facets import FacetIndex, Value
from repository.maps.atlas import Place
from repository.maps.world import Map, Point, draw_map
from repository.models import City, Country, Practice, Theme
from repository.pages.editions import Part, Tokens, per_edition
from repository.places.country_names import country_name
from repository.translations.reading import names_in_each

# The facets in the order of the page.
FACETS = {
    "kind": _("Kind"),
    "modality": _("Kind of cooperation"),
    "theme": _("Theme"),
    "practice": _("Practice"),
    "region": _("Region"),
    "country": _("Country or area"),
    "city": _("City"),
    "language": _("Working language"),
}


class Spot(NamedTuple):
    """The location of a city, or of a country with offers and needs of its own."""

    facet: str
    key: str
    longitude: float
    latitude: float
    # The set of its rows.
    rows: int


@dataclass
class Board:
    """Open rows as sets: `keys` are (kind, primary key) in the order of the list."""

    keys: list[tuple[str, int]] = field(default_factory=list)
    index: FacetIndex = field(default_factory=FacetIndex)
    visible: dict[str, int] = field(default_factory=dict)
    spots: list[Spot] = field(default_factory=list)
    lines: list[tuple[Place, Place]] = field(default_factory=list)

    def set_of(self, keys: Iterable[tuple[str, int]]) -> int:
        """The set of the rows with these keys; others are ignored."""
        places = {key: place for place, key in enumerate(self.keys)}
        found = 0
        for key in keys:
            if key in places:
                found |= 1 << places[key]
        return found

    def shown_to(self, user) -> int:
        """The set of rows visible to a reader."""
        found = 0
        for visibility in visible_to(user):
            found |= self.visible.get(visibility, 0)
        return found


def visible_to(user) -> list[Visibility]:
    """The visibilities that a reader sees: see `PartnershipRequest.objects.listed_for`."""
    shown = [Visibility.PUBLIC]
    if user.is_authenticated:
        shown.append(Visibility.MEMBERS)
        # Only staff can be brokers: this saves a query for permissions for all others.
        if user.is_staff and user.has_perm("partnerships.broker"):
            shown.append(Visibility.BROKERS)
    return shown


def board(edition: Tokens, version: str) -> Board:
    """Return the board for an edition, a version of its page, and today; at most six queries."""
    return as_of(edition, version, timezone.localdate())


class Indexed(NamedTuple):
    """A row of the board with its facet values: themes, practices and city by primary key."""

    kind: str
    pk: int
    since: datetime
    visibility: str
    modalities: list[str]
    languages: list[str]
    themes: list[int]
    practices: list[int]
    practices_in_return: list[int]
    city: int | None
    country: str | None
    # The cities and countries of a partnership.
    cities: list[int]
    countries: list[str]

    def keys(self) -> dict[str, list]:
        """The values of each facet except the region, which is derived from the country."""
        return {
            "kind": [self.kind],
            "modality": self.modalities,
            "theme": self.themes,
            "practice": [*self.practices, *self.practices_in_return],
            "country": [self.country] if self.country else self.countries,
            "city": [self.city] if self.city else self.cities,
            "language": self.languages,
        }


def entries() -> list[Indexed]:
    """Return all open rows in the order of the list, in one query."""
    first, *rest = (entries_of(kind, rows) for kind, rows in board_rows().items())
    found = [Indexed(*columns) for columns in first.union(*rest, all=True)]
    return sorted(found, key=lambda entry: order(entry.kind, entry.since, entry.pk))


def entries_of(kind: str, rows: QuerySet) -> QuerySet:
    """Return rows of one kind with the columns of `Indexed`."""
    owner = {OWNER[kind]: OuterRef("pk")}

    def linked(name: str, to: str) -> ArraySubquery:
        links = getattr(rows.model, name).through.objects.filter(**owner)
        return ArraySubquery(links.order_by("pk").values(to))

    no_keys = models.Value([], ArrayField(models.BigIntegerField()))
    no_texts = models.Value([], ArrayField(models.CharField()))
    has_parties = kind == "partnership"
    parties = Party.objects.filter(partnership=OuterRef("pk"), city__isnull=False).order_by("pk")
    return rows.order_by().values_list(
        models.Value(kind),
        "pk",
        SINCE[kind],
        visibility_of(kind),
        no_texts if has_parties else "modalities",
        no_texts if has_parties else languages_of(kind),
        linked("themes", "theme"),
        linked("practices", "practice"),
        linked("offered_practices", "practice") if kind == "request" else no_keys,
        models.Value(None, models.BigIntegerField()) if has_parties else "city",
        country_of(kind),
        ArraySubquery(parties.values("city")) if has_parties else no_keys,
        ArraySubquery(parties.values("city__country")) if has_parties else no_texts,
    )


def languages_of(kind: str) -> Any:
    """Working languages; those in the profile of its city for a request that names none."""
    if kind != "request":
        return "languages"
    return models.Case(
        models.When(languages=[], then="city__working_languages"), default="languages"
    )


@per_edition(Part.PLACES, Part.PRACTICES, Part.THEMES)
def as_of() -> Board:
    found = entries()
    sets: dict[str, dict] = {facet: defaultdict(int) for facet in FACETS}
    visible: dict[str, int] = defaultdict(int)
    without_city: dict[str | None, int] = defaultdict(int)
    for place, entry in enumerate(found):
        bit = 1 << place
        visible[entry.visibility] |= bit
        for facet, keys in entry.keys().items():
            for key in keys:
                sets[facet][key] |= bit
        if entry.city is None:
            without_city[entry.country] |= bit
    countries = Country.objects.in_bulk(sets["country"])
    for country in countries.values():
        if country.region:
            sets["region"][country.region] |= sets["country"][country.pk]
    cities = City.objects.in_bulk(sets["city"])
    practices = Practice.objects.only("slug", "name").annotate(names_in=names_in_each("practice"))
    named = {
        "theme": Theme.objects.in_bulk(sets["theme"]),
        "practice": practices.in_bulk(sets["practice"]),
        "city": cities,
    }
    return Board(
        keys=[(entry.kind, entry.pk) for entry in found],
        index=FacetIndex(
            cases=range(len(found)),
            values={facet: values_of(sets[facet], named.get(facet)) for facet in FACETS},
        ),
        visible=visible,
        spots=[
            *spots("country", countries.values(), without_city),
            *spots("city", cities.values(), sets["city"]),
        ],
        lines=lines(),
    )


def values_of(sets: Mapping, objects: Mapping[int, Any] | None) -> dict[str, Value]:
    """Return the values of a facet, for texts or for objects by primary key."""
    if objects is None:
        return {key: Value(key, key, {}, rows) for key, rows in sets.items()}
    return {
        each.slug: Value(each.slug, each.name, names_of(each), sets[each.pk])
        for each in objects.values()
    }


def names_of(row: Any) -> dict[str, str]:
    """Return the names of a theme, practice or city by language."""
    translated = getattr(row, "names_in", None)
    if translated is None:
        return row.names
    return {each["language"]: each["text"] for each in translated}


def spots(facet: str, places: Iterable[Any], sets: Mapping) -> Iterator[Spot]:
    """Yield the places with coordinates and rows of their own."""
    for place in places:
        if place.longitude is not None and (rows := sets.get(place.pk)):
            key = place.slug if facet == "city" else place.pk
            yield Spot(facet, key, place.longitude, place.latitude, rows)


def label(facet: str, value: Value) -> str:
    """Return the name of a value in the language of the page."""
    if facet == "kind":
        return str(KINDS[value.key])
    if facet == "modality":
        return str(Modality(value.key).label)
    return value.label(facet)


def draw(board: Board, rows: int) -> Map:
    """Return the map of cities and countries with any of the rows; markers link to their rows."""
    page = reverse("partnerships:board")
    language = get_language() or ""
    points = []
    for spot in board.spots:
        if count := (spot.rows & rows).bit_count():
            value = board.index.values[spot.facet][spot.key]
            name = (
                country_name(spot.key)
                if spot.facet == "country"
                else value.names.get(language, value.name)
            )
            url = f"{page}?{spot.facet}={spot.key}"
            points.append(Point(spot.key, name, url, spot.longitude, spot.latitude, count))
    return draw_map(
        points,
        [(one.slug, other.slug) for one, other in board.lines],
        label=gettext("Map of cities with offers or needs"),
        list_url="#found",
    )
