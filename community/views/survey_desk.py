"""Surveys at the desk: all figures, the file of answers, and words that wait for a look."""

import csv
import io
import zipfile
from tempfile import TemporaryFile

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from community import survey_figures
from community.actions import survey as actions
from community.forms.survey import FiguresForm
from community.models import SurveyAnswer, SurveyQuestion
from community.permissions import can_export_surveys, can_moderate, can_read_surveys
from community.survey_export import ANSWERS, codebook, rows_of
from repository.actions import ActionRefused
from repository.formulas import guard
from repository.models import Series

A_PAGE = 20


def asked(request: HttpRequest, series: Series) -> tuple[FiguresForm, dict]:
    form = FiguresForm(request.GET, series=series)
    form.is_valid()
    return form, {name: value for name, value in form.cleaned_data.items() if value}


@require_safe
def figures(request: HttpRequest, pk: int) -> HttpResponse:
    """All answers of a series in numbers, by webinar, country, gender and kind of participant."""
    if not can_read_surveys(request.user):
        raise PermissionDenied
    series = get_object_or_404(Series, pk=pk)
    form, filters = asked(request, series)
    rows = survey_figures.answers_for_staff(series.pk, **filters)
    context = {
        **admin.site.each_context(request),
        "title": _("Surveys of a series"),
        "series": series,
        "form": form,
        "number": rows.count(),
        "tables": survey_figures.for_staff(rows, series.pk),
        "query": request.GET.urlencode(),
        "may_export": can_export_surveys(request.user),
    }
    return render(request, "admin/survey_figures.html", context)


@require_safe
def export(request: HttpRequest, pk: int) -> HttpResponse:
    """The single answers, without names and addresses, and the codebook, in one archive."""
    if not can_export_surveys(request.user):
        raise PermissionDenied
    series = get_object_or_404(Series, pk=pk)
    _form, filters = asked(request, series)
    questions = list(SurveyQuestion.objects.filter(series=series).order_by("position", "pk"))
    answers = survey_figures.answers_for_staff(series.pk, **filters)
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


def marked(rows: QuerySet[SurveyAnswer]) -> list[tuple[SurveyAnswer, str]]:
    """The first of them, each with the mark of what it says now."""
    return [(answer, actions.mark(answer.comment)) for answer in rows[:A_PAGE]]


@require_http_methods(["GET", "HEAD", "POST"])
def words(request: HttpRequest) -> HttpResponse:
    """Words that may be shown: those that wait, then those about which somebody decided."""
    if not can_moderate(request.user):
        raise PermissionDenied
    if request.method == "POST":
        number = request.POST.get("answer", "")
        is_number = number.isascii() and number.isdigit() and len(number) < 18
        answer = get_object_or_404(SurveyAnswer, pk=int(number) if is_number else 0)
        show = request.POST.get("verb") == "show"
        try:
            actions.review(
                answer=answer,
                by=request.user,
                show=show,
                read=request.POST.get("read", ""),
                reason=request.POST.get("reason", ""),
            )
        except ActionRefused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(
                request, _("The words are shown.") if show else _("The words are not shown.")
            )
        return redirect(request.path)
    rows = SurveyAnswer.objects.select_related("survey__webinar", "decided_by")
    decided = rows.exclude(decided_at=None).order_by("-decided_at", "-pk")
    context = {
        **admin.site.each_context(request),
        "title": _("Words from surveys"),
        "waiting": marked(rows.waiting()),
        "decided": marked(decided),
    }
    return render(request, "admin/survey_words.html", context)
