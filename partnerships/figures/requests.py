"""Figures of requests and of introductions.

Brokers see all of them. Others see numbers of public requests only, in totals as well as by place
or subject: a total that included other requests would reveal their number. Numbers about answers of
cities are subject to `suppression`.
"""

from collections import Counter
from collections.abc import Collection, Iterable
from statistics import median
from typing import Any, NamedTuple

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Case, Count, Exists, F, OuterRef, Q, QuerySet, When
from django.db.models.functions import ExtractDay, TruncDate
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from community.webinars.suppression import FEW
from partnerships.figures import datasets
from partnerships.figures.agreements import counted, of_partnerships
from partnerships.figures.periods import (
    Period,
    counted_of,
    most_first,
    region,
    tallied,
    total,
)
from partnerships.figures.suppression import (
    Cell,
    Speakers,
    rule,
    suppress,
    too_few_agreements,
    too_few_introductions,
)
from partnerships.models import (
    ClosingReason,
    Direction,
    Match,
    MatchStatus,
    Offer,
    Partnership,
    PartnershipRequest,
    Representation,
    RequestStatus,
    Visibility,
)
from repository.models import Goal, Practice, Theme
from repository.pages.tables import Table, cells_of
from repository.text.lists import sign
from repository.text.sorting import sort_key

# Requests that others can have seen; excludes drafts and requests that were never opened.
ONCE_OPEN = Q(opened_at__isnull=False)
# The maximum number of rows listed by name.
LIMIT = 50

type Rows = list[dict[str, Any]]


def public(for_brokers: bool, path: str = "") -> Q:
    """Return the condition for the requests counted; `path` is the lookup that leads to them."""
    condition = Q() if for_brokers else Q(**{f"{path}visibility": Visibility.PUBLIC})
    return condition & datasets.of_city(path)


def of_requests(for_brokers: bool) -> str:
    """Return the description of the requests counted."""
    if for_brokers:
        return _("Requests that were opened.")
    return _("Public requests.")


class Asked(NamedTuple):
    """A group of requests with equal published values, their number, and their cities."""

    status: str
    region: str
    closing_reason: str
    was_open: bool
    was_matched: bool
    has_agreed: bool
    n: int
    cities: Collection[int]


def in_period(period: Period | None, name: str) -> Q:
    """Return the condition that a time lies in a period; none without one."""
    if period is None:
        return Q()
    return Q(**{f"{name}__gte": period.since, f"{name}__lt": period.until})


def requests(for_brokers: bool, period: Period | None = None) -> QuerySet:
    """All requests, with drafts for brokers; `has_agreed` only as far as readers may know.

    With a period, those that were opened in it.
    """
    matched = Match.objects.filter(request=OuterRef("pk"), introduced_at__isnull=False)
    agreed = matched.filter(Q(partnership__isnull=False) & known_agreement(for_brokers))
    rows = PartnershipRequest.objects.order_by().filter(
        public(for_brokers), in_period(period, "opened_at")
    )
    rows = rows.annotate(
        region=F("city__country__region"),
        was_open=ONCE_OPEN,
        was_matched=Exists(matched),
        has_agreed=Exists(agreed),
    )
    rows = rows.values(*Asked._fields[:-2])
    # The member who closed a request is not recorded: any focal point of its city may have.
    cities = ArrayAgg("city", distinct=True, filter=Q(status=RequestStatus.CLOSED), default=[])
    return rows.annotate(n=Count("pk"), cities=cities)


def cities_with_common_representatives() -> QuerySet:
    """The cities of each member who represents, or represented, several."""
    rows = Representation.objects.order_by().filter(city__isnull=False, since__isnull=False)
    cities = ArrayAgg("city", distinct=True)
    return rows.values("member").annotate(cities=cities).filter(cities__len__gt=1).values("cities")


def known_agreement(for_brokers: bool) -> Q:
    """Return the condition for matches whose partnership the reader may know of."""
    return Q() if for_brokers else Q(partnership__is_public=True)


class Introduced(NamedTuple):
    """An introduction, also if it has ended, and the days that it took.

    `has_agreed` is true only if readers may know of the agreement.
    """

    days: int | None
    # Of these: until the request was open, and until both cities were asked.
    opened: int | None
    proposed: int | None
    # From the introduction to the agreement, if readers may know of it.
    agreed: int | None
    has_agreed: bool
    asking: str
    asked: str
    direction: str

    @property
    def regions(self) -> tuple[str, str]:
        """The region that shares and the one it shares with, as in `agreements.sides`."""
        if self.direction == Direction.OFFER:
            return self.asking, self.asked
        return self.asked, self.asking


