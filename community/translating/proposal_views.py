"""The page of one suggested translation, and the answers to it."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from community import permissions
from community.models import ProposalState, TranslationProposal, Verb
from community.moderation.decisions import undo as decisions_undo
from community.moderation.decisions.rules import Facts, latest_decision
from community.translating import actions
from community.translating.forms import DeclineForm
from community.translating.originals import fingerprint, visible_row
from community.translating.panes import changes_of
from community.translating.views import shown as of_original
from repository.cases.values import language_name
from repository.pages.attempts import attempt
from repository.translations.kinds import kinds


def found(request: HttpRequest, pk: int) -> tuple[TranslationProposal, Any]:
    """Find a proposal that the user may see, with its original; both are visible or neither."""
    rows = TranslationProposal.objects.visible_to(request.user)
    proposal = get_object_or_404(rows.select_related("by__membership"), pk=pk)
    row = visible_row(proposal.kind, proposal.object_id, request.user)
    if row is None:
        raise Http404
    return proposal, row


def answerable(request: HttpRequest, pk: int) -> tuple[TranslationProposal, Any]:
    proposal, row = found(request, pk)
    if not permissions.can_answer_translation(request.user, proposal):
        raise PermissionDenied
    return proposal, row


@never_cache
@require_safe
@login_required
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One suggested translation beside its original, with the available actions."""
    return render_detail(request, *found(request, pk))


def render_detail(
    request: HttpRequest,
    proposal: TranslationProposal,
    row: Any,
    form: DeclineForm | None = None,
) -> HttpResponse:
    user, kind = request.user, kinds[proposal.kind]
    decision = latest_decision(proposal)
    may_answer = permissions.can_answer_translation(user, proposal)
    is_mine = proposal.by_id == user.pk
    context = of_original(kind, row) | {
        "proposal": proposal,
        "name": language_name(proposal.language),
        "language": proposal.language,
        "changes": changes_of(kind, row, proposal),
        "is_mine": is_mine,
        "may_continue": is_mine and proposal.status not in (ProposalState.ACCEPTED,),
        "may_answer": may_answer and proposal.is_submitted,
        "decision": decision if decision is not None and decision.concerns_id == user.pk else None,
        "undoable": decision if may_answer and may_undo(decision, user, proposal) else None,
        "seen": fingerprint(kind, row, proposal.language),
        "form": form or DeclineForm(),
    }
    return render(request, "community/translating/proposal.html", context)


def may_undo(decision: Any, user: Any, proposal: TranslationProposal) -> bool:
    return decision is not None and not decisions_undo.why_not(
        decision, user, Facts.about([proposal])
    )


@never_cache
@require_POST
@login_required
def accept(request: HttpRequest, pk: int) -> HttpResponse:
    """Publish a suggested translation."""
    proposal, _row = answerable(request, pk)
    with attempt(request, success=_("Translation published.")):
        actions.accept(proposal=proposal, by=request.user, seen=request.POST.get("seen", ""))
    return redirect(proposal)


@never_cache
@require_POST
@login_required
def decline(request: HttpRequest, pk: int) -> HttpResponse:
    """Decline a suggested translation with a reason and a message."""
    proposal, row = answerable(request, pk)
    form = DeclineForm(request.POST)
    if not form.is_valid():
        return render_detail(request, proposal, row, form)
    with attempt(request, success=_("Translation declined. The translator has been notified.")):
        actions.decline(proposal=proposal, by=request.user, **form.cleaned_data)
    return redirect(proposal)


@never_cache
@require_POST
@login_required
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Undo one's own decision about a suggested translation."""
    proposal, _row = answerable(request, pk)
    decision = latest_decision(proposal)
    if decision is None or decision.verb not in (Verb.APPROVE, Verb.DECLINE):
        raise Http404
    with attempt(request, success=_("Decision undone.")):
        decisions_undo.undo(decision=decision, by=request.user)
    return redirect(proposal)


@never_cache
@require_POST
@login_required
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """End a claim or withdraw a submission; the text is kept."""
    proposal, _row = found(request, pk)
    if proposal.by_id != request.user.pk:
        raise PermissionDenied
    with attempt(request) as outcome:
        actions.withdraw(proposal=proposal, by=request.user)
    if outcome.succeeded:
        messages.success(request, _("Translation withdrawn. We’ve saved your text."))
    return redirect("community:translation_languages", proposal.kind, proposal.object_id)
