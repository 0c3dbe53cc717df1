"""The board: offers, needs, open requests and partnerships as sets of rows.

The open rows have the order of lists (`entries.order`); a set of them has their places in it. The
rows visible to a reader are such a set too, so that all readers share one board.
"""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple

from django.contrib.postgres.fields import ArrayField
from django.db import connection, models
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from partnerships.board.entries import KINDS, SINCE, board_rows, country_of, visibility_of
from partnerships.board.lines import lines
from partnerships.models import Modality, Visibility
from repository.cases.facets import Count, Counts
from repository.cases.values import Value
from repository.maps.atlas import Place
from repository.maps.world import Map, Point, draw_map
from repository.pages.editions import cached_by_edition
from repository.places.country_names import country_name

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


# One row for each value of each facet, with the places of its rows, from the last of the list to
# the first, as cases are numbered. Written in SQL, as for cases: the links of each row as arrays,
# put together in Python, take several times as long.
QUERY = """
WITH listed (kind, id, since, visibility, modalities, languages, city, country) AS ({rows}),
board AS MATERIALIZED (
    SELECT *, row_number() OVER (
        ORDER BY CASE kind WHEN 'request' THEN 0 WHEN 'partnership' THEN 2 ELSE 1 END DESC,
            since, kind COLLATE "C" DESC, id
    ) - 1 AS place
    FROM listed
), offers AS (SELECT place, id FROM board WHERE kind = 'offer'
), needs AS (SELECT place, id FROM board WHERE kind = 'need'
), requests AS (SELECT place, id FROM board WHERE kind = 'request'
), partnerships AS (SELECT place, id FROM board WHERE kind = 'partnership'
), themes (place, theme) AS (
    SELECT place, theme_id FROM offers JOIN partnerships_offer_themes ON offer_id = offers.id
    UNION ALL SELECT place, theme_id
        FROM needs JOIN partnerships_need_themes ON need_id = needs.id
    UNION ALL SELECT place, theme_id
        FROM requests JOIN partnerships_partnershiprequest_themes
            ON partnershiprequest_id = requests.id
    UNION ALL SELECT place, theme_id
        FROM partnerships JOIN partnerships_partnership_themes
            ON partnership_id = partnerships.id
), practices (place, practice) AS (
    SELECT place, practice_id FROM offers JOIN partnerships_offer_practices ON offer_id = offers.id
    UNION ALL SELECT place, practice_id
        FROM needs JOIN partnerships_need_practices ON need_id = needs.id
    UNION ALL SELECT place, practice_id
        FROM requests JOIN partnerships_partnershiprequest_practices
            ON partnershiprequest_id = requests.id
    UNION ALL SELECT place, practice_id
        FROM requests JOIN partnerships_partnershiprequest_offered_practices
            ON partnershiprequest_id = requests.id
    UNION ALL SELECT place, practice_id
        FROM partnerships JOIN partnerships_partnership_practices
            ON partnership_id = partnerships.id
), parties (place, city, country) AS (
    SELECT place, c.id, c.country_id
    FROM partnerships JOIN partnerships_party ON partnership_id = partnerships.id
    JOIN repository_city c ON c.id = city_id
), of_theme AS (
    SELECT theme, array_agg(place) AS places FROM themes GROUP BY theme
), of_practice AS (
    SELECT practice, array_agg(place) AS places FROM practices GROUP BY practice
), of_city AS (
    SELECT city, array_agg(place) AS places FROM (
        SELECT place, city FROM board WHERE city IS NOT NULL
        UNION ALL SELECT place, city FROM parties
    ) row GROUP BY city
), of_country AS (
    SELECT country, array_agg(place) AS places,
        array_agg(place) FILTER (WHERE is_alone) AS places_alone
    FROM (
        SELECT place, country, city IS NULL AS is_alone FROM board WHERE country IS NOT NULL
        UNION ALL SELECT place, country, false FROM parties
    ) row GROUP BY country
)
SELECT 'kind', kind, '', '{{}}', NULL::float[], array_agg(place), array_agg(id)
    FROM board GROUP BY kind
UNION ALL SELECT 'visible', visibility, '', '{{}}', NULL, array_agg(place), NULL
    FROM board GROUP BY visibility
UNION ALL SELECT 'modality', key, '', '{{}}', NULL, array_agg(place), NULL
    FROM board, unnest(modalities) AS key GROUP BY key
UNION ALL SELECT 'language', key, '', '{{}}', NULL, array_agg(place), NULL
    FROM board, unnest(languages) AS key GROUP BY key
UNION ALL SELECT 'theme', t.slug, t.name, t.names::text, NULL, places, NULL
    FROM of_theme JOIN repository_theme t ON t.id = theme
UNION ALL SELECT 'practice', t.slug, t.name, (
        SELECT coalesce(jsonb_object_agg(n.language, p.text), '{{}}')::text
        FROM repository_translation n
        JOIN repository_translatedparagraph p ON p.translation_id = n.id
        WHERE n.kind = 'practice' AND n.object_id = t.id AND p.field = 'name' AND p.source = t.name
    ), NULL, places, NULL
    FROM of_practice JOIN repository_practice t ON t.id = practice
UNION ALL SELECT 'city', t.slug, t.name, t.names::text, ARRAY[t.longitude, t.latitude], places, NULL
    FROM of_city JOIN repository_city t ON t.id = city
UNION ALL SELECT 'sample', t.slug, '', '{{}}', NULL, places, NULL
    FROM of_city JOIN repository_city t ON t.id = city WHERE t.is_sample
UNION ALL SELECT 'country', country, '', '{{}}', NULL, places, NULL FROM of_country
UNION ALL SELECT 'region', region, '', '{{}}', NULL, array_agg(place), NULL
    FROM of_country JOIN repository_country ON iso2 = country, unnest(places) AS place
    WHERE region <> '' GROUP BY region
-- Countries with rows that are not those of a city.
UNION ALL SELECT 'alone', iso2, '', '{{}}', ARRAY[longitude, latitude], places_alone, NULL
    FROM of_country JOIN repository_country ON iso2 = country WHERE places_alone IS NOT NULL
"""


