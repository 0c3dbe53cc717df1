"""The page of a request for brokers: candidates with reasons, exclusions, and existing matches."""

from dataclasses import replace
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from community.models import Claim
from community.profiles.places import name_and_country
from partnerships import permissions
from partnerships.desk.notices import focal_points
from partnerships.matches import actions, city_lookup
from partnerships.matches.candidates import Rows, steps_of
from partnerships.matches.comparison import comparison
from partnerships.matches.starting_points import rows_of
from partnerships.matches.trials import PLACED, chosen, lines, weights_form
from partnerships.models import (
    LIVE,
    MatchOrigin,
    Modality,
    PartnershipRequest,
    Representation,
    SnoozeReason,
)
from partnerships.pipeline import actions as handling
from partnerships.ranking.explanations import Labels, sentences
from partnerships.ranking.facts import PRACTICE, Ask
from partnerships.ranking.holders import starting_points_for
from partnerships.ranking.loading import ask_of, ranked_for, ranking_for, with_answers
from partnerships.ranking.matching import compare, rank
from partnerships.ranking.vocabulary import Vocabulary
from partnerships.requests.requirements import parse_requirements, words
from partnerships.requests.similar import similar
from partnerships.requests.subjects import TEXTS
from repository.models import City, Practice
from repository.pages.attempts import attempt
from repository.pages.http import require_form
from repository.practices.suggestions import suggest
from repository.text.parsing import page_number

A_PAGE = 10
# Maximum number of exclusions.
LEFT_OUT = 50
# The maximum number of practices suggested for a request that names none.
SUGGESTED = 3
MAX_NAME_LENGTH = 80


