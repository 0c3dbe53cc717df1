"""The result of a matchmaking round: the assignments and the cost to each request."""

from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from partnerships import permissions
from partnerships.desk.roles import for_brokers
from partnerships.matches.actions import checked_deadline, is_candidate
from partnerships.matches.forms import ProposeForm
from partnerships.models import Match, PartnershipRequest, Representation, Round
from partnerships.rounds import actions, proposals
from partnerships.rounds.forms import SHOWN, CityChoice
from partnerships.rounds.proposals import Selection
from repository.models import City
from repository.pages.attempts import attempt
from repository.pages.http import require_form
from repository.text.parsing import whole_number
from repository.workflow import ActionRefused

PAGE = "admin:partnerships_round_result"


@require_form
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


def selection_of(data: QueryDict) -> Selection:
    """Return which rows of the page were chosen."""

    def numbers(name: str) -> frozenset[int]:
        keys = {whole_number(text) for text in data.getlist(name)}
        return frozenset(key for key in keys if key is not None)

    return Selection(numbers("shown"), numbers("chosen"), data.get("run", ""))


def act(request: HttpRequest, found: Round, form: ProposeForm) -> None:
    """Perform the posted step; ActionRefused if it is unknown."""
    selected: dict[str, Any] = {
        "round": found,
        "by": request.user,
        "selection": selection_of(request.POST),
    }
    step = request.POST.get("act")
    if step == "start":
        actions.start(round=found, by=request.user)
        messages.success(request, _("Calculating. Refresh the page in a moment."))
    elif step == "select":
        proposals.select(**selected)
        messages.success(request, _("Selection saved."))
    elif step == "suggest":
        count = proposals.suggest_all(**selected)
        messages.success(
            request,
            ngettext(
                "%(count)s city added as a candidate.",
                "%(count)s cities added as candidates.",
                count,
            )
            % {"count": count},
        )
    elif request.POST.get("allow_again"):
        # "12-34": a request and a city.
        keys = [whole_number(text) for text in request.POST["allow_again"].split("-")]
        if len(keys) != 2 or None in keys:
            raise ActionRefused(_("You can’t do this here."))
        proposals.allow_again(round=found, by=request.user, asked=keys[0], city=keys[1])
        messages.success(request, _("The city can be assigned to this request again."))
    elif form.is_bound:
        data = form.cleaned_data
        asked = proposals.propose_all(
            **selected, message=data["message"], reply_by=data["reply_by"]
        )
        report_asked(request, asked)
    else:
        raise ActionRefused(_("You can’t do this here."))


def report_asked(request: HttpRequest, asked: proposals.Asked) -> None:
    messages.success(
        request,
        ngettext(
            "Proposal sent for %(count)s request.",
            "Proposals sent for %(count)s requests.",
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
                "%(count)s more is left. Select the button again to continue.",
                "%(count)s more are left. Select the button again to continue.",
                asked.left,
            )
            % {"count": asked.left},
        )


def context_of(request: HttpRequest, found: Round, form: ProposeForm) -> dict[str, Any]:
    pairs = found.result.get("assignments", [])
    left = found.result.get("unassigned", [])
    keys = {row["request"] for row in (*pairs, *left)}
    keys |= {int(key) for key in found.left_out}
    requests = PartnershipRequest.objects.select_related("city").in_bulk(keys)
    live = Match.objects.live().filter(request__in=[row["request"] for row in pairs])
    matches = {(match.request_id, match.city_id): match for match in live}
    cities = cities_of(found)
    rows = pair_rows(found, pairs, requests, cities, matches)
    if form.is_bound:
        # Keep what was chosen while an error of the form is shown.
        selection = selection_of(request.POST)
        for row in rows:
            row["is_chosen"] = row["request"] in selection.chosen
    assigned = {(row["request"], row["city"]) for row in pairs}
    return {
        **admin.site.each_context(request),
        "title": _("Matchmaking round"),
        "round": found,
        "run": actions.run_of(found),
        "opts": Round._meta,
        "requests": found.requests.count(),
        "pairs": rows,
        "can_choose": any(row["can_choose"] for row in rows),
        "left": [
            {**row, "asked": requests.get(row["request"]), "best": cities.get(row["best_city"])}
            for row in left
        ],
        # Those of earlier results; those of this one are in the table.
        "left_out": [
            (requests[int(key)], cities[city])
            for key, several in found.left_out.items()
            for city in several
            if int(key) in requests and city in cities and (int(key), city) not in assigned
        ],
        "total": found.result.get("total"),
        "form": form,
        "can_start": found.status in actions.STEPS["start"].sources or actions.is_broken_off(found),
        "is_broken_off": actions.is_broken_off(found),
    }


def cities_of(found: Round) -> dict[int, City]:
    """Return the cities of the page, each with whether anybody could answer for it."""
    rows = [*found.result.get("assignments", []), *found.result.get("unassigned", [])]
    keys = {row[name] for row in rows for name in ("city", "best_city") if row.get(name)}
    keys.update(*found.left_out.values())
    current = Representation.objects.current().filter(city=OuterRef("pk"), member__is_active=True)
    return City.objects.annotate(can_answer=Exists(current)).in_bulk(keys)


def pair_rows(
    found: Round,
    pairs: list[dict[str, Any]],
    requests: dict[int, PartnershipRequest],
    cities: dict[int, City],
    matches: dict[tuple[int, int], Match],
) -> list[dict[str, Any]]:
    """Return the rows of the table; those that a broker can leave out have a checkbox."""
    rows = []
    for row in sorted(pairs, key=lambda row: (-row["cost"], row["request"])):
        asked, city = requests.get(row["request"]), cities.get(row["city"])
        match = matches.get((row["request"], row["city"]))
        is_waiting = bool(asked and asked.is_open and city) and (not match or is_candidate(match))
        rows.append(
            {
                **row,
                "asked": asked,
                "city": city,
                "match": match,
                "best": cities.get(row["best_city"]),
                "can_choose": is_waiting and city.can_answer,
                "is_to_invite": is_waiting and not city.can_answer,
                "is_chosen": row["city"] not in actions.cities_left_out(found, row["request"]),
            }
        )
    return rows


# The cities that take part in a matchmaking round, chosen from a list that can be searched.


@for_brokers
@require_form
def choose_cities(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the list; save what is ticked, or search for others and keep the ticks."""
    round = get_object_or_404(Round, pk=pk)
    if request.method != "POST":
        choice = CityChoice.stored(round, request.GET.get("q", ""))
        return cities_page(request, round, choice)
    choice = CityChoice.posted(request.POST)
    if request.POST.get("act") != "save" or not choice.is_valid():
        return cities_page(request, round, choice)
    with attempt(request, success=_("Cities saved.")) as outcome:
        actions.choose_cities(
            round=round, by=request.user, added=choice.added, removed=choice.removed
        )
    if not outcome.succeeded:
        return cities_page(request, round, choice)
    return redirect("admin:partnerships_round_result", pk)


def cities_page(request: HttpRequest, round: Round, choice: CityChoice) -> HttpResponse:
    rows = choice.rows()
    if choice.errors:
        messages.error(request, _("Correct the numbers marked below."))
    others = sum(row.city.pk not in {*choice.chosen, *choice.before} for row in rows)
    context = {
        **admin.site.each_context(request),
        "title": _("Cities in the round"),
        "opts": Round._meta,
        "round": round,
        "choice": choice,
        "rows": rows,
        # The others are found by their name.
        "is_cut": others >= SHOWN,
        "can_save": round.status in actions.STEPS["change"].sources,
    }
    return render(request, "partnerships/rounds/cities.html", context)
