"""What the list pages share."""

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest

PAGE_SIZE = 50


def page_of(rows: QuerySet, request: HttpRequest, *, size: int = PAGE_SIZE) -> Page:
    """The page of `rows` that the address asks for; the nearest one where there is no such page."""
    return Paginator(rows, size).get_page(request.GET.get("page"))
