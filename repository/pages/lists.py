"""Pagination for list pages."""

from collections.abc import Sequence
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.formats import number_format

PAGE_SIZE = 50
# From here on numbers have a separator, which takes Django ten times as long.
THOUSAND = 1000
# Larger numbers of rows are not shown exactly.
MOST_COUNTED = 10_000


def count_text(count: int) -> str:
    """Return a number of rows as text, such as "10,000+" beyond `MOST_COUNTED`."""
    if count > MOST_COUNTED:
        return f"{number_format(MOST_COUNTED)}+"
    return number_format(count) if count >= THOUSAND else str(count)


def page_of(
    rows: QuerySet | Sequence[Any],
    request: HttpRequest,
    *,
    size: int = PAGE_SIZE,
    count: int | None = None,
) -> Page:
    """Return the requested page of `rows`, or the nearest one if there is no such page.

    `count` is their number, if it is known.
    """
    pages = Paginator(rows, size)
    if count is not None:
        pages.count = count
    return pages.get_page(request.GET.get("page"))
