"""Surveys at the desk: all figures, and the download of answers."""

import csv
import io
import zipfile
from tempfile import TemporaryFile

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from community.models import SurveyQuestion
from community.permissions import can_export_surveys, can_read_surveys
from community.webinars.surveys import figures as surveys_figures
from community.webinars.surveys.actions import shown
from community.webinars.surveys.export import ANSWERS, codebook, rows_of
from community.webinars.surveys.forms import FiguresForm
from repository.models import Series
from repository.text.formulas import guard


def asked(request: HttpRequest, series: Series) -> tuple[FiguresForm, dict]:
    form = FiguresForm(request.GET, series=series)
    form.is_valid()
    return form, {name: value for name, value in form.cleaned_data.items() if value}


@require_safe
def figures(request: HttpRequest, pk: int) -> HttpResponse:
    """All answers of a series as counts, by webinar, country, gender and kind of participant."""
    if not can_read_surveys(request.user):
        raise PermissionDenied
    series = get_object_or_404(Series, pk=pk)
    form, filters = asked(request, series)
    rows = surveys_figures.answers_for_staff(series.pk, **filters)
    context = {
        **admin.site.each_context(request),
        "title": _("Surveys of a series"),
        "series": series,
        "form": form,
        "number": rows.count(),
        "tables": surveys_figures.for_staff(rows, series.pk),
        "query": request.GET.urlencode(),
        "may_export": can_export_surveys(request.user),
    }
    return render(request, "community/webinars/survey_figures.html", context)


@require_safe
def export(request: HttpRequest, pk: int) -> HttpResponse:
    """The single answers, without names and addresses, and the codebook, in one archive."""
    if not can_export_surveys(request.user):
        raise PermissionDenied
    series = get_object_or_404(Series, pk=pk)
    _form, filters = asked(request, series)
    rows = SurveyQuestion.objects.filter(series=series).order_by("position", "pk")
    questions = shown(rows)
    answers = surveys_figures.answers_for_staff(series.pk, **filters)
    file = TemporaryFile()  # noqa: SIM115
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, header, rows in (
            ("answers.csv", [*ANSWERS, *(q.key for q in questions)], rows_of(answers, questions)),
            ("codebook.csv", ["column", "question", "value", "meaning"], codebook(questions)),
        ):
            with (
                archive.open(name, "w") as raw,
                io.TextIOWrapper(raw, encoding="utf-8", newline="") as text,
            ):
                writer = csv.writer(text)
                writer.writerow(header)
                writer.writerows([guard(cell) for cell in row] for row in rows)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=f"survey-{series.slug}.zip")
