"""Requests by stage, with the next step and its deadline, in a fixed number of queries.

The stage follows from the status of the request, its matches and its partnership, and is computed
in SQL: a page of the board or of the list takes one query for any number of requests, and a few
more for the details of those that are shown.
"""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db import models
from django.db.models import Case, Count, F, Max, Min, OuterRef, Q, Subquery, Value, When, Window
from django.db.models.functions import Coalesce, RowNumber, TruncDate
from django.utils import timezone
from django.utils.timesince import timesince
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from community.moderation.queue.entries import LATE
from partnerships.models import (
    LIVE,
    Handling,
    Match,
    MatchStatus,
    Partnership,
    PartnershipRequest,
    PartnershipStatus,
    ProgressReport,
    RecordedAgreement,
    RequestStatus,
)

# The colour of a theme on cards, by the family of the theme; the first theme of a request counts.
FAMILIES = {
    "move": ["logistics", "ports-zones"],
    "border": ["customs", "governance"],
    "money": ["finance"],
    "soil": ["rural", "agriculture"],
    "people": ["skills", "small-firms", "culture-tourism"],
    "screen": ["platforms", "markets", "crisis"],
}
INKS = {theme: f"t-{family}" for family, themes in FAMILIES.items() for theme in themes}
# A request without a match is snoozed for this time unless a broker gives a day.
LOOK_AGAIN_AFTER = timedelta(days=30)
# An introduction without an agreement is late after this time.
INTRODUCED_FOR = timedelta(days=60)
# A recorded agreement that a city has not confirmed is late after this time.
RECORDED_FOR = timedelta(days=14)


class Stage(models.TextChoices):
    """The columns of the board, in order."""

    NEW = "new", pgettext_lazy("stage of a request", "New")
    OPEN = "open", _("Open")
    ASKED = "asked", _("Proposed")
    INTRODUCED = "introduced", pgettext_lazy("stage of a request", "Introduced")
    AGREED = "agreed", _("Agreed")
    STALLED = "stalled", _("Stalled")
    CLOSED = "closed", _("Closed")


class Order(models.TextChoices):
    """How the list is sorted."""

    DUE = "", _("Next date")
    NEWEST = "newest", _("Newest first")
    OLDEST = "oldest", _("Oldest first")
    CITY = "city", _("City")
    OWNER = "owner", _("Owner")


# The condition of the last stage: the request has ended, and so has what came of it.
CLOSED = Q(
    status__in=[RequestStatus.CLOSED, RequestStatus.DECLINED, RequestStatus.EXPIRED],
    working=0,
    stalled_at=None,
)


@dataclass(frozen=True)
class Filters:
    """Filters of the list and the board; empty ones include everything but closed requests.

    `text` is part of the title, the challenge, a city's name in any language or a person's name;
    `owner` is "me", "nobody" or the primary key of a broker as text; `theme` is a slug.
    """

    text: str = ""
    owner: str = ""
    theme: str = ""
    region: str = ""
    stage: str = ""
    is_late: bool = False
    is_snoozed: bool = False
    is_closed: bool = False
    has_no_candidate: bool = False
    by: int = 0
    order: str = ""

    def apply(self, rows: models.QuerySet) -> models.QuerySet:
        if self.text:
            rows = rows.filter(mentions(self.text))
        closed = self.is_closed or self.stage == Stage.CLOSED
        rows = rows.filter(CLOSED if closed else ~CLOSED)
        if self.owner == "nobody":
            rows = rows.filter(handling__owner=None)
        elif self.owner:
            owner = self.by if self.owner == "me" else self.owner
            rows = rows.filter(handling__owner=owner)
        if self.theme:
            through = PartnershipRequest.themes.through.objects
            about = through.filter(theme__slug=self.theme).values("partnershiprequest")
            rows = rows.filter(pk__in=about)
        if self.region:
            rows = rows.filter(city__country__region=self.region)
        if self.is_snoozed:
            rows = rows.filter(snoozed__isnull=False)
        if self.stage:
            rows = rows.filter(stage=self.stage)
        if self.has_no_candidate:
            rows = rows.filter(stage=Stage.OPEN, candidates=0)
        if self.is_late:
            # A snoozed request has no deadline.
            rows = rows.filter(due__lt=timezone.localdate())
        return rows


def mentions(text: str) -> Q:
    """Requests with the text in their words, the names of their city, or those of its people."""
    return (
        Q(title__icontains=text)
        | Q(challenge__icontains=text)
        | Q(city__name__icontains=text)
        | Q(city__names__icontains=text)
        | Q(created_by__display_name__icontains=text)
        | Q(handling__owner__display_name__icontains=text)
    )


def days_after(moment: Any, time: timedelta) -> TruncDate:
    """The last day of a period that begins at a moment."""
    return TruncDate(models.ExpressionWrapper(moment + time, models.DateTimeField()))


