"""The track record of a member, for moderators: contributions and their outcomes."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

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
from community.moderation.flags import flag_weight
from repository.models import CaseStatus, CaseStudy

MODELS = [Comment, Experience]
AWAY = [Standing.DECLINED, Standing.HIDDEN, Standing.REMOVED]


@dataclass(frozen=True)
class Record:
    """Counts for one member. `flagged` are upheld flags on their contributions."""

    joined: datetime
    accepted: int
    declined: int
    flagged: int
    flags: flag_weight.Record


def record_of(member: User) -> Record:
    """The track record of one member, in two queries."""
    cases = CaseStudy.objects.filter(authors=member)
    edits = Revision.objects.filter(by=member)
    accepted = [
        cases.filter(status=CaseStatus.PUBLISHED),
        edits.filter(status=RevisionStatus.ACCEPTED),
    ]
    declined = [
        cases.filter(status=CaseStatus.DECLINED),
        edits.filter(status=RevisionStatus.DECLINED),
    ]
    upheld = Q()
    for model in MODELS:
        rows = model.objects.filter(author=member)
        accepted.append(rows.filter(standing=Standing.PUBLISHED))
        declined.append(rows.filter(standing__in=AWAY))
        kind = ContentType.objects.get_for_model(model)
        upheld |= Q(content_type=kind, object_id__in=rows.values("pk"))
    flags = Flag.objects.filter(upheld, outcome=FlagOutcome.UPHELD)
    found = User.objects.filter(pk=member.pk).values(
        accepted=sum(map(number_of, accepted), Value(0)),
        declined=sum(map(number_of, declined), Value(0)),
        flagged=number_of(flags),
    )
    return Record(
        joined=member.date_joined,
        **found.get(),
        flags=flag_weight.records([member.pk])[member.pk],
    )


def number_of(rows: QuerySet) -> Coalesce:
    """The number of rows, as a column of another query."""
    counted = rows.order_by().values(all=Value(1)).annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted), 0)
