"""The overview of translations for staff, and the list of what members can translate."""

import csv
from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from repository.cases.values import language_name
from repository.permissions import can_exchange_translations, exchanged_languages
from repository.text.formulas import guard
from repository.text.parsing import page_number
from repository.translations import machine
from repository.translations.kinds import kinds
from repository.translations.overview.forms import MAX_SELECTED, FilterForm, language_choices
from repository.translations.overview.table import (
    OPEN,
    Cell,
    Filters,
    Row,
    Sort,
    languages,
    listed,
    shares,
)
from repository.translations.overview.work import work

A_PAGE = 50
# Rows of the CSV file, and of the objects that can be translated on one page.
MAX_ROWS = 20_000


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
