"""Figures of surveys: all of them for staff, and public ones with small cells suppressed.

Everyone with a seat counts in each table, including those who did not answer: so all tables of a
webinar are about the same people, as `suppression` requires. Public figures are based on counts
that do not change: seats are counted when the webinar was held, answers when the survey is closed.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, QuerySet
from django.db.models.fields.json import KT
from django.utils import timezone
from django.utils.translation import gettext as _

from community.models import (
    Attendance,
    Brokered,
    Gender,
    Growth,
    QuestionKind,
    RegistrationStatus,
    Survey,
    SurveyAnswer,
    SurveyQuestion,
    Will,
)
from community.webinars.suppression import FEW, suppress, suppress_rows
from repository.models import Series, Webinar
from repository.places.country_names import country_name
from repository.translations.reading import translate

# The questions of every survey, and the labels of their choices.
CHOICES: dict[str, type] = {
    "attended": Attendance,
    "knowledge": Growth,
    "collaborate": Will,
    "brokered": Brokered,
}
HEADLINE = ("knowledge", "collaborate", "brokered")
# The attributes of participants.
PEOPLE = ("gender", "country", "kind")


def titles() -> dict[str, str]:
    """The titles of the tables, by key."""
    return {
        "attended": _("Did you attend the webinar?"),
        "knowledge": _("Did you learn something new?"),
        "collaborate": _("Will you work with others on this topic?"),
        "brokered": _("Did it lead to a partnership?"),
        "gender": _("Gender"),
        "country": _("Country or area"),
        "kind": _("Type of participant"),
    }


@dataclass(frozen=True)
class Table:
    """The number of people in each row: (category, label, count or None where suppressed)."""

    key: str
    title: str
    rows: tuple[tuple[str, str, int | None], ...]

    @property
    def has_figures(self) -> bool:
        return any(number is not None for _key, _words, number in self.rows)


def seats_of(webinar: Webinar) -> dict[str, Any]:
    """Count the seats: {"gender": {"woman": n}, "country": …, "kind": …, "city": {country: …}}.

    The empty string stands for unknown. If a webinar was marked as held too early, people who
    answered then and have no seat any more are counted too, by the data in their answers.
    """
    seats = webinar.registrations.seated()
    others = SurveyAnswer.objects.filter(survey__webinar=webinar).exclude(
        registration__status=RegistrationStatus.REGISTERED
    )
    cities: dict[str, Counter[str]] = defaultdict(Counter)
    for country, city, number in (
        seats.order_by().values_list("country", "city").annotate(n=Count("pk"))
    ):
        cities[country or ""][str(city or "")] += number
    for country, number in tally(others, "country").items():
        cities[country][""] += number
    return {
        **{key: tally(seats, key) + tally(others, key) for key in ("gender", "country")},
        "kind": {
            "member": seats.exclude(member=None).count() + others.filter(is_member=True).count(),
            "guest": seats.filter(member=None).count() + others.filter(is_member=False).count(),
        },
        "city": cities,
    }


def count(survey: Survey) -> dict[str, Any]:
    """Count those who had a seat, by category: {"seats": n, "tables": {…}}."""
    total = sum(survey.seats["kind"].values())
    tables: dict[str, Counter[str]] = {}
    for key in CHOICES:
        tables[key] = tally(survey.answers.all(), key)
    for question in chosen_questions(survey.webinar.series_id):
        tables[question.key] = tally(survey.answers.all(), KT(f"extra__{question.key}"))
    for key in PEOPLE:
        tables[key] = Counter(survey.seats[key])
    for table in tables.values():
        # Those without an answer, including those who could no longer be asked.
        table[""] += total - table.total()
    return {"seats": total, "tables": {key: dict(table) for key, table in tables.items()}}


def tally(rows: QuerySet, column: Any) -> Counter[str]:
    counted: Counter[str] = Counter()
    name = {} if isinstance(column, str) else {"answer_given": column}
    found = rows.order_by().annotate(**name).values_list("answer_given" if name else column)
    for value, number in found.annotate(n=Count("pk")):
        counted[value or ""] += number
    return counted


def chosen_questions(series: int) -> list[SurveyQuestion]:
    """The multiple-choice questions of a series."""
    rows = SurveyQuestion.objects.filter(series=series).exclude(kind=QuestionKind.TEXT)
    return list(rows.order_by("position", "pk"))


def words_of(key: str, questions: Mapping[str, SurveyQuestion]) -> dict[str, str]:
    """The categories of a table with labels, in order; countries are added from the counts."""
    if key in CHOICES:
        return {value: str(words) for value, words in CHOICES[key].choices}
    if key in questions:
        return {str(number): words for number, words in questions[key].numbered_choices}
    if key == "gender":
        return {value: str(words) for value, words in Gender.choices}
    if key == "kind":
        return {"member": _("Member"), "guest": _("Guest")}
    return {}


def label_for_no_answer(key: str) -> str:
    return _("Not known") if key in PEOPLE else _("No answer")


def table_of(
    key: str, counts: Mapping[str, int | None], questions: Mapping[str, SurveyQuestion]
) -> Table:
    """The counts with labels; of countries only those present, largest first."""
    title = questions[key].text if key in questions else titles()[key]
    words = words_of(key, questions)
    if key == "country":
        known = [iso2 for iso2 in counts if iso2 and counts[iso2] is not None]
        known.sort(key=lambda iso2: (-(counts[iso2] or 0), iso2))
        words = {iso2: country_name(iso2) for iso2 in known}
        hidden = any(number is None for iso2, number in counts.items() if iso2)
        rows = [(iso2, name, counts[iso2]) for iso2, name in words.items()]
        # Which ones they are is suppressed as well.
        rows += [("other", _("Other countries and areas"), None)] if hidden else []
    else:
        rows = [(value, name, counts.get(value, 0)) for value, name in words.items()]
    if counts.get("", 0) != 0:
        rows.append(("", label_for_no_answer(key), counts[""]))
    return Table(key, title, tuple(rows))


def complete(key: str, counts: Mapping[str, int], questions: Mapping) -> dict[str, int]:
    """The counts with all categories, including those that nobody chose."""
    # Everybody is a member or a guest.
    silent = [] if key == "kind" else [""]
    every = dict.fromkeys([*words_of(key, questions), *silent], 0)
    return every | {value: number for value, number in counts.items() if number or value in every}


def keys_of(surveys: list[Survey]) -> list[str]:
    """The tables of some surveys, those of every survey first."""
    found = [key for survey in surveys for key in survey.counts["tables"]]
    own = [key for key in dict.fromkeys(found) if key not in CHOICES and key not in PEOPLE]
    return [*CHOICES, *own, *PEOPLE]


def questions_by_key(series: int) -> dict[str, SurveyQuestion]:
    """Return the multiple-choice questions of a series in the language of the page."""
    questions = chosen_questions(series)
    translate(("question", questions))
    return {question.key: question for question in questions}


def public(survey: Survey) -> list[Table]:
    """The public tables of one survey; empty before it is closed, or with fewer than five seats."""
    if survey.closed_at is None or survey.counts["seats"] < FEW:
        return []
    questions = questions_by_key(survey.webinar.series_id)
    return [
        table_of(key, suppress(complete(key, survey.counts["tables"][key], questions)), questions)
        for key in keys_of([survey])
        if key in questions or key in titles()
    ]


def headline(survey: Survey) -> list[Table]:
    """The tables shown on the page of the webinar itself."""
    if survey.closed_at is None or survey.counts["seats"] < FEW:
        return []
    tables = survey.counts["tables"]
    return [table_of(key, suppress(complete(key, tables[key], {})), {}) for key in HEADLINE]


def public_of_series(series: Series, before: date) -> list[Table]:
    """Survey answers of all webinars of a series together, with small cells suppressed.

    The participants themselves are on the page of the series. Totals that grow with each survey
    would reveal the last one. So the totals of each batch are computed separately, published from
    the day after its last survey was closed, and added up: None if one of them is suppressed.
    """
    rows = Survey.objects.filter(webinar__series=series).order_by("opened_at", "pk")
    reported = [batch for batch in batches(rows) if last_day(batch) < before]
    questions = questions_by_key(series.pk)
    tables = []
    for key in keys_of([survey for batch in reported for survey in batch]):
        if key not in questions and key not in CHOICES:
            continue
        figures = [totals_of(batch, key, questions) for batch in reported]
        known = [totals for totals in figures if totals]
        if known:
            values = dict.fromkeys(value for totals in known for value in totals)
            counts = {value: added(totals.get(value, 0) for totals in known) for value in values}
            tables.append(table_of(key, counts, questions))
    return tables


def batches(surveys: Iterable[Survey]) -> list[list[Survey]]:
    """Surveys in the order in which they opened, each with earlier ones not yet published.

    A published batch never changes: later surveys are in other batches.
    """
    made: list[list[Survey]] = []
    for survey in surveys:
        if made and timezone.localdate(survey.opened_at) <= last_day(made[-1]):
            made[-1].append(survey)
        else:
            made.append([survey])
    return made


def last_day(batch: list[Survey]) -> date:
    """The day on which the last survey of a batch was closed; date.max if one is open."""
    return max(
        timezone.localdate(survey.closed_at) if survey.closed_at else date.max for survey in batch
    )


def totals_of(
    batch: list[Survey], key: str, questions: Mapping[str, SurveyQuestion]
) -> dict[str, int | None]:
    """One table of a batch: the totals that may be published beside those of each survey."""
    rows = {}
    for survey in batch:
        # Where the question was not asked, everyone counts as not having answered.
        counts = survey.counts["tables"].get(key, {"": survey.counts["seats"]})
        rows[survey.pk] = complete(key, counts, questions)
    figures = suppress_rows(rows)
    return figures.totals if figures.size is not None else {}


def added(numbers: Iterable[int | None]) -> int | None:
    known = list(numbers)
    return None if None in known else sum(number or 0 for number in known)


# For staff


def answers_for_staff(
    series: int, *, webinar: int | None = None, country: str = "", gender: str = "", kind: str = ""
) -> QuerySet[SurveyAnswer]:
    """The filtered answers of a series; empty filters match all."""
    rows = SurveyAnswer.objects.filter(survey__webinar__series=series)
    if webinar is not None:
        rows = rows.filter(survey__webinar=webinar)
    if country:
        rows = rows.filter(country=None if country == "none" else country)
    if gender:
        rows = rows.filter(gender="" if gender == "none" else gender)
    if kind:
        rows = rows.filter(is_member=kind == "member")
    return rows


def for_staff(rows: QuerySet[SurveyAnswer], series: int) -> list[Table]:
    """All counts of some answers, including small ones."""
    questions = questions_by_key(series)
    tables = [table_of(key, tally(rows, key), questions) for key in CHOICES]
    for key in questions:
        tables.append(table_of(key, tally(rows, KT(f"extra__{key}")), questions))
    tables += [table_of(key, tally(rows, key), questions) for key in ("gender", "country")]
    kinds = {
        "member": rows.filter(is_member=True).count(),
        "guest": rows.filter(is_member=False).count(),
    }
    return [*tables, table_of("kind", kinds, questions)]
