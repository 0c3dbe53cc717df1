"""The cities that take part in a matchmaking round, chosen from a list that can be searched."""

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from partnerships.desk.roles import for_brokers
from partnerships.models import Round
from partnerships.rounds import actions
from partnerships.rounds.forms import SHOWN, CityChoice
from repository.pages.attempts import attempt
from repository.pages.http import require_form


@for_brokers
@require_form
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the list; save what is ticked, or search for others and keep the ticks."""
    round = get_object_or_404(Round, pk=pk)
    if request.method != "POST":
        choice = CityChoice.stored(round, request.GET.get("q", ""))
        return page(request, round, choice)
    choice = CityChoice.posted(request.POST)
    if request.POST.get("act") != "save" or not choice.is_valid():
        return page(request, round, choice)
    with attempt(request, success=_("Cities saved.")) as outcome:
        actions.choose_cities(
            round=round, by=request.user, added=choice.added, removed=choice.removed
        )
    if not outcome.succeeded:
        return page(request, round, choice)
    return redirect("admin:partnerships_round_result", pk)


def page(request: HttpRequest, round: Round, choice: CityChoice) -> HttpResponse:
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
