"""Cards of cases as HTML, each rendered once for the texts on it.

Most of the time that a list takes is that of its cards, which remain the same when another case is
published.
"""

from collections.abc import Sequence
from hashlib import blake2b
from typing import NamedTuple

from django.conf import settings
from django.core.cache import caches
from django.db.models import prefetch_related_objects
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from repository.cases.models import CaseStudy, parts_of_cards
from repository.pages.editions import Part, Tokens
from repository.translations.reading import CARD, translate

TEMPLATE = "repository/cases/_case_card.html"
# The parts of the edition that a card shows, besides what belongs to the case itself.
SHOWN = (Part.PLACES, Part.THEMES, Part.PEOPLE)


class Card(NamedTuple):
    """A case, loaded `with_tokens` for `shows_only`, and its card as HTML."""

    case: CaseStudy
    html: SafeString


def cards(edition: Tokens, pks: Sequence[int], *, is_first_big: bool = False) -> list[Card]:
    """Return the cards of the published cases with these primary keys, in this order.

    They are in the language of the reader, and from the cache "pages" if neither the texts on them
    nor names of places, themes and organisations have changed. One query if all of them are.
    """
    found = CaseStudy.objects.published().with_card_fields().in_bulk(list(pks))
    cases = [found[pk] for pk in pks if pk in found]
    keys = [
        key_of(case, edition, is_big=is_first_big and not number)
        for number, case in enumerate(cases)
    ]
    known = caches["pages"].get_many(keys)
    missing = [case for case, key in zip(cases, keys, strict=True) if key not in known]
    prefetch_related_objects(missing, *parts_of_cards())
    translate(("case", missing), only=CARD)
    for number, (case, key) in enumerate(zip(cases, keys, strict=True)):
        if key not in known:
            context = {"case": case, "big": is_first_big and not number}
            known[key] = render_to_string(TEMPLATE, context)
            caches["pages"].set(key, known[key])
    return [Card(case, known[key]) for case, key in zip(cases, keys, strict=True)]


def key_of(case: CaseStudy, edition: Tokens, *, is_big: bool) -> str:
    """Return the key of a card in the cache: of everything that it depends on."""
    card = (
        *("card", settings.RELEASE, get_language(), case.pk, str(case.card_token or ""), is_big),
        edition.only(*SHOWN).by_part,
    )
    return blake2b(repr(card).encode(), digest_size=20).hexdigest()
