"""The map of the collection, drawn once for each edition and language."""

from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

from django.db import models
from django.db.models import Value
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from repository.cases.facets import facet_index
from repository.maps.world import Map, Point, draw_map
from repository.models import City, Country
from repository.pages.editions import forgettable, per_edition
from repository.places.country_names import country_name


class Place(NamedTuple):
    """A city at the end of a line, with its names by language code."""

    slug: str
    name: str
    names: dict[str, str]
    longitude: float
    latitude: float


# Functions of higher apps that return pairs of partner cities for an edition and a page version.
# When the pairs change, these apps touch the pages with the map.
added_lines: list[Callable[[str, str], list[tuple[Place, Place]]]] = []


@per_edition
def points() -> list[tuple]:
    """Return cities with published cases, and countries with cases that have no city.

    Each is (kind, key, names, longitude, latitude); a country is placed at its label point.
    """
    # One statement for both, to limit the number of queries on the first view of an edition.
    cities = (
        City.objects.with_published_cases()
        .on_map()
        .order_by()
        .values_list(Value("city"), "slug", "name", "names", "longitude", "latitude")
    )
    nothing = Value({}, models.JSONField())
    countries = (
        Country.objects.with_published_cases()
        .filter(latitude__isnull=False)
        .order_by()
        .values_list(Value("country"), "iso2", Value(""), nothing, "longitude", "latitude")
    )
    return [
        (kind, key, {"": name, **names}, x, y)
        for kind, key, name, names, x, y in cities.union(countries, all=True)
    ]


def draw(edition: str, version: str = "") -> Map:
    """Return the map of the collection in the active language."""
    return draw_in(edition, version, get_language() or "en")


@forgettable
@lru_cache(maxsize=8)
def draw_in(edition: str, version: str, language: str) -> Map:
    index = facet_index(edition)
    marks = []
    for kind, key, names, longitude, latitude in points(edition):
        if kind == "city":
            label = names.get(language, names[""])
            url = reverse("repository:city_detail", args=[key])
        else:
            label = country_name(key)
            url = reverse("repository:country_detail", args=[key.lower()])
        marks.append(Point(key, label, url, longitude, latitude, index.count(kind, key)))
    lines = [pair for add in added_lines for pair in add(edition, version)]
    known = {mark.key for mark in marks}
    # Partner cities are on the map even without a case.
    for place in {place.slug: place for pair in lines for place in pair}.values():
        if place.slug not in known:
            label = place.names.get(language, place.name)
            url = reverse("repository:city_detail", args=[place.slug])
            marks.append(Point(place.slug, label, url, place.longitude, place.latitude, 0))
    return draw_map(
        marks,
        [(one.slug, other.slug) for one, other in lines],
        label=_("Map of places with cases"),
        list_url=reverse("repository:city_list") + "#list",
    )
