"""What the list pages share."""

from collections.abc import Iterable

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest

from repository.models import CaseStudy

PAGE_SIZE = 50


def page_of(rows: QuerySet, request: HttpRequest, *, size: int = PAGE_SIZE) -> Page:
    """The page of `rows` that the address asks for; the nearest one where there is no such page."""
    return Paginator(rows, size).get_page(request.GET.get("page"))


def cards(pks: Iterable[int]) -> list[CaseStudy]:
    """The cases with these primary keys as cards, in this order, in one query."""
    found = CaseStudy.objects.for_cards().in_bulk(list(pks))
    return [found[pk] for pk in pks if pk in found]


def cards_page(pks: list[int], request: HttpRequest, *, size: int) -> Page:
    """The page of cases that the address asks for, as cards."""
    page = Paginator(pks, size).get_page(request.GET.get("page"))
    page.object_list = cards(page.object_list)
    return page
