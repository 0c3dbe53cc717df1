from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import Resolver404, resolve, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from community.accounts.rate_limits import is_within_limit, too_many_requests
from community.feedback import actions
from community.feedback.catalogue import translation_of
from community.feedback.forms import FeedbackForm, ReportForm
from community.models import PageFeedback, ReportStatus
from community.permissions import can_see_translation_reports
from repository.cases.values import language_name
from repository.pages.attempts import attempt
from repository.pages.http import asked, path_of_site, require_form
from repository.workflow import ActionRefused

A_PAGE = 20


@never_cache
@require_form
def new(request: HttpRequest) -> HttpResponse:
    """Ask whether a page of this site was useful; `?page=` is its path."""
    form = FeedbackForm(
        request.POST or None,
        user=request.user,
        initial={"page": known_page(request, asked(request, "page"))},
    )
    if request.method == "POST":
        if not is_within_limit(request, "feedback"):
            return too_many_requests(request)
        if form.is_valid():
            data = form.cleaned_data
            page = known_page(request, data["page"])
            actions.send(page=page, answer=data["answer"], message=data["message"])
            messages.success(request, _("Thank you for your feedback."))
            return redirect(page or reverse("repository:home"))
    page = known_page(request, form["page"].value() or "")
    return render(request, "community/feedback/new.html", {"form": form, "page": page})


def known_page(request: HttpRequest, path: str) -> str:
    """Return the path if it is a page of this site, without its query; else nothing."""
    path = path.partition("?")[0].partition("#")[0]
    if len(path) > FeedbackForm.base_fields["page"].max_length:
        return ""
    try:
        resolve(path)
    except Resolver404:
        return ""
    return path_of_site(request, path) or ""


@never_cache
@require_form
def report_translation(request: HttpRequest) -> HttpResponse:
    """Ask a member which text of a page is translated wrongly; `?page=` is its path.

    Visitors see how to sign in, and the way to the feedback form, which needs no account.
    """
    page = known_page(request, asked(request, "page"))
    if request.LANGUAGE_CODE == settings.LANGUAGE_CODE:
        # The original.
        return redirect(f"{reverse('community:feedback')}?{urlencode({'page': page})}")
    if not request.user.is_authenticated:
        if request.method == "POST":
            return redirect_to_login(request.path)
        return render(request, "community/feedback/report.html", {"page": page})
    form = ReportForm(request.POST or None, user=request.user, initial={"page": page})
    if request.method == "POST":
        if not is_within_limit(request, "translation"):
            return too_many_requests(request)
        page = known_page(request, form["page"].value() or "")
        if form.is_valid() and is_reported(request, form, page):
            messages.success(request, _("Thank you. The editors will check this translation."))
            return redirect(page or reverse("repository:home"))
    return render(request, "community/feedback/report.html", {"form": form, "page": page})


def is_reported(request: HttpRequest, form: ReportForm, page: str) -> bool:
    """Store the report; False, with an error in the form, if it was refused."""
    try:
        actions.report_translation(
            language=request.LANGUAGE_CODE,
            quoted=form.cleaned_data["quoted"],
            suggestion=form.cleaned_data["suggestion"],
            page=page,
            by=request.user,
        )
    except ActionRefused as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


@never_cache
@require_safe
@login_required
def reports(request: HttpRequest) -> HttpResponse:
    """The reported texts of a reviewer's languages, newest first: open ones, or `?status=done`.

    Language reviewers have no access to the staff desk.
    """
    if not can_see_translation_reports(request.user):
        raise PermissionDenied
    visible = PageFeedback.objects.reports_visible_to(request.user)
    is_done = asked(request, "status") == ReportStatus.DONE
    texts = (visible.done() if is_done else visible.open()).newest_of_each_text()
    page = Paginator(texts, A_PAGE).get_page(asked(request, "page"))
    among = list(visible.filter(text__in=[newest.text for newest in page]))
    context = {
        "page": page,
        "is_done": is_done,
        "verb": f"community:translation_report_{'reopen' if is_done else 'done'}",
        "has_done": is_done or visible.done().exists(),
        "rows": [
            (
                newest,
                language_name(newest.language),
                translation_of(newest.language, newest.context, newest.text),
                [report for report in among if report.reported_text == newest.reported_text],
            )
            for newest in page
        ],
    }
    return render(request, "community/feedback/reports.html", context)


@never_cache
@require_POST
@login_required
def finish(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark a reported text as done."""
    report = get_object_or_404(PageFeedback.objects.reports_visible_to(request.user), pk=pk)
    done = ngettext("%(count)d text marked as done.", "%(count)d texts marked as done.", 1)
    with attempt(request, success=done % {"count": 1}):
        actions.finish(report=report, by=request.user)
    return redirect("community:translation_reports")


@never_cache
@require_POST
@login_required
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """Open a reported text again."""
    report = get_object_or_404(PageFeedback.objects.reports_visible_to(request.user), pk=pk)
    opened = ngettext("%(count)d text reopened.", "%(count)d texts reopened.", 1)
    with attempt(request, success=opened % {"count": 1}):
        actions.reopen(report=report, by=request.user)
    return redirect("community:translation_reports")
