"""Figures of partnerships: progress, outcome, and flows between regions."""

from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import Any, NamedTuple

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from partnerships.agreements.progress import with_light
from partnerships.figures import datasets
from partnerships.figures.periods import Period, most_first, region, tally, total
from partnerships.models import (
    Direction,
    Partnership,
    PartnershipKind,
    PartnershipStatus,
    Party,
    PartyRole,
    Progress,
    kind_of,
)
from repository.models import CaseStudy, Series
from repository.pages.tables import Table
from repository.series import figures as series_figures
from repository.series.figures import Part
from repository.text.lists import sign

# (region that shares, region it shares with, number of partnerships)
type Flow = tuple[str, str, int]


def of_partnerships(for_brokers: bool) -> str:
    """Return the description of the rows counted."""
    return _("All partnerships.") if for_brokers else _("Partnerships that are public.")


class Way(NamedTuple):
    """A group of partnerships with the same progress, and their number."""

    status: str
    light: str
    has_outcome: bool
    has_baseline: bool
    has_case: bool
    n: int


def counted(for_brokers: bool, period: Period | None, path: str = "") -> Q:
    """Return the condition for the partnerships counted; `path` is the lookup that leads to
    them."""
    condition = Q() if for_brokers else Q(**{f"{path}is_public": True})
    if period:
        condition &= Q(**{f"{path}agreed_on__range": (period.first, period.last)})
    return condition & datasets.of_partnership(path)


def partnerships(on: date, for_brokers: bool, period: Period | None = None) -> QuerySet:
    rows = Partnership.objects.filter(counted(for_brokers, period)).order_by()
    rows = with_light(rows, on=on).annotate(
        has_outcome=~Q(outcome=""),
        has_baseline=~Q(baseline=""),
        # A draft of the case is not written up yet.
        has_case=Exists(CaseStudy.objects.published().filter(pk=OuterRef("resulting_case"))),
    )
    return rows.values(*Way._fields[:-1]).annotate(n=Count("pk"))


def partnerships_by_state(ways: list[Way], for_brokers: bool) -> Table:
    """Partnerships by status, and the progress of the current ones."""
    found: Counter[tuple[str, str]] = Counter()
    for way in ways:
        found[way.status, way.light] += way.n
    rows = [
        (str(status.label), str(light.label), found[status.value, light.value])
        for status in PartnershipStatus
        for light in Progress
        if found[status.value, light.value]
    ]
    overdue = _("The status becomes “At risk” when a progress report is overdue.")
    return Table(
        "partnerships",
        _("Partnerships by status and progress"),
        f"{of_partnerships(for_brokers)} {overdue}",
        (_("Status"), _("Progress"), _("Partnerships")),
        tuple(rows),
    )


def partnerships_by_outcome(ways: list[Way], for_brokers: bool) -> Table:
    done = [way for way in ways if way.status == PartnershipStatus.COMPLETED]
    given_up = (way for way in ways if way.status == PartnershipStatus.DISCONTINUED)
    rows = (
        (_("completed"), total(done)),
        (_("of these with an outcome"), total(way for way in done if way.has_outcome)),
        (
            _("of these with a baseline to compare"),
            total(way for way in done if way.has_outcome and way.has_baseline),
        ),
        (_("of these written up as a case"), total(way for way in done if way.has_case)),
        (_("discontinued"), total(given_up)),
    )
    return Table(
        "outcomes",
        _("Outcomes of partnerships"),
        of_partnerships(for_brokers),
        (_("Outcome"), _("Partnerships")),
        rows,
    )


class Side(NamedTuple):
    """A party with the fields that determine kinds and flows."""

    role: str
    development: str
    region: str


def parties(for_brokers: bool, period: Period | None = None) -> QuerySet:
    """The parties of all partnerships, with the direction of the request they resulted from."""
    rows = Party.objects.filter(counted(for_brokers, period, "partnership__")).order_by()
    places = ("city__country", "organization__country")
    columns = {
        name: Coalesce(*(f"{place}__{name}" for place in places), Value(""))
        for name in ("development", "region")
    }
    direction = Coalesce("partnership__match__request__direction", Value(""))
    return rows.values("partnership", "role", direction=direction, **columns)


# A city that requests partners for what it offers is the one that shares.
REVERSED = {
    PartyRole.REQUESTER.value: PartyRole.PROVIDER.value,
    PartyRole.PROVIDER.value: PartyRole.REQUESTER.value,
}


def sides(rows: Iterable[dict[str, Any]]) -> list[list[Side]]:
    """Group the parties by partnership, by who shares (provider) and who learns (requester)."""
    found: dict[int, list[Side]] = {}
    for row in rows:
        role = row["role"]
        if row["direction"] == Direction.OFFER:
            role = REVERSED.get(role, role)
        side = Side(role, row["development"], row["region"])
        found.setdefault(row["partnership"], []).append(side)
    return list(found.values())


def partnerships_by_kind(partnerships: Iterable[list[Side]], for_brokers: bool) -> Table:
    found = Counter(kind_of(parties).value for parties in partnerships)
    return Table(
        "kinds",
        _("Partnerships by kind"),
        f"{of_partnerships(for_brokers)} {_('By the parties’ countries.')}",
        (_("Kind"), _("Partnerships")),
        tally(PartnershipKind, found),
    )


def flows_of(partnerships: Iterable[list[Side]]) -> tuple[Flow, ...]:
    """Return (region that shares, region it shares with, number), largest first."""
    found: Counter[tuple[str, str]] = Counter()
    for parties in partnerships:
        sharing = {side.region for side in parties if side.role == PartyRole.PROVIDER}
        learning = {side.region for side in parties if side.role == PartyRole.REQUESTER}
        found.update((one, other) for one in sharing for other in learning)
    return tuple((one, other, n) for (one, other), n in most_first(found))


def flow_table(flows: Iterable[Flow], for_brokers: bool) -> Table:
    by = _("From the region that shares its experience to the region that learns.")
    return Table(
        "flows",
        _("Partnerships between regions"),
        f"{of_partnerships(for_brokers)} {by}",
        (_("From"), _("To"), _("Partnerships")),
        tuple((region(one), region(other), n) for one, other, n in flows),
        between=f" {sign('→')} ",
    )


def brokered(series: Series, before: date) -> Part:
    """The number of public partnerships inspired by cases of the series; empty without any."""
    of_series = Q(inspired_by__series=series) | Q(inspired_by__webinars__series=series)
    found = Partnership.objects.filter(of_series, is_public=True, created_at__date__lt=before)
    number = found.order_by().values("pk").distinct().count()
    if not number:
        return Part()
    what = _("partnerships inspired by a case in this series")
    table = Table(
        "partnerships",
        _("Partnerships"),
        _("Public partnerships on this site that name a case in the series."),
        (_("Measure"), _("Partnerships")),
        ((what, number),),
    )
    return Part((table,), ((what, number),))


def declare_for_series() -> None:
    """Register these figures for series."""
    if brokered not in series_figures.parts:
        series_figures.parts.append(brokered)
