from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from community.models import Appeal, Decision
from community.moderation.appeals.actions import appeal, can_appeal
from community.moderation.appeals.forms import AppealForm
from community.moderation.reviewable import reviewable_of
from community.permissions import is_concerned
from repository.models import CaseStudy
from repository.pages.attempts import attempt


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, pk: int) -> HttpResponse:
    """A decision as the person concerned sees it, with its reason and the appeal form."""
    decision = get_object_or_404(Decision.objects.for_authors(), pk=pk)
    if decision.concerns_id != request.user.pk and not is_concerned(request.user, decision):
        raise Http404
    form = AppealForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with attempt(
            request, form, success=_("Appeal sent. A different moderator will review it.")
        ) as outcome:
            appeal(decision=decision, by=request.user, words=form.cleaned_data["words"])
        if outcome.succeeded:
            return redirect("community:appeal_new", decision.pk)
    made = Appeal.objects.filter(decision=decision).select_related("by__membership").first()
    may = can_appeal(decision, request.user)
    words = form.cleaned_data.get("words", "") if form.is_bound else ""
    context = {
        "decision": decision,
        "about": about(decision),
        "appeal": made,
        "can_appeal": may,
        # Preserve the text if a co-author was faster or the decision is gone. A second click sends
        # the same words again.
        "unsent": "" if may or (made and made.words == words.strip()) else words,
        "is_shared": is_shared(decision),
        "form": form,
    }
    return render(request, "community/moderation/appeal_new.html", context)


def is_shared(decision: Decision) -> bool:
    """Whether the decision is about a case with several authors, one of whom appeals for all."""
    subject = decision.subject
    return isinstance(subject, CaseStudy) and subject.authors.count() > 1


def about(decision: Decision) -> dict[str, str]:
    """A description of the subject of the decision, with the URL of its page."""
    reviewable = reviewable_of(decision.subject)
    return reviewable.described(decision.subject) if reviewable else {}
