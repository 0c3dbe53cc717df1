"""The page on which a city checks all answers of a request before it submits it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from partnerships.models import PartnershipRequest
from partnerships.requests import actions, documents, requirements
from partnerships.requests.form_steps import FORM_STEPS, FormStep, Gap, gaps_of
from partnerships.requests.forms import RequestForm, anchor_of, initial_of
from partnerships.requests.views import own
from repository.pages.attempts import attempt
from repository.pages.form_steps import Progress
from repository.pages.http import require_form

# Texts in the language of the request.
OWN_WORDS = {"title", "challenge", "desired_result", "baseline", "resources"}
# Texts of the collection, in English.
ENGLISH = {"practices", "offered_practices"}
# Answers that make a step begun, as others have a default.
GIVEN = {
    "subject": ("title",),
    "city": ("baseline", "languages", "goals"),
    "offer": ("resources", "offered_practices"),
    "partner": ("modalities", "starts_on", "ends_on", "musts"),
}


@never_cache
@require_form
@login_required
def submit(request: HttpRequest, pk: int) -> HttpResponse:
    """Check all answers before submission: what is missing, and what happens next."""
    asked = own(request, pk)
    if request.method == "POST":
        with attempt(
            request, success=_("Request submitted. A broker will review it and reply to you.")
        ):
            actions.submit(partnership_request=asked, by=request.user)
        return redirect(asked)
    if asked.status not in actions.STEPS["submit"].sources:
        return redirect(asked)
    gaps = gaps_of(asked)
    context = {
        "section": "partnerships",
        "asked": asked,
        "missing": [
            (gap, address_of_step(asked, gap.step, field=gap.field, is_checking=True))
            for gap in gaps
        ],
        "progress": progress(None, documents.document_of(asked), gaps),
        "sections": answers_by_step(asked, gaps),
    }
    return render(request, "partnerships/requests/submit.html", context)


def progress(
    current: FormStep | None, now: documents.Document | None, gaps: Iterable[Gap]
) -> list[Progress]:
    """Return the steps with what has been done; nothing has, as long as no draft is saved."""
    lacking = {gap.step for gap in gaps}
    return [
        Progress(
            step,
            step == current,
            now is not None and step not in lacking and any(now[name] for name in GIVEN[step.key]),
        )
        for step in FORM_STEPS
    ]


def address_of_step(
    asked: PartnershipRequest, step: FormStep, *, field: str = "", is_checking: bool = False
) -> str:
    """Return the address of a step, optionally at a field, and to come back to all answers."""
    query: dict[str, Any] = {"step": step.number}
    if is_checking:
        query["check"] = 1
    path = reverse("partnerships:request_edit", args=[asked.pk])
    return f"{path}?{urlencode(query)}" + (f"#{anchor_of(field)}" if field else "")


@dataclass(frozen=True)
class Answer:
    """One answer; `language` is that of its text, if it is not that of the page."""

    label: str
    text: str
    language: str
    note: str
    gap: Gap | None
    url: str


def answers_by_step(
    asked: PartnershipRequest, gaps: Iterable[Gap]
) -> list[tuple[FormStep, list[Answer]]]:
    """Return all answers of a request in the order of its form."""
    now = documents.document_of(asked)
    shown = now | {"languages": asked.working_languages}
    form = RequestForm(cities=[asked.city], initial=initial_of(shown))
    lacks = {gap.field: gap for gap in gaps}

    def answer(step: FormStep, name: str) -> Answer:
        is_of_profile = name == "languages" and not asked.languages and bool(shown[name])
        field = "must_speak" if name == "musts" else name
        return Answer(
            label=label_of(name, form),
            text=as_text(name, shown, form),
            language=asked.language if name in OWN_WORDS else "en" if name in ENGLISH else "",
            note=_("From the city’s profile.") if is_of_profile else "",
            gap=lacks.get(name),
            url=address_of_step(asked, step, field=field, is_checking=True),
        )

    return [(step, [answer(step, name) for name in stored_fields(step)]) for step in FORM_STEPS]


def stored_fields(step: FormStep) -> list[str]:
    """Return the fields of a document that a step shows; the requirements are one field."""
    names = dict.fromkeys("musts" if name.startswith("must_") else name for name in step.fields)
    return [name for name in names if name in documents.FIELDS and name != "inspired_by"]


def label_of(name: str, form: RequestForm) -> str:
    return _("Requirements for a partner") if name == "musts" else str(form.fields[name].label)


def as_text(name: str, document: documents.Document, form: RequestForm) -> str:
    """Return a field of a document as text, with a line for each of several values."""
    value = document[name]
    if name == "musts":
        return "\n".join(map(requirements.words, requirements.parse_requirements(value)))
    if name in documents.DATES:
        day = parse_date(value)
        return date_format(day, "DATE_FORMAT") if day else ""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    field = form.fields[name]
    if not hasattr(field, "choices"):
        return value or ""
    labels = {str(getattr(key, "value", key)): str(label) for key, label in field.choices}
    several = value if isinstance(value, list) else [value]
    return "\n".join(labels.get(str(key), str(key)) for key in several if key is not None)
