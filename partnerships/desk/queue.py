"""What waits for brokers: decisions about each type, appeals, and what they follow up."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.db.models import Exists, F, Max, Min, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from community.moderation.queue.columns import unanswered_appeals
from community.moderation.queue.entries import Kinds, backlogs, kinds_for
from community.moderation.reviewable import QueueRows
from partnerships.models import (
    Match,
    MatchStatus,
    Partnership,
    PartnershipRequest,
    PartnershipStatus,
    ProgressReport,
    Question,
    RecordedAgreement,
    TimelineEntry,
)
from partnerships.permissions import BROKER
from partnerships.pipeline.stages import INTRODUCED_FOR, days_after

# A deadline this close is shown as near.
SOON = timedelta(days=3)


def kinds() -> Kinds:
    """Everything that waits for brokers, by kind."""
    return kinds_for(BROKER, others)


# What the link of an entry says; for all others it is "Review".
ACTIONS = {
    "appeal": _("Answer appeal"),
    "candidates": _("Propose"),
    "interest": _("Answer city"),
    "propose": _("Propose"),
    "question": _("Forward question"),
    "answer": _("Forward answer"),
    "reply": _("View match"),
    "introduction": _("View match"),
    "follow-up": _("View request"),
    "agreement": _("View agreement"),
    "stalled": _("View partnership"),
    "report": _("View partnership"),
}


def due() -> int:
    """The number of entries that are late or have to be dealt with today."""
    return sum(backlog.due for backlog in backlogs(kinds()).values())


def others() -> Iterator[QueueRows]:
    """Appeals, and what brokers follow up, with the page of its next step."""
    today = timezone.localdate()
    appeals = unanswered_appeals(BROKER)
    yield QueueRows("appeal", _("Appeals to answer"), appeals, title="words")
    yield QueueRows(
        "candidates",
        _("Requests that need candidates"),
        without_candidates(),
        title="title",
        since=Coalesce(first(candidates(), latest=Max("ended_at")), "opened_at"),
        city="city",
        page="admin:propose",
    )
    yield QueueRows(
        "interest",
        _("Cities interested in a request"),
        interested(),
        title="request__title",
        city="city",
        page="admin:match",
    )
    yield QueueRows(
        "propose",
        _("Next candidates to propose"),
        to_propose(),
        title="title",
        since=Coalesce(
            first(candidates(), latest=Max("ended_at")),
            first(candidates().live(), earliest=Min("created_at")),
        ),
        city="city",
        page="admin:propose",
    )
    yield QueueRows(
        "question",
        _("Questions to forward"),
        Match.objects.filter(questions__in=questions().filter(passed_at=None)),
        title="request__title",
        since="questions__created_at",
        # The same day: the city cannot answer before it has the question.
        due="questions__created_at",
        city="city",
        page="admin:match",
    )
    yield QueueRows(
        "answer",
        _("Answers to forward"),
        Match.objects.filter(questions__in=questions().filter(answered_at__isnull=False)),
        title="request__title",
        since="questions__answered_at",
        due="questions__answered_at",
        city="city",
        page="admin:match",
    )
    yield QueueRows(
        "reply",
        _("Deadlines to watch"),
        Match.objects.proposed().filter(reply_by__lte=today + SOON),
        title="request__title",
        since="proposed_at",
        due="reply_by",
        city="city",
        page="admin:match",
    )
    yield QueueRows(
        "introduction",
        _("Introductions without an agreement"),
        without_agreement(),
        title="request__title",
        since="introduced_at",
        due=days_after(F("introduced_at"), INTRODUCED_FOR),
        city="city",
        page="admin:match",
    )
    yield QueueRows(
        "follow-up",
        _("Requests to follow up"),
        PartnershipRequest.objects.filter(timeline__in=TimelineEntry.objects.due(on=today)),
        title="title",
        since="timeline__created_at",
        due="timeline__follow_up_on",
        city="city",
    )
    yield QueueRows(
        "agreement",
        _("Agreements waiting for confirmation"),
        Match.objects.filter(recorded__in=RecordedAgreement.objects.waiting()),
        title="recorded__title",
        since="recorded__updated_at",
        city="city",
        page="partnerships:partnership_new",
    )
    yield QueueRows(
        "stalled",
        _("Stalled partnerships"),
        Partnership.objects.filter(status=PartnershipStatus.STALLED),
        title="title",
        since="updated_at",
        city="match__city",
        page="partnerships:partnership_detail",
    )
    late = ProgressReport.objects.due(on=today - timedelta(days=1))
    yield QueueRows(
        "report",
        _("Overdue progress reports"),
        Partnership.objects.running().filter(reports__in=late),
        title="title",
        since="reports__due_on",
        due="reports__due_on",
        city="match__city",
        page="partnerships:partnership_detail",
    )


def candidates() -> QuerySet[Match]:
    """The matches of a request; filtered by `request=OuterRef("pk")`."""
    return Match.objects.filter(request=OuterRef("pk")).order_by()


def first(rows: QuerySet, **values: Any) -> Subquery:
    """A subquery for one aggregate over all rows related to the outer row."""
    return Subquery(rows.values("request").annotate(**values).values(*values))


def without_candidates() -> QuerySet[PartnershipRequest]:
    """Open requests without candidates, unless they are snoozed."""
    return PartnershipRequest.objects.open().awake().filter(~Exists(candidates().live()))


def to_propose() -> QuerySet[PartnershipRequest]:
    """Open requests with candidates, of which none is currently proposed."""
    return (
        PartnershipRequest.objects.open()
        .awake()
        .filter(
            Exists(candidates().filter(status=MatchStatus.CANDIDATE)),
            ~Exists(candidates().proposed()),
        )
    )


def without_agreement() -> QuerySet[Match]:
    """Introductions that have led to no agreement in time, unless their request is snoozed."""
    return Match.objects.filter(
        status=MatchStatus.INTRODUCED,
        introduced_at__lt=timezone.now() - INTRODUCED_FOR,
        partnership=None,
        recorded=None,
        request__in=PartnershipRequest.objects.awake(),
    )


def interested() -> QuerySet[Match]:
    """New matches started by the interest of a city, for open requests."""
    return Match.objects.filter(
        status=MatchStatus.INTEREST,
        request__in=PartnershipRequest.objects.open(),
    )


def questions() -> QuerySet[Question]:
    """Questions that were not returned, about proposals that can still be answered."""
    matches = Match.objects.proposed().filter(reply_by__gte=timezone.localdate())
    return Question.objects.filter(match__in=matches, returned_at=None)
