"""Export and import by language reviewers, who are members, on the site."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from repository.models import TranslationState
from repository.permissions import exchanged_languages
from repository.translations.exchange.views import download, import_previewed, preview
from repository.translations.overview.forms import MAX_SELECTED, language_choices
from repository.translations.overview.table import OPEN, Filters, Sort, listed

# What can be exported.
STATES = [(OPEN, _("Missing or out of date")), (TranslationState.DRAFT.value, _("Not reviewed"))]


def for_reviewers(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Restrict a view to members who may exchange translations into a language."""

    @login_required
    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not exchanged_languages(request.user):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return wrapper


@for_reviewers
@require_http_methods(["GET", "HEAD", "POST"])
def files(request: HttpRequest) -> HttpResponse:
    """Download what is to be translated, or choose a file and see what an import would change."""
    mine = exchanged_languages(request.user)
    context = {
        "languages": [(code, name) for code, name in language_choices() if code in mine],
        "states": STATES,
        "most": MAX_SELECTED,
        "confirm_url": reverse("repository:translation_files_import"),
        **preview(request, mine),
    }
    return render(request, "repository/translations/files.html", context)


@for_reviewers
@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """Download what is missing, out of date or not reviewed in a language, most read first."""
    language, state = request.GET.get("language", ""), request.GET.get("state", OPEN)
    if language not in exchanged_languages(request.user) or state not in dict(STATES):
        raise Http404
    found = Filters(language=language, state=state, sort=Sort.READ)
    rows, _total = listed(found, stop=MAX_SELECTED)
    response = download([(row.kind, row.object_id) for row in rows], language)
    if response is None:
        return redirect(f"{reverse('repository:help_translate')}?language={language}")
    return response


@for_reviewers
@require_POST
def import_file(request: HttpRequest) -> HttpResponse:
    """Import the file of a preview, with what was ticked there."""
    language = import_previewed(request, exchanged_languages(request.user))
    if not language:
        return redirect("repository:translation_files")
    return redirect(f"{reverse('repository:help_translate')}?language={language}")
