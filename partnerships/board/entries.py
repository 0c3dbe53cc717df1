"""What is open at the partnership desk as lists show it: offers, needs and open requests.

One statement for all three kinds, so that a page asks it once, however many it shows.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from partnerships.models import Modality
from repository.places.country_names import country_name
from repository.search.excerpts import HTML_FOR_TEXT, beginning

KINDS = {"offer": _("Offer"), "need": _("Need"), "request": _("Open request")}

# Offers and needs that can be answered, and requests that are open, with what the page
# needs of each. The same columns for all three.
OPEN = """
    (SELECT 'offer' AS kind, id, title, language, rendered ->> 'description' AS words,
        modalities, languages, city_id, country_id, organization_id, published_at AS at,
        valid_until, 'public' AS visibility
    FROM partnerships_offer
    WHERE status = 'published' AND (valid_until IS NULL OR valid_until >= %(today)s) {offer})
    UNION ALL (SELECT 'need', id, title, language, rendered ->> 'description',
        modalities, languages, city_id, country_id, NULL, published_at, valid_until, 'public'
    FROM partnerships_need
    WHERE status = 'published' AND (valid_until IS NULL OR valid_until >= %(today)s) {need})
    UNION ALL (SELECT 'request', id, title, language, rendered ->> 'challenge',
        modalities, languages, city_id, NULL, NULL, opened_at, NULL, visibility
    FROM partnerships_partnershiprequest WHERE status = 'open' {request})
"""


# Open requests first, then offers and needs; of each the newest first.
ORDER = "l.kind <> 'request', l.at DESC, l.kind, l.id DESC"

# How many practices of each a list names, and how much of its words it shows.
PRACTICES = 2
SHORT = 180

ROWS = f"""
SELECT l.kind, l.id, l.title, l.language, left(l.words, {SHORT * HTML_FOR_TEXT}), l.modalities,
    l.at, l.valid_until, l.visibility, c.slug, c.name, c.names,
    COALESCE(c.country_id, l.country_id, o.country_id), o.name,
    CASE l.kind WHEN 'offer' THEN ARRAY(
        SELECT p.name FROM partnerships_offer_practices x
        JOIN repository_practice p ON p.id = x.practice_id
        WHERE x.offer_id = l.id ORDER BY x.id LIMIT {PRACTICES}
    ) WHEN 'need' THEN ARRAY(
        SELECT p.name FROM partnerships_need_practices x
        JOIN repository_practice p ON p.id = x.practice_id
        WHERE x.need_id = l.id ORDER BY x.id LIMIT {PRACTICES}
    ) ELSE ARRAY(
        SELECT p.name FROM partnerships_partnershiprequest_practices x
        JOIN repository_practice p ON p.id = x.practice_id
        WHERE x.partnershiprequest_id = l.id ORDER BY x.id LIMIT {PRACTICES}
    ) END
FROM (%s) l
LEFT JOIN repository_city c ON c.id = l.city_id
LEFT JOIN repository_organization o ON o.id = l.organization_id
ORDER BY {ORDER}
"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class Row:
    """One offer, need or open request, as lists show it."""

    kind: str
    pk: int
    title: str
    language: str
    words: str
    modality_keys: list[str]
    at: datetime | str
    valid_until: date | str | None
    visibility: str
    city_slug: str | None
    city_name: str | None
    city_names: dict[str, str] | None
    country: str | None
    organization: str | None
    practices: list[str]

    def get_absolute_url(self) -> str:
        # As its model has it, for less: a list has many.
        return f"{reverse('partnerships:board')}{self.kind}s/{self.pk}/"

    @property
    def label(self) -> str:
        return str(KINDS[self.kind])

    @property
    def place(self) -> str:
        """Whose it is: a city with its country, a country, or an organisation."""
        country = country_name(self.country) if self.country else ""
        if self.city_name:
            city = (self.city_names or {}).get(get_language() or "", self.city_name)
            return f"{city}, {country}"
        return self.organization or country

    @property
    def summary(self) -> str:
        """The beginning of its words in plain text."""
        return beginning(self.words or "", SHORT)

    @property
    def modalities(self) -> list[str]:
        return [str(Modality(key).label) for key in self.modality_keys]


def rows(keys: Sequence[tuple[str, int]]) -> list[Row]:
    """The rows with these kinds and primary keys, in the same order, as far as they are open."""
    if not keys:
        return []
    wanted = {kind: [pk for each, pk in keys if each == kind] for kind in KINDS}
    clauses = {kind: f"AND id = ANY(%({kind})s)" for kind in KINDS}
    found = {(each.kind, each.pk): each for each in ask(*statement(clauses, wanted))}
    return [found[key] for key in keys if key in found]


def of_practices(practices: Sequence[int], *, most: int) -> list[Row]:
    """The newest of each kind that everybody may read, on any of these practices."""
    if not practices:
        return []
    clauses = {
        "offer": "AND id IN (SELECT offer_id FROM partnerships_offer_practices "
        "WHERE practice_id = ANY(%(subject)s))",
        "need": "AND id IN (SELECT need_id FROM partnerships_need_practices "
        "WHERE practice_id = ANY(%(subject)s))",
        "request": "AND id IN (SELECT partnershiprequest_id "
        "FROM partnerships_partnershiprequest_practices WHERE practice_id = ANY(%(subject)s))",
    }
    return newest(clauses, most=most, subject=list(practices))


def of_city(city: int, *, most: int) -> list[Row]:
    """The newest of each kind that everybody may read, of one city."""
    return newest(dict.fromkeys(KINDS, "AND city_id = %(subject)s"), most=most, subject=city)


def of_country(country: str, *, most: int) -> list[Row]:
    """The newest of each kind of a country as a whole."""
    clauses = dict.fromkeys(("offer", "need"), "AND country_id = %(subject)s")
    return newest(clauses | {"request": "AND false"}, most=most, subject=country)


def newest(clauses: dict[str, str], *, most: int, **parameters: Any) -> list[Row]:
    """The newest that everybody may read, at most so many of each kind."""
    return ask(*newest_statement(clauses, most=most, **parameters))


def newest_statement(
    clauses: dict[str, str], *, most: int, **parameters: Any
) -> tuple[str, dict[str, Any]]:
    """The same as SQL with its parameters."""
    ends = {
        "offer": "ORDER BY published_at DESC, id DESC LIMIT %(most)s",
        "need": "ORDER BY published_at DESC, id DESC LIMIT %(most)s",
        "request": "AND visibility = 'public' ORDER BY opened_at DESC, id DESC LIMIT %(most)s",
    }
    limited = {kind: f"{clauses.get(kind, '')} {end}" for kind, end in ends.items()}
    return statement(limited, parameters | {"most": most})


def statement(clauses: dict[str, str], parameters: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    return ROWS % OPEN.format(**clauses), parameters | {"today": timezone.localdate()}


def ask(sql: str, parameters: dict[str, Any]) -> list[Row]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return [row(*found) for found in cursor.fetchall()]


def row(*columns: Any) -> Row:
    """A row of the columns of ROWS; names come as JSON from a column, and read from within JSON."""
    found = list(columns)
    if isinstance(found[NAMES], str):
        found[NAMES] = json.loads(found[NAMES])
    return Row(*found)


NAMES = 11
