from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import Resolver404, resolve, reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from community.accounts.rate_limits import is_within_limit, too_many_requests
from community.feedback.actions import send
from community.feedback.forms import FeedbackForm
from repository.pages.http import asked, path_of_site


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
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
            send(page=page, answer=data["answer"], message=data["message"])
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
