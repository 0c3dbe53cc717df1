"""Figures of requests and of introductions.

What stands under a place or a subject counts only what everybody may read: a single row would tell
what is hidden. Totals count everything that was opened.
"""

from collections import Counter
from statistics import median
from typing import Any, NamedTuple

from django.db.models import Count, Exists, F, OuterRef, Q
from django.utils.translation import gettext as _

from community.small_cells import FEW
from partnerships.figures import Table, counted_of, most_first, region, tallied, tally, total
from partnerships.models import (
    ClosingReason,
    Match,
    MatchStatus,
    Offer,
    Partnership,
    PartnershipRequest,
    RequestStatus,
    Visibility,
)
from partnerships.partnership_figures import of_partnerships
from repository.models import Practice, Theme

# Requests that others have seen, or may have: drafts and what was never opened say nothing.
ONCE_OPEN = Q(opened_at__isnull=False)


def public(for_brokers: bool, path: str = "") -> Q:
    """The requests that are counted under a place or a subject; `path` leads to them."""
    return Q() if for_brokers else Q(**{f"{path}visibility": Visibility.PUBLIC})


def of_requests(for_brokers: bool) -> str:
    """From what the tables of requests under a place or a subject are counted."""
    if for_brokers:
        return _("Requests that were opened.")
    return _("Requests that were opened to everybody.")


class Asked(NamedTuple):
    """So many requests that are alike in all that is told of them."""

    status: str
    region: str
    closing_reason: str
    is_public: bool
    was_open: bool
    was_matched: bool
    n: int


def requests() -> list[Asked]:
    """All requests, drafts included."""
    matched = Match.objects.filter(request=OuterRef("pk"), introduced_at__isnull=False)
    rows = PartnershipRequest.objects.order_by().annotate(
        region=F("city__country__region"),
        is_public=Q(visibility=Visibility.PUBLIC),
        was_open=ONCE_OPEN,
        was_matched=Exists(matched),
    )
    return [Asked(*row) for row in rows.values_list(*Asked._fields[:-1]).annotate(n=Count("pk"))]


class Introduced(NamedTuple):
    """One introduction, ended or not."""

    submitted_at: Any
    introduced_at: Any
    partnership: int | None
    visibility: str
    asking: str
    asked: str


def introductions() -> list[Introduced]:
    rows = Match.objects.filter(introduced_at__isnull=False).order_by("pk")
    columns = ("request__submitted_at", "introduced_at", "partnership", "request__visibility")
    regions = ("request__city__country__region", "city__country__region")
    return [Introduced(*row) for row in rows.values_list(*columns, *regions)]


def headline(asked: list[Asked], made: list[Introduced], for_brokers: bool) -> Table:
    """The path from a request to a partnership, as few numbers."""
    opened = [row for row in asked if row.was_open]
    days = [(row.introduced_at - row.submitted_at).days for row in made if row.submitted_at]
    # A share or a median of few would tell of single ones.
    is_told = bool(made) and (for_brokers or len(made) >= FEW)
    agreed = sum(row.partnership is not None for row in made)
    rows = [
        (_("requests that were opened"), total(opened)),
        (
            _("of them still open"),
            total(row for row in opened if row.status == RequestStatus.OPEN),
        ),
        (
            _("of them never matched: they expired or were closed before"),
            total(
                row
                for row in opened
                if not row.was_matched
                and row.status in (RequestStatus.EXPIRED, RequestStatus.CLOSED)
            ),
        ),
        (_("introductions"), len(made)),
        (_("introductions that became agreements"), agreed),
        (
            _("introductions that became agreements, per cent"),
            round(100 * agreed / len(made)) if is_told else None,
        ),
        (
            _("days from submission to introduction, median"),
            round(median(days)) if days and is_told else None,
        ),
    ]
    return Table(
        "path",
        _("From a request to a partnership"),
        _("All requests that were opened, and all introductions there have been.")
        if for_brokers
        else _(
            "All requests that were opened, and all introductions there have been; share and "
            "median from five introductions on."
        ),
        (_("What"), _("Number")),
        tuple(rows),
        is_chart=False,
    )


# What of a request others never see.
UNSEEN = (
    RequestStatus.DRAFT,
    RequestStatus.SUBMITTED,
    RequestStatus.CHANGES_REQUESTED,
    RequestStatus.DECLINED,
)


