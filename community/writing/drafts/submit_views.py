"""Submit a case to the moderators, and withdraw it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from community.writing.drafts import actions, completeness, documents, steps
from community.writing.drafts.similar import similar_cases
from community.writing.drafts.views import editing
from repository.models import CaseStudy
from repository.pages.attempts import attempt
from repository.text.parsing import plain


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def submit(request: HttpRequest, slug: str) -> HttpResponse:
    """Before a case is submitted: similar cases, gaps, and a note to the moderators."""
    case = own_case(request, slug)
    if request.method == "POST":
        note = plain(request.POST.get("note", ""))
        with attempt(request) as outcome:
            actions.submit(case=case, by=request.user, note=note)
        if not outcome.succeeded:
            return redirect(editing(case))
        messages.success(
            request,
            _("Case submitted. You’ll get a notification when a moderator has reviewed it."),
        )
        return redirect(case)
    document = documents.document_of(case)
    context = {
        "section": "cases",
        "case": case,
        "progress": steps.progress(None, document),
        "missing": missing_answers(document),
        "meter": completeness.meter(document),
        "cases": [
            (card, render_to_string("community/writing/_similar_reason.html", {"reason": reason}))
            for card, reason in similar_cases(document)
        ],
    }
    return render(request, "community/writing/case_submit.html", context)


@login_required
@require_POST
def withdraw(request: HttpRequest, slug: str) -> HttpResponse:
    """Withdraw a submitted case."""
    case = own_case(request, slug)
    with attempt(request) as outcome:
        actions.withdraw(case=case, by=request.user)
    if not outcome.succeeded:
        return redirect(case)
    messages.success(request, _("Your case is a draft again."))
    return redirect(editing(case))


def missing_answers(document: dict) -> list[tuple[str, str]]:
    """The field and the name of each answer without which a case cannot be submitted."""
    asked = completeness.questions(document)
    missing = [(each.key, str(each.text)) for each in asked if each.is_needed and not each.is_met]
    if not any(document[name] for name in completeness.LONG):
        missing.append((completeness.LONG[0], _("A challenge, a solution or results")))
    return missing


def own_case(request: HttpRequest, slug: str) -> CaseStudy:
    """A case that the user writes; Http404 for one that is not visible to them."""
    case = get_object_or_404(CaseStudy.objects.visible_to(request.user), slug=slug)
    if not case.authors.filter(pk=request.user.pk).exists():
        raise PermissionDenied
    return case
