from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from community.models import Invitation
from community.writing.coauthors import actions
from repository.models import CaseStudy
from repository.pages.attempts import attempt
from repository.text.parsing import plain

ANSWERS = {
    "accept": (actions.accept, gettext_lazy("You’re now an author of this case.")),
    "decline": (actions.decline, gettext_lazy("Invitation declined.")),
    "withdraw": (actions.withdraw, gettext_lazy("Invitation withdrawn.")),
}


@login_required
@never_cache
@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The invitation, before it is accepted or declined."""
    invitation = mine(request, pk)
    context = {"section": "cases", "invitation": invitation, "case": invitation.case}
    return render(request, "community/writing/invitation_detail.html", context)


@login_required
@require_POST
def answer(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Accept, decline or withdraw an invitation."""
    if verb not in ANSWERS:
        raise Http404
    invitation = mine(request, pk)
    act, done = ANSWERS[verb]
    with attempt(request, success=done):
        act(invitation=invitation, by=request.user)
    if CaseStudy.objects.visible_to(request.user).filter(pk=invitation.case_id).exists():
        return redirect(
            f"{reverse('community:case_edit', args=[invitation.case.slug])}?step=title#authors"
        )
    return redirect(invitation)


def mine(request: HttpRequest, pk: int) -> Invitation:
    """An invitation of the user, or to a case of theirs; Http404 for others."""
    invitation = get_object_or_404(
        Invitation.objects.select_related("case", "by__membership"), pk=pk
    )
    is_author = invitation.case.authors.filter(pk=request.user.pk).exists()
    if invitation.member_id != request.user.pk and not is_author:
        raise Http404
    return invitation


@login_required
@require_POST
def invite(request: HttpRequest, slug: str) -> HttpResponse:
    """Invite a member, by handle, to write together."""
    case = own(request, slug)
    with attempt(request) as outcome:
        handle = plain(request.POST.get("handle", ""))
        made = actions.invite(case=case, handle=handle, by=request.user)
    if outcome.succeeded:
        messages.success(request, _("Invitation sent to %s.") % made.member)
    return redirect(f"{reverse('community:case_edit', args=[case.slug])}?step=title#authors")


@login_required
@require_POST
def leave(request: HttpRequest, slug: str) -> HttpResponse:
    """Leave the authors of a case."""
    case = own(request, slug)
    with attempt(request) as outcome:
        actions.leave(case=case, by=request.user)
    if not outcome.succeeded:
        return redirect(f"{reverse('community:case_edit', args=[case.slug])}?step=title#authors")
    messages.success(request, _("You’re no longer an author of this case."))
    return redirect("repository:case_list")


def own(request: HttpRequest, slug: str) -> CaseStudy:
    case = get_object_or_404(CaseStudy.objects.visible_to(request.user), slug=slug)
    if not case.authors.filter(pk=request.user.pk).exists():
        raise PermissionDenied
    return case
