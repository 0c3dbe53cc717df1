"""The four steps in which a request is written, and what it needs before it can be submitted."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from partnerships.models import PartnershipRequest, RequestStatus
from repository.pages import form_steps


@dataclass(frozen=True)
class FormStep(form_steps.FormStep):
    """One page of the form."""

    @property
    def template(self) -> str:
        return f"partnerships/requests/_step_{self.key}.html"


FORM_STEPS = (
    FormStep(
        1,
        "subject",
        _("What you’re looking for"),
        (
            "title",
            "direction",
            "challenge",
            "desired_result",
            "language",
            "practices",
            "themes",
            "cases",
            "more_cases",
            "inspired_by",
        ),
    ),
    FormStep(2, "city", _("About your city"), ("city", "baseline", "languages", "goals")),
    FormStep(3, "offer", _("What you offer"), ("resources", "offered_practices")),
    FormStep(
        4,
        "partner",
        _("Partner and dates"),
        (
            "modalities",
            "starts_on",
            "ends_on",
            "must_speak",
            "must_region",
            "must_country",
            "must_income",
            "must_setting",
            "must_corridor",
            "must_be",
            "visibility",
            "facilitator_welcome",
        ),
    ),
)
BY_NUMBER = {str(step.number): step for step in FORM_STEPS}
FIRST = FORM_STEPS[0]


def step_with(field: str) -> FormStep:
    return form_steps.step_with(FORM_STEPS, field)


def step_after(step: FormStep) -> FormStep | None:
    return BY_NUMBER.get(str(step.number + 1))


@dataclass(frozen=True)
class Gap:
    """A missing answer: its field, its name within a sentence, and what to do about it."""

    field: str
    name: Promise
    advice: Promise

    @property
    def step(self) -> FormStep:
        return step_with(self.field)


GAPS = (
    Gap("challenge", _("the challenge"), _("Describe the challenge.")),
    Gap(
        "desired_result",
        _("the desired result"),
        _("Describe the result you want."),
    ),
    Gap("practices", _("a practice or a theme"), _("Choose at least one practice or theme.")),
    Gap("languages", _("a working language"), _("Choose at least one working language.")),
    Gap("modalities", _("a kind of cooperation"), _("Choose at least one kind of cooperation.")),
    Gap("visibility", _("who can see the request"), _("Choose who can see the request.")),
)


def gaps_of(partnership_request: PartnershipRequest) -> list[Gap]:
    """Return what the request lacks before brokers can review it, in the order of the form."""
    lacks = {
        "challenge": not partnership_request.challenge,
        "desired_result": not partnership_request.desired_result,
        "practices": not (
            partnership_request.practices.exists() or partnership_request.themes.exists()
        ),
        "languages": not partnership_request.working_languages,
        "modalities": not partnership_request.modalities,
        "visibility": not partnership_request.visibility,
    }
    return [gap for gap in GAPS if lacks[gap.field]]


def opening_step(partnership_request: PartnershipRequest, gaps: Iterable[Gap]) -> FormStep:
    """Return the step at which a request is opened again.

    It is the one that a broker asked to change, otherwise the first one that lacks an answer.
    """
    step = BY_NUMBER.get(str(partnership_request.step_to_change))
    if step and partnership_request.status == RequestStatus.CHANGES_REQUESTED:
        return step
    return min((gap.step for gap in gaps), key=lambda step: step.number, default=FIRST)
