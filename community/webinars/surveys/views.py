"""The survey after a webinar: the form, and the public results."""

import csv

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from community.models import Survey, Words
from community.moderation.decisions.rules import latest_decision
from community.webinars import links as webinars_links
from community.webinars.surveys import actions, figures
from community.webinars.surveys.forms import SurveyForm
from repository.pages.http import public_page, require_form
from repository.text.formulas import guard
from repository.translations.reading import CARD, translate
from repository.workflow import ActionRefused

MAX_WORDS = 50


@never_cache
@require_form
def detail(request: HttpRequest, token: str) -> HttpResponse:
    """The survey of one registration, by its signed link: answer it, or change the answer."""
    registration = webinars_links.surveyed_registration(token)
    if registration is None:
        raise Http404
    survey = registration.webinar.survey
    known = getattr(registration, "survey_answer", None)
    questions = actions.shown(actions.questions_of(survey))
    form = SurveyForm(
        request.POST or None,
        questions=questions,
        seen=actions.fingerprint(questions),
        answer=known,
    )
    if request.method == "POST" and form.is_valid():
        try:
            actions.answer(
                registration=registration,
                data=form.cleaned_data,
                extra=form.extra,
                seen=form.cleaned_data["seen"],
            )
        except ActionRefused as refusal:
            form.refuse(str(refusal), seen=actions.fingerprint(questions))
        else:
            messages.success(request, _("Thank you. Your answer has been saved."))
            return redirect(request.path)
    translate(("webinar", [registration.webinar]), only=CARD)
    context = {
        "section": "webinars",
        "webinar": registration.webinar,
        "survey": survey,
        "form": form,
        "answer": known,
        "decision": latest_decision(known) if known and known.words == Words.DECLINED else None,
        "registration_path": webinars_links.registration_path(registration),
    }
    return render(request, "community/webinars/survey_form.html", context)


def closed_survey(slug: str) -> Survey:
    """The survey of a webinar with published results; Http404 otherwise."""
    rows = Survey.objects.select_related("webinar__series").exclude(closed_at=None)
    return get_object_or_404(rows, webinar__slug=slug, webinar__status="held")


@public_page
def results(request: HttpRequest, slug: str) -> HttpResponse:
    """The results of one webinar: counts of five or more, and comments."""
    survey = closed_survey(slug)
    translate(("webinar", [survey.webinar]), only=CARD)
    context = {
        "section": "webinars",
        "webinar": survey.webinar,
        "survey": survey,
        "tables": figures.public(survey),
        "answers": survey.answers.shown()[:MAX_WORDS],
    }
    return render(request, "community/webinars/survey_results.html", context)


@public_page
def results_csv(request: HttpRequest, slug: str) -> HttpResponse:
    """Download the results as CSV; suppressed counts are empty."""
    survey = closed_survey(slug)
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="survey-{slug}.csv"'
    writer = csv.writer(response)
    writer.writerow(["question", "text", "answer", "answer_text", "people"])
    for table in figures.public(survey):
        for key, words, number in table.rows:
            cells = [table.key, table.title, key, words, "" if number is None else number]
            writer.writerow([guard(cell) for cell in cells])
    return response
