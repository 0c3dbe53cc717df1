"""The review queue of brokers: oldest first, labelled by the next step.

Each kind is an entry of KINDS. A page of the queue takes one query, the counts another, regardless
of the number of kinds. The queue of moderators is in `community/moderation/queue/entries.py`.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Count, Exists, F, Max, Min, OuterRef, Q, Subquery, Value
from django.db.models.functions import Cast, Coalesce, Left
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from community.models import Appeal
from community.moderation.queue.entries import LATE, TITLE
from partnerships.models import (
    ClusterApplication,
    Handling,
    Match,
    MatchOrigin,
    MatchStatus,
    Need,
    Offer,
    Partnership,
    PartnershipRequest,
    PartnershipStatus,
    ProgressReport,
    Question,
    RecordedAgreement,
    Representation,
)
from repository.search.excerpts import shortened

# A deadline this close is shown as near.
SOON = timedelta(days=3)
# Brokers look again after this time if there was no suitable city.
LOOK_AGAIN_AFTER = timedelta(days=30)
COLUMNS = ["kind", "key", "since", "due", "title", "place", "region", "is_sample"]


@dataclass(frozen=True)
class Kind:
    """A kind of task; its columns are expressions over its rows.

    `city` is the path to the city concerned, `url` the name of the page, which takes `key`; empty
    for the review page.
    `subject` is the model of the object that a broker can claim.
    """

    word: str
    name: Promise
    rows: Callable[[], models.QuerySet]
    url: str
    since: Any
    title: str = "title"
    city: str = "city"
    key: str = "pk"
    due: Any = None
    subject: type[models.Model] | None = None

    def described(self) -> models.QuerySet:
        """The rows with the columns of the queue, prefixed with `q_`."""
        text = models.TextField()
        empty = Value("", text)
        place = F(f"{self.city}__name") if self.city else empty
        region = F(f"{self.city}__country__region") if self.city else empty
        is_sample: Any = F(f"{self.city}__is_sample") if self.city else Value(False)
        columns = {
            "kind": Value(self.word, models.CharField()),
            "key": Cast(F(self.key), models.BigIntegerField()),
            "since": Cast(self.since, models.DateTimeField()),
            "due": Cast(self.due, models.DateField()),
            "title": Left(Coalesce(Cast(F(self.title), text), empty), TITLE + 1),
            "place": Coalesce(Cast(place, text), empty),
            "region": Coalesce(Cast(region, text), empty),
            "is_sample": Coalesce(is_sample, Value(False)),
        }
        return self.rows().order_by().annotate(**{f"q_{name}": columns[name] for name in COLUMNS})


def candidates() -> models.QuerySet[Match]:
    """The live candidates of a request; filtered by `request=OuterRef("pk")`."""
    return Match.objects.filter(request=OuterRef("pk")).order_by()


def awake(rows: models.QuerySet[PartnershipRequest]) -> models.QuerySet[PartnershipRequest]:
    """Leave out requests that a broker has snoozed."""
    return rows.exclude(handling__snoozed_until__gt=timezone.localdate())


def without_candidates() -> models.QuerySet[PartnershipRequest]:
    """Open requests without candidates, unless a broker noted lately that no city is suitable."""
    rows = awake(PartnershipRequest.objects.open())
    unsuited = Handling.objects.filter(
        request=OuterRef("pk"), nobody_suits_at__gt=timezone.now() - LOOK_AGAIN_AFTER
    )
    ended_since = candidates().filter(ended_at__gt=OuterRef("handling__nobody_suits_at"))
    return rows.filter(~Exists(candidates().live()), ~Exists(unsuited) | Exists(ended_since))


def to_propose() -> models.QuerySet[PartnershipRequest]:
    """Open requests with candidates, of which none is currently proposed."""
    ready = Q(status=MatchStatus.SHORTLISTED) | Q(status=MatchStatus.SUGGESTED) & ~Q(
        origin=MatchOrigin.INTEREST
    )
    return awake(PartnershipRequest.objects.open()).filter(
        Exists(candidates().filter(ready)), ~Exists(candidates().proposed())
    )


def first(rows: models.QuerySet, **values: Any) -> Subquery:
    """A subquery for one aggregate over all rows related to the outer row."""
    return Subquery(rows.values("request").annotate(**values).values(*values))


def interested() -> models.QuerySet[Match]:
    """New matches started by the interest of a city, for open requests."""
    return Match.objects.filter(
        origin=MatchOrigin.INTEREST,
        status=MatchStatus.SUGGESTED,
        request__in=PartnershipRequest.objects.open(),
    )


def questions() -> models.QuerySet[Question]:
    open_ones = Match.objects.proposed().filter(reply_by__gte=timezone.localdate())
    return Question.objects.filter(match__in=open_ones, returned_at=None)


def late_reports() -> models.QuerySet[ProgressReport]:
    yesterday = timezone.localdate() - timedelta(days=1)
    running = Partnership.objects.running()
    return ProgressReport.objects.due(on=yesterday).filter(partnership__in=running)


def appeals() -> models.QuerySet[Appeal]:
    """Unanswered appeals against decisions of brokers."""
    subjects = [Representation, Offer, Need, PartnershipRequest]
    kinds = ContentType.objects.get_for_models(*subjects).values()
    return Appeal.objects.filter(outcome="", decision__content_type__in=kinds)


KINDS = {
    kind.word: kind
    for kind in [
        Kind(
            "representation",
            _("Requests to represent a city or organisation"),
            lambda: Representation.objects.asked(),
            "",
            since=F("asked_at"),
            title="place",
            subject=Representation,
        ),
        Kind(
            "offer",
            _("Offers to review"),
            lambda: Offer.objects.waiting(),
            "",
            since=F("changed_at"),
            subject=Offer,
        ),
        Kind(
            "need",
            _("Needs to review"),
            lambda: Need.objects.waiting(),
            "",
            since=F("changed_at"),
            subject=Need,
        ),
        Kind(
            "request",
            _("Requests to review"),
            lambda: awake(PartnershipRequest.objects.submitted()),
            "",
            since=F("submitted_at"),
            subject=PartnershipRequest,
        ),
        Kind(
            "cluster-application",
            _("Cluster applications"),
            lambda: ClusterApplication.objects.pending(),
            "",
            since=F("asked_at"),
            title="cluster__name",
            subject=ClusterApplication,
        ),
        Kind(
            "appeal",
            _("Appeals to answer"),
            appeals,
            "",
            since=F("created_at"),
            title="words",
            city="",
            subject=Appeal,
        ),
        Kind(
            "candidates",
            _("Requests that need candidates"),
            without_candidates,
            "admin:candidates",
            since=Coalesce(first(candidates(), latest=Max("ended_at")), F("opened_at")),
            subject=PartnershipRequest,
        ),
        Kind(
            "interest",
            _("Cities interested in a request"),
            interested,
            "admin:match",
            since=F("created_at"),
            title="request__title",
            subject=Match,
        ),
        Kind(
            "propose",
            _("Next candidates to propose"),
            to_propose,
            "admin:candidates",
            since=Coalesce(
                first(candidates(), latest=Max("ended_at")),
                first(candidates().live(), earliest=Min("created_at")),
            ),
            subject=PartnershipRequest,
        ),
        Kind(
            "question",
            _("Questions to forward"),
            lambda: questions().filter(passed_at=None),
            "admin:match",
            key="match",
            since=F("created_at"),
            title="match__request__title",
            city="match__city",
            subject=Match,
        ),
        Kind(
            "answer",
            _("Answers to forward"),
            lambda: questions().filter(answered_at__isnull=False),
            "admin:match",
            key="match",
            since=F("answered_at"),
            title="match__request__title",
            city="match__city",
            subject=Match,
        ),
        Kind(
            "reply",
            _("Deadlines to watch"),
            lambda: Match.objects.proposed().filter(reply_by__lte=timezone.localdate() + SOON),
            "admin:match",
            since=F("proposed_at"),
            due=F("reply_by"),
            title="request__title",
            subject=Match,
        ),
        Kind(
            "agreement",
            _("Agreements waiting for confirmation"),
            lambda: RecordedAgreement.objects.waiting(),
            "partnerships:partnership_new",
            key="match",
            since=F("updated_at"),
            city="match__city",
            subject=Match,
        ),
        Kind(
            "stalled",
            _("Stalled partnerships"),
            lambda: Partnership.objects.filter(status=PartnershipStatus.STALLED),
            "partnerships:partnership_detail",
            since=F("updated_at"),
            city="match__city",
        ),
        Kind(
            "report",
            _("Overdue progress reports"),
            late_reports,
            "partnerships:partnership_detail",
            key="partnership",
            since=F("due_on"),
            due=F("due_on"),
            title="partnership__title",
            city="partnership__match__city",
        ),
    ]
}


@dataclass(frozen=True)
class Item:
    """An entry of the queue."""

    kind: Kind
    key: int
    since: datetime
    due: date | None
    title: str
    place: str
    region: str
    is_sample: bool = False

    @property
    def is_late(self) -> bool:
        """Whether it is overdue: past its deadline, or pending for two days."""
        if self.due is not None:
            return self.due < timezone.localdate()
        return self.since < timezone.now() - LATE

    @property
    def url(self) -> str:
        if not self.kind.url:
            return reverse("admin:review", args=[self.kind.word, self.key])
        return reverse(self.kind.url, args=[self.key])


@dataclass(frozen=True)
class Filters:
    """Filters of the queue; empty ones include everything."""

    kind: str = ""
    region: str = ""
    is_late: bool = False

    def apply(self, rows: models.QuerySet) -> models.QuerySet:
        if self.region:
            rows = rows.filter(q_region=self.region)
        if self.is_late:
            rows = rows.filter(late())
        return rows


def late() -> Q:
    """The condition for rows that are late: `Item.is_late` in SQL."""
    over = Q(q_due__lt=timezone.localdate())
    return over | Q(q_due=None, q_since__lt=timezone.now() - LATE)


def described() -> dict[str, models.QuerySet]:
    """Return the rows of each kind, from which both `items` and `counts` are read."""
    return {word: kind.described() for word, kind in KINDS.items()}


def items(
    filters: Filters, *, start: int, stop: int, by_kind: Mapping[str, models.QuerySet] | None = None
) -> list[Item]:
    """Return entries `start` to `stop` of the queue, in one query."""
    by_kind = by_kind or described()
    wanted = [filters.kind] if filters.kind in by_kind else list(by_kind)
    columns = [f"q_{name}" for name in COLUMNS]
    # Limit each kind before the union, so that no more rows are read than needed.
    rows, *others = (
        filters.apply(by_kind[word]).order_by("q_since", "q_key").values_list(*columns)[:stop]
        for word in wanted
    )
    if others:
        rows = rows.union(*others, all=True).order_by("q_since", "q_kind", "q_key")
    found = [Item(KINDS[kind], *columns) for kind, *columns in rows[start:stop]]
    return [replace(item, title=shortened(item.title, TITLE)) for item in found]


def counts(by_kind: Mapping[str, models.QuerySet] | None = None) -> Counter[tuple[str, str]]:
    """Count the entries by kind and region, in one query."""
    columns = ["q_kind", "q_region"]
    first, *rest = (
        rows.values(*columns).annotate(q_number=Count("pk")).values_list(*columns, "q_number")
        for rows in (by_kind or described()).values()
    )
    rows = first.union(*rest, all=True).order_by()
    return Counter({(kind, region): number for kind, region, number in rows})


def totals() -> tuple[int, int]:
    """How many entries there are, and how many of them are late, in one query."""
    numbers = {"q_total": Count("pk"), "q_late": Count("pk", filter=late())}
    first, *rest = (
        rows.values("q_kind").annotate(**numbers).values_list(*numbers)
        for rows in described().values()
    )
    rows = list(first.union(*rest, all=True).order_by())
    return sum(total for total, _late in rows), sum(late for _total, late in rows)
