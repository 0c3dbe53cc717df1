"""Cases for a city on its page, and for the cities of a member on the home page and the desk."""

from collections.abc import Collection, Iterable
from typing import Any, NamedTuple

from django import template
from django.utils.safestring import SafeString

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
from repository.models import City
from repository.pages.editions import current_edition
from repository.translations.reading import CARD, translate

register = template.Library()


@register.inclusion_tag("partnerships/cases_for_cities/_panel.html", takes_context=True)
def cases_for_city(context, city: City) -> dict[str, Any]:
    """Titles of cases for a city, the same for all readers."""
    request = context["request"]
    found = for_page_of(request.edition, city.pk)
    return {"city": city, "rows": rows(with_titles(found), described(found, request.edition))}


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
    edition = current_edition()
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


def described(found: Collection[Suggested], edition: str) -> list[Description]:
    if not found:
        return []
    where = places(edition)
    return [
        Description(each.case, where.label(each.places), sentences(each.reasons)) for each in found
    ]


def rows(entries: Collection[Entry], described: Iterable[Description]) -> list[dict[str, Any]]:
    """Return the rows of a list: case, place, and why."""
    cases = {entry.case.pk: entry.case for entry in entries}
    if cases:
        translate(("case", cases.values()), only=CARD)
    return [
        {"case": cases[each.case], "place": each.place, "why": each.why}
        for each in described
        if each.case in cases
    ]


def count_cities(found: Iterable[Suggested]) -> int:
    return len({reason.city.pk for each in found for reason in each.reasons})
