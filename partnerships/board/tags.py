"""Parts of the board on pages of the collection; each tag takes two queries."""

from urllib.parse import urlencode

from django import template

from partnerships.board import entries, search_section
from partnerships.board.lines import front
from partnerships.models import Suggestion
from partnerships.suggestions.lists import filter_suggestions, translate_cards
from repository.models import City, Country, Practice

register = template.Library()
# The number of rows of each kind on the page of a practice or a place.
SHOWN = 6


@register.inclusion_tag("partnerships/board/_practice_rows.html", takes_context=True)
def offered_and_wanted(context, practice: Practice) -> dict:
    """Offers, needs and partnerships on a practice."""
    rows = entries.of_practices([practice.pk], most=SHOWN, with_partnerships=True)
    suggestions = list(filter_suggestions({"practice": [practice.slug]}).for_cards()[:SHOWN])
    translate_cards(suggestions)
    return {
        "practice": practice,
        "suggestions": suggestions,
        "more": f"?practice={practice.slug}",
        "groups": [
            group
            for group in (
                ("offered", [row for row in rows if row.kind == "offer"]),
                ("wanted", [row for row in rows if row.kind in ("need", "request")]),
                ("together", [row for row in rows if row.kind == "partnership"]),
            )
            if group[1]
        ],
    }


@register.inclusion_tag("partnerships/board/_place_rows.html", takes_context=True)
def partnerships_of(context, place: City | Country) -> dict:
    """Offers, needs and requests of a city or a country; separately, its partnerships, and
    suggestions to it."""
    if isinstance(place, City):
        rows = entries.of_city(place.pk, most=SHOWN)
        suggestions = Suggestion.objects.open().filter(city=place)
        facet, key = "city", place.slug
    else:
        rows = entries.of_country(place.iso2, most=SHOWN)
        suggestions = Suggestion.objects.open().filter(country=place)
        facet, key = "country", place.iso2
    cards = list(suggestions.for_cards()[:SHOWN])
    translate_cards(cards)
    return {
        "rows": [row for row in rows if row.kind != "partnership"],
        "partnerships": [row for row in rows if row.kind == "partnership"],
        "facet": facet,
        "key": key,
        "suggestions": cards,
        "more": f"?{facet}={key}",
    }


@register.inclusion_tag("partnerships/board/_home_rows.html", takes_context=True)
def looking_for_partners(context) -> dict:
    """Open requests; without any, the newest offers and needs."""
    request = context["request"]
    rows = entries.translated(front(request.edition).rows)
    requests = [row for row in rows if row.kind == "request"]
    return {"rows": requests or rows, "has_requests": bool(requests)}


@register.simple_tag(takes_context=True)
def find_partnerships(context, text: str) -> dict:
    """Public rows of the board, and experiences, that a search finds."""
    request = context["request"]
    return {
        "rows": search_section.find(text, request.edition),
        "more": urlencode({"q": text}),
    }