@require_form
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show candidates side by side, existing matches, and exclusions with their reasons."""
    if not permissions.can_broker(request.user):
        raise PermissionDenied
    rows = PartnershipRequest.objects.select_related(
        "city__country", "inspired_by", "handling__owner"
    )
    asked = get_object_or_404(with_answers(rows), pk=pk)
    if request.method == "POST":
        return add(request, asked)
    return render(request, "partnerships/matches/candidates.html", context_of(request, asked))


def add(request: HttpRequest, asked: PartnershipRequest) -> HttpResponse:
    """Make a city a candidate; depending on the button, go on to the proposal.

    If nobody could answer for the city, show the form to invite it instead.
    """
    city = city_lookup.chosen(request.POST)
    if city is None:
        messages.error(request, _("Choose a city."))
        return redirect("admin:candidates", asked.pk)
    is_city = isinstance(city, City)
    name = city.localized_name if is_city else city.name
    if asked.is_open and not (is_city and focal_points(city.pk)):
        messages.warning(
            request,
            _("No one represents %(city)s yet, so no one can answer. Invite the city first.")
            % {"city": name},
        )
        key = f"city={city.pk}" if is_city else f"place={city.geoname_id}"
        return redirect(f"{reverse('admin:invitation_new', args=[asked.pk])}?{key}")
    ranking = ranking_for(asked.pk, city.pk) if is_city else {}
    is_asked = request.POST.get("act") == "propose"
    with attempt(request, success=_("%(city)s added as a candidate.") % {"city": name}) as outcome:
        match = actions.suggest(
            partnership_request=asked,
            city=city,
            origin=MatchOrigin.STAFF if "by_hand" in request.POST else MatchOrigin.RANKING,
            by=request.user,
            ranking=ranking,
        )
    if outcome.succeeded and is_asked:
        # The message and the deadline are entered on the page of the match.
        return redirect(f"{reverse('admin:match', args=[match.pk])}#propose")
    return redirect("admin:candidates", asked.pk)


def cities_for(asked: PartnershipRequest) -> QuerySet[City]:
    """Return cities with whether anybody could answer, and the state of the last invitation."""
    current = Representation.objects.current().filter(city=OuterRef("pk"), member__is_active=True)
    invited = asked.invitations.filter(city=OuterRef("pk")).order_by("-pk")
    return City.objects.select_related("country").annotate(
        can_answer=Exists(current), invited=Subquery(invited.values("status")[:1])
    )


def named_cities(text: str, asked: PartnershipRequest, country: str) -> list[City]:
    """Return cities by the beginning of their name, annotated as by `cities_for`."""
    found = [city.pk for city in city_lookup.cities_called(text, asked, country)]
    cities = cities_for(asked).in_bulk(found)
    return [cities[pk] for pk in found if pk in cities]


def context_of(request: HttpRequest, asked: PartnershipRequest) -> dict[str, Any]:
    page = page_number(request.GET.get("p", "1"), most=999)
    most = page * A_PAGE
    vocabulary = Vocabulary.read()
    gathered, ranking = ranked_for(ask_of(asked, vocabulary), vocabulary, most=max(most, PLACED))
    form = weights_form(request, gathered.weights)
    former: dict[int, int] = {}
    if form.weights:
        former = {each.place: place for place, each in enumerate(ranking.candidates, 1)}
        gathered = replace(gathered, weights=form.weights)
        ranking = rank(
            gathered.asks[0], gathered.places, form.weights, served=gathered.served, most=most
        )
    shown = ranking.candidates[most - A_PAGE : most]
    matches = list(asked.matches.select_related("city__country").order_by("-pk"))
    known = {match.city_id for match in matches}
    # Existing candidates are listed above with their state.
    live = {match.city_id for match in matches if match.status in LIVE}
    exclusions = [each for each in ranking.exclusions if each.place not in live]
    left_out = exclusions[:LEFT_OUT]
    ticked = chosen(request)
    scored = {
        candidate.place: candidate
        for candidate in compare(
            gathered.asks[0],
            [place for place in gathered.places if place.pk in known or place.pk in ticked],
            gathered.weights,
            served=gathered.served,
        )
    }
    compared = [pk for pk in scored if pk in ticked]
    with_card = {*known, *compared, *(each.place for each in (*shown, *ranking.related))}
    cities = cities_for(asked).in_bulk(
        {asked.city_id, *with_card, *(each.place for each in left_out)}
    )
    described = [*shown, *ranking.related, *scored.values()]
    labels = vocabulary.labels(
        cities.values(), [reason for each in described for reason in each.reasons]
    )
    rows = Rows(asked, with_card, gathered, labels)
    side_by_side = [rows.row(cities[pk], scored[pk]) for pk in compared]
    look_for = request.GET.get("look_for", "").replace("\0", "").strip()[:MAX_NAME_LENGTH]
    # As suggested while typing: "Kisumu, Kenya".
    name, in_country = name_and_country(look_for)
    country = in_country.pk if in_country else request.GET.get("country", "").replace("\0", "")[:2]
    return {
        **admin.site.each_context(request),
        "title": _("Candidates"),
        "opts": PartnershipRequest._meta,
        "asked": asked,
        "can_be_asked": cities[asked.city_id].can_answer,
        "steps": steps_of(asked, matches),
        **wanted(asked, gathered.asks[0], labels),
        "matches": [
            rows.row(cities[match.city_id], scored.get(match.city_id), match) for match in matches
        ],
        "candidates": [
            replace(
                rows.row(cities[each.place], each),
                place=place,
                former=former.get(each.place),
                is_ticked=each.place in ticked,
            )
            for place, each in enumerate(shown, most - A_PAGE + 1)
        ],
        "compared": side_by_side,
        "lines": lines(side_by_side),
        "comparison": comparison(
            gathered.asks[0],
            side_by_side,
            gathered.cities,
            {place.pk: place for place in gathered.places},
            rows.proofs,
            labels,
        ),
        "weights_form": form,
        "is_trial": bool(form.weights),
        "query": query_of(request),
        "can_save_weights": request.user.has_perm("partnerships.change_brokering"),
        "left_out": [(cities[each.place], sentences(each.reasons, labels)) for each in left_out],
        "left_out_count": len(exclusions),
        "related": [rows.row(cities[each.place], each) for each in ranking.related],
        "without": [
            (words(each), ranking.without[str(each)])
            for each in parse_requirements(asked.musts)
            if ranking.without.get(str(each))
        ],
        "is_unanswered": ranking.is_unanswered,
        "names_no_practice": not gathered.asks[0].central,
        "suggested_practices": practices_meant(asked, gathered.asks[0], labels),
        "asker_questions": rows.questions_about_asker(shown),
        "count": ranking.count,
        "silent": gathered.silent,
        "page": page,
        "has_next": ranking.count > most,
        "starting_points": rows_of(starting_points_for(gathered), labels),
        "similar": similar(asked),
        "word": "request",
        "found": asked,
        "claim": Claim.objects.about(asked).live().select_related("by__membership").first(),
        "verbs": asked.is_open,
        "handling_acts": handling.possible(asked, matches),
        "snooze_reasons": SnoozeReason.choices,
        "look_for": look_for,
        "country": country,
        "named": named_cities(name, asked, country) if name else [],
        "places": city_lookup.places_called(name, country) if name else [],
    }


def practices_meant(
    asked: PartnershipRequest, ask: Ask, labels: Labels
) -> list[tuple[Practice, str]]:
    """Return practices and their names that the words of a request suggest if it names none."""
    if ask.central:
        return []
    found = suggest([getattr(asked, name) for name in TEXTS], most=SUGGESTED).practices
    practices = Practice.objects.in_bulk([each.pk for each in found])
    known = [practices[each.pk] for each in found if each.pk in practices]
    return [(practice, labels.practices[practice.slug]) for practice in known]


def query_of(request: HttpRequest) -> str:
    """Return what is tried as a query, for the links to other pages of the ranking."""
    kept = QueryDict(mutable=True)
    for name in request.GET:
        if name == "compare" or name.startswith("weight_"):
            kept.setlist(name, request.GET.getlist(name))
    return kept.urlencode()


def wanted(asked: PartnershipRequest, ask: Ask, labels: Labels) -> dict[str, Any]:
    """What was asked, as text."""
    modalities = dict(Modality.choices)
    return {
        "wants": [
            *(labels.practices[slug] for slug in sorted(ask.practices)),
            *(labels.themes[slug] for slug in sorted(ask.themes)),
        ],
        "modalities": [modalities[code] for code in asked.modalities if code in modalities],
        "languages": sorted(ask.working_languages),
        "musts": [words(each) for each in parse_requirements(asked.musts)],
        "gives": [
            labels.subject(about) for about in sorted(ask.offers) if about.startswith(PRACTICE)
        ],
    }
