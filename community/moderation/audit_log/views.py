"""The audit log: all actions of staff, from the append-only events, for administrators."""

import csv
from collections.abc import Callable, Iterator
from datetime import date
from functools import wraps
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from community.models import User
from community.moderation.audit_log import events
from community.permissions import can_read_record
from repository.dates.days import check_day
from repository.text.formulas import guard
from repository.text.lists import sign
from repository.text.parsing import page_number
from repository.text.sorting import choices_by_name

A_PAGE = 50
MAX_ROWS = 10_000


class FilterForm(forms.Form):
    """Filter by member of staff, type of object and dates."""

    who = forms.TypedChoiceField(
        label=_("Staff member"), required=False, coerce=int, empty_value=None
    )
    what = forms.ChoiceField(label=_("Type"), required=False)
    since = forms.DateField(
        label=_("From"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        validators=[check_day],
    )
    until = forms.DateField(
        label=_("To"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        validators=[check_day],
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        people = User.objects.filter(pk__in=events.staff()).order_by("pk")
        self.fields["who"].choices = [("", _("All staff")), *((who.pk, who) for who in people)]
        names = choices_by_name(events.nouns().items())
        self.fields["what"].choices = [("", _("All")), *names]


def for_administrators(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Decorate a view: 403 for users who may not read the audit log."""

    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not can_read_record(request.user):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return wrapper


def requested_filters(request: HttpRequest) -> tuple[FilterForm, dict]:
    """The filter form and its valid values."""
    form = FilterForm(request.GET)
    form.is_valid()
    return form, {name: value for name, value in form.cleaned_data.items() if value}


@for_administrators
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """One page of the audit log, newest first."""
    form, filters = requested_filters(request)
    page = page_number(request.GET.get("p", "1"))
    start = (page - 1) * A_PAGE
    found = events.entries(start=start, stop=start + A_PAGE + 1, **filters)
    kept = request.GET.copy()
    kept.pop("p", None)
    context = {
        **admin.site.each_context(request),
        "title": _("Audit log"),
        "form": form,
        "entries": found[:A_PAGE],
        "page": page,
        "has_next": len(found) > A_PAGE,
        "query": kept.urlencode(),
        "most": MAX_ROWS,
    }
    return render(request, "community/moderation/audit_log.html", context)


class Line:
    """A file-like object for csv.writer that returns each line."""

    def write(self, value: str) -> str:
        return value


@for_administrators
@require_safe
def export(request: HttpRequest) -> StreamingHttpResponse:
    """Download as CSV, with cells escaped so that no spreadsheet reads one as a formula."""
    _form, filters = requested_filters(request)
    found = events.entries(start=0, stop=MAX_ROWS, **filters)
    response = StreamingHttpResponse(lines(found), content_type="text/csv; charset=utf-8")
    name = f"record-{date.today().isoformat()}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def lines(found: list[events.Entry]) -> Iterator[str]:
    writer = csv.writer(Line())
    yield writer.writerow(["when", "who", "number of member", "what", "number", "done", "changes"])
    for entry in found:
        changes = "; ".join(f"{name}: {old} {sign('→')} {new}" for name, old, new in entry.changes)
        cells = [
            timezone.localtime(entry.at).isoformat(timespec="seconds"),
            entry.who,
            entry.user,
            entry.noun,
            entry.key,
            entry.verb,
            changes,
        ]
        yield writer.writerow([guard("" if cell is None else cell) for cell in cells])
