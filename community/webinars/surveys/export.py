"""Survey answers as rows of a file, and the codebook that explains them."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from community.models import QuestionKind, SurveyAnswer, SurveyQuestion, Words
from community.webinars.surveys.figures import CHOICES, label_for_no_answer, titles, words_of

# No name and no address: only free texts could identify a person.
ANSWERS = (
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
