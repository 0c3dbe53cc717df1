"""Translations at the staff desk and on the site: overview, translators' files, machine drafts."""

import csv
from collections.abc import Callable, Collection, Iterator
from functools import wraps
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from django.contrib import admin, messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from repository.cases.values import language_name
from repository.models import TranslationState
from repository.pages.http import require_form
from repository.permissions import can_exchange_translations, exchanged_languages
from repository.text.formulas import guard
from repository.text.parsing import page_number
from repository.translations import exchange, machine
from repository.translations.actions import import_file
from repository.translations.exchange import (
    ExchangeFile,
    Outcome,
    compare_file,
    exchange_units,
    summary,
)
from repository.translations.forms import (
    MAX_SELECTED,
    ConfirmForm,
    ExportForm,
    FileForm,
    FilterForm,
    chosen_keys,
    language_choices,
)
from repository.translations.kinds import TranslatedKind, kinds
from repository.translations.overview import (
    OPEN,
    Cell,
    Filters,
    Row,
    Sort,
    languages,
    listed,
    shares,
    work,
)

A_PAGE = 50
# Rows of the CSV file, and of the objects that can be translated on one page.
MAX_ROWS = 20_000
# Units in the preview of an import.
SHOWN = 200
DESK = "admin:translations"
# What language reviewers can export.
STATES = [
    (OPEN, gettext_lazy("Missing or out of date")),
    (TranslationState.DRAFT.value, gettext_lazy("Not reviewed")),
]


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Show objects by language, with how much of each selection is translated."""
    form = FilterForm(request.GET, request.user)
    filters = form.filters()
    page = page_number(request.GET.get("p", "1"))
    rows, total = listed(filters, user=request.user, start=(page - 1) * A_PAGE, stop=page * A_PAGE)
    kept = request.GET.copy()
    kept.pop("p", None)
    may_exchange = can_exchange_translations(request.user)
    context = {
        **admin.site.each_context(request),
        "title": _("Translations"),
        # Eight columns need the width of the page.
        "is_nav_sidebar_enabled": False,
        "form": form,
        "filters": filters,
        "is_filtered": filters != Filters(),
        "rows": [(row, admin_url(row)) for row in rows],
        "total": total,
        "shares": shares(filters, request.user),
        "page": page,
        "has_next": page * A_PAGE < total,
        "query": kept.urlencode(),
        "may_exchange": may_exchange,
        "has_machine": may_exchange and machine.is_configured(),
        "targets": language_choices(),
        "most": MAX_SELECTED,
    }
    return render(request, "repository/translations/overview.html", context)


def admin_url(row: Row) -> str:
    """Return the page where staff edit the object; empty if its type has none."""
    options = kinds[row.kind].model._meta
    try:
        return reverse(
            f"admin:{options.app_label}_{options.model_name}_change", args=[row.object_id]
        )
    except NoReverseMatch:
        return ""


class Line:
    """A file-like object for csv.writer that returns each line."""

    def write(self, value: str) -> str:
        return value


@require_safe
def export_csv(request: HttpRequest) -> StreamingHttpResponse:
    """Download the whole selection as CSV, with cells that no spreadsheet reads as formulas."""
    filters = FilterForm(request.GET, request.user).filters()
    rows, _total = listed(filters, user=request.user, stop=MAX_ROWS)
    response = StreamingHttpResponse(csv_lines(rows), content_type="text/csv; charset=utf-8")
    name = f"translations-{timezone.localdate().isoformat()}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def csv_lines(rows: list[Row]) -> Iterator[str]:
    writer = csv.writer(Line())
    head = [_("Type"), _("Title"), _("Language of the original"), _("Page views")]
    for code in languages():
        head += [language_name(code), _("%(language)s: since") % {"language": language_name(code)}]
    # Spreadsheets recognise UTF-8 by the byte order mark.
    yield "\ufeff" + writer.writerow(head)
    for row in rows:
        values: list[Any] = [row.label, row.title, language_name(row.language), row.views]
        for cell in row.cells:
            values += [in_words(cell), cell.since.date().isoformat() if cell.since else ""]
        yield writer.writerow([guard(v) if isinstance(v, int) else guard(str(v)) for v in values])


def in_words(cell: Cell) -> str:
    """Return the state of a cell in words."""
    parts = [cell.state.label if cell.state else _("Original")]
    if cell.is_machine_made:
        parts.append(_("machine translation, not checked by a person"))
    if cell.work:
        parts.append(cell.work.label)
    return ", ".join(str(part) for part in parts)


@require_safe
@login_required
def help_translate(request: HttpRequest) -> HttpResponse:
    """List what is missing or out of date in a language, most read first, for members."""
    known = [code for code, _name in language_choices()]
    language = request.GET.get("language", "")
    if language not in known:
        language = get_language() or known[0]
    number = page_number(request.GET.get("page", "1"))
    rows, total = listed(
        Filters(language=language, state=OPEN, sort=Sort.READ),
        start=(number - 1) * A_PAGE,
        stop=number * A_PAGE,
    )
    context = {
        "language": language,
        "languages": language_choices(),
        "rows": [
            (
                row,
                next(each for each in row.cells if each.language == language),
                page_of(row, language),
            )
            for row in rows
        ],
        "total": total,
        "has_files": bool(exchanged_languages(request.user)),
        "is_reviewer": bool(work.reviewed_languages(request.user)),
        # Only for its number and those beside it: the rows are of one query.
        "page": Paginator(range(total), A_PAGE).get_page(number),
    }
    return render(request, "repository/translations/help_translate.html", context)


def page_of(row: Row, language: str) -> str:
    """Return the page where members translate an object."""
    return reverse("community:translation", args=[row.kind, row.object_id, language])


# Export for professional translators, and import with a preview, at the staff desk.


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
        (f"{source}-{language}-{timezone.localdate()}.po", exchange.write(file))
        for source, file in files_of(keys, language, user).items()
    ]
    if not files:
        return None
    if len(files) == 1:
        [(name, body)] = files
        response = HttpResponse(body, content_type=exchange.CONTENT_TYPE)
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
@require_form
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


# Export and import by language reviewers, who are members, on the site.


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
@require_form
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
def files_export(request: HttpRequest) -> HttpResponse:
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
def files_import(request: HttpRequest) -> HttpResponse:
    """Import the file of a preview, with what was ticked there."""
    language = import_previewed(request, exchanged_languages(request.user))
    if not language:
        return redirect("repository:translation_files")
    return redirect(f"{reverse('repository:help_translate')}?language={language}")


# Machine drafts, at the staff desk.


@for_exchange
@require_POST
def make_drafts(request: HttpRequest) -> HttpResponse:
    """Have a machine translate the missing paragraphs of the selected objects."""
    target = request.POST.get("target", "")
    chosen = chosen_keys(request.POST, request.GET, request.user)
    keys = [(name, pk) for name, pk in chosen if not kinds[name].is_internal]
    if not machine.is_configured():
        messages.error(request, _("There is no translation server."))
    elif chosen and not keys:
        messages.error(request, _("Internal texts are never sent to a translation server."))
    elif target not in dict(language_choices()) or not keys:
        messages.error(request, _("Select at least one page, and a language."))
    else:
        machine.queue_drafts(chosen=keys, language=target, by=request.user)
        messages.success(
            request,
            ngettext(
                "Machine drafts of %(number)d page will be made in the next minutes.",
                "Machine drafts of %(number)d pages will be made in the next minutes.",
                len(keys),
            )
            % {"number": len(keys)},
        )
    return redirect(back(request))
