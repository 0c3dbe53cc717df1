from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from community import permissions
from community.accounts.rate_limits import is_within_limit
from community.discussion.subjects import TAGGED, find, word_of
from community.models import TagProposal
from community.tagging import actions
from community.tagging.forms import TagProposalForm
from repository.models import Tag
from repository.pages.attempts import attempt
from repository.pages.http import require_form
from repository.tags import folding
from repository.workflow import ActionRefused

SUGGESTED = 8


@never_cache
@require_form
@login_required
def new(request: HttpRequest, word: str, pk: int) -> HttpResponse:
    """The tags of a case or webinar, the proposed ones, and the form to propose one."""
    subject = find(word, pk, user=request.user, among=TAGGED)
    if not actions.is_open(subject):
        raise Http404
    can_decide = permissions.can_decide_tags(request.user, subject)
    form = TagProposalForm(request.POST if request.method == "POST" else None, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            proposal = actions.propose(
                subject=subject, name=form.cleaned_data["tag"][0], by=request.user
            )
        except ActionRefused as refusal:
            form.add_error("tag", str(refusal))
        else:
            if proposal.is_waiting:
                messages.success(
                    request, _("Thank you. An author or a moderator will review your tag.")
                )
            else:
                messages.success(request, _("Tag added."))
            return redirect("community:tag_propose", word=word, pk=pk)
    waiting = TagProposal.objects.about(subject).waiting().select_related("by__membership")
    if not can_decide:
        waiting = waiting.filter(by=request.user)
    context = {
        "form": form,
        "subject": subject,
        "word": word,
        "tags": Tag.objects.for_object(subject),
        "waiting": waiting[:50],
        "can_decide": can_decide,
        # Moderators decline at the desk, with a reason.
        "as_author": permissions.is_author(request.user, subject),
    }
    return render(request, "community/tagging/tag_proposal_form.html", context)


def decide(request: HttpRequest, pk: int, act, done: str) -> HttpResponse:
    proposal = get_object_or_404(TagProposal, pk=pk)
    if proposal.subject is None:
        raise Http404
    word = word_of(proposal.subject)
    subject = find(word, proposal.object_id, user=request.user, among=TAGGED)
    if not permissions.can_decide_tags(request.user, subject):
        # The proposal is not visible to others.
        if proposal.by_id != request.user.pk:
            raise Http404
        raise PermissionDenied
    with attempt(request, success=done):
        act(proposal=proposal, by=request.user)
    return redirect("community:tag_propose", word=word, pk=subject.pk)


@never_cache
@require_POST
@login_required
def accept(request: HttpRequest, pk: int) -> HttpResponse:
    """Accept a proposed tag."""
    return decide(request, pk, actions.accept, _("Tag added."))


@never_cache
@require_POST
@login_required
def decline(request: HttpRequest, pk: int) -> HttpResponse:
    """Decline a proposed tag."""
    return decide(request, pk, actions.decline, _("Tag declined."))


@never_cache
@require_safe
@login_required
def suggestions(request: HttpRequest) -> HttpResponse:
    """Tags in use that begin with the given letters: `{"found": ["rail freight", …]}`."""
    if not is_within_limit(request, "suggest"):
        return JsonResponse({"found": []}, status=429)
    letters = request.GET.get("q", "")[:60]
    if not letters.strip() or "\0" in letters:
        return JsonResponse({"found": []})
    rows = Tag.objects.public().filter(folded__startswith=folding.fold(letters)).order_by("name")
    return JsonResponse({"found": list(rows.values_list("name", flat=True)[:SUGGESTED])})
