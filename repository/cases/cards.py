"""Cards of cases as HTML."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from repository.cases.models import CaseStudy
from repository.translations.reading import CARD, translate

TEMPLATE = "repository/cases/_case_card.html"


class Card(NamedTuple):
    """A case and its card as HTML."""

    case: CaseStudy
    html: SafeString


def cards(
    cases: Sequence[CaseStudy],
    *,
    is_first_big: bool = False,
    reasons: Mapping[int, str] | None = None,
) -> list[Card]:
    """Return the cards of cases that are loaded for them, in the language of the reader.

    `reasons` are why each case is shown, by primary key.
    """
    translate(("case", cases), only=CARD)
    why = reasons or {}
    return [
        Card(
            case,
            render_to_string(
                TEMPLATE,
                {"case": case, "big": is_first_big and not number, "why": why.get(case.pk, "")},
            ),
        )
        for number, case in enumerate(cases)
    ]
