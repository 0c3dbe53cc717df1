"""The board: offers, needs and open requests in one list, as sets.

What is open stands in one row, in the order of `listed.ORDER`, as the cases do in
`repository/cases/facets.py`: a set of them is an integer whose bit i is the i-th of them.
Who may read a
request is such a set too, so that all readers share one index.
"""

import json
from dataclasses import dataclass, field
from typing import NamedTuple

from django.db import connection
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from partnerships.board.entries import KINDS, OPEN, ORDER
from partnerships.board.lines import lines
from partnerships.models import Modality, Visibility
from repository.cases.facets import FacetIndex, Value, bits
from repository.maps.atlas import Place
from repository.maps.world import Map, Point, draw_map
from repository.pages.editions import per_edition
from repository.places.country_names import country_name

# The facets of the page in their order.
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

# One statement for all, as for the cases: the number of queries is the same on the first view.
INDEX = f"""
WITH listed AS MATERIALIZED (
    SELECT l.kind, l.id, l.visibility, l.modalities, l.languages, l.city_id,
        COALESCE(c.country_id, l.country_id, o.country_id) AS country_id,
        row_number() OVER (ORDER BY {ORDER}) - 1 AS place
    FROM ({OPEN.format(offer="", need="", request="")}) l
    LEFT JOIN repository_city c ON c.id = l.city_id
    LEFT JOIN repository_organization o ON o.id = l.organization_id
), themes AS (
    SELECT 'offer' AS kind, offer_id AS id, theme_id FROM partnerships_offer_themes
    UNION ALL SELECT 'need', need_id, theme_id FROM partnerships_need_themes
    UNION ALL SELECT 'request', partnershiprequest_id, theme_id
        FROM partnerships_partnershiprequest_themes
), practices AS (
    SELECT 'offer' AS kind, offer_id AS id, practice_id FROM partnerships_offer_practices
    UNION ALL SELECT 'need', need_id, practice_id FROM partnerships_need_practices
    UNION SELECT 'request', partnershiprequest_id, practice_id
        FROM partnerships_partnershiprequest_practices
    UNION SELECT 'request', partnershiprequest_id, practice_id
        FROM partnerships_partnershiprequest_offered_practices
)
SELECT 'kind', kind, '', '{{}}', NULL::float, NULL::float,
    array_agg(place ORDER BY place), array_agg(id ORDER BY place) FROM listed GROUP BY kind
UNION ALL SELECT 'visibility', visibility, '', '{{}}', NULL, NULL, array_agg(place), NULL
    FROM listed GROUP BY visibility
UNION ALL SELECT 'modality', m, '', '{{}}', NULL, NULL, array_agg(place), NULL
    FROM listed, unnest(modalities) m GROUP BY m
UNION ALL SELECT 'language', m, '', '{{}}', NULL, NULL, array_agg(place), NULL
    FROM listed, unnest(languages) m GROUP BY m
UNION ALL SELECT 'theme', t.slug, t.name, t.names::text, NULL, NULL, array_agg(l.place), NULL
    FROM listed l JOIN themes x USING (kind, id)
    JOIN repository_theme t ON t.id = x.theme_id GROUP BY t.id
UNION ALL SELECT 'practice', t.slug, t.name, '{{}}', NULL, NULL, array_agg(l.place), NULL
    FROM listed l JOIN practices x USING (kind, id)
    JOIN repository_practice t ON t.id = x.practice_id GROUP BY t.id
UNION ALL SELECT 'country', t.iso2, '', '{{}}', t.longitude, t.latitude,
    array_agg(l.place), array_agg(l.place) FILTER (WHERE l.city_id IS NULL)
    FROM listed l JOIN repository_country t ON t.iso2 = l.country_id GROUP BY t.iso2
UNION ALL SELECT 'region', t.region, t.region, '{{}}', NULL, NULL, array_agg(l.place), NULL
    FROM listed l JOIN repository_country t ON t.iso2 = l.country_id
    WHERE t.region <> '' GROUP BY t.region
UNION ALL SELECT 'city', t.slug, t.name, t.names::text, t.longitude, t.latitude,
    array_agg(l.place), NULL
    FROM listed l JOIN repository_city t ON t.id = l.city_id GROUP BY t.id
"""  # noqa: S608


class Spot(NamedTuple):
    """Where a city lies on the map, or a country that has offers and needs of its own."""

    facet: str
    key: str
    longitude: float
    latitude: float
    # The set of what is theirs.
    rows: int


@dataclass
class Board:
    """What is open, as sets: `keys` are (kind, primary key) in the order of the list."""

    keys: list[tuple[str, int]] = field(default_factory=list)
    index: FacetIndex = field(default_factory=FacetIndex)
    visible: dict[str, int] = field(default_factory=dict)
    spots: list[Spot] = field(default_factory=list)
    lines: list[tuple[Place, Place]] = field(default_factory=list)

    def shown_to(self, user) -> int:
        """The set that a reader may know of: see `PartnershipRequest.objects.listed_for`."""
        shown = [Visibility.PUBLIC]
        if user.is_authenticated:
            shown.append(Visibility.MEMBERS)
            # Only staff are brokers: others are not asked for their rights at each page.
            if user.is_staff and user.has_perm("partnerships.broker"):
                shown.append(Visibility.BROKERS)
        found = 0
        for visibility in shown:
            found |= self.visible.get(visibility, 0)
        return found


def board(edition: str, version: str) -> Board:
    """The board as of an edition, a version of its page, and today; from two queries at most."""
    return as_of((edition, version, timezone.localdate()))


@per_edition
def as_of() -> Board:
    keys: dict[int, tuple[str, int]] = {}
    visible: dict[str, int] = {}
    values: dict[str, dict[str, Value]] = {facet: {} for facet in FACETS}
    spots: dict[str, list[Spot]] = {"country": [], "city": []}
    with connection.cursor() as cursor:
        cursor.execute(INDEX, {"today": timezone.localdate()})
        # Row by row: all of them at once would take ten times the memory of what comes of them.
        for facet, key, name, names, x, y, places, own in cursor:
            rows = bits(places)
            if facet == "visibility":
                visible[key] = rows
                continue
            values[facet][key] = Value(key, name, json.loads(names), rows)
            if facet == "kind":
                keys |= zip(places, ((key, pk) for pk in own), strict=True)
            elif x is not None and (there := rows if facet == "city" else bits(own or [])):
                spots[facet].append(Spot(facet, key, x, y, there))
    return Board(
        keys=[keys[place] for place in range(len(keys))],
        index=FacetIndex(cases=range(len(keys)), values=values),
        visible=visible,
        spots=[*spots["country"], *spots["city"]],
        lines=lines(),
    )


def label(facet: str, value: Value) -> str:
    """The name of a value in the language of the page."""
    if facet == "kind":
        return str(KINDS[value.key])
    if facet == "modality":
        return str(Modality(value.key).label)
    return value.label(facet)


def draw(board: Board, rows: int) -> Map:
    """The cities, and countries, that have any of the rows; a mark leads to what is theirs."""
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
        label=gettext("Map of cities that offer something or look for partners"),
        list_url="#found",
    )
