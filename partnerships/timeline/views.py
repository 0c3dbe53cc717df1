"""The page of a request for brokers: its next step, then everything that happened."""

from typing import Any

from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from partnerships.desk.roles import for_brokers
from partnerships.models import PartnershipRequest, TimelineEntry
from partnerships.pipeline import actions as handling
from partnerships.pipeline import stages
from partnerships.pipeline.steps import next_step, url_of
from partnerships.timeline import actions
from partnerships.timeline.forms import EntryForm
from partnerships.timeline.timeline import follow_ups, timeline
from repository.pages.attempts import attempt
from repository.pages.http import require_form


@for_brokers
@require_form
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a request with its next step and its timeline, or record a call or a note."""
    found = stages.cards(stages.staged().filter(pk=pk))
    if not found:
        raise Http404
    [card] = found
    form = EntryForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        with attempt(request, form, success=_("Recorded.")) as outcome:
            actions.add_entry(partnership_request=card.request, by=request.user, **data)
        if outcome.succeeded:
            return redirect("admin:request", pk)
    return render(request, "partnerships/timeline/detail.html", context_of(request, card, form))


def context_of(request: HttpRequest, card: stages.Card, form: EntryForm) -> dict[str, Any]:
    asked = card.request
    matches = list(
        asked.matches.select_related("city__country").prefetch_related("questions").order_by("-pk")
    )
    for match in matches:
        match.request = asked
    items = timeline(asked, matches)
    return {
        **admin.site.each_context(request),
        "title": asked.title,
        "opts": PartnershipRequest._meta,
        "asked": asked,
        "card": card,
        "next_step": next_step(card),
        "next_url": url_of(card),
        "matches": matches,
        "items": items,
        "follow_ups": follow_ups(items),
        "form": form,
        "handling_acts": handling.possible(asked, matches),
    }


@for_brokers
@require_POST
def follow_up(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark the follow-up of an entry as done."""
    entry = get_object_or_404(TimelineEntry, pk=pk)
    with attempt(request):
        actions.follow_up(entry=entry, by=request.user)
        messages.success(request, _("Follow-up done."))
    return redirect("admin:request", entry.request_id)
