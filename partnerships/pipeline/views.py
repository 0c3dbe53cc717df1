"""Requests, the first page of the brokers: what is due, then a list or a board."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from community.models import User, Verb
from partnerships.desk import views as due
from partnerships.desk.roles import for_brokers
from partnerships.models import PartnershipRequest, SavedView, SnoozeReason
from partnerships.pipeline import actions, exports, saved_views, stages
from partnerships.pipeline.forms import (
    Act,
    BulkForm,
    FilterForm,
    ViewNameForm,
    brokers,
    people,
    selected,
)
from partnerships.pipeline.steps import label_of, next_step, url_of
from partnerships.requests import review
from repository.pages.attempts import attempt
from repository.pages.http import path_of_site, require_form
from repository.text.lists import list_with_and
from repository.text.parsing import page_number
from repository.workflow import ActionRefused

A_LANE, A_PAGE = 8, 50
# The maximum number of refusals shown in full.
SHOWN_REFUSALS = 5


@for_brokers
@require_form
def pipeline(request: HttpRequest) -> HttpResponse:
    """Show what is due and all requests, or take an action for the selected ones."""
    if request.method == "POST":
        return take_bulk_action(request, people())
    staff = people(saved_views.with_views_of(request.user, brokers()))
    is_board = request.GET.get("view") == "board"
    form = FilterForm(request.GET, staff=staff)
    filters = form.filters(by=request.user.pk)
    page = page_number(request.GET.get("p", "1"))
    kept = request.GET.copy()
    kept.pop("p", None)
    present = saved_views.parameters_of(form, is_board=is_board)
    totals = stages.views_with_totals(request.user.pk)
    filtered_by = without_view(present)
    context = {
        **admin.site.each_context(request),
        "title": _("Requests"),
        # Seven columns need the width of the page.
        "is_nav_sidebar_enabled": False,
        "form": form,
        "bulk": BulkForm(staff=staff),
        "filters": filters,
        "is_filtered": filters != stages.Filters(by=request.user.pk, order=filters.order),
        "is_board": is_board,
        "brokering": due.context(request),
        "ready_made": [
            (
                name,
                totals[key],
                ready_made(is_board, parameters),
                parameters == filtered_by,
            )
            for name, key, parameters in READY_MADE
        ],
        "page": page,
        "query": kept.urlencode(),
        "board_query": without(request, "view", "p", view="board"),
        "list_query": without(request, "view", "p"),
        "saved_views": [
            (view, view["parameters"] == present)
            for view in saved_views.views_of(request.user, staff)
        ],
        "name_form": ViewNameForm(auto_id="view_%s"),
    }
    if is_board:
        context["lanes"] = [
            (lane, described(lane.cards), without(request, "view", "stage", stage=lane.stage))
            for lane in stages.lanes(filters, most=A_LANE)
        ]
    else:
        start = (page - 1) * A_PAGE
        found = stages.listed(filters, start=start, stop=start + A_PAGE + 1)
        context |= {"rows": described(found[:A_PAGE]), "has_next": len(found) > A_PAGE}
    return render(request, "partnerships/pipeline/pipeline.html", context)


# Views that everybody has: the name, the key of its total, and the filters.
READY_MADE = [
    (gettext_lazy("All open"), "everything", {}),
    (gettext_lazy("Mine"), "mine", {"owner": "me"}),
    (gettext_lazy("No owner"), "nobody", {"owner": "nobody"}),
    (gettext_lazy("Overdue"), "late", {"late": "on"}),
    (gettext_lazy("Snoozed"), "snoozed_now", {"snoozed": "on"}),
    (gettext_lazy("Closed"), "closed", {"closed": "on"}),
]


def ready_made(is_board: bool, parameters: dict[str, str]) -> str:
    """Return the query string of a ready-made view, as a list or a board like the present page."""
    return urlencode(parameters | ({"view": "board"} if is_board else {}))


def without_view(parameters: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in parameters.items() if name not in ("view", "order")}


def described(cards: list[stages.Card]) -> list[tuple[stages.Card, str, str, str]]:
    """Return cards with the next step in words, the page where it is taken, and its link."""
    return [(card, next_step(card), url_of(card), label_of(card)) for card in cards]


def without(request: HttpRequest, *names: str, **values: str) -> str:
    """Return the query string of the page without some parameters and with others."""
    kept = request.GET.copy()
    for name in {*names, "p", *values}:
        kept.pop(name, None)
    for name, value in values.items():
        kept[name] = value
    return kept.urlencode()


def take_bulk_action(request: HttpRequest, staff: list[User]) -> HttpResponse:
    """Take the action of the form for each selected request, and return to the page."""
    query = request.GET.urlencode()
    own = reverse("admin:pipeline") + (f"?{query}" if query else "")
    back = path_of_site(request, request.POST.get("next", "")) or own
    form = BulkForm(request.POST, staff=staff)
    keys = selected(request.POST)
    if not form.is_valid():
        for error in [text for texts in form.errors.values() for text in texts]:
            messages.error(request, error)
        return redirect(back)
    chosen = list(PartnershipRequest.objects.filter(pk__in=keys).order_by("pk"))
    if not chosen:
        messages.error(request, _("Select at least one request."))
        return redirect(back)
    act = Act(form.cleaned_data["act"])
    if act in (Act.CSV, Act.XLSX):
        return exports.requests(stages.Filters(), extension=act.value, only=keys)
    results, refusals = [], []
    for partnership_request in chosen:
        try:
            results.append(PERFORM[act](partnership_request, form.cleaned_data, request.user))
        except ActionRefused as refusal:
            refusals.append(named(str(refusal), partnership_request))
    if act == Act.REMIND:
        say_who_was_reminded(request, results)
    elif results:
        done = len(results)
        words = ngettext("%(count)d request updated.", "%(count)d requests updated.", done)
        messages.success(request, words % {"count": done})
    for words in refusals[:SHOWN_REFUSALS]:
        messages.error(request, words)
    if len(refusals) > SHOWN_REFUSALS:
        more = len(refusals) - SHOWN_REFUSALS
        words = ngettext(
            "%(count)d request could not be updated.",
            "%(count)d requests could not be updated.",
            more,
        )
        messages.error(request, words % {"count": more})
    return redirect(back)


def named(refusal: str, partnership_request: PartnershipRequest) -> str:
    """Return what is said about a request that could not be changed, with its title."""
    title = partnership_request.title
    words = {"label": title, "error": refusal}
    return refusal if title in refusal else _("%(label)s: %(error)s") % words


def say_who_was_reminded(request: HttpRequest, results: list[object]) -> None:
    """Say for how many requests cities were reminded now, and for how many they had been today."""
    if new := results.count(True):
        words = ngettext(
            "Reminders sent for %(count)d request.",
            "Reminders sent for %(count)d requests.",
            new,
        )
        messages.success(request, words % {"count": new})
    if old := results.count(False):
        words = ngettext(
            "Reminders for %(count)d request were already sent today.",
            "Reminders for %(count)d requests were already sent today.",
            old,
        )
        messages.info(request, words % {"count": old})


# What each action of the form does with one request.
PERFORM: dict[Act, Callable[[PartnershipRequest, dict[str, Any], Any], object]] = {
    Act.OPEN: lambda row, data, by: review.decide(
        partnership_request=row, verb=Verb.APPROVE, by=by
    ),
    Act.DECLINE: lambda row, data, by: review.decide(
        partnership_request=row,
        verb=Verb.DECLINE,
        by=by,
        reason=data["reason"],
        message=data["message"],
    ),
    Act.ASSIGN: lambda row, data, by: actions.assign(
        partnership_request=row, owner=data["owner"], by=by
    ),
    Act.ASSIGN_TO_ME: lambda row, data, by: actions.assign(
        partnership_request=row, owner=by, by=by
    ),
    Act.SNOOZE: lambda row, data, by: actions.snooze(
        partnership_request=row, until=data["until"], reason=SnoozeReason(data["why"]), by=by
    ),
    Act.WAKE: lambda row, data, by: actions.wake(partnership_request=row, by=by),
    Act.REMIND: lambda row, data, by: actions.remind(partnership_request=row, by=by),
}


@for_brokers
@require_safe
def export(request: HttpRequest, extension: str) -> HttpResponse:
    """Download all requests of the current filters."""
    form = FilterForm(request.GET, staff=people())
    return exports.requests(form.filters(by=request.user.pk), extension=extension)


@for_brokers
@require_safe
def export_candidates(request: HttpRequest, pk: int, extension: str) -> HttpResponse:
    """Download the candidates of a request."""
    asked = get_object_or_404(PartnershipRequest.objects.select_related("city__country"), pk=pk)
    return exports.candidates(asked, extension=extension)


# Open, save, rename and delete views of the board.


def to_board(parameters: dict[str, str]) -> HttpResponse:
    query = QueryDict(mutable=True)
    query.update(parameters)
    return redirect(f"{reverse('admin:pipeline')}?{query.urlencode()}".rstrip("?"))


def own_view(request: HttpRequest, pk: int) -> SavedView:
    return get_object_or_404(SavedView.objects.visible_to(request.user), pk=pk)


@for_brokers
@require_safe
def saved_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Open a saved view: lead to the board with those of its filters that still exist."""
    view = own_view(request, pk)
    parameters, lost = saved_views.opened(view, staff=people())
    if lost:
        words = ngettext(
            "%(count)d filter in “%(name)s” no longer exists and was ignored: %(filters)s.",
            "%(count)d filters in “%(name)s” no longer exist and were ignored: %(filters)s.",
            len(lost),
        )
        filters = list_with_and(lost)
        messages.warning(
            request, words % {"name": view.name, "count": len(lost), "filters": filters}
        )
    return to_board(parameters)