def introductions(for_brokers: bool, period: Period | None = None) -> QuerySet:
    rows = Match.objects.filter(
        public(for_brokers, "request__"),
        in_period(period, "introduced_at"),
        introduced_at__isnull=False,
    )
    agreed = Q(partnership__isnull=False) & known_agreement(for_brokers)
    return rows.order_by().values(
        days=ExtractDay(F("introduced_at") - F("request__submitted_at")),
        opened=ExtractDay(F("request__opened_at") - F("request__submitted_at")),
        proposed=ExtractDay(F("proposed_at") - F("request__submitted_at")),
        agreed=Case(
            When(agreed, then=ExtractDay(F("partnership__agreed_on") - TruncDate("introduced_at")))
        ),
        has_agreed=Case(When(agreed, then=True), default=False),
        asking=F("request__city__country__region"),
        asked=F("city__country__region"),
        direction=F("request__direction"),
    )


def headline(
    asked: list[Asked], made: list[Introduced], for_brokers: bool, *, in_total: bool = True
) -> Table:
    """Key figures of the path from a request to a partnership.

    Share and median are given `in_total` only: those of a year could reveal single introductions by
    comparison.
    """
    opened = [row for row in asked if row.was_open]
    days = [row.days for row in made if row.days is not None]
    agreed = sum(row.has_agreed for row in made)
    share: int | str | None = round(100 * agreed / len(made)) if made else None
    until: int | str | None = round(median(days)) if days else None
    # A share or a median of few introductions would reveal single ones.
    if made and not for_brokers and len(made) < FEW:
        share = until = too_few_introductions()
    rows: list[tuple[str, int | str | None]] = [
        (_("requests opened"), total(opened)),
        (
            _("of these still open"),
            total(row for row in opened if row.status == RequestStatus.OPEN),
        ),
        (
            _("of these never matched: expired or closed first"),
            total(
                row
                for row in opened
                if not row.was_matched
                and row.status in (RequestStatus.EXPIRED, RequestStatus.CLOSED)
            ),
        ),
        (_("introductions"), len(made)),
        (_("introductions that led to an agreement"), agreed),
    ]
    if in_total:
        rows += [
            (_("introductions that led to an agreement, per cent"), share),
            (_("days from submission to introduction, median"), until),
        ]
    return Table(
        "path",
        _("From request to partnership"),
        _("All requests that were opened, and all introductions.")
        if for_brokers
        else _(
            "Public requests, their introductions, and public agreements. Share and "
            "median are shown from five introductions."
        ),
        (_("Measure"), pgettext("how many", "Number")),
        tuple(rows),
        is_chart=False,
    )


def times(made: list[Introduced], for_brokers: bool) -> Table:
    """The median days that introductions took until each step, and from there to an agreement.

    A median of few would reveal single ones; so would its comparison with that of a year.
    """
    steps = (
        (_("from submission to opening"), [row.opened for row in made]),
        (_("from submission to proposal"), [row.proposed for row in made]),
        (_("from submission to introduction"), [row.days for row in made]),
        (_("from introduction to agreement"), [row.agreed for row in made]),
    )
    too_few = (*(too_few_introductions(),) * 3, too_few_agreements())
    rows: list[tuple[str, int | str | None]] = []
    for (label, found), reason in zip(steps, too_few, strict=True):
        days = [max(0, day) for day in found if day is not None]
        if days and not for_brokers and len(days) < FEW:
            rows.append((label, reason))
        else:
            rows.append((label, round(median(days)) if days else None))
    what = _("Introductions, and the agreements that they led to. Days, median.")
    return Table(
        "times",
        _("Time to each step"),
        what if for_brokers else f"{what} {_('Shown from five on.')}",
        (_("Step"), _("Days, median")),
        tuple(rows),
    )


# States of requests that others never see.
UNSEEN = (
    RequestStatus.DRAFT,
    RequestStatus.SUBMITTED,
    RequestStatus.CHANGES_REQUESTED,
    RequestStatus.DECLINED,
)


def requests_by_state(asked: list[Asked], for_brokers: bool) -> Table:
    rows = asked if for_brokers else [row for row in asked if row.was_open]
    states = [each for each in RequestStatus if for_brokers or each not in UNSEEN]
    found = tallied(rows, "status")
    return Table(
        "requests",
        _("Requests by status"),
        _("All partnership requests, including drafts.")
        if for_brokers
        else of_requests(for_brokers),
        (_("Status"), _("Requests")),
        tuple((str(each.label), found[each]) for each in states),
    )


