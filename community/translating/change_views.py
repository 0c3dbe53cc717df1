"""What editors see after an edit: which translations are out of date, and which need not be."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from community import permissions
from community.translating.edits import stale_paragraphs
from community.translating.views import original, require_form, shown
from repository.cases.values import language_name
from repository.pages.attempts import attempt
from repository.translations.actions import keep_translations


@never_cache
@require_form
@login_required
def changes(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """The paragraphs whose translations are out of date; some need no new translation."""
    about, row = original(request, kind, pk)
    if not permissions.can_keep_translations(request.user, row):
        raise PermissionDenied
    if request.method == "POST":
        pairs = [value.partition(">") for value in request.POST.getlist("keep")]
        keys = {earlier: current for earlier, _mark, current in pairs}
        with attempt(request, success=_("Saved. These translations are up to date again.")):
            keep_translations(kind=about, row=row, keys=keys, by=request.user)
        return redirect("community:translation_changes", kind, pk)
    stale = [
        (paragraph, [language_name(code) for code in paragraph.languages])
        for paragraph in stale_paragraphs(about, row)
    ]
    context = shown(about, row) | {"stale": stale}
    return render(request, "community/translating/changes.html", context)
