"""The review page, where a moderator or broker decides about one object, and its actions."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models.options import Options
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community.discussion.subjects import FLAGGED
from community.models import Claim, Decision, Revision, User, Verb
from community.moderation.claims import actions as claims
from community.moderation.decisions import undo as undoing
from community.moderation.decisions.rules import Facts, key_of
from community.moderation.queue.entries import Item, next_item
from community.moderation.reviewable import (
    MODERATE,
    Reviewable,
    address_of,
    reviewable_by_word,
    reviewable_of,
    reviews_anything,
    word_of,
)
from community.moderation.reviews.parts import flags_with_records
from community.moderation.reviews.track_record import record_of
from community.translating.edits import stale_link
from repository.pages.attempts import attempt
from repository.pages.http import path_of_site

# Maximum length of a title in a message.
TITLE = 80


def for_reviewers(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Require the permission to decide about objects of some type; the view checks of which."""

    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not reviews_anything(request.user):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return wrapper


@for_reviewers
@require_http_methods(["GET", "HEAD", "POST"])
def detail(request: HttpRequest, word: str, pk: int) -> HttpResponse:
    """One object as readers would see it, what is known about it, and the decision form."""
    reviewable, found = reviewed_or_404(request.user, word, pk)
    if request.path != reviewable.address(found):
        return redirect(reviewable.address(found))
    subject = reviewable.subject(found)
    of_subject = reviewable_of(subject)
    if subject is not found:
        subject = of_subject.for_page().get(pk=subject.pk)
    form = reviewable.form(found, request.POST or None, query=request.GET)
    if request.method == "POST" and form.is_valid():
        with attempt(request, form) as outcome:
            done = reviewable.decide(found, by=request.user, form=form)
        if outcome.succeeded:
            messages.success(request, message_after(done, found, subject, request.user))
            return redirect("admin:index")
        reviewable, found = reviewed_or_404(request.user, word, pk)
        sent = reviewable.refreshed(found, request.POST)
        form = reviewable.form(found, sent, query=request.GET)
        form.add_error(None, outcome.refusal)
    author, page = of_subject.author(subject), of_subject.page(subject)
    # Who may not decide reads why instead of buttons that would be refused.
    why_not, verbs = reviewable.why_not(found, request.user), reviewable.verbs(found)
    duplicates = of_subject.duplicates(subject, request.user)
    already = {each.url for each in duplicates}
    context = {
        **admin.site.each_context(request),
        "title": _("Review"),
        "subtitle": Truncator(page).chars(TITLE),
        "opts": listed_at_desk(request, subject),
        # For an appeal, the word of the subject of the first decision.
        "about": of_subject.word,
        **about(found, subject, request.user),
        "subject": subject,
        "subject_name": subject._meta.verbose_name,
        "subject_url": of_subject.address(subject),
        "page": page,
        "parts": of_subject.texts(subject),
        "author": author,
        "record": record_of(author) if author else None,
        "flags": flags_with_records(subject) if of_subject.word in FLAGGED else [],
        "duplicates": duplicates,
        "similar": [
            (other, url)
            for other in of_subject.similar(subject)
            if (url := of_subject.similar_url(other)) not in already
        ],
        "verbs": [] if why_not else [(verb.value, reviewable.label(found, verb)) for verb in verbs],
        "can_dismiss": Verb.DISMISS in verbs,
        "why_not_decide": why_not if verbs else "",
        "appeal_help": of_subject.appeal_help,
        "next": next_for(request.user, found),
        "form": form,
        **of_subject.context(subject),
    }
    return render(request, of_subject.template, context)


def listed_at_desk(request: HttpRequest, subject: models.Model) -> Options | None:
    """The options of the subject's model if the user may see its list and history at the desk."""
    model = type(subject)
    if not admin.site.is_registered(model):
        return None
    may_view = admin.site.get_model_admin(model).has_view_permission(request, subject)
    return model._meta if may_view else None


