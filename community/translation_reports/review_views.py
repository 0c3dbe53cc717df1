"""Reports of wrong translations for language reviewers, who have no access to the staff desk."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.text import capfirst
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from community.models import ReportedText, ReportStatus
from community.permissions import can_see_translation_reports
from community.translation_reports import actions
from community.translation_reports.catalogue import translation_of
from repository.cases.values import language_name
from repository.pages.attempts import attempt
from repository.pages.http import asked

A_PAGE = 20


@never_cache
@require_safe
@login_required
def listing(request: HttpRequest) -> HttpResponse:
    """The reported texts of a reviewer's languages, newest first: open ones, or `?status=done`."""
    if not can_see_translation_reports(request.user):
        raise PermissionDenied
    visible = ReportedText.objects.visible_to(request.user)
    is_done = asked(request, "status") == ReportStatus.DONE
    rows = (visible.done() if is_done else visible.open()).annotate(
        reported_at=Max("reports__created_at")
    )
    ordered = rows.order_by("-reported_at", "-pk").prefetch_related("reports")
    page = Paginator(ordered, A_PAGE).get_page(asked(request, "page"))
    context = {
        "title": capfirst(ReportedText._meta.verbose_name_plural),
        "page": page,
        "is_done": is_done,
        "verb": f"community:translation_report_{'reopen' if is_done else 'done'}",
        "has_done": is_done or visible.done().exists(),
        "rows": [(text, language_name(text.language), current(text)) for text in page],
    }
    return render(request, "community/translation_reports/listing.html", context)


def current(text: ReportedText) -> str:
    """Return the translation of a message as it is now; empty for other text."""
    return translation_of(text.language, text.context, text.text) if text.is_message else ""


@never_cache
@require_POST
@login_required
def finish(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark a reported text as done."""
    text = get_object_or_404(ReportedText.objects.visible_to(request.user), pk=pk)
    done = ngettext("%(count)d text marked as done.", "%(count)d texts marked as done.", 1)
    with attempt(request, success=done % {"count": 1}):
        actions.finish(text=text, by=request.user)
    return redirect("community:translation_reports")


@never_cache
@require_POST
@login_required
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """Open a reported text again."""
    text = get_object_or_404(ReportedText.objects.visible_to(request.user), pk=pk)
    opened = ngettext("%(count)d text reopened.", "%(count)d texts reopened.", 1)
    with attempt(request, success=opened % {"count": 1}):
        actions.reopen(text=text, by=request.user)
    return redirect("community:translation_reports")
