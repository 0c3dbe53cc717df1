"""Requests, introductions and partnerships by year."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Count, QuerySet
from django.db.models.functions import ExtractYear
from django.utils.translation import gettext as _

from partnerships.figures.agreements import counted, of_partnerships
from partnerships.figures.requests import ONCE_OPEN, of_requests, public
from partnerships.models import Match, Partnership, PartnershipRequest
from repository.pages.tables import Table


def by_year(for_brokers: bool) -> dict[str, QuerySet]:
    """Queries for the numbers by year: requests opened, introductions, partnerships agreed."""

    def count(rows: QuerySet, name: str) -> QuerySet:
        return (
            rows.order_by().annotate(year=ExtractYear(name)).values("year").annotate(n=Count("pk"))
        )

    requests = PartnershipRequest.objects.filter(ONCE_OPEN, public(for_brokers))
    introduced = Match.objects.filter(public(for_brokers, "request__"), introduced_at__isnull=False)
    made = Partnership.objects.filter(counted(for_brokers, None))
    return {
        "requests-by-year": count(requests, "opened_at"),
        "introductions-by-year": count(introduced, "introduced_at"),
        "partnerships-by-year": count(made, "agreed_on"),
    }


def trend(
    found: Mapping[str, Sequence[Mapping[str, Any]]], for_brokers: bool
) -> tuple[tuple[Table, ...], tuple[int, ...]]:
    """Return a table for each of `by_year`, from the first year with any number to the last, and
    these years."""
    numbers = {
        name: {row["year"]: row["n"] for row in found[name]} for name in by_year(for_brokers)
    }
    known = {year for row in numbers.values() for year in row}
    years = tuple(range(min(known), max(known) + 1)) if known else ()
    introductions = (
        _("All introductions.") if for_brokers else _("Introductions for public requests.")
    )
    titles = {
        "requests-by-year": (_("Requests opened by year"), of_requests(for_brokers), _("Requests")),
        "introductions-by-year": (
            _("Introductions by year"),
            introductions,
            _("Introductions"),
        ),
        "partnerships-by-year": (
            _("Partnerships agreed by year"),
            of_partnerships(for_brokers),
            _("Partnerships"),
        ),
    }
    tables = tuple(
        Table(
            name,
            title,
            what,
            (_("Year"), column),
            tuple((str(year), numbers[name].get(year, 0)) for year in years),
        )
        for name, (title, what, column) in titles.items()
    )
    return tables, years
