"""Lines on the map between cities that work together, and what the home page lists: asked at once.

Kept for an edition, a version of the page and a day, so that the home page has one query more on
its first view, and none afterwards.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.utils import timezone

from partnerships.board import entries
from repository.maps.atlas import Place, added_lines
from repository.pages.editions import per_edition

# A map with more is a texture, and weighs down the page.
MOST_PARTNERSHIPS = 60
# Of each kind on the home page.
SHOWN_AT_HOME = 3

# The cities in the newest public partnerships that were not given up.
PARTIES = """
SELECT p.partnership_id, p.role = 'requester', c.slug, c.name, c.names, c.longitude, c.latitude
FROM (
    SELECT id, agreed_on FROM partnerships_partnership
    WHERE is_public AND status <> 'discontinued' ORDER BY agreed_on DESC, id DESC LIMIT %(newest)s
) n
JOIN partnerships_party p ON p.partnership_id = n.id
JOIN repository_city c ON c.id = p.city_id AND c.latitude IS NOT NULL
ORDER BY n.agreed_on DESC, n.id DESC, p.id
"""


@dataclass
class Front:
    """What the home page shows of the partnership desk."""

    rows: list[entries.Row] = field(default_factory=list)
    lines: list[tuple[Place, Place]] = field(default_factory=list)


def front(edition: str, version: str) -> Front:
    """As of an edition, a version of the page, and today; from one query at most."""
    return front_as_of((edition, version, timezone.localdate()))


@per_edition
def front_as_of() -> Front:
    rows, parameters = entries.newest_statement({}, most=SHOWN_AT_HOME)
    parts = ", ".join(
        f"(SELECT json_agg(to_json(found)) FROM ({part}) found({columns}))"  # noqa: S608
        for part, columns in ((rows, numbered(15)), (PARTIES, numbered(7)))
    )
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {parts}", parameters | {"newest": MOST_PARTNERSHIPS})
        found, parties = ([[*row.values()] for row in part or []] for part in cursor.fetchone())
    return Front([entries.row(*row) for row in found], between(parties))


def numbered(count: int) -> str:
    return ", ".join(f"c{number}" for number in range(count))


def lines() -> list[tuple[Place, Place]]:
    """The cities that ask with each city that helps them, of the newest public partnerships."""
    with connection.cursor() as cursor:
        cursor.execute(PARTIES, {"newest": MOST_PARTNERSHIPS})
        return between(cursor.fetchall())


def between(parties: Iterable[Any]) -> list[tuple[Place, Place]]:
    sides: dict[int, tuple[list[Place], list[Place]]] = {}
    for partnership, is_asking, slug, name, names, x, y in parties:
        names = json.loads(names) if isinstance(names, str) else names
        asking, helping = sides.setdefault(partnership, ([], []))
        (asking if is_asking else helping).append(Place(slug, name, names, x, y))
    return [
        (one, other) for asking, helping in sides.values() for one in asking for other in helping
    ]


def lines_of_page(edition: str, version: str) -> list[tuple[Place, Place]]:
    return front(edition, version).lines


def declare() -> None:
    """Draw them on the maps of the collection; once."""
    if lines_of_page not in added_lines:
        added_lines.append(lines_of_page)
