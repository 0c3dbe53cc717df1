from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from community.accounts.rate_limits import is_within_limit, too_many_requests
from community.feedback.views import known_page
from community.translation_reports.actions import report
from community.translation_reports.forms import ReportForm
from repository.pages.http import asked
from repository.workflow import ActionRefused


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
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
        return render(request, "community/translation_reports/visitor.html", {"page": page})
    form = ReportForm(request.POST or None, user=request.user, initial={"page": page})
    if request.method == "POST":
        if not is_within_limit(request, "translation"):
            return too_many_requests(request)
        page = known_page(request, form["page"].value() or "")
        if form.is_valid() and sent(request, form, page):
            messages.success(request, _("Thank you. The editors will check this translation."))
            return redirect(page or reverse("repository:home"))
    return render(request, "community/translation_reports/new.html", {"form": form, "page": page})


def sent(request: HttpRequest, form: ReportForm, page: str) -> bool:
    """Store the report; False, with an error in the form, if it was refused."""
    try:
        report(
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
