"""What the list pages share."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from repository.models import CaseStudy
from repository.pages.editions import Known, per_edition
from repository.pages.markup import card_foot, card_top

PAGE_SIZE = 50
# A card takes about one KB of memory.
MOST_KNOWN = 12_000


def page_of(rows: QuerySet, request: HttpRequest, *, size: int = PAGE_SIZE) -> Page:
    """The page of `rows` that the address asks for; the nearest one where there is no such page."""
    return Paginator(rows, size).get_page(request.GET.get("page"))


@dataclass(frozen=True, slots=True)
class Card:
    """A case as lists show it, in HTML. Why it is shown may stand between top and foot."""

    title: str
    top: SafeString
    foot: SafeString

    def __str__(self) -> SafeString:
        return self.top + self.foot


@per_edition
def known_cards() -> Known[tuple[str | None, int], Card]:
    """Cards of this edition by language and primary key: the same few stand on many pages."""
    return Known(MOST_KNOWN)


def cards(pks: Sequence[int], edition: str) -> dict[int, Card]:
    """The cases with these primary keys as cards, in this order, in one query at most."""
    known, language = known_cards(edition), get_language()
    shown = {pk: made for pk in pks if (made := known.get((language, pk)))}
    if missing := [pk for pk in pks if pk not in shown]:
        new = {case.pk: card(case) for case in CaseStudy.objects.cards_of(missing)}
        known.update({(language, pk): made for pk, made in new.items()})
        shown |= new
    return {pk: shown[pk] for pk in pks if pk in shown}


def card(case: CaseStudy) -> Card:
    return Card(case.title, card_top(case), card_foot(case))


def cards_page(pks: list[int], request: HttpRequest, *, size: int) -> Page:
    """The page of cases that the address asks for, as cards."""
    page = Paginator(pks, size).get_page(request.GET.get("page"))
    page.object_list = list(cards(page.object_list, request.edition).values())
    return page