def themes(for_brokers: bool, period: Period | None = None) -> QuerySet:
    """The number of requests and of partnerships of each theme."""
    opened = PartnershipRequest.objects.filter(
        ONCE_OPEN, public(for_brokers), in_period(period, "opened_at")
    )
    asked = counted_of(opened, "themes")
    made = Partnership.objects.filter(counted(for_brokers, period))
    rows = Theme.objects.order_by().annotate(asked=asked, made=counted_of(made, "themes"))
    return rows.values("name", "names", "asked", "made")


def by_number(counted: Iterable[tuple[int, str]]) -> list[tuple[int, str]]:
    found = ((number, name) for number, name in counted if number)
    return sorted(found, key=lambda pair: (-pair[0], sort_key(pair[1])))


def by_theme(rows: Rows, for_brokers: bool) -> tuple[Table, Table]:
    """Requests and partnerships by theme."""
    named = [(str(Theme(name=row["name"], names=row["names"])), row) for row in rows]
    several = _("A case with several themes counts once in each.")
    return by_subject(
        named,
        for_brokers,
        keys=("themes", "partnership-themes"),
        titles=(_("Requests by theme"), _("Partnerships by theme")),
        head=_("Theme"),
        several=several,
    )


def goals(for_brokers: bool, period: Period | None = None) -> QuerySet:
    """The number of requests of each goal, and of the partnerships that they led to."""
    opened = PartnershipRequest.objects.filter(
        ONCE_OPEN, public(for_brokers), in_period(period, "opened_at")
    )
    made = Partnership.objects.filter(counted(for_brokers, period))
    rows = Goal.objects.order_by().annotate(
        asked=counted_of(opened, "goals"), made=counted_of(made, "match__request__goals")
    )
    return rows.values("number", "asked", "made")


def by_goal(rows: Rows, for_brokers: bool) -> tuple[Table, Table]:
    """Requests, and the partnerships that they led to, by Sustainable Development Goal."""
    named = [(str(Goal(number=row["number"])), row) for row in rows]
    return by_subject(
        named,
        for_brokers,
        keys=("goals", "partnership-goals"),
        titles=(_("Requests by goal"), _("Partnerships by goal")),
        head=_("Goal"),
        several=_("What serves several goals counts once in each."),
    )


def practices(for_brokers: bool, period: Period | None = None) -> QuerySet:
    """The number of requests and of partnerships of each practice that has any."""
    opened = PartnershipRequest.objects.filter(
        ONCE_OPEN, public(for_brokers), in_period(period, "opened_at")
    )
    made = Partnership.objects.filter(counted(for_brokers, period))
    rows = Practice.objects.order_by().annotate(
        asked=counted_of(opened, "practices"), made=counted_of(made, "practices")
    )
    return rows.filter(Q(asked__gt=0) | Q(made__gt=0)).values("name", "asked", "made")


def by_practice(rows: Rows, for_brokers: bool) -> tuple[Table, Table]:
    """Requests and partnerships by practice."""
    names = cells_of("practice", [row["name"] for row in rows])
    return by_subject(
        [(names[row["name"]], row) for row in rows],
        for_brokers,
        keys=("practices", "partnership-practices"),
        titles=(_("Requests by practice"), _("Partnerships by practice")),
        head=_("Practice"),
        several=_("What names several practices counts once in each."),
    )


def by_subject(
    named: list[tuple[str, dict[str, Any]]],
    for_brokers: bool,
    *,
    keys: tuple[str, str],
    titles: tuple[str, str],
    head: str,
    several: str,
) -> tuple[Table, Table]:
    """Requests and partnerships by something that they can have several of."""
    what = (of_requests(for_brokers), of_partnerships(for_brokers))
    numbers = [by_number((row[name], label) for label, row in named) for name in ("asked", "made")]
    asked, made = (
        Table(
            key,
            title,
            f"{rows_counted} {several}",
            (head, column),
            tuple((name, n) for n, name in rows),
        )
        for key, title, rows_counted, column, rows in zip(
            keys, titles, what, (_("Requests"), _("Partnerships")), numbers, strict=True
        )
    )
    return asked, made


def requests_by_region(asked: list[Asked], for_brokers: bool) -> Table:
    rows = [row for row in asked if row.was_open]
    return Table(
        "regions",
        _("Requests by region"),
        f"{of_requests(for_brokers)} {_('By the region of the requesting city.')}",
        (_("Region"), _("Requests")),
        tuple((region(name), n) for name, n in tallied(rows, "region").most_common()),
    )


