"""Shared by the review pages of brokers: claims, past decisions, undo and appeals."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from community.models import AppealOutcome, Claim, Decision, User
from community.moderation.claims import actions as claims
from community.moderation.reviews.forms import AppealAnswerForm
from partnerships import permissions
from partnerships.desk import undo as desk_undo
from partnerships.desk.queue import KINDS
from partnerships.desk.reviewable import REVIEWABLES
from partnerships.models import Match
from repository.pages.attempts import attempt

# Objects that a broker can claim, by their name in URLs: {name: (model, URL name)}.
TAKEN = {word: (kind.subject, kind.url) for word, kind in KINDS.items() if kind.subject is not None}
# A match appears in the queue under its next step, and only in some states.
TAKEN["match"] = (Match, "admin:match")
# The review page of each model; the first if there are several.
PAGES = dict(reversed(TAKEN.values()))


def for_brokers(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Restrict a view to brokers signed in at the desk."""

    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not permissions.can_broker(request.user):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return wrapper


def decided_by_brokers() -> models.QuerySet[Decision]:
    kinds = ContentType.objects.get_for_models(*(each.model for each in REVIEWABLES)).values()
    return Decision.objects.filter(content_type__in=kinds)


def found(word: str, pk: int) -> models.Model:
    if word not in TAKEN:
        raise Http404
    rows: Any = TAKEN[word][0]._default_manager.all()
    if word == "appeal":
        rows = rows.filter(decision__in=decided_by_brokers())
    return get_object_or_404(rows, pk=pk)


def about(word: str, subject: Any, user: User) -> dict[str, Any]:
    """Context of a review page: the claim, past decisions, and whether the last can be undone."""
    decisions = desk_undo.decisions_about(subject)
    return {
        "word": word,
        "found": subject,
        "claim": Claim.objects.about(subject).live().select_related("by__membership").first(),
        "decisions": decisions,
        "undoable": desk_undo.undoable(subject, user, decisions),
    }


@for_brokers
@require_POST
def take(request: HttpRequest, word: str, pk: int) -> HttpResponse:
    """Claim an object for half an hour, or release the claim."""
    subject = found(word, pk)
    with attempt(request):
        if "release" in request.POST:
            claims.release(subject=subject, by=request.user)
            return redirect("admin:index")
        claims.claim(subject=subject, by=request.user)
    return redirect(TAKEN[word][1], pk)


@for_brokers
@require_POST
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Undo a decision."""
    decision = get_object_or_404(decided_by_brokers(), pk=pk)
    if decision.subject is None:
        raise Http404
    with attempt(request, success=_("Decision undone.")):
        desk_undo.undo(decision=decision, by=request.user)
    return redirect(PAGES[type(decision.subject)], decision.object_id)


@for_brokers
@require_http_methods(["GET", "HEAD", "POST"])
def appeal(request: HttpRequest, pk: int) -> HttpResponse:
    """Show an appeal with the decision it is about, or answer it as another broker."""
    asked: Any = found("appeal", pk)
    subject = asked.decision.subject
    if subject is None:
        raise Http404
    form = AppealAnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        chosen = AppealOutcome(form.cleaned_data["outcome"])
        done = _("Decision saved: %(verb)s.") % {"verb": chosen.label}
        with attempt(request, form, success=done) as outcome:
            desk_undo.decide_appeal(
                appeal=asked, by=request.user, outcome=chosen, answer=form.cleaned_data["answer"]
            )
        if outcome.succeeded:
            return redirect("admin:index")
    decisions = desk_undo.decisions_about(subject)
    context = {
        **admin.site.each_context(request),
        "title": _("Appeal"),
        "subject": subject,
        "kind": subject._meta.verbose_name,
        "page": PAGES[type(subject)],
        "form": form,
        **about("appeal", asked, request.user),
        "decisions": decisions,
        "undoable": desk_undo.undoable(subject, request.user, decisions) if asked.outcome else None,
        "verbs": [] if asked.outcome else [True],
    }
    return render(request, "partnerships/desk/broker_appeal.html", context)