def found_or_404(user: User, word: str, pk: int) -> tuple[Reviewable, models.Model]:
    """The object with its `Reviewable`; 403 for those who do not decide about it."""
    reviewable = reviewable_by_word(word)
    if reviewable is None:
        raise Http404
    found = get_object_or_404(reviewable.for_page(), pk=pk)
    if not reviewable.can_review(user, found):
        raise PermissionDenied
    return reviewable, found


def reviewed_or_404(user: User, word: str, pk: int) -> tuple[Reviewable, models.Model]:
    """The same, if there is still something to review."""
    reviewable, found = found_or_404(user, word, pk)
    if not reviewable.exists(found):
        raise Http404
    return reviewable, found


def about(found: models.Model, subject: models.Model, user: User) -> dict[str, Any]:
    """Context of a page of one object: the claim, past decisions, and whether the last can be
    undone."""
    claims_on = Claim.objects.about(found).live().select_related("by__membership")
    decisions = list(Decision.objects.about(subject).select_related("by__membership", "appeal"))
    return {
        "word": word_of(found),
        "found": found,
        "claim": claims_on.first(),
        "decisions": decisions,
        **undo_context(subject, user, Facts.of(subject, decisions)),
    }


def message_after(done: str, found: models.Model, subject: models.Model, user: User) -> str:
    """“Published: Parcels · Undo · Next: Villages”.

    The button belongs to a form of the page (`admin/base_site.html`).
    """
    title = format_html(
        '<a href="{}" dir="auto">{}</a>',
        address_of(found),
        Truncator(subject).chars(TITLE) or _("No text"),
    )
    parts = [format_html(_("{done}: {title}"), done=done, title=title)]
    if decision := undo_context(subject, user, Facts.about([subject]))["undoable"]:
        address = reverse("admin:decision_undo", args=[decision.pk])
        button = '<button class="link-button" form="message-acts" formaction="{}">{}</button>'
        parts.append(format_html(button, address, _("Undo")))
    if isinstance(subject, Revision) and (link := stale_link(subject.case, user)):
        parts.append(link)
    if following := next_for(user, found):
        link = format_html(
            '<a href="{}" dir="auto">{}</a>', following.url, following.title or _("No text")
        )
        parts.append(format_html(_("Next: {title}"), title=link))
    return format_html_join(" · ", "{}", ((part,) for part in parts))


def next_for(user: User, found: models.Model) -> Item | None:
    """The next entry of the queue, which is that of moderators."""
    return next_item(found, by=user.pk) if user.has_perm(MODERATE) else None


def undo_context(subject: models.Model, user: User, facts: Facts) -> dict[str, Any]:
    """The last decision, and whether this person may still undo it or why not."""
    latest = facts.latest.get(key_of(subject))
    if latest is None or latest.by_id is None:
        return {"undoable": None}
    if why_not := undoing.why_not(latest, user, facts):
        return {"undoable": None, "latest": latest, "why_not": why_not}
    return {"undoable": latest}


@for_reviewers
@require_POST
def claim(request: HttpRequest, word: str, pk: int) -> HttpResponse:
    """Claim an object for half an hour, or release it."""
    reviewable, found = found_or_404(request.user, word, pk)
    with attempt(request):
        if "release" in request.POST:
            claims.release(subject=found, by=request.user)
            return redirect("admin:index")
        claims.claim(subject=found, by=request.user)
    # Another page that shows the claim may be where the user was.
    page = path_of_site(request, request.POST.get("next", ""))
    return redirect(page or reviewable.address(found))


@for_reviewers
@require_POST
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Undo a decision."""
    decision = get_object_or_404(Decision, pk=pk)
    subject = decision.subject
    reviewable = reviewable_of(subject)
    if reviewable is None or subject is None:
        raise Http404
    if not reviewable.can_review(request.user, subject):
        raise PermissionDenied
    with attempt(request, success=_("Decision undone.")):
        undoing.undo(decision=decision, by=request.user)
    return redirect(reviewable.address(subject))


@require_safe
def moved(request: HttpRequest, word: str, pk: int) -> HttpResponse:
    """Redirect from the addresses of review pages before all types had the same page."""
    return redirect("admin:review", word, pk, permanent=True)
