"""Requests and partnerships by country or area."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _

from partnerships.figures.agreements import counted, of_partnerships
from partnerships.figures.periods import Period, counted_of
from partnerships.figures.requests import ONCE_OPEN, in_period, of_requests, public
from partnerships.models import PartnershipRequest, Party
from repository.models import Country
from repository.pages.tables import Table
from repository.places.country_names import country_name
from repository.text.sorting import sort_key


def countries(for_brokers: bool, period: Period | None = None) -> QuerySet:
    """The number of requests and of partnerships of the cities and organisations of a country."""
    opened = PartnershipRequest.objects.filter(
        ONCE_OPEN, public(for_brokers), in_period(period, "opened_at")
    )
    parties = Party.objects.filter(
        Q(city__country=OuterRef("pk")) | Q(organization__country=OuterRef("pk")),
        counted(for_brokers, period, "partnership__"),
    ).order_by()
    of_all = parties.values(all=Value(1)).annotate(n=Count("partnership", distinct=True))
    rows = Country.objects.order_by().annotate(
        asked=counted_of(opened, "city__country"),
        made=Coalesce(Subquery(of_all.values("n")), 0),
    )
    return rows.filter(Q(asked__gt=0) | Q(made__gt=0)).values("iso2", "asked", "made")


def by_country(rows: Iterable[Mapping[str, Any]], for_brokers: bool) -> Table:
    named = sorted(
        ((country_name(row["iso2"]), row) for row in rows),
        key=lambda pair: (-pair[1]["made"], -pair[1]["asked"], sort_key(pair[0])),
    )
    several = _("A partnership counts once for each country or area of its parties.")
    return Table(
        "countries",
        _("Requests and partnerships by country or area"),
        f"{of_requests(for_brokers)} {of_partnerships(for_brokers)} {several}",
        (_("Country or area"), _("Requests"), _("Partnerships")),
        tuple((name, row["asked"], row["made"]) for name, row in named),
        words=1,
        urls=tuple(
            reverse("repository:country_detail", args=[row["iso2"]]) for _name, row in named
        ),
    )
