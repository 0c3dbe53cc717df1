"""The page of a request for brokers: its next step, then everything that happened."""

from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from partnerships.desk.roles import for_brokers
from partnerships.models import Match, PartnershipRequest, Side, SnoozeReason, TimelineEntry
from partnerships.pipeline import actions as handling
from partnerships.pipeline import stages
from partnerships.pipeline.steps import label_of, next_step, url_of
from partnerships.timeline import actions
from partnerships.timeline.forms import EmailForm, EntryForm
from partnerships.timeline.timeline import ASKED_OR_INTRODUCED, follow_ups, timeline, unanswered
from repository.pages.attempts import attempt
from repository.pages.http import require_form


@for_brokers
@require_form
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a request with its next step and its timeline, write to its cities, or record a call."""
    found = stages.cards(stages.staged().filter(pk=pk))
    if not found:
        raise Http404
    [card] = found
    matches = matches_of(card)
    match = card.best if card.best and card.best.status in ASKED_OR_INTRODUCED else None
    late = unanswered(matches)
    act = request.POST.get("act", "")
    entry_form = EntryForm(request.POST if act == "record" else None)
    email_form = EmailForm(request.POST if act == "email" else None, match=match) if match else None
    if act == "ask-again" and late:
        with attempt(request, success=_("Both cities have been asked again.")):
            actions.ask_again(match=late, by=request.user)
        return redirect("admin:request", pk)
    if act == "email" and match and email_form and email_form.is_valid():
        texts = {side: email_form.cleaned_data[side] for side in Side}
        with attempt(request, email_form, success=_("Emails sent to both cities.")) as outcome:
            actions.email_cities(match=match, texts=texts, by=request.user)
        if outcome.succeeded:
            return redirect("admin:request", pk)
    if act == "record" and entry_form.is_valid():
        data = entry_form.cleaned_data
        with attempt(request, entry_form, success=_("Recorded.")) as outcome:
            actions.add_entry(partnership_request=card.request, by=request.user, **data)
        if outcome.succeeded:
            return redirect("admin:request", pk)
    items = timeline(card.request, matches)
    context = {
        **admin.site.each_context(request),
        "title": card.request.title,
        "opts": PartnershipRequest._meta,
        "asked": card.request,
        "card": card,
        "next_step": next_step(card),
        "next_url": url_of(card),
        "next_label": label_of(card),
        "matches": matches,
        "match": match,
        "late": late,
        "items": items,
        "follow_ups": follow_ups(items),
        "form": entry_form,
        "email_form": email_form,
        "handling_acts": handling.possible(card.request, matches),
        "snooze_reasons": SnoozeReason.choices,
    }
    return render(request, "partnerships/timeline/detail.html", context)


def matches_of(card: stages.Card) -> list[Match]:
    """Return all matches of a request with their questions, newest first, in two queries."""
    asked = card.request
    rows = asked.matches.select_related("city__country", "facilitator")
    matches = list(rows.prefetch_related("questions").order_by("-pk"))
    for match in [*matches, *card.matches]:
        match.request = asked
    return matches


@for_brokers
@require_POST
def follow_up(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark the follow-up of an entry as done."""
    entry = get_object_or_404(TimelineEntry, pk=pk)
    with attempt(request):
        actions.follow_up(entry=entry, by=request.user)
        messages.success(request, _("Follow-up done."))
    return redirect("admin:request", entry.request_id)
