"""Cases for a city on its page, and for the cities of a member on the home page and the desk."""

from collections.abc import Collection, Iterable
from copy import copy
from typing import Any

from django import template

from partnerships.cases_for_cities.collection import places
from partnerships.cases_for_cities.loading import (
    Entry,
    cities_of,
    for_own,
    for_page_of,
    with_cards,
    with_titles,
)
from partnerships.cases_for_cities.ranking import Suggested
from partnerships.cases_for_cities.sentences import sentences
from repository.cases.facets import facet_index
from repository.models import City
from repository.pages.editions import Tokens
from repository.pages.http import shows_also, take, versions
from repository.translations.reading import CARD, translate

register = template.Library()


@register.inclusion_tag("partnerships/cases_for_cities/_panel.html", takes_context=True)
def cases_for_city(context, city: City) -> dict[str, Any]:
    """Titles of cases for a city, the same for all readers."""
    request = context["request"]
    rows = take(request, rows_for_page_of, city.pk, request.public_version)
    shows_also(request, [row["case"] for row in rows])
    return {"city": city, "rows": rows}


@register.inclusion_tag("partnerships/cases_for_cities/_band.html", takes_context=True)
def cases_for_your_city(context) -> dict[str, Any]:
    """Cards of cases for the cities of a member; no query for visitors."""
    request = context["request"]
    if not request.user.is_authenticated:
        return {}
    found = for_own(cities_of(request.user), request.edition)
    shown = with_cards(found)
    translate(("case", [entry.case for entry in shown]), only=CARD)
    cards = [(entry.case, sentences(entry.suggested.reasons)) for entry in shown]
    return {"cards": cards, "city_count": count_cities(found)}


@register.inclusion_tag("partnerships/cases_for_cities/_desk_part.html", takes_context=True)
def cases_on_desk(context) -> dict[str, Any]:
    """Titles of cases for the cities of a member."""
    request = context["request"]
    cities = cities_of(request.user)
    if not cities:
        return {}
    edition = versions(request.path_info).edition
    found = for_own(cities, edition)
    return {"rows": rows(with_titles(found), edition), "city_count": count_cities(found)}


def rows_for_page_of(edition: Tokens, city: int, version: str) -> list[dict[str, Any]]:
    return rows(for_page_of(city, edition, version), edition)


def rows(entries: Collection[Entry], edition: Tokens) -> list[dict[str, Any]]:
    """Return the rows of a list: case, place, and why."""
    if not entries:
        return []
    index = facet_index(edition)
    # Copies, since those of a city's page are shared by all readers.
    cases = {entry.case.pk: copy(entry.case) for entry in entries}
    translate(("case", cases.values()), only=CARD)
    return [
        {
            "case": cases[entry.case.pk],
            "place": places(edition).label(index, index.place[entry.case.pk]),
            "why": sentences(entry.suggested.reasons),
        }
        for entry in entries
    ]


def count_cities(found: Iterable[Suggested]) -> int:
    return len({reason.city.pk for each in found for reason in each.reasons})
