"""The five steps in which a case is written, or all of them on one page.

The form always holds all fields, so that each button saves the whole case; it shows those of one
step. See docs/decisions/0030-forms-in-steps.md.
"""

from django.utils.translation import gettext_lazy as _

from community.writing.drafts.completeness import questions
from repository.cases.models import SECTIONS
from repository.pages import form_steps
from repository.pages.form_steps import FormStep, Progress

# Name of the session value of members who prefer one page.
ON_ONE_PAGE = "case_on_one_page"
ALL = "all"
STEPS = (
    FormStep(1, "brief", _("In brief"), ("title", "summary", "language", "setting")),
    FormStep(
        2,
        "places",
        _("Places and themes"),
        ("cities", "countries", "organizations", "themes", "goals"),
    ),
    FormStep(3, "story", _("Story"), tuple(SECTIONS)),
    FormStep(4, "figures", _("Figures and sources"), ("evidence", "references")),
    FormStep(
        5,
        "practices",
        _("Practices and cost"),
        ("practices", "proposed", "cost", "time", "source", "tags"),
    ),
)
BY_NUMBER = {str(step.number): step for step in STEPS}


def step_of(field: str) -> FormStep:
    """The step with a field of a case."""
    return form_steps.step_with(STEPS, field)


def step_before(step: FormStep | None) -> FormStep | None:
    return BY_NUMBER.get(str(step.number - 1)) if step else None


def step_after(step: FormStep | None) -> FormStep | None:
    return BY_NUMBER.get(str(step.number + 1)) if step else None


def steps_with_gaps(document: dict) -> list[FormStep]:
    """The steps in which reviewers miss something, in their order."""
    lacking = {question.key for question in questions(document) if not question.is_met}
    return [step for step in STEPS if lacking.intersection(step.fields)]


def opening_step(document: dict) -> FormStep:
    """The step at which a case is opened: the first one with a gap."""
    return next(iter(steps_with_gaps(document)), STEPS[0])


def progress(current: FormStep | None, document: dict) -> list[Progress]:
    gaps = steps_with_gaps(document)
    return [Progress(step, step == current, step not in gaps) for step in STEPS]


def destination(text: str) -> tuple[str, str]:
    """The step that a button leads to, and the field there: "3", "all" or a name of a field."""
    if text in BY_NUMBER or text == ALL:
        return text, ""
    fields = {field for step in STEPS for field in step.fields}
    if text in fields:
        return str(step_of(text).number), f"field-{text}"
    return str(STEPS[0].number), ""
