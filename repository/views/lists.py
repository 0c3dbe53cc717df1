"""What the list pages share."""

from collections.abc import Sequence

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest

from repository.models import CaseStudy
from repository.per_edition import per_edition

PAGE_SIZE = 50
# A card takes 4 KB of memory.
MOST_KNOWN = 3000


def page_of(rows: QuerySet, request: HttpRequest, *, size: int = PAGE_SIZE) -> Page:
    """The page of `rows` that the address asks for; the nearest one where there is no such page."""
    return Paginator(rows, size).get_page(request.GET.get("page"))


@per_edition
def known_cards() -> dict[int, CaseStudy]:
    """Cards that pages of this edition have shown: the same few stand on many pages."""
    return {}


def cards(pks: Sequence[int], edition: int) -> list[CaseStudy]:
    """The cases with these primary keys as cards, in this order, in one query at most."""
    known = known_cards(edition)
    shown = {pk: known[pk] for pk in pks if pk in known}
    if missing := [pk for pk in pks if pk not in shown]:
        found = CaseStudy.objects.for_cards().in_bulk(missing)
        if len(known) + len(found) > MOST_KNOWN:
            known.clear()
        known.update(found)
        shown |= found
    return [shown[pk] for pk in pks if pk in shown]


def cards_page(pks: list[int], request: HttpRequest, *, size: int) -> Page:
    """The page of cases that the address asks for, as cards."""
    page = Paginator(pks, size).get_page(request.GET.get("page"))
    page.object_list = cards(page.object_list, request.edition)
    return page