def staged() -> models.QuerySet[PartnershipRequest]:
    """All requests but drafts, annotated with their stage, the facts it needs, and the deadline."""
    proposed = Q(matches__status=MatchStatus.PROPOSED)
    by_interest = Q(matches__status=MatchStatus.INTEREST)
    work = "matches__partnership__status"
    reports = ProgressReport.objects.filter(
        partnership__match__request=OuterRef("pk"), submitted_at=None
    )
    rows = PartnershipRequest.objects.exclude(status=RequestStatus.DRAFT).order_by()
    rows = rows.annotate(
        candidates=Count("matches", filter=Q(matches__status__in=LIVE)),
        interests=Count("matches", filter=by_interest),
        asked=Count("matches", filter=proposed),
        answers=Count("matches", filter=proposed & ~Q(matches__requester_answer=""))
        + Count("matches", filter=proposed & ~Q(matches__candidate_answer="")),
        reply_by=Min("matches__reply_by", filter=proposed),
        first_candidate=Min("matches__created_at", filter=Q(matches__status__in=LIVE)),
        last_end=Max("matches__ended_at"),
        introduced=Max("matches__introduced_at", filter=Q(matches__status=MatchStatus.INTRODUCED)),
        recorded_at=Max(
            "matches__recorded__updated_at", filter=Q(matches__status=MatchStatus.INTRODUCED)
        ),
        working=Count(
            "matches",
            filter=Q(**{work: PartnershipStatus.ACTIVE}),
        ),
        stalled_at=Max(
            "matches__partnership__updated_at", filter=Q(**{work: PartnershipStatus.STALLED})
        ),
    )
    reviewed = (RequestStatus.SUBMITTED, RequestStatus.CHANGES_REQUESTED)
    stage = Case(
        When(status__in=reviewed, then=Value(Stage.NEW)),
        When(stalled_at__isnull=False, then=Value(Stage.STALLED)),
        When(working__gt=0, then=Value(Stage.AGREED)),
        When(status=RequestStatus.MATCHED, then=Value(Stage.INTRODUCED)),
        When(status=RequestStatus.OPEN, asked__gt=0, then=Value(Stage.ASKED)),
        When(status=RequestStatus.OPEN, then=Value(Stage.OPEN)),
        default=Value(Stage.CLOSED),
        output_field=models.CharField(),
    )
    snoozing = Handling.objects.snoozing().filter(request=OuterRef("pk"))
    rows = rows.annotate(
        stage=stage,
        snoozed=Subquery(snoozing.values("snoozed_until")[:1]),
        waits_since=Coalesce("last_end", "first_candidate", "opened_at"),
    )
    # The conditions are those of the stages, in the same order, and whether an agreement has been
    # recorded. Django writes out an annotation wherever it is used: comparing `stage` here would
    # repeat all of it for each stage.
    due = Case(
        When(snoozed__isnull=False, then=None),
        When(status=RequestStatus.SUBMITTED, then=days_after(F("submitted_at"), LATE)),
        When(status=RequestStatus.CHANGES_REQUESTED, then=None),
        When(stalled_at__isnull=False, then=days_after(F("stalled_at"), LATE)),
        When(working__gt=0, then=Subquery(reports.order_by("due_on").values("due_on")[:1])),
        When(
            status=RequestStatus.MATCHED,
            recorded_at__isnull=False,
            then=days_after(F("recorded_at"), RECORDED_FOR),
        ),
        When(status=RequestStatus.MATCHED, then=days_after(F("introduced"), INTRODUCED_FOR)),
        When(status=RequestStatus.OPEN, asked__gt=0, then=F("reply_by")),
        When(status=RequestStatus.OPEN, then=days_after(F("waits_since"), LATE)),
        output_field=models.DateField(),
    )
    links = PartnershipRequest.themes.through.objects.filter(partnershiprequest=OuterRef("pk"))
    first_theme = Subquery(links.order_by("pk").values("theme__slug")[:1])
    return rows.annotate(due=due, first_theme=first_theme)


def views_with_totals(by: int) -> dict[str, int]:
    """Return how many requests there are in each of the ready-made views, in one query."""
    today = timezone.localdate()
    is_open = ~CLOSED
    return staged().aggregate(
        everything=Count("pk", filter=is_open),
        mine=Count("pk", filter=is_open & Q(handling__owner=by)),
        nobody=Count("pk", filter=is_open & Q(handling__owner=None)),
        late=Count("pk", filter=is_open & Q(due__lt=today)),
        snoozed_now=Count("pk", filter=is_open & Q(snoozed__isnull=False)),
        closed=Count("pk", filter=CLOSED),
    )


