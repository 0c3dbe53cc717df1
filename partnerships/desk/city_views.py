"""The record of a city for brokers: its contacts, requests, answers and partnerships."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from partnerships.desk.roles import for_brokers
from partnerships.models import (
    Match,
    Partnership,
    PartnershipRequest,
    Representation,
    RequestStatus,
    Side,
)
from repository.models import City

# The maximum number of rows of each kind, latest first.
SHOWN = 100


@for_brokers
@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show everything about one city on a page, in five queries."""
    city = get_object_or_404(City.objects.select_related("country"), pk=pk)
    contacts = Representation.objects.filter(city=city).select_related("member__membership")
    requests = PartnershipRequest.objects.filter(city=city).exclude(status=RequestStatus.DRAFT)
    parts = Partnership.objects.filter(parties__city=city).distinct()
    context = {
        **admin.site.each_context(request),
        "title": city.localized_name,
        "city": city,
        "contacts": contacts.order_by("-pk")[:SHOWN],
        "requests": requests.order_by("-pk")[:SHOWN],
        "matches": matches_of(city),
        "partnerships": parts.order_by("-pk")[:SHOWN],
    }
    return render(request, "partnerships/desk/city.html", context)


def matches_of(city: City) -> list[dict[str, Any]]:
    """Return what was proposed to or for a city, with the other city and its own answer."""
    own = Match.objects.filter(city=city) | Match.objects.filter(request__city=city)
    rows = own.select_related("city", "request__city").order_by("-pk")[:SHOWN]
    found = []
    for match in rows:
        side = Side.CANDIDATE if match.city_id == city.pk else Side.REQUESTER
        [other] = [each for each in Side if each != side]
        answer = getattr(match, f"get_{side}_answer_display")()
        refusal = getattr(match, f"get_{side}_refusal_display")()
        found.append(
            {
                "match": match,
                "other": match.city_of(other),
                "answer": " · ".join(filter(None, [str(answer), str(refusal)])) or _("No answer"),
                # Its status says that an answer is awaited.
                "is_asked": match.proposed_at is not None and (answer or not match.is_proposed),
                "words": getattr(match, f"{side}_words"),
                "at": getattr(match, f"{side}_answered_at"),
            }
        )
    return found
