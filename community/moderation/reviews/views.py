"""The review page, where a moderator decides about one object, and its actions."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from community.models import Claim, Decision, Revision, User
from community.moderation.claims import actions as claims
from community.moderation.decisions import undo as undoing
from community.moderation.decisions.rules import key_of
from community.moderation.queue.entries import next_item
from community.moderation.reviewable import (
    Reviewable,
    name_of,
    reviewable_of,
    reviewed_by_moderators,
)
from community.moderation.reviews.parts import flags_with_records
from community.moderation.reviews.track_record import record_of
from community.permissions import can_moderate
from community.translating.edits import stale_link
from repository.pages.attempts import attempt

# Maximum length of a title in a message.
TITLE = 80


def for_moderators(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Require access to the desk and the permission to moderate."""

    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not can_moderate(request.user):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return wrapper


@for_moderators
@require_http_methods(["GET", "HEAD", "POST"])
def detail(request: HttpRequest, word: str, pk: int) -> HttpResponse:
    """One object as readers would see it, what is known about it, and the decision form."""
    reviewable = reviewable_or_404(word)
    found = reviewed_or_404(reviewable, pk)
    subject = reviewable.subject(found)
    of_subject = reviewable_of(subject)
    form = reviewable.form(found, request.POST or None)
    if request.method == "POST" and form.is_valid():
        with attempt(request, form) as outcome:
            done = reviewable.decide(found, by=request.user, form=form)
        if outcome.succeeded:
            messages.success(request, message_after(done, found, subject, request.user))
            return redirect("admin:index")
        found = reviewed_or_404(reviewable, pk)
        form = reviewable.form(found, reviewable.refreshed(found, request.POST))
        form.add_error(None, outcome.refusal)
    author, page = of_subject.author(subject), of_subject.page(subject)
    # Who may not decide reads why instead of buttons that would be refused.
    why_not = reviewable.why_not(found, request.user)
    duplicates = of_subject.duplicates(subject, request.user)
    already = {each.url for each in duplicates}
    context = {
        **admin.site.each_context(request),
        "title": _("Review"),
        "subtitle": Truncator(page).chars(TITLE),
        "word": word,
        # For an appeal, the word of the subject of the first decision.
        "about": of_subject.word,
        "found": found,
        "subject": subject,
        "page": page,
        "parts": of_subject.texts(subject),
        "author": author,
        "record": record_of(author) if author else None,
        "flags": flags_with_records(subject),
        "duplicates": duplicates,
        "similar": [
            other
            for other in of_subject.similar(subject)
            if other.get_absolute_url() not in already
        ],
        "decisions": Decision.objects.about(subject).select_related("by__membership", "appeal"),
        **undo_context(subject, request.user),
        "claim": Claim.objects.about(found).live().select_related("by__membership").first(),
        "verbs": [] if why_not else reviewable.verbs(found),
        "why_not_decide": why_not if reviewable.verbs(found) else "",
        "next": next_item(found, by=request.user.pk),
        "form": form,
        **of_subject.context(subject),
    }
    return render(request, "community/moderation/review.html", context)


def reviewable_or_404(word: str) -> Reviewable:
    try:
        return reviewed_by_moderators()[word]
    except KeyError:
        raise Http404 from None


def found_or_404(reviewable: Reviewable, pk: int) -> models.Model:
    """The object; 404 if it does not exist or is reviewed elsewhere."""
    found = get_object_or_404(reviewable.model, pk=pk)
    if not reviewable.is_reviewed_here(found):
        raise Http404
    return found


def reviewed_or_404(reviewable: Reviewable, pk: int) -> models.Model:
    """The object, if there is still something to review."""
    found = found_or_404(reviewable, pk)
    if not reviewable.exists(found):
        raise Http404
    return found


def message_after(done: str, found: models.Model, subject: models.Model, user: User) -> str:
    """“Published: Parcels · Undo · Next: Villages”.

    The button belongs to a form of the page (`admin/base_site.html`).
    """
    word = name_of(found)
    title = format_html(
        '<a href="{}" dir="auto">{}</a>',
        reverse("admin:review", args=[word, found.pk]),
        Truncator(subject).chars(TITLE) or _("No text"),
    )
    parts = [format_html(_("{done}: {title}"), done=done, title=title)]
    if decision := undo_context(subject, user)["undoable"]:
        address = reverse("admin:decision_undo", args=[decision.pk])
        button = '<button class="link-button" form="message-acts" formaction="{}">{}</button>'
        parts.append(format_html(button, address, _("Undo")))
    if isinstance(subject, Revision) and (link := stale_link(subject.case, user)):
        parts.append(link)
    if following := next_item(found, by=user.pk):
        link = format_html(
            '<a href="{}" dir="auto">{}</a>', following.url, following.title or _("No text")
        )
        parts.append(format_html(_("Next: {title}"), title=link))
    return format_html_join(" · ", "{}", ((part,) for part in parts))


def undo_context(subject: models.Model, user: User) -> dict[str, Any]:
    """The last decision, and whether this moderator may still undo it or why not."""
    facts = undoing.facts_about([subject])
    latest = facts.latest.get(key_of(subject))
    if latest is None or latest.by_id is None:
        return {"undoable": None}
    if why_not := undoing.why_not(latest, user, facts):
        return {"undoable": None, "latest": latest, "why_not": why_not}
    return {"undoable": latest}


@for_moderators
@require_POST
def take(request: HttpRequest, word: str, pk: int) -> HttpResponse:
    """Claim an object for half an hour, or release it."""
    found = found_or_404(reviewable_or_404(word), pk)
    with attempt(request):
        if "release" in request.POST:
            claims.release(subject=found, by=request.user)
            return redirect("admin:index")
        claims.claim(subject=found, by=request.user)
    return redirect("admin:review", word, pk)


@for_moderators
@require_POST
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Undo a decision."""
    decision = get_object_or_404(Decision, pk=pk)
    with attempt(request, success=_("Decision undone.")):
        undoing.undo(decision=decision, by=request.user)
    word = name_of(decision.subject)
    return redirect("admin:review", word, decision.object_id) if word else redirect("admin:index")
