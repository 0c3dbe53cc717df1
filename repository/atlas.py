"""The places of the collection on the map, drawn once for each edition and language."""

from functools import lru_cache

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from repository.facets import facet_index
from repository.maps import Map, Point, draw_map
from repository.models import City, Country
from repository.models.country import country_name
from repository.per_edition import forgettable, per_edition


@per_edition
def points() -> list[tuple]:
    """Cities with published cases, and countries with cases of no single city.

    Each as (kind, key, names, longitude, latitude); a country stands at its label point.
    """
    cities = (
        City.objects.with_published_cases()
        .on_map()
        .values_list("slug", "name", "names", "longitude", "latitude")
    )
    countries = (
        Country.objects.with_published_cases()
        .filter(latitude__isnull=False)
        .values_list("iso2", "longitude", "latitude")
    )
    return [
        *[("city", slug, {"": name, **names}, x, y) for slug, name, names, x, y in cities],
        *[("country", iso2, {}, x, y) for iso2, x, y in countries],
    ]


def picture(edition: int) -> str:
    """The map of the collection in the language of the page, as HTML."""
    return picture_in(edition, get_language() or "en")


@forgettable
@lru_cache(maxsize=8)
def picture_in(edition: int, language: str) -> str:
    return render_to_string("components/_map.html", {"map": draw_in(edition, language)})


def draw(edition: int) -> Map:
    """The map of the collection in the language of the page."""
    return draw_in(edition, get_language() or "en")


@forgettable
@lru_cache(maxsize=8)
def draw_in(edition: int, language: str) -> Map:
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
    return draw_map(
        marks,
        label=_("Map of the places with cases"),
        list_url=reverse("repository:city_list") + "#list",
    )
