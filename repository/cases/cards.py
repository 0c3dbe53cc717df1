"""Cards of cases as HTML, each rendered once for the texts on it.

Most of the time that a list takes is that of its cards, which remain the same when another case is
published.
"""

from collections.abc import Mapping, Sequence
from hashlib import blake2b
from typing import NamedTuple

from django.conf import settings
from django.core.cache import caches
from django.db.models import prefetch_related_objects
from django.template.loader import render_to_string
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from repository.cases.models import CaseStudy, parts_of_cards
from repository.pages.editions import Part, Tokens
from repository.translations.reading import CARD, translate

TEMPLATE = "repository/cases/_case_card.html"
# The parts of the edition that a card shows, besides what belongs to the case itself.
SHOWN = (Part.PLACES, Part.THEMES, Part.PEOPLE)
# Instead of the reason in a cached card, so that all pages that give one share it.
REASON = mark_safe("<!-- reason -->")


class Card(NamedTuple):
    """A case, loaded `with_tokens` for `shows_only`, and its card as HTML."""

    case: CaseStudy
    html: SafeString


def cards(
    edition: Tokens,
    pks: Sequence[int],
    *,
    is_first_big: bool = False,
    reasons: Mapping[int, str] | None = None,
) -> list[Card]:
    """Return the cards of the published cases with these primary keys, in this order.

    They are in the language of the reader, and from the cache "pages" if neither the texts on them
    nor names of places, themes and organisations have changed. One query if all of them are.
    `reasons` are why each case is shown.
    """
    rows = CaseStudy.objects.published().with_card_fields().in_bulk(list(pks))
    cases = [rows[pk] for pk in pks if pk in rows]
    why = "" if reasons is None else REASON
    shown = edition.only(*SHOWN)
    keys = [
        key_of(case, shown, is_big=is_first_big and not number, why=why)
        for number, case in enumerate(cases)
    ]
    known = caches["pages"].get_many(keys)
    missing = [case for case, key in zip(cases, keys, strict=True) if key not in known]
    if missing:
        prefetch_related_objects(missing, *parts_of_cards())
        translate(("case", missing), only=CARD)
    made = {}
    for number, (case, key) in enumerate(zip(cases, keys, strict=True)):
        if key not in known:
            context = {"case": case, "big": is_first_big and not number, "why": why}
            made[key] = known[key] = render_to_string(TEMPLATE, context)
    # At once: each call waits for a server that hangs.
    caches["pages"].set_many(made)
    found = [Card(case, known[key]) for case, key in zip(cases, keys, strict=True)]
    if reasons is None:
        return found
    return [with_reason(card, reasons[card.case.pk]) for card in found]


def with_reason(card: Card, reason: str) -> Card:
    html = card.html.replace(REASON, conditional_escape(reason))
    return card._replace(html=mark_safe(html))  # noqa: S308


def key_of(case: CaseStudy, shown: Tokens, *, is_big: bool, why: str) -> str:
    """Return the key of a card in the cache: of everything that it depends on."""
    card = (
        *("card", settings.RELEASE, get_language(), case.pk, str(case.card_token or "")),
        *(is_big, why, shown.by_part),
    )
    return blake2b(repr(card).encode(), digest_size=20).hexdigest()