def requests_by_end(asked: list[Asked], speakers: Speakers, for_brokers: bool) -> Table:
    """Closed requests by reason; their total is in the table by state.

    For others than brokers, without those that became public partnerships, which are counted from
    one on: every number of this table is subject to the same rule.
    """
    found: dict[str, list[Asked]] = {reason.value: [] for reason in ClosingReason}
    for row in asked:
        is_counted = for_brokers or not row.has_agreed
        if row.was_open and row.status == RequestStatus.CLOSED and is_counted:
            found[row.closing_reason].append(row)
    numbers: list[int | str] = [total(rows) for rows in found.values()]
    words = _("Closed requests, by reason.")
    if not for_brokers:
        numbers = suppress([cell_of(rows, speakers) for rows in found.values()], with_total=True)
        words = _("Requests closed without a public partnership, by reason.")
        words = f"{words} {rule()}"
    return Table(
        "ends",
        _("Why requests were closed"),
        f"{of_requests(for_brokers)} {words}",
        (_("Reason"), _("Requests")),
        tuple((str(reason.label), n) for reason, n in zip(ClosingReason, numbers, strict=True)),
    )


def cell_of(rows: list[Asked], speakers: Speakers) -> Cell:
    return Cell(total(rows), speakers.of(city for row in rows for city in row.cities))


def matches(for_brokers: bool) -> QuerySet:
    """The number of matches by state, with their cities.

    For others than brokers, without those that were introduced, also if that has ended: these are
    counted from one on, so the number of ended ones could be derived.
    """
    rows = Match.objects.filter(public(for_brokers, "request__")).order_by()
    if not for_brokers:
        rows = rows.filter(introduced_at=None)
    cities = ArrayAgg("city", distinct=True)
    return rows.values(state=F("status")).annotate(n=Count("pk"), cities=cities)


def matches_by_state(rows: Rows, speakers: Speakers, for_brokers: bool) -> Table:
    found = {row["state"]: Cell(row["n"], speakers.of(row["cities"])) for row in rows}
    states = [each for each in MatchStatus if for_brokers or each != MatchStatus.INTRODUCED]
    cells = [found.get(each.value, Cell(0, 0)) for each in states]
    numbers: list[int | str] = [cell.n for cell in cells]
    what = _("All candidates for a request.")
    if not for_brokers:
        numbers = suppress(cells, with_total=False)
        words = _("Candidates for public requests that have not been introduced.")
        what = f"{words} {rule()}"
    return Table(
        "matches",
        _("Candidates by status") if for_brokers else _("Candidates without an introduction"),
        what,
        (_("Status"), _("Candidates")),
        tuple((str(each.label), n) for each, n in zip(states, numbers, strict=True)),
    )


def introductions_by_regions(made: list[Introduced], for_brokers: bool) -> Table:
    pairs = Counter(row.regions for row in made)
    return Table(
        "introductions",
        _("Introductions between regions"),
        _("All introductions.") if for_brokers else _("Introductions for public requests."),
        (_("From"), _("To"), _("Introductions")),
        tuple((region(one), region(other), n) for (one, other), n in most_first(pairs)),
        between=f" {sign('→')} ",
    )


def lacking(for_brokers: bool) -> QuerySet:
    """Requested practices that nobody offers."""
    states = [RequestStatus.OPEN, RequestStatus.EXPIRED]
    asked = Q(partnership_requests__status__in=states) & public(
        for_brokers, "partnership_requests__"
    )
    offered = datasets.of_dataset(Offer.objects.open()).filter(practices=OuterRef("pk"))
    practices = Practice.objects.annotate(
        n=Count("partnership_requests", filter=asked, distinct=True)
    )
    found = practices.filter(~Exists(offered), n__gt=0).order_by("-n", "name")
    return found.values("name", "n")[:LIMIT]


def gaps(rows: Rows, for_brokers: bool) -> Table:
    names = cells_of("practice", [row["name"] for row in rows])
    counts = [(names[row["name"]], row["n"]) for row in rows]
    return Table(
        "gaps",
        _("Unmet demand"),
        _("Practices wanted in open or expired requests that no city offers.")
        if for_brokers
        else _("Practices wanted in open or expired public requests that no city offers."),
        (_("Practice"), _("Requests")),
        tuple(sorted(counts, key=lambda row: (-row[1], row[0]))),
    )
