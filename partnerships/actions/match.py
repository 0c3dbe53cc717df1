"""What becomes of the candidates of a request."""

from collections.abc import Iterable

from django.db import models
from django.utils import timezone

from community.models import NoticeKind
from community.notices import notify
from community.stamps import touch_members
from partnerships.models import Match, MatchOrigin, MatchStatus, PartnershipRequest
from partnerships.notices import focal_points

BEFORE_INTRODUCTION = frozenset(
    {MatchStatus.SUGGESTED, MatchStatus.SHORTLISTED, MatchStatus.PROPOSED}
)


def end_all(
    matches: models.QuerySet[Match], request: PartnershipRequest, *, also: Iterable[int] = ()
) -> None:
    """Withdraw those of the matches of a locked request that may still come to something.

    `also` are members who are told of something else in the same transaction.
    """
    ended = list(matches.filter(status__in=BEFORE_INTRODUCTION).select_for_update().order_by("pk"))
    touch_members(set(also).union(*map(concerned, ended)))
    for match in ended:
        match.status, match.ended_at = MatchStatus.WITHDRAWN, timezone.now()
        match.save(update_fields=["status", "ended_at"])
        notify(
            concerned(match),
            kind=NoticeKind.PARTNERSHIP,
            event="match.withdrawn",
            subject=request,
            key=f"match-{match.pk}-ended",
            match=str(match.pk),
        )


def concerned(match: Match) -> list[int]:
    """The members, by primary key, who speak for the cities that know of the match."""
    if match.proposed_at is not None:
        return focal_points(match.request.city_id, match.city_id)
    return focal_points(match.city_id) if match.origin == MatchOrigin.INTEREST else []
