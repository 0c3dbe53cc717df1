"""Cases for a city on its page, and for the cities of a member on the home page and the desk."""

from collections.abc import Collection, Iterable
from copy import copy
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django import template
from django.utils.safestring import SafeString

from partnerships.cases_for_cities.collection import places
from partnerships.cases_for_cities.loading import (
    Entry,
    ForCity,
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
    panel = take(request, panel_of, city.pk, request.public_version)
    found = rows(panel.cases.entries, panel.described)
    shows_also(request, [row["case"] for row in found])
    return {"city": city, "rows": found}


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
    return {
        "rows": rows(with_titles(found), described(found, edition)),
        "city_count": count_cities(found),
    }


class Description(NamedTuple):
    """Where a case, by primary key, took place, and why it is suggested."""

    case: int
    place: str
    why: SafeString


@dataclass
class Panel:
    """Cases for a city. After a publication only `described` is compared: titles are texts."""

    described: list[Description]
    cases: ForCity = field(compare=False)


def panel_of(edition: Tokens, city: int, version: str) -> Panel:
    cases = for_page_of(city, edition, version)
    return Panel(described(cases.suggested, edition), cases)


def described(found: Collection[Suggested], edition: Tokens) -> list[Description]:
    if not found:
        return []
    index, where = facet_index(edition), places(edition)
    return [
        Description(each.case, where.label(index, index.place[each.case]), sentences(each.reasons))
        for each in found
    ]


def rows(entries: Collection[Entry], described: Iterable[Description]) -> list[dict[str, Any]]:
    """Return the rows of a list: case, place, and why."""
    # Copies, since those of a city's page are shared by all readers.
    cases = {entry.case.pk: copy(entry.case) for entry in entries}
    if cases:
        translate(("case", cases.values()), only=CARD)
    return [
        {"case": cases[each.case], "place": each.place, "why": each.why}
        for each in described
        if each.case in cases
    ]


def count_cities(found: Iterable[Suggested]) -> int:
    return len({reason.city.pk for each in found for reason in each.reasons})
