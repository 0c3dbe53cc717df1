"""The page of a request for brokers: candidates with reasons, exclusions, and existing matches."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from community.models import Claim
from partnerships import permissions
from partnerships.matches import actions, city_lookup
from partnerships.matches.starting_points import rows_by_kind
from partnerships.models import LIVE, Match, MatchOrigin, PartnershipRequest
from partnerships.ranking.explanations import FACTORS, Labels, sentences
from partnerships.ranking.holders import starting_points_for
from partnerships.ranking.loading import ranked, ranking_for
from partnerships.ranking.matching import Candidate, compare
from partnerships.requests.queue import similar
from repository.models import City
from repository.pages.attempts import attempt
from repository.text.parsing import page_number

A_PAGE = 10
# Maximum number of exclusions.
LEFT_OUT = 50
MAX_NAME_LENGTH = 80


@dataclass(frozen=True)
class Factor:
    """A factor of a candidate as text."""

    name: str | Promise
    points: float
    most: float
    is_known: bool
    sentences: list[str]


@dataclass(frozen=True)
class Row:
    """A city in the comparison: its points and reasons, and its match if there is one."""

    city: City
    candidate: Candidate | None
    factors: list[Factor]
    notes: list[str]
    match: Match | None = None


@require_http_methods(["GET", "HEAD", "POST"])
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show candidates side by side, existing matches, and exclusions with their reasons."""
    if not permissions.can_broker(request.user):
        raise PermissionDenied
    rows = PartnershipRequest.objects.select_related("city__country")
    asked = get_object_or_404(rows, pk=pk)
    if request.method == "POST":
        return add(request, asked)
    return render(request, "partnerships/matches/candidates.html", context_of(request, asked))


def add(request: HttpRequest, asked: PartnershipRequest) -> HttpResponse:
    """Make a city a candidate; depending on the button, shortlist it or go on to the proposal."""
    city = city_lookup.chosen(request.POST)
    if city is None:
        messages.error(request, _("Choose a city."))
        return redirect("admin:candidates", asked.pk)
    # Nothing is known yet of a place that is not in the collection.
    is_city = isinstance(city, City)
    ranking = ranking_for(asked.pk, city.pk) if is_city else {}
    name = city.localized_name if is_city else city.name
    with attempt(request, success=_("%(city)s is a candidate now.") % {"city": name}) as outcome:
        match = actions.suggest(
            partnership_request=asked,
            city=city,
            origin=MatchOrigin.STAFF if "by_hand" in request.POST else MatchOrigin.RANKING,
            by=request.user,
            ranking=ranking,
        )
        if request.POST.get("act") == "shortlist":
            actions.shortlist(match=match, by=request.user)
    if outcome.succeeded and request.POST.get("act") == "propose":
        # The message and the deadline are entered on the page of the match.
        return redirect(f"{reverse('admin:match', args=[match.pk])}#propose")
    return redirect("admin:candidates", asked.pk)


def context_of(request: HttpRequest, asked: PartnershipRequest) -> dict[str, Any]:
    page = page_number(request.GET.get("p", "1"), most=999)
    gathered, ranking = ranked(asked.pk, most=page * A_PAGE)
    shown = ranking.candidates[(page - 1) * A_PAGE :]
    matches = list(asked.matches.select_related("city__country").order_by("-pk"))
    known = {match.city_id for match in matches}
    # Existing candidates are listed above with their state.
    live = {match.city_id for match in matches if match.status in LIVE}
    exclusions = [each for each in ranking.exclusions if each.place not in live]
    left_out = exclusions[:LEFT_OUT]
    of_matches = {
        candidate.place: candidate
        for candidate in compare(
            gathered.asks[0],
            [place for place in gathered.places if place.pk in known],
            gathered.weights,
            served=gathered.served,
        )
    }
    cities = City.objects.select_related("country").in_bulk(
        {asked.city_id, *known, *(each.place for each in (*shown, *left_out))}
    )
    labels = gathered.vocabulary.labels(cities.values())
    look_for = request.GET.get("look_for", "").replace("\0", "").strip()[:MAX_NAME_LENGTH]
    country = request.GET.get("country", "").replace("\0", "")[:2]
    return {
        **admin.site.each_context(request),
        "title": _("Candidates"),
        "opts": PartnershipRequest._meta,
        "asked": asked,
        "factors": [(name, gathered.weights.most[factor] / 10) for factor, name in FACTORS.items()],
        "matches": [
            row_of(cities[match.city_id], of_matches.get(match.city_id), labels, match)
            for match in matches
        ],
        "candidates": [row_of(cities[each.place], each, labels) for each in shown],
        "left_out": [(cities[each.place], sentences(each.reasons, labels)) for each in left_out],
        "left_out_count": len(exclusions),
        "count": ranking.count,
        "silent": gathered.silent,
        "page": page,
        "first": (page - 1) * A_PAGE + 1,
        "has_next": ranking.count > page * A_PAGE,
        "starting_points": rows_by_kind(starting_points_for(gathered), labels),
        "similar": similar(asked),
        "word": "candidates",
        "found": asked,
        "claim": Claim.objects.about(asked).live().select_related("by").first(),
        "verbs": asked.is_open,
        "look_for": look_for,
        "country": country,
        "named": city_lookup.cities_called(look_for, asked, country) if look_for else [],
        "places": city_lookup.places_called(look_for, country) if look_for else [],
    }


def row_of(
    city: City, candidate: Candidate | None, labels: Labels, match: Match | None = None
) -> Row:
    if candidate is None:
        return Row(city, None, [], [], match)
    notes = sentences(candidate.notes, labels)
    return Row(city, candidate, factors_of(candidate, labels), notes, match)


def factors_of(
    candidate: Candidate, labels: Labels, *, only: Iterable[str] = FACTORS
) -> list[Factor]:
    """Return the factors of a candidate as text, in the language of the reader."""
    wanted = set(only)
    return [
        Factor(
            FACTORS[each.factor],
            each.tenths / 10,
            each.most / 10,
            each.is_known,
            sentences(each.reasons, labels),
        )
        for each in candidate.factors
        if each.factor in wanted
    ]