type Rows = frozenset[int]


@dataclass(frozen=True)
class ValueWithRows(Value):
    """A value of a facet with the set of its rows."""

    rows: Rows = frozenset()


class Spot(NamedTuple):
    """The location of a city, or of a country with offers and needs of its own."""

    facet: str
    key: str
    longitude: float
    latitude: float
    rows: Rows


class Found(NamedTuple):
    """A row of `QUERY`."""

    key: str
    name: str
    names: str
    position: list[float | None]
    places: list[int]
    pks: list[int]

    def value(self) -> ValueWithRows:
        names = json.loads(self.names)
        return ValueWithRows(self.key, self.name, names, frozenset(self.places))


@dataclass
class Board:
    """Open rows as sets: `keys` are (kind, primary key), from the last of the list to the first."""

    keys: list[tuple[str, int]] = field(default_factory=list)
    values: Mapping[str, Mapping[str, ValueWithRows]] = field(
        default_factory=lambda: {facet: {} for facet in FACETS}
    )
    samples: Rows = frozenset()
    visible: dict[str, Rows] = field(default_factory=dict)
    spots: list[Spot] = field(default_factory=list)
    lines: list[tuple[Place, Place]] = field(default_factory=list)

    def of(self, facet: str, key: str) -> Rows:
        """The set of rows with a value."""
        value = self.values[facet].get(key)
        return value.rows if value else frozenset()

    def having(self, facet: str, keys: Iterable[str]) -> Rows:
        """The set of rows with any of the values of a facet."""
        return frozenset().union(*(self.of(facet, key) for key in keys))

    def size(self, rows: Rows) -> Count:
        samples = len(rows & self.samples)
        return Count(len(rows) - samples, samples)

    def counted(
        self, facet: str, rows: Rows, *, chosen: Collection[str], most: int
    ) -> tuple[list[tuple[str, Count]], int]:
        """The values of a facet with their counts among some rows, as `Counts.most`."""
        found = {key: rows & value.rows for key, value in self.values[facet].items()}
        counts = {key: self.size(having) for key, having in found.items() if having}
        return Counts({facet: counts}).most(facet, chosen=chosen, most=most)

    def set_of(self, keys: Iterable[tuple[str, int]]) -> Rows:
        """The set of the rows with these keys; others are ignored."""
        places = {key: place for place, key in enumerate(self.keys)}
        return frozenset(places[key] for key in keys if key in places)

    def shown_to(self, user) -> Rows:
        """The set of rows visible to a reader."""
        seen = (self.visible.get(each, frozenset()) for each in visible_to(user))
        return frozenset().union(*seen)