def requests_by_state(asked: list[Asked], for_brokers: bool) -> Table:
    rows = asked if for_brokers else [row for row in asked if row.was_open]
    states = [each for each in RequestStatus if for_brokers or each not in UNSEEN]
    counted = tallied(rows, "status")
    return Table(
        "requests",
        _("Requests by state"),
        _("All partnership requests, drafts included.")
        if for_brokers
        else _("All requests that were opened."),
        (_("State"), _("Requests")),
        tuple((str(each.label), counted[each]) for each in states),
    )


def by_theme(for_brokers: bool) -> tuple[Table, Table]:
    """Requests and partnerships by theme, in one query."""
    asked = counted_of(PartnershipRequest.objects.filter(ONCE_OPEN, public(for_brokers)), "themes")
    made = Partnership.objects.filter(Q() if for_brokers else Q(is_public=True))
    themes = [
        (str(theme), theme.asked, theme.made)
        for theme in Theme.objects.annotate(asked=asked, made=counted_of(made, "themes"))
    ]
    requests_of = sorted((-asked, name) for name, asked, _made in themes if asked)
    partnerships_of = sorted((-made, name) for name, _asked, made in themes if made)
    several = _("One of several themes counts under each.")
    return (
        Table(
            "themes",
            _("Requests by theme"),
            f"{of_requests(for_brokers)} {several}",
            (_("Theme"), _("Requests")),
            tuple((name, -n) for n, name in requests_of),
        ),
        Table(
            "partnership-themes",
            _("Partnerships by theme"),
            f"{of_partnerships(for_brokers)} {several}",
            (_("Theme"), _("Partnerships")),
            tuple((name, -n) for n, name in partnerships_of),
        ),
    )


def requests_by_region(asked: list[Asked], for_brokers: bool) -> Table:
    rows = [row for row in asked if row.was_open and (row.is_public or for_brokers)]
    return Table(
        "regions",
        _("Requests by region"),
        f"{of_requests(for_brokers)} {_('By the region of the city that asks.')}",
        (_("Region"), _("Requests")),
        tuple((region(name), n) for name, n in tallied(rows, "region").most_common()),
    )


def requests_by_end(asked: list[Asked]) -> Table:
    counted = tallied((row for row in asked if row.was_open), "closing_reason")
    return Table(
        "ends",
        _("How requests ended"),
        _("Requests that were opened and then closed, by the reason that was given."),
        (_("Reason"), _("Requests")),
        tally(ClosingReason, counted),
    )


def matches_by_state() -> Table:
    counted = Match.objects.order_by().values_list("status").annotate(n=Count("pk"))
    return Table(
        "matches",
        _("Matches by state"),
        _("All cities that were suggested for a request."),
        (_("State"), _("Matches")),
        tally(MatchStatus, dict(counted)),
    )


def introductions_by_regions(made: list[Introduced], for_brokers: bool) -> Table:
    pairs = Counter(
        (row.asking, row.asked)
        for row in made
        if for_brokers or row.visibility == Visibility.PUBLIC
    )
    return Table(
        "introductions",
        _("Introductions by pair of regions"),
        _("All introductions there have been.")
        if for_brokers
        else _("Introductions for requests that were opened to everybody."),
        (_("Asks"), _("Is asked"), _("Introductions")),
        tuple((region(one), region(other), n) for (one, other), n in most_first(pairs)),
        between=" → ",
    )


def gaps(for_brokers: bool) -> Table:
    """Practices that are asked for and that nobody offers."""
    states = [RequestStatus.OPEN, RequestStatus.EXPIRED]
    asked = Q(partnership_requests__status__in=states) & public(
        for_brokers, "partnership_requests__"
    )
    offered = Offer.objects.open().filter(practices=OuterRef("pk"))
    practices = (
        Practice.objects.annotate(n=Count("partnership_requests", filter=asked, distinct=True))
        .filter(~Exists(offered), n__gt=0)
        .order_by("-n", "name")
    )
    return Table(
        "gaps",
        _("What nobody offers yet"),
        _("Practices of requests that are open or have expired, without an offer on the board.")
        if for_brokers
        else _(
            "Practices of requests to everybody that are open or have expired, without an offer on "
            "the board."
        ),
        (_("Practice"), _("Requests")),
        tuple((practice.name, practice.n) for practice in practices[:50]),
    )
