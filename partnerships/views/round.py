"""What came of a matchmaking round: who gets whom, and what that costs each request."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from partnerships import permissions
from partnerships.actions import round as actions
from partnerships.models import PartnershipRequest, Round
from repository.actions import ActionRefused
from repository.models import City

PAGE = "admin:partnerships_round_result"


@require_http_methods(["GET", "HEAD", "POST"])
def result(request: HttpRequest, pk: int) -> HttpResponse:
    """How far the computing is, and then its outcome."""
    if not permissions.can_broker(request.user):
        raise PermissionDenied
    found = get_object_or_404(Round, pk=pk)
    if request.method == "POST":
        try:
            act(request, found)
        except ActionRefused as refusal:
            messages.error(request, str(refusal))
        return redirect(PAGE, pk)
    return render(request, "admin/round.html", context_of(request, found))


def act(request: HttpRequest, found: Round) -> None:
    if request.POST.get("act") == "start":
        actions.start(round=found, by=request.user)
        messages.success(request, _("It is being computed. Look again in a moment."))
    elif request.POST.get("act") == "suggest":
        count = actions.suggest_all(round=found, by=request.user)
        messages.success(
            request,
            ngettext(
                "%(count)s city is a candidate now.", "%(count)s cities are candidates now.", count
            )
            % {"count": count},
        )
    else:
        raise ActionRefused(_("This is not possible here."))


def context_of(request: HttpRequest, found: Round) -> dict[str, Any]:
    pairs = found.result.get("assignments", [])
    left = found.result.get("unassigned", [])
    requests = PartnershipRequest.objects.select_related("city").in_bulk(
        {row["request"] for row in (*pairs, *left)}
    )
    cities = City.objects.in_bulk(
        {row[name] for row in (*pairs, *left) for name in ("city", "best_city") if row.get(name)}
    )
    return {
        **admin.site.each_context(request),
        "title": _("Matchmaking round"),
        "round": found,
        "opts": Round._meta,
        "requests": found.requests.count(),
        "pairs": [
            {
                **row,
                "asked": requests.get(row["request"]),
                "city": cities.get(row["city"]),
                "best": cities.get(row["best_city"]),
            }
            for row in sorted(pairs, key=lambda row: (-row["cost"], row["request"]))
        ],
        "left": [
            {**row, "asked": requests.get(row["request"]), "best": cities.get(row["best_city"])}
            for row in left
        ],
        "total": found.result.get("total"),
        "can_start": found.status in actions.STEPS["start"][0] or actions.is_broken_off(found),
        "is_broken_off": actions.is_broken_off(found),
    }
