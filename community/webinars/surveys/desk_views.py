"""Surveys at the desk: all figures, and the download of answers."""

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator
from tempfile import TemporaryFile
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from community.models import QuestionKind, SurveyAnswer, SurveyQuestion, Words
from community.permissions import can_export_surveys, can_read_surveys
from community.webinars.surveys import figures as surveys_figures
from community.webinars.surveys.actions import shown
from community.webinars.surveys.figures import CHOICES, label_for_no_answer, titles, words_of
from community.webinars.surveys.forms import FiguresForm
from repository.models import Series
from repository.text.formulas import guard

# No name and no address: only free texts could identify a person.
COLUMNS = (
    *("webinar", "answered_on", "member", "country", "gender"),
    *("attended", "knowledge", "collaborate", "brokered", "partner"),
    *("partner_city", "partner_organization", "comment", "words"),
)


def rows_of(answers: QuerySet[SurveyAnswer], questions: list[SurveyQuestion]) -> Iterator[list]:
    rows = answers.select_related(
        "survey__webinar", "partner_city", "partner_organization"
    ).order_by("survey__webinar__number", "pk")
    for answer in rows.iterator(2000):
        cells: list[Any] = [
            answer.survey.webinar.number,
            answer.answered_at.date().isoformat(),
            int(answer.is_member),
            answer.country_id or "",
            answer.gender,
            *(getattr(answer, key) for key in CHOICES),
            answer.partner,
            answer.partner_city.slug if answer.partner_city else "",
            answer.partner_organization.slug if answer.partner_organization else "",
            answer.comment,
            answer.words,
        ]
        yield [*cells, *(answer.extra.get(question.key, "") for question in questions)]


def codebook(questions: Iterable[SurveyQuestion]) -> Iterator[list[str]]:
    """(column, question, value, meaning), one row for each value."""
    yield ["webinar", _("Number of the webinar in its series"), "", ""]
    yield ["answered_on", _("Day of the answer, as YYYY-MM-DD in UTC"), "", ""]
    yield ["member", _("Whether a member answered"), "1", _("Member")]
    yield ["member", "", "0", _("Guest")]
    yield ["country", _("Country or area, by ISO 3166-1"), "", ""]
    for key in ("gender", *CHOICES):
        yield from meanings(key, titles()[key], words_of(key, {}))
    yield ["gender", "", "", label_for_no_answer("gender")]
    yield ["partner", _("Who a partnership was started with"), "", ""]
    yield ["partner_city", _("Matching city on this site (slug)"), "", ""]
    yield [
        "partner_organization",
        _("Matching organisation on this site (slug)"),
        "",
        "",
    ]
    yield ["comment", _("Comment"), "", ""]
    values = {value: str(words) for value, words in Words.choices}
    yield from meanings("words", _("Whether the comment is public"), values)
    for question in questions:
        if question.kind == QuestionKind.TEXT:
            yield [question.key, question.text, "", ""]
        else:
            values = {str(number): words for number, words in question.numbered_choices}
            yield from meanings(question.key, question.text, values)


def meanings(column: str, title: str, values: dict[str, str]) -> Iterator[list[str]]:
    for n, (value, words) in enumerate(values.items()):
        yield [column, "" if n else title, value, words]


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
            ("answers.csv", [*COLUMNS, *(q.key for q in questions)], rows_of(answers, questions)),
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
