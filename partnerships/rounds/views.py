"""The result of a matchmaking round: the assignments and the cost to each request."""

from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from partnerships import permissions
from partnerships.matches.actions import checked_deadline
from partnerships.matches.desk_forms import ProposeForm
from partnerships.models import Match, PartnershipRequest, Round
from partnerships.rounds import actions
from repository.models import City
from repository.pages.attempts import attempt
from repository.workflow import ActionRefused

PAGE = "admin:partnerships_round_result"


@require_http_methods(["GET", "HEAD", "POST"])
def result(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the progress of the computation, then its result."""
    if not permissions.can_broker(request.user):
        raise PermissionDenied
    found = get_object_or_404(Round, pk=pk)
    form = form_for(request.POST if request.POST.get("act") == "propose" else None)
    if request.method == "POST" and (not form.is_bound or form.is_valid()):
        with attempt(request):
            act(request, found, form)
        return redirect(PAGE, pk)
    return render(request, "partnerships/rounds/detail.html", context_of(request, found, form))


def form_for(data: Any) -> ProposeForm:
    """Return the form to propose all matches; facilitators are chosen for single matches only."""
    day = checked_deadline(None)
    language = get_language() or settings.LANGUAGE_CODE
    return ProposeForm(data, initial={"reply_by": day}, language=language, is_helper_welcome=False)


def act(request: HttpRequest, found: Round, form: ProposeForm) -> None:
    """Perform the posted step; ActionRefused if it is unknown."""
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
    elif request.POST.get("act") == "shortlist":
        count = actions.shortlist_all(round=found, by=request.user)
        messages.success(
            request,
            ngettext(
                "%(count)s city was put on a shortlist.",
                "%(count)s cities were put on a shortlist.",
                count,
            )
            % {"count": count},
        )
    elif form.is_bound:
        data = form.cleaned_data
        report_asked(
            request,
            actions.propose_all(
                round=found, by=request.user, message=data["message"], reply_by=data["reply_by"]
            ),
        )
    else:
        raise ActionRefused(_("This is not possible here."))


def report_asked(request: HttpRequest, asked: actions.Asked) -> None:
    messages.success(
        request,
        ngettext(
            "%(count)s request and the city for it were asked.",
            "%(count)s requests and the cities for them were asked.",
            asked.proposed,
        )
        % {"count": asked.proposed},
    )
    for refusal in asked.refused:
        messages.error(request, refusal)
    if asked.left:
        messages.warning(
            request,
            ngettext(
                "%(count)s more is left: press again.",
                "%(count)s more are left: press again.",
                asked.left,
            )
            % {"count": asked.left},
        )


def context_of(request: HttpRequest, found: Round, form: ProposeForm) -> dict[str, Any]:
    pairs = found.result.get("assignments", [])
    live = Match.objects.live().filter(request__in=[row["request"] for row in pairs])
    matches = {(match.request_id, match.city_id): match for match in live}
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
                "match": matches.get((row["request"], row["city"])),
                "best": cities.get(row["best_city"]),
            }
            for row in sorted(pairs, key=lambda row: (-row["cost"], row["request"]))
        ],
        "left": [
            {**row, "asked": requests.get(row["request"]), "best": cities.get(row["best_city"])}
            for row in left
        ],
        "total": found.result.get("total"),
        "form": form,
        "can_start": found.status in actions.STEPS["start"].sources or actions.is_broken_off(found),
        "is_broken_off": actions.is_broken_off(found),
    }
