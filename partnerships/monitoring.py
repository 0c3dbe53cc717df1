"""Figures of the whole exchange: what is asked, how it is matched, what comes of it.

Each table says what it is computed from. The page, its charts and the files for spreadsheets are
made of the same rows. No figure counts people, but for the one of the baseline, which its report
published.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from statistics import median
from typing import Any, NamedTuple

from django.db.models import Count, Exists, OuterRef, Q
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from partnerships.models import (
    Light,
    Match,
    MatchStatus,
    Offer,
    Partnership,
    PartnershipKind,
    PartnershipRequest,
    PartnershipStatus,
    Party,
    PartyRole,
    RequestStatus,
    kind_of,
)
from partnerships.progress import with_light
from repository.models import Evidence, Practice, Theme
from repository.models.country import REGIONS

# Requests that others have seen, or may have: drafts and what was never opened say nothing.
ONCE_OPEN = Q(opened_at__isnull=False)


@dataclass(frozen=True)
class Table:
    """Rows of words and numbers under a heading; `counted` says from what, `key` names the file.

    In each row the first columns are words and the last is the number, None where it is not known.
    """

    key: str
    title: str
    counted: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    # Whether the numbers are parts of one whole, to be shown as bars.
    is_chart: bool = True

    @property
    def most(self) -> int:
        return max((row[-1] or 0 for row in self.rows), default=0)

    @property
    def bars(self) -> list[dict]:
        """The rows as bars: the words, the number, and its share of the largest, 0 to 100."""
        return [
            {
                "label": ", ".join(map(str, row[:-1])),
                "value": row[-1],
                "width": round(100 * (row[-1] or 0) / self.most, 1) if self.most else 0,
            }
            for row in self.rows
        ]


class Side(NamedTuple):
    """A party as far as kinds and flows go by it."""

    role: str
    development: str
    region: str


@dataclass(frozen=True)
class Report:
    """All figures as of one day."""

    on: date
    tables: tuple[Table, ...]
    # (region that gives, region that takes, number of partnerships)
    flows: tuple[tuple[str, str, int], ...]

    def table(self, key: str) -> Table | None:
        return next((table for table in self.tables if table.key == key), None)


def report(*, on: date) -> Report:
    """All tables as of a day. Ten queries, however much there is."""
    parties = sides()
    flows = flows_of(parties.values())
    return Report(
        on=on,
        tables=(
            headline(),
            requests_by_state(),
            requests_by_theme(),
            requests_by_region(),
            matches_by_state(),
            partnerships_by_state(on),
            partnerships_by_kind(parties.values()),
            Table(
                "flows",
                _("Who works with whom"),
                _("Partnerships, by the region that gives and the region that takes."),
                (_("Gives"), _("Takes"), _("Partnerships")),
                tuple((region(gives), region(takes), n) for gives, takes, n in flows),
            ),
            gaps(),
            baseline(),
        ),
        flows=flows,
    )


def region(name: str) -> str:
    return str(REGIONS.get(name, name or _("Not known")))


def tally(choices: type, counted: dict) -> tuple[tuple[str, int], ...]:
    """One row for each choice, also for what there is none of."""
    return tuple((str(choice.label), counted.get(choice.value, 0)) for choice in choices)


def by_status(rows) -> dict[str, int]:
    return dict(rows.order_by().values_list("status").annotate(n=Count("pk")))


def headline() -> Table:
    """The path from a request to a partnership, as few numbers."""
    ever = list(
        Match.objects.filter(introduced_at__isnull=False).values_list(
            "request__submitted_at", "introduced_at", "partnership"
        )
    )
    days = [(at - sent).days for sent, at, _made in ever if sent is not None]
    agreed = sum(made is not None for _sent, _at, made in ever)
    matched = Exists(Match.objects.filter(request=OuterRef("pk"), introduced_at__isnull=False))
    asked = PartnershipRequest.objects.filter(ONCE_OPEN).aggregate(
        all=Count("pk"), never=Count("pk", filter=~matched)
    )
    rows = [
        (_("requests that were opened"), asked["all"]),
        (_("of them never matched"), asked["never"]),
        (_("introductions"), len(ever)),
        (_("introductions that became agreements"), agreed),
        (
            _("introductions that became agreements, per cent"),
            round(100 * agreed / len(ever)) if ever else None,
        ),
        (
            _("days from submission to introduction, median"),
            round(median(days)) if days else None,
        ),
    ]
    return Table(
        "path",
        _("From a request to a partnership"),
        _("All requests that were opened, and all introductions there have been."),
        (_("What"), _("Number")),
        tuple(rows),
        is_chart=False,
    )


def requests_by_state() -> Table:
    counted = by_status(PartnershipRequest.objects.all())
    return Table(
        "requests",
        _("Requests by state"),
        _("All partnership requests, drafts included."),
        (_("State"), _("Requests")),
        tally(RequestStatus, counted),
    )


def requests_by_theme() -> Table:
    opened = Q(partnership_requests__opened_at__isnull=False)
    themes = Theme.objects.annotate(
        n=Count("partnership_requests", filter=opened, distinct=True)
    ).filter(n__gt=0)
    return Table(
        "themes",
        _("Requests by theme"),
        _("Requests that were opened; one of several themes counts under each."),
        (_("Theme"), _("Requests")),
        tuple((str(theme), theme.n) for theme in themes.order_by("-n", "name")),
    )


def requests_by_region() -> Table:
    rows = PartnershipRequest.objects.filter(ONCE_OPEN).order_by()
    counted = Counter(dict(rows.values_list("city__country__region").annotate(n=Count("pk"))))
    return Table(
        "regions",
        _("Requests by region"),
        _("Requests that were opened, by the region of the city that asks."),
        (_("Region"), _("Requests")),
        tuple((region(name), n) for name, n in counted.most_common()),
    )


def matches_by_state() -> Table:
    return Table(
        "matches",
        _("Matches by state"),
        _("All cities that were suggested for a request."),
        (_("State"), _("Matches")),
        tally(MatchStatus, by_status(Match.objects.all())),
    )


def partnerships_by_state(on: date) -> Table:
    """By state, and how those that run go."""
    lit = with_light(Partnership.objects.all(), on=on).order_by().values_list("status", "light")
    found = Counter(lit)
    rows = [
        (str(status.label), str(light.label), found[status.value, light.value])
        for status in PartnershipStatus
        for light in Light
        if found[status.value, light.value]
    ]
    return Table(
        "partnerships",
        _("Partnerships by state, and how they go"),
        _("All partnerships that were agreed. The light turns by itself where a report is late."),
        (_("State"), _("How it goes"), _("Partnerships")),
        tuple(rows),
    )


def sides() -> dict[int, list[Side]]:
    """The parties of each partnership, by its primary key."""
    found: dict[int, list[Side]] = {}
    places = ("city__country", "organization__country")
    columns = [f"{place}__{name}" for place in places for name in ("development", "region")]
    for pk, role, *of in Party.objects.order_by("pk").values_list("partnership", "role", *columns):
        found.setdefault(pk, []).append(Side(role, of[0] or of[2] or "", of[1] or of[3] or ""))
    return found


def partnerships_by_kind(partnerships: Iterable[list[Side]]) -> Table:
    counted = Counter(kind_of(parties).value for parties in partnerships)
    return Table(
        "kinds",
        _("Partnerships by kind"),
        _("All partnerships, by the countries of their parties."),
        (_("Kind"), _("Partnerships")),
        tally(PartnershipKind, counted),
    )


def flows_of(partnerships: Iterable[list[Side]]) -> tuple[tuple[str, str, int], ...]:
    """(region that gives, region that takes, how many), the most first."""
    counted: Counter[tuple[str, str]] = Counter()
    for parties in partnerships:
        gives = {side.region for side in parties if side.role == PartyRole.PROVIDER}
        takes = {side.region for side in parties if side.role == PartyRole.REQUESTER}
        counted.update((giver, taker) for giver in gives for taker in takes)
    ranked = sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))
    return tuple((giver, taker, n) for (giver, taker), n in ranked)


def gaps() -> Table:
    """Practices that are asked for and that nobody offers."""
    asked = Q(partnership_requests__status__in=[RequestStatus.OPEN, RequestStatus.EXPIRED])
    offered = Offer.objects.open().filter(practices=OuterRef("pk"))
    practices = (
        Practice.objects.annotate(n=Count("partnership_requests", filter=asked, distinct=True))
        .filter(~Exists(offered), n__gt=0)
        .order_by("-n", "name")
    )
    return Table(
        "gaps",
        _("What nobody offers yet"),
        _("Practices of requests that are open or have expired, without an offer on the board."),
        (_("Practice"), _("Requests")),
        tuple((practice.name, practice.n) for practice in practices[:50]),
    )


# The figure of the report of 2020 that the exchange begins with.
BASELINE = {"label": "said the webinars had brought them a partnership", "series__isnull": False}


def baseline() -> Table:
    """What was counted by hand before there was this exchange, as recorded in the collection."""
    rows = Evidence.objects.filter(**BASELINE).select_related("reference", "series")
    return Table(
        "baseline",
        _("Before the exchange"),
        _("Partnerships that participants of earlier webinars reported, as their report says."),
        (_("Webinars"), _("Source"), _("Partnerships")),
        tuple(
            (str(row.series), str(row.short_source), int(row.value))
            for row in rows
            if row.value is not None
        ),
        is_chart=False,
    )


def shown(value: int | None) -> str:
    """A number as the page says it."""
    return _("not known yet") if value is None else number_format(value)


def told(flow: tuple[str, str, int]) -> str:
    """One line of the map in words, for who cannot see it."""
    gives, takes, n = flow
    words = ngettext(
        "%(n)s partnership: %(gives)s gives, %(takes)s takes",
        "%(n)s partnerships: %(gives)s gives, %(takes)s takes",
        n,
    )
    return words % {"n": number_format(n), "gives": region(gives), "takes": region(takes)}
