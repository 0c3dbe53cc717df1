from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from partnerships.matches.reasons import FOR_CITIES
from partnerships.models import Match, PartnershipRequest, Representation
from partnerships.ranking.explanations import Labels, Reader, sentences
from partnerships.ranking.loading import answers_of
from partnerships.ranking.matching import Candidate
from partnerships.ranking.proofs import Proof, proofs_of
from partnerships.ranking.summaries import Summary, summary
from repository.models import City

# Maximum numbers of requests shown, and of those that the city cannot answer.
SHOWN, LEFT_OUT = 20, 20


@dataclass(frozen=True)
class Row:
    """A request with what it is to the city, and its match if there is one."""

    asked: PartnershipRequest
    summary: Summary
    match: Match | None

    @property
    def is_strong(self) -> bool:
        """Whether the city has at least half of what is asked: only this is shown in green."""
        return 2 * self.summary.has >= self.summary.asked


@never_cache
@require_safe
@login_required
def overview(request: HttpRequest) -> HttpResponse:
    """List open requests that a city could answer, best first, with what each brings.

    `?city=slug` selects one of several cities. Only requests that the reader can also see on the
    board are listed.
    """
    mine = Representation.objects.cities_of(request.user)
    cities = list(City.objects.filter(pk__in=mine).order_by("name", "pk"))
    wanted = request.GET.get("city", "")
    city = next((each for each in cities if each.slug == wanted), cities[0] if cities else None)
    context = {"section": "partnerships", "cities": cities, "city": city}
    if city is not None:
        context |= for_city(request, city, cities)
    return render(request, "partnerships/matches/to_answer.html", context)


def for_city(request: HttpRequest, city: City, cities: list[City]) -> dict[str, Any]:
    """Return the context for one of the reader's cities; requests of all of them are omitted."""
    listed = PartnershipRequest.objects.listed_for(request.user).exclude(city__in=cities)
    gathered, ranking = answers_of(city.pk, listed.values("pk"), most=SHOWN)
    left_out = ranking.exclusions[:LEFT_OUT]
    shown = {each.ask for each in (*ranking.candidates, *left_out)}
    known = Match.objects.live().shown_to_candidate().filter(city=city, request=OuterRef("pk"))
    asked = (
        PartnershipRequest.objects.select_related("city__country")
        .annotate(match=known.values("pk"), match_status=known.values("status"))
        .in_bulk(shown)
    )
    labels = gathered.vocabulary.labels(
        [city, *(each.city for each in asked.values())],
        [reason for each in ranking.candidates for reason in each.reasons],
    )
    known = gathered.cities[city.pk]
    proofs = proofs_of([known], gathered.vocabulary)[city.pk]
    return {
        "rows": [row_of(each, asked[each.ask], labels, proofs) for each in ranking.candidates],
        "count": ranking.count,
        "left_out": [(asked[each.ask], sentences(each.reasons, labels)) for each in left_out],
    }


def row_of(candidate: Candidate, asked: Any, labels: Labels, proofs: list[Proof]) -> Row:
    reasons = {
        factor.factor: factor.reasons for factor in candidate.factors if factor.factor in FOR_CITIES
    }
    reader = Reader(
        you=candidate.place, other=asked.city_id, is_asked=True, began_from=asked.inspired_by_id
    )
    match = Match(pk=asked.match, status=asked.match_status) if asked.match else None
    return Row(asked, summary(reasons, (), proofs, labels, reader), match)
