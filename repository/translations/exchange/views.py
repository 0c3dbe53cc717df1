"""Export for professional translators, and import with a preview, at the staff desk."""

from collections.abc import Callable, Collection
from functools import wraps
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from repository.permissions import can_exchange_translations
from repository.translations.exchange import po
from repository.translations.exchange.actions import import_file
from repository.translations.exchange.comparison import Outcome, compare_file, summary
from repository.translations.exchange.forms import ConfirmForm, ExportForm, FileForm
from repository.translations.exchange.units import ExchangeFile, exchange_units
from repository.translations.kinds import TranslatedKind, kinds
from repository.translations.overview.forms import chosen_keys

SHOWN = 200


DESK = "admin:translations"


def for_exchange(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Restrict a view of the staff desk to those who may exchange translations."""

    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not can_exchange_translations(request.user):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return wrapper


@for_exchange
@require_POST
def export(request: HttpRequest) -> HttpResponse:
    """Download the selected objects."""
    form = ExportForm(request.POST)
    keys = chosen_keys(request.POST, request.GET, request.user)
    if not form.is_valid() or not keys:
        messages.error(request, _("Select at least one page, and a language."))
        return redirect(back(request))
    language = form.cleaned_data["target"]
    response = download(keys, language, request.user)
    if response is None:
        messages.error(request, _("The selected pages are written in this language."))
        return redirect(back(request))
    return response


def download(keys: list[tuple[str, int]], language: str, user: Any = None) -> HttpResponse | None:
    """Return a file of objects, or a ZIP file if their originals are in several languages.

    It has what the user may read, or else what everyone may. None if there is nothing to translate.
    """
    files = [
        (f"{source}-{language}-{timezone.localdate()}.po", po.write(file))
        for source, file in files_of(keys, language, user).items()
    ]
    if not files:
        return None
    if len(files) == 1:
        [(name, body)] = files
        response = HttpResponse(body, content_type=po.CONTENT_TYPE)
    else:
        name, body = f"translations-{language}-{timezone.localdate()}.zip", zipped(files)
        response = HttpResponse(body, content_type="application/zip")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def files_of(keys: list[tuple[str, int]], language: str, user: Any) -> dict[str, ExchangeFile]:
    """Return the files of objects by the language of the originals."""
    by_source: dict[str, list[tuple[TranslatedKind, Any]]] = {}
    for name in dict.fromkeys(name for name, _key in keys):
        kind = kinds[name]
        wanted = [key for each, key in keys if each == name]
        rows = kind.visible_to(user).in_bulk(wanted)
        for row in (rows[key] for key in wanted if key in rows):
            if kind.language_of(row) != language:
                by_source.setdefault(kind.language_of(row), []).append((kind, row))
    return {
        source: ExchangeFile(source, language, exchange_units(chosen, language))
        for source, chosen in sorted(by_source.items())
    }


def zipped(files: list[tuple[str, bytes]]) -> bytes:
    body = BytesIO()
    with ZipFile(body, "w", ZIP_DEFLATED) as archive:
        for name, data in files:
            # Without the time, so that the same export has the same bytes.
            archive.writestr(ZipInfo(name), data, ZIP_DEFLATED)
    return body.getvalue()


def back(request: HttpRequest) -> str:
    query = request.GET.urlencode()
    return reverse(DESK) + (f"?{query}" if query else "")


@for_exchange
@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """Choose a file, and see what an import would change. Nothing is saved."""
    context = {"title": _("Import translations"), "confirm_url": reverse(f"{DESK}_import_confirm")}
    # Three columns of text need the width of the page.
    context |= {**admin.site.each_context(request), "is_nav_sidebar_enabled": False}
    context |= preview(request)
    return render(request, "repository/translations/import.html", context)


def preview(request: HttpRequest, languages: Collection[str] | None = None) -> dict[str, Any]:
    """Return the form for a file, and if there is one, what its import would change.

    `languages` are those into which the user may import, by default all.
    """
    form = FileForm(request.POST or None, request.FILES or None, languages=languages)
    if request.method != "POST" or not form.is_valid():
        return {"form": form}
    compared = compare_file(form.parsed, request.user)
    shown = [each for each in compared if each.outcome not in (Outcome.SAME, Outcome.EMPTY)]
    return {
        "form": form,
        "waiting": form.waiting(request.user.pk),
        "file": form.parsed,
        "counts": [(name.label, number) for name, number in summary(compared).items()],
        "shown": shown[:SHOWN],
        "more": len(shown[SHOWN:]),
        "can_import": any(each.is_written([each.tick]) for each in compared),
    }


@for_exchange
@require_POST
def confirm(request: HttpRequest) -> HttpResponse:
    """Import the file of a preview, with what was ticked there."""
    language = import_previewed(request)
    if not language:
        return redirect(f"{DESK}_import")
    return redirect(f"{reverse(DESK)}?language={language}")


def import_previewed(request: HttpRequest, languages: Collection[str] | None = None) -> str:
    """Import the file of a preview, and say so; return its language, or "" if it is not there."""
    form = ConfirmForm(request.POST, owner=request.user.pk)
    if not form.is_valid() or (languages is not None and form.parsed.language not in languages):
        messages.warning(
            request,
            _(
                "This file has already been imported, or the preview has expired. Choose "
                "the file again."
            ),
        )
        return ""
    number = import_file(file=form.parsed, ticks=set(request.POST.getlist("tick")), by=request.user)
    form.stored.remove()
    messages.success(
        request,
        ngettext("%(number)d paragraph imported.", "%(number)d paragraphs imported.", number)
        % {"number": number},
    )
    return form.parsed.language
