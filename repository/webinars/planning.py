"""The steps in which staff plan a webinar at the desk, and what each of them still lacks."""

from typing import Any, NamedTuple

from django.utils.formats import date_format
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from repository.models import Webinar, WebinarStatus
from repository.pages.form_steps import FormStep, Progress, step_with
from repository.places.models import languages
from repository.text.lists import list_of
from repository.webinars.models import OPEN

# The value of `?step=` for all fields on one page.
ALL = "all"
STEPS = (
    FormStep(
        1,
        "when",
        _("What and when"),
        (
            *("series", "number", "title", "slug", "summary"),
            *("date", "local_time", "time_zone", "minutes", "languages", "interpretation"),
        ),
    ),
    FormStep(
        2,
        "speakers",
        _("Speakers and agenda"),
        (
            *("appearances", "chapters"),
            *("cases", "published_cases", "practices", "cities", "countries", "tags"),
        ),
    ),
    FormStep(3, "registration", _("Registration"), ("capacity", "meeting_link")),
    FormStep(4, "check", _("Check and announce"), ()),
)
BY_NUMBER = {str(step.number): step for step in STEPS}
CHECK = STEPS[-1]


class Fact(NamedTuple):
    """A line of the last step: `step` is where it is entered; `text` is empty if it is missing."""

    label: str
    text: str
    step: FormStep
    is_expected: bool = True

    @property
    def is_missing(self) -> bool:
        return self.is_expected and not self.text


def facts(webinar: Webinar) -> list[Fact]:
    """What readers and participants will see, with what is still missing."""
    start = webinar.local_start
    known = languages(get_language() or "en")
    spoken = [known.get(code, code) for code in webinar.languages]
    names = [str(row.speaker) for row in webinar.appearances.select_related("speaker")]
    agenda = [chapter.title for chapter in webinar.chapters.order_by("seconds")]
    when = f"{date_format(start, 'DATETIME_FORMAT')} ({webinar.time_zone})" if start else ""
    length = gettext("%(count)d minutes") % {"count": webinar.minutes} if webinar.minutes else ""
    seats = str(webinar.capacity) if webinar.capacity else gettext("No limit")
    rows = [
        ("title", gettext("Title"), webinar.title, True),
        ("summary", gettext("Summary"), webinar.summary, True),
        ("date", gettext("Date and time"), when, True),
        ("minutes", gettext("Length"), length, True),
        ("languages", gettext("Languages"), list_of(spoken), True),
        ("appearances", gettext("Speakers"), list_of(names), True),
        ("chapters", gettext("Agenda"), list_of(agenda), False),
        ("cases", gettext("Cases"), list_of(webinar.cases.published()), False),
        ("capacity", gettext("Seats"), seats, False),
        ("meeting_link", gettext("Link to the meeting"), webinar.meeting_link, True),
    ]
    return [Fact(label, text, step_with(STEPS, name), need) for name, label, text, need in rows]


def lacking(webinar: Any) -> dict[str, str]:
    """What to add before a webinar is announced, by field: its names.

    `webinar` needs the annotation `number_of_speakers`.
    """
    found = {
        "date": (gettext("date and time"), webinar.starts_at),
        "minutes": (gettext("length"), webinar.minutes),
        "languages": (gettext("languages"), webinar.languages),
        "appearances": (gettext("speakers"), webinar.number_of_speakers),
        "meeting_link": (gettext("link to the meeting"), webinar.meeting_link),
    }
    return {name: label for name, (label, value) in found.items() if not value}


def opening_step(webinar: Any) -> FormStep | None:
    """The step at which the page of a webinar opens; None for all on one page.

    A draft opens at the first step that lacks something, and is checked when none does.
    """
    if webinar is None:
        return STEPS[0]
    if webinar.status not in (WebinarStatus.DRAFT, *OPEN):
        # What follows a webinar, such as its recording, belongs to no step.
        return None
    if not webinar.is_draft:
        return STEPS[0]
    missing = lacking(webinar)
    return next((step for step in STEPS if {*step.fields} & {*missing}), CHECK)


def step_after(step: FormStep) -> FormStep | None:
    return BY_NUMBER.get(str(step.number + 1))


def progress(current: FormStep | None, webinar: Any) -> list[Progress]:
    """The list of steps; a new webinar has none behind it."""
    missing = set() if webinar is None else {*lacking(webinar)}
    return [Progress(step, step == current, is_done(step, webinar, missing)) for step in STEPS]


def is_done(step: FormStep, webinar: Any, missing: set[str]) -> bool:
    if webinar is None:
        return False
    if step == CHECK:
        return not webinar.is_draft
    return not missing.intersection(step.fields)
