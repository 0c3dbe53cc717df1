"""The report of a year or another period: figures, new cases, and results of partnerships.

It is public: published cases, public partnerships, and numbers under the rules of `/monitoring/`.
"""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from partnerships.figures import community as community_figures
from partnerships.figures.monitoring import of_community
from partnerships.figures.periods import Period
from partnerships.figures.requests import by_goal, goals, public
from partnerships.models import (
    Match,
    Partnership,
    PartnershipRequest,
    PartnershipStatus,
    PartyRole,
)
from repository.models import CaseStudy
from repository.pages.tables import Table
from repository.text.lists import with_commas
from repository.translations.reading import CARD, translate


@dataclass(frozen=True)
class Ended:
    """A partnership with the names of its parties: requesters, then givers, then facilitators."""

    partnership: Partnership
    parties: str


@dataclass(frozen=True)
class Year:
    """The report of one period, as of a day."""

    period: Period
    on: date
    headline: Table
    tables: tuple[Table, ...]
    cases: list[CaseStudy]
    agreed: list[Ended]
    completed: list[Ended]


def yearly(period: Period, *, on: date) -> Year:
    """Return the complete report, in nine queries, and one more for translations."""
    public = Partnership.objects.public().real().order_by("agreed_on", "pk")
    days = (period.first, period.last)
    completed = public.filter(status=PartnershipStatus.COMPLETED, ended_on__range=days)
    cases = list(
        CaseStudy.objects.published()
        .real()
        .filter(published_at__gte=period.since, published_at__lt=period.until)
        .order_by("published_at", "pk")
        .for_cards()
    )
    translate(("case", cases), only=CARD)
    return Year(
        period=period,
        on=on,
        headline=headline(period),
        tables=(
            *(table for table in by_goals(period) if table.rows),
            *community_figures.cases(period),
            *of_community(period),
        ),
        cases=cases,
        agreed=with_parties(public.filter(agreed_on__range=days)),
        completed=with_parties(completed),
    )


def by_goals(period: Period) -> tuple[Table, Table]:
    """Public requests and partnerships of the period by goal."""
    return by_goal(list(goals(False, period)), for_brokers=False)


def headline(period: Period) -> Table:
    """Numbers of public requests, matches and partnerships."""
    days = (period.first, period.last)
    requests = PartnershipRequest.objects.filter(
        public(False), opened_at__gte=period.since, opened_at__lt=period.until
    )
    introduced = Match.objects.filter(
        public(False, "request__"),
        introduced_at__gte=period.since,
        introduced_at__lt=period.until,
    )
    ended = Q(ended_on__range=days)
    partnerships = Partnership.objects.public().real()
    made = partnerships.aggregate(
        agreed=Count("pk", filter=Q(agreed_on__range=days)),
        completed=Count("pk", filter=ended & Q(status=PartnershipStatus.COMPLETED)),
        discontinued=Count("pk", filter=ended & Q(status=PartnershipStatus.DISCONTINUED)),
    )
    counted = _("Public requests, their introductions, and public partnerships in the period.")
    return Table(
        "year",
        _("Key figures"),
        f"{counted} {period}",
        (_("Measure"), pgettext("how many", "Number")),
        (
            (_("requests opened"), requests.count()),
            (_("introductions"), introduced.count()),
            (_("partnerships agreed"), made["agreed"]),
            (_("partnerships completed"), made["completed"]),
            (_("partnerships discontinued"), made["discontinued"]),
        ),
    )


ORDER = [PartyRole.REQUESTER, PartyRole.PROVIDER, PartyRole.FACILITATOR]


def with_parties(partnerships: QuerySet[Partnership]) -> list[Ended]:
    rows = partnerships.prefetch_related("parties__city__country", "parties__organization")
    return [Ended(row, parties_of(row)) for row in rows]


def parties_of(partnership: Partnership) -> str:
    parties = sorted(partnership.parties.all(), key=lambda one: (ORDER.index(one.role), one.pk))
    return " · ".join(
        with_commas([one.city.localized_name, one.city.country.localized_name])
        if one.city
        else str(one.organization)
        for one in parties
    )