@for_brokers
@require_POST
def save_view(request: HttpRequest) -> HttpResponse:
    """Save the filters of the query under the name of the form."""
    filters = FilterForm(request.GET, staff=people())
    is_board = request.GET.get("view") == "board"
    parameters = saved_views.parameters_of(filters, is_board=is_board)
    if name := name_from(request):
        words = _("View “%(name)s” saved.") % {"name": name}
        with attempt(request, success=words):
            actions.save_view(name=name, parameters=parameters, by=request.user)
    return to_board(parameters)


@for_brokers
@require_POST
def rename_view(request: HttpRequest, pk: int) -> HttpResponse:
    view = own_view(request, pk)
    if name := name_from(request):
        words = _("View renamed to “%(name)s”.") % {"name": name}
        with attempt(request, success=words):
            actions.rename_view(view=view, name=name, by=request.user)
    return to_board(saved_views.opened(view, staff=people())[0])


@for_brokers
@require_POST
def delete_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete a view of the broker; a second click finds none and leads to the board."""
    view = SavedView.objects.visible_to(request.user).filter(pk=pk).first()
    if view is None:
        return to_board({})
    words = _("View “%(name)s” deleted.") % {"name": view.name}
    with attempt(request, success=words):
        actions.delete_view(view=view, by=request.user)
    return to_board(saved_views.opened(view, staff=people())[0])


def name_from(request: HttpRequest) -> str:
    """Return the name of the form; empty, with a message, if it is not valid."""
    form = ViewNameForm(request.POST)
    if form.is_valid():
        return form.cleaned_data["name"]
    for error in form.errors.get("name", []):
        messages.error(request, error)
    return ""
