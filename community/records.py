"""What a member has contributed, and what became of it: for those who moderate."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, Q

from community import flaggers
from community.models import (
    Comment,
    Experience,
    Flag,
    FlagOutcome,
    Revision,
    RevisionStatus,
    Standing,
    User,
)
from repository.models import CaseStatus, CaseStudy

MODELS = [Comment, Experience]
AWAY = [Standing.DECLINED, Standing.HIDDEN, Standing.REMOVED]


@dataclass(frozen=True)
class Record:
    """Numbers about one member. `flagged` are flags of others on their words that were upheld."""

    joined: datetime
    accepted: int
    declined: int
    flagged: int
    flags: flaggers.Record


def record_of(member: User) -> Record:
    """The record of one member, in a fixed number of queries."""
    accepted = declined = 0
    upheld = Q()
    for model in MODELS:
        found = model.objects.filter(author=member).aggregate(
            accepted=Count("pk", filter=Q(standing=Standing.PUBLISHED)),
            declined=Count("pk", filter=Q(standing__in=AWAY)),
        )
        accepted += found["accepted"]
        declined += found["declined"]
        upheld |= Q(
            content_type=ContentType.objects.get_for_model(model),
            object_id__in=model.objects.filter(author=member).values("pk"),
        )
    cases = CaseStudy.objects.filter(authors=member).aggregate(
        accepted=Count("pk", filter=Q(status=CaseStatus.PUBLISHED)),
        declined=Count("pk", filter=Q(status=CaseStatus.DECLINED)),
    )
    edits = Revision.objects.filter(by=member).aggregate(
        accepted=Count("pk", filter=Q(status=RevisionStatus.ACCEPTED)),
        declined=Count("pk", filter=Q(status=RevisionStatus.DECLINED)),
    )
    return Record(
        joined=member.date_joined,
        accepted=accepted + cases["accepted"] + edits["accepted"],
        declined=declined + cases["declined"] + edits["declined"],
        flagged=Flag.objects.filter(upheld, outcome=FlagOutcome.UPHELD).count(),
        flags=flaggers.records([member.pk])[member.pk],
    )
