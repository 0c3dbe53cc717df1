"""The map of the collection, drawn once for each edition and language."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import lru_cache
from math import inf
from typing import Any, NamedTuple

from django.db import models
from django.db.models import OuterRef, Subquery, Value
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from repository.cases.covers import ink_of
from repository.cases.facets import all_counts
from repository.maps import windows
from repository.maps.labels import Box
from repository.maps.projection import project
from repository.maps.world import LAYERS, OTHER, Layer, Map, Neighbours, Point, Size, draw_map
from repository.models import CaseFacet, City, Country
from repository.pages.addresses import address_of
from repository.pages.editions import cached_by_edition
from repository.places.country_names import country_name
from repository.places.with_cases import places_with_cases

# Small maps: their width in units, which is about that in CSS pixels, and their only layer.
INSET_WIDTH = 440
INSET = {"inset": Size(15.0, 1.15)}
# Maps of the home page. The world in half the width of a page needs larger letters.
HALF = {"half": Size(16.0, 1.3, most=70), "phone": LAYERS["phone"]._replace(most=30)}
PART = {"inset": INSET["inset"]._replace(most=60)}
# The least width of the surroundings of a place, in units of the world map, and their shape.
SURROUNDINGS, SURROUNDINGS_SHAPE = 170, 1.9


class Place(NamedTuple):
    """A city at the end of a line, with its names by language code."""

    slug: str
    name: str
    names: dict[str, str]
    longitude: float
    latitude: float
    is_sample: bool = False

    def __hash__(self) -> int:
        """Names in other languages are a dict, which has no hash."""
        return hash(self.slug)


class CasePlace(NamedTuple):
    """A city with cases, or a country with cases that have no city, at its label point.

    `names` are those of a city by language code, with its own name as ""; `x` and `y` are its
    position on the map of the world.
    """

    kind: str
    key: str
    names: dict[str, str]
    longitude: float
    latitude: float
    country: str
    region: str
    is_sample: bool
    x: float
    y: float


type Lines = tuple[tuple[Place, Place], ...]

# A map is drawn of at most so many cities, those with most cases.
MOST_CITIES = 2_000
# Functions of higher apps that return pairs of partner cities.
added_lines: list[Callable[[str], list[tuple[Place, Place]]]] = []


@cached_by_edition()
def points(edition: str) -> list[CasePlace]:
    """Return cities with published cases, and countries with cases that have no city."""
    shown = places_with_cases(edition, MOST_CITIES)
    # One statement for both, to limit the number of queries on the first view of an edition.
    cities = (
        City.objects.filter(slug__in=shown.cities)
        .on_map()
        .order_by()
        .values_list(
            *(Value("city"), "slug", "name", "names", "longitude", "latitude"),
            *("country_id", "country__region", "is_sample"),
        )
    )
    nothing = Value({}, models.JSONField())
    countries = (
        Country.objects.filter(pk__in=shown.countries, latitude__isnull=False)
        .order_by()
        .values_list(
            *(Value("country"), "iso2", Value(""), nothing, "longitude", "latitude"),
            *("iso2", "region", Value(False)),
        )
    )
    rows = cities.union(countries, all=True)
    return [
        CasePlace(
            kind,
            key,
            {"": name, **names},
            longitude,
            latitude,
            country,
            region,
            is_sample,
            *project(longitude, latitude),
        )
        for kind, key, name, names, longitude, latitude, country, region, is_sample in rows
    ]


def draw_area(edition: str, *, region: str = "", country: str = "") -> Map:
    """Return the map of a region or a country or area; of the world if it has no places."""
    return draw_in(
        edition,
        lines_of(edition),
        get_language() or "en",
        region,
        country,
    )


def draw_halves(edition: str) -> tuple[Map, Map | None]:
    """Return the map of the world, for half the width of a page, and an enlarged part of it.

    The part is where places crowd together; it is None if they do not.
    """
    lines = lines_of(edition)
    return draw_halves_in(edition, lines, get_language() or "en")


@cached_by_edition(8)
def draw_halves_in(edition: str, lines: Lines, language: str) -> tuple[Map, Map | None]:
    shown = points(edition)
    window = windows.crowded((place.longitude, place.latitude) for place in shown)
    marks = marks_of(shown, edition, language)
    list_url = reverse("repository:city_list") + "#list"
    partners, links = partners_of(lines, language)
    world = drawn(
        with_partners(marks, partners),
        links,
        label=_("Map of places with cases"),
        list_url=list_url,
        layers=HALF,
    )
    if window is None:
        return with_html(world), None
    part = drawn(
        marks,
        label=_("Map of the part of the world with the most cases"),
        list_url=list_url,
        window=window,
        width=INSET_WIDTH,
        layers=PART,
    )
    world = replace(world, detail=window, layers=tuple(without_labels(world, window)))
    return with_html(world), with_html(part)


def without_labels(drawn: Map, window: Box) -> Iterable[Layer]:
    """Yield the layers without labels in a window, which is shown enlarged with all labels."""
    for layer in drawn.layers:
        marks = (
            replace(mark, label=None)
            if window.left <= mark.x <= window.right and window.top <= mark.y <= window.bottom
            else mark
            for mark in layer.marks
        )
        yield replace(layer, marks=tuple(marks))


class Surroundings(NamedTuple):
    """What a small map shows around a city or a country: the place itself, and others beside it."""

    label: str
    url: str
    here: list[Point]
    beside: list[Point]
    window: Box


def surroundings(
    edition: str, *, city: City | None = None, country: Country
) -> Surroundings | None:
    """Return the places of cases near a city, or near a country and its places.

    None without a position.
    """
    language, every = get_language() or "en", points(edition)
    place = city or country
    url = place.get_absolute_url()
    if city:
        own = [place for place in every if place.kind == "city" and place.key == city.slug]
    else:
        own = [place for place in every if place.country == country.pk]
    here = marks_of(own, edition, language)
    if not here and place.latitude is not None and place.longitude is not None:
        key = city.slug if city else country.pk
        here = [Point(key, place.localized_name, url, place.longitude, place.latitude)]
    window = windows.around(
        [(mark.longitude, mark.latitude) for mark in here],
        smallest=SURROUNDINGS,
        shape=SURROUNDINGS_SHAPE,
    )
    if window is None:
        return None
    others = marks_of(beside(here, every, window), edition, language)
    # The place itself is never hidden in a cluster, nor left without a label.
    here = [mark._replace(weight=inf) for mark in here]
    return Surroundings(place.localized_name, url, here, others, window)


def draw_surroundings(shown: Surroundings) -> Map:
    """Return a small map; the places that it is about have the layer "here"."""
    about = {mark.key for mark in shown.here}
    drawn = draw_map(
        shown.here + shown.beside,
        label=shown.label,
        list_url=shown.url,
        window=shown.window,
        width=INSET_WIDTH,
        layers=INSET,
    )
    [layer] = drawn.layers
    return replace(
        drawn,
        layers=tuple(
            replace(
                layer,
                name=name,
                marks=tuple(
                    mark for mark in layer.marks if (mark.members[0].key in about) is is_here
                ),
            )
            for name, is_here in (("inset", False), ("here", True))
        ),
    )


def beside(here: list[Point], every: list[CasePlace], window: Box) -> list[CasePlace]:
    """Return the places in a window, except those that marks of `here` would cover."""
    near = INSET["inset"].gather * window.width / INSET_WIDTH
    taken = Neighbours(near)
    for number, mark in enumerate(here):
        taken.add(*project(mark.longitude, mark.latitude), number)
    # One unit more on each side, since the map is rounded to whole units.
    return [
        place
        for place in every
        if window.left - 1 < place.x < window.right + 1
        and window.top - 1 < place.y < window.bottom + 1
        and not taken.within(place.x, place.y, near)
    ]


def marks_of(shown: Iterable[CasePlace], edition: str, language: str) -> list[Point]:
    """Return places of cases as points, weighted by the binary digits of their number of cases.

    So one more case rarely changes where the marks and labels of a map are.
    """
    marks = all_marks(edition, language)
    return [marks[place.kind, place.key] for place in shown]


@cached_by_edition(8)
def all_marks(edition: str, language: str) -> dict[tuple[str, str], Point]:
    counts, inks = all_counts(edition), inks_of(edition)
    marks = {}
    for place in points(edition):
        if place.kind == "city":
            label = place.names.get(language, place.names[""])
            url = address_of("repository:city_detail", place.key)
        else:
            label = country_name(place.key)
            url = address_of("repository:country_detail", place.key.lower())
        own = place.kind, place.key
        position = place.longitude, place.latitude
        weight, ink = counts.of(*own).total.bit_length(), inks.get(own, "")
        marks[own] = Point(place.key, label, url, *position, weight, ink, place.is_sample)
    return marks


# The facets with the places of maps, and their kinds.
KINDS = {"city": "city", "alone": "country"}


@cached_by_edition()
def inks_of(_edition: str) -> dict[tuple[str, str], str]:
    """Return the ink of each city, and of each country with cases that have no city.

    It is that of the newest case, as on its cover.
    """
    main = CaseFacet.objects.filter(case=OuterRef("case"), facet="main").values("key")
    newest = CaseFacet.objects.filter(facet__in=KINDS).annotate(theme=Subquery(main))
    newest = newest.order_by("facet", "key", "is_sample", "-published_at", "-case_id").distinct(
        "facet", "key"
    )
    return {
        (KINDS[facet], key): ink_of([theme] if theme else [])
        for facet, key, theme in newest.values_list("facet", "key", "theme")
    }


@cached_by_edition(32)
def draw_in(edition: str, lines: Lines, language: str, region: str = "", country: str = "") -> Map:
    every, window = points(edition), None
    marks = marks_of(every, edition, language)
    if region or country:
        window = windows.around(
            (place.longitude, place.latitude)
            for place in every
            if (country and place.country == country) or (region and place.region == region)
        )
    partners, links = partners_of(lines, language)
    shown = drawn(
        with_partners(marks, partners),
        links,
        label=_("Map of places with cases"),
        list_url=reverse("repository:city_list") + "#list",
        window=window,
    )
    return with_html(shown)


def with_html(drawn: Map) -> Map:
    """Return a map with its component: rendering it takes half of the time of a page."""
    return replace(drawn, html=render_to_string("components/_map.html", {"map": drawn}))


def drawn(points: list[Point], links: Iterable[tuple[str, str]] = (), **options: Any) -> Map:
    """Return `draw_map`, which is called only for other places: the inks change more often."""
    by_place = {point._replace(ink=""): point for point in points}
    layers = tuple(options.pop("layers", LAYERS).items())
    laid = lay_out(tuple(sorted(by_place)), tuple(links), layers, tuple(options.items()))
    return replace(laid, layers=tuple(with_inks(layer, by_place) for layer in laid.layers))


@lru_cache(maxsize=32)
def lay_out(
    points: tuple[Point, ...],
    links: tuple[tuple[str, str], ...],
    layers: tuple[tuple[str, Size], ...],
    options: tuple[tuple[str, Any], ...],
) -> Map:
    return draw_map(points, links, layers=dict(layers), **dict(options))


def with_inks(layer: Layer, by_place: Mapping[Point, Point]) -> Layer:
    """Return a layer of the points with ink, by those without.

    They are not copied: maps of several languages are remembered, each of up to 2,000 points.
    """
    return replace(
        layer,
        marks=tuple(
            replace(mark, members=tuple(map(by_place.__getitem__, mark.members)))
            for mark in layer.marks
        ),
    )


def lines_of(edition: str) -> Lines:
    """Return the pairs of partner cities. Maps are drawn again when they change."""
    return tuple(pair for add in added_lines for pair in add(edition))


def partners_of(lines: Lines, language: str) -> tuple[list[Point], list[tuple[str, str]]]:
    """Return partner cities as points without weight, and the pairs of their keys."""
    partners = []
    for place in {place.slug: place for pair in lines for place in pair}.values():
        label = place.names.get(language, place.name)
        url = reverse("repository:city_detail", args=[place.slug])
        partners.append(
            Point(
                *(place.slug, label, url, place.longitude, place.latitude),
                *(0, OTHER, place.is_sample),
            )
        )
    return partners, [(one.slug, other.slug) for one, other in lines]


def with_partners(marks: list[Point], partners: list[Point]) -> list[Point]:
    """Return the marks and those of partner cities that have no case."""
    known = {mark.key for mark in marks}
    return marks + [partner for partner in partners if partner.key not in known]