def visible_to(user) -> list[Visibility]:
    """The visibilities that a reader sees: see `PartnershipRequest.objects.listed_for`."""
    shown = [Visibility.PUBLIC]
    if user.is_authenticated:
        shown.append(Visibility.MEMBERS)
        # Only staff can be brokers: this saves a query for permissions for all others.
        if user.is_staff and user.has_perm("partnerships.broker"):
            shown.append(Visibility.BROKERS)
    return shown


@cached_by_edition()
def board(_edition: str) -> Board:
    """Return the board of the current edition; at most two queries."""
    found: dict[str, list[Found]] = defaultdict(list)
    rows, parameters = listed()
    with connection.cursor() as cursor:
        cursor.execute(QUERY.format(rows=rows), parameters)
        for facet, *columns in cursor:
            found[facet].append(Found(*columns))
    keys = {
        place: (kind.key, pk)
        for kind in found["kind"]
        for place, pk in zip(kind.places, kind.pks, strict=True)
    }
    number = len(keys)
    return Board(
        keys=[keys[place] for place in range(number)],
        values={facet: {row.key: row.value() for row in found[facet]} for facet in FACETS},
        # Unlike sample cases, among the others in the list.
        samples=frozenset().union(*(row.places for row in found["sample"])),
        visible={row.key: frozenset(row.places) for row in found["visible"]},
        # In a fixed order, so that the same places give the same map.
        spots=sorted(
            Spot(facet, row.key, row.position[0], row.position[1], frozenset(row.places))
            for facet, rows in (("country", found["alone"]), ("city", found["city"]))
            for row in rows
            if None not in row.position
        ),
        lines=lines(),
    )


def listed() -> tuple[str, tuple]:
    """Return the SQL, with its parameters, of all open rows with the columns of `listed`."""
    first, *rest = (columns_of(kind, rows) for kind, rows in board_rows().items())
    return first.union(*rest, all=True).order_by().query.sql_with_params()


def columns_of(kind: str, rows: QuerySet) -> QuerySet:
    is_partnership = kind == "partnership"
    no_texts = models.Value([], ArrayField(models.CharField()))
    return rows.order_by().values_list(
        models.Value(kind),
        "pk",
        SINCE[kind],
        visibility_of(kind),
        no_texts if is_partnership else "modalities",
        no_texts if is_partnership else languages_of(kind),
        models.Value(None, models.BigIntegerField()) if is_partnership else "city",
        country_of(kind),
    )


def languages_of(kind: str) -> Any:
    """Working languages; those in the profile of its city for a request that names none."""
    if kind != "request":
        return "languages"
    return models.Case(
        models.When(languages=[], then="city__working_languages"), default="languages"
    )


def label(facet: str, value: Value) -> str:
    """Return the name of a value in the language of the page."""
    if facet == "kind":
        return str(KINDS[value.key])
    if facet == "modality":
        return str(Modality(value.key).label)
    return value.label(facet)


def draw(board: Board, rows: Rows) -> Map:
    """Return the map of cities and countries with any of the rows; markers link to their rows."""
    page = reverse("partnerships:board")
    language = get_language() or ""
    points = []
    for spot in board.spots:
        if count := len(rows & spot.rows):
            value = board.values[spot.facet][spot.key]
            name = (
                country_name(spot.key)
                if spot.facet == "country"
                else value.names.get(language, value.name)
            )
            url = f"{page}?{spot.facet}={spot.key}"
            # By the digits of its number, so that one more offer of a city rarely changes the map.
            weight = len(str(count))
            points.append(Point(spot.key, name, url, spot.longitude, spot.latitude, weight))
    links = tuple((one.slug, other.slug) for one, other in board.lines)
    return draw_points(tuple(points), links, gettext("Map of cities with offers or needs"))


@lru_cache(maxsize=16)
def draw_points(points: tuple[Point, ...], links: tuple[tuple[str, str], ...], label: str) -> Map:
    return draw_map(points, links, label=label, list_url="#found")
