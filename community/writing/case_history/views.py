from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.dateparse import parse_datetime
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from community import permissions
from community.writing.case_history import actions
from community.writing.case_history.changes import PublicHistory, first_published
from repository.cases.models import SECTIONS
from repository.models import CaseStatus, CaseStudy
from repository.pages.http import public_page
from repository.text.parsing import whole_number
from repository.translations.reading import CARD, translate

A_PAGE = 10
PUBLIC = [CaseStatus.PUBLISHED, CaseStatus.ARCHIVED]


@public_page(parameters=["page"])
def detail(request: HttpRequest, slug: str) -> HttpResponse:
    """The changes of a case since its publication, newest first; 404 once it is archived."""
    cases = CaseStudy.objects.filter(status__in=PUBLIC).defer(*SECTIONS, "rendered")
    case = get_object_or_404(cases.annotate(first_published=first_published()), slug=slug)
    if case.is_archived:
        return render(request, "repository/cases/archived.html", {"case": case}, status=410)
    page = whole_number(request.GET.get("page", "1"), most=99_999) or 0
    start = (page - 1) * A_PAGE
    # Fetch one more than a page to know whether there is a next one.
    versions = PublicHistory(case)[start : start + A_PAGE + 1] if page > 0 else []
    if not versions:
        raise Http404
    translate(("case", [case]), only=CARD)
    context = {
        "section": "cases",
        "case": case,
        "versions": versions[:A_PAGE],
        "may_hide": permissions.can_moderate(request.user),
        "newer": page - 1,
        "older": page + 1 if len(versions) > A_PAGE else 0,
    }
    return render(request, "community/writing/case_history.html", context)


@never_cache
@require_POST
@login_required
def hide(request: HttpRequest, slug: str) -> HttpResponse:
    """Hide the text of the change at the time `at`; show it again with `show`."""
    case = get_object_or_404(CaseStudy.objects.filter(status__in=PUBLIC), slug=slug)
    if not permissions.can_moderate(request.user):
        raise PermissionDenied
    try:
        at = parse_datetime(request.POST.get("at", ""))
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        raise Http404
    act = actions.show if "show" in request.POST else actions.hide
    act(case=case, at=at, by=request.user)
    return redirect("community:case_history", case.slug)