# Most urgent first; closed requests, without a deadline, latest first.
ORDER = [
    F("due").asc(nulls_last=True),
    F("closed_at").desc(nulls_last=True),
    F("submitted_at").asc(nulls_last=True),
    F("pk").asc(),
]
SORTED = {
    Order.NEWEST: [F("submitted_at").desc(nulls_last=True)],
    Order.OLDEST: [F("submitted_at").asc(nulls_last=True)],
    Order.CITY: [F("city__name").asc()],
    Order.OWNER: [F("handling__owner__display_name").asc(nulls_last=True)],
}
# Long texts, which cards do not show.
UNSEEN = ["challenge", "desired_result", "resources", "rendered", "broker_note", "baseline"]


@dataclass(frozen=True)
class Card:
    """A request on the board or in the list, as annotated by `staged`, with its live matches.

    `best` is the most advanced match, then that with the best fit; `fit` is in per cent, from the
    ranking stored with the match, or None.
    """

    request: Any
    matches: list[Match]

    @property
    def stage(self) -> Stage:
        return Stage(self.request.stage)

    @property
    def due(self) -> date | None:
        return self.request.due

    @property
    def is_late(self) -> bool:
        return self.due is not None and self.due < timezone.localdate()

    @property
    def since(self) -> datetime:
        """When it was submitted."""
        return self.request.submitted_at or self.request.created_at

    @property
    def age(self) -> str:
        return timesince(self.since, depth=1)

    @property
    def handling(self) -> Any:
        return getattr(self.request, "handling", None)

    @property
    def owner(self) -> Any:
        return self.handling and self.handling.owner

    @property
    def snoozed_until(self) -> date | None:
        return self.request.snoozed

    @property
    def best(self) -> Match | None:
        order = {MatchStatus.INTRODUCED: 2, MatchStatus.PROPOSED: 1}
        return max(
            self.matches,
            key=lambda match: (
                order.get(MatchStatus(match.status), 0),
                fit_of(match) or 0,
                -match.pk,
            ),
            default=None,
        )

    @property
    def fit(self) -> int | None:
        return fit_of(self.best) if self.best else None

    @property
    def fit_in_percent(self) -> str:
        return "" if self.fit is None else f"{self.fit}\N{NO-BREAK SPACE}%"

    @property
    def css(self) -> str:
        """The classes of the card: the colour of its theme, and whether it is late or snoozed."""
        ink = INKS.get(self.request.first_theme or "", "")
        if self.is_late:
            return f"{ink} late".strip()
        return f"{ink} snoozed".strip() if self.snoozed_until else ink

    @property
    def partnership(self) -> Partnership | None:
        """What the cities have agreed."""
        return getattr(self.best, "partnership", None)

    @property
    def recorded(self) -> RecordedAgreement | None:
        """The agreement that one of the cities has not confirmed yet."""
        return getattr(self.best, "recorded", None)


def fit_of(match: Match) -> int | None:
    """Return the fit of a candidate in per cent, from its stored ranking."""
    for each in match.ranking.get("factors", []):
        if each.get("factor") == "fit" and each.get("most"):
            return round(100 * each["points"] / each["most"])
    return None


@dataclass
class Lane:
    """A column of the board: its first cards, and the number of all."""

    stage: Stage
    cards: list[Card] = field(default_factory=list)
    total: int = 0


def lanes(filters: Filters, *, most: int) -> list[Lane]:
    """Return all columns with their first `most` cards each."""
    rows = filters.apply(staged()).annotate(
        position=Window(RowNumber(), partition_by=F("stage"), order_by=ORDER),
        total=Window(Count("pk"), partition_by=F("stage")),
    )
    made = {stage: Lane(stage) for stage in Stage}
    for card in cards(rows.filter(position__lte=most).order_by("position")):
        lane = made[card.stage]
        lane.cards.append(card)
        lane.total = card.request.total
    shown = [stage for stage in Stage if filters.stage in ("", stage)]
    if not filters.stage:
        shown = [stage for stage in shown if (stage == Stage.CLOSED) == filters.is_closed]
    return [made[stage] for stage in shown]


def listed(
    filters: Filters, *, start: int, stop: int, only: Collection[int] | None = None
) -> list[Card]:
    """Return cards `start` to `stop` in the order of the filters; of those with these keys alone,
    whatever the filters, if given."""
    rows = filters.apply(staged()) if only is None else staged().filter(pk__in=only)
    return cards(rows.order_by(*SORTED.get(filters.order, []), *ORDER)[start:stop])


def cards(rows: models.QuerySet) -> list[Card]:
    """Load the rows and their live matches, in two queries."""
    rows = rows.select_related("city__country", "handling__owner").defer(*UNSEEN)
    found = {row.pk: row for row in rows}
    of_request: defaultdict[int, list[Match]] = defaultdict(list)
    matches = Match.objects.live().filter(request__in=found)
    for match in matches.select_related("city", "partnership", "recorded").order_by("pk"):
        of_request[match.request_id].append(match)
    return [Card(row, of_request[pk]) for pk, row in found.items()]
