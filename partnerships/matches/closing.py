"""Ends of a match other than by a no or a passed deadline."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from community.models import Decision, NoticeKind, User, Verb
from partnerships.desk.notices import brokers
from partnerships.matches.actions import (
    Recipients,
    check_decides,
    check_open,
    check_side,
    concerned,
    decide,
    lock_for,
    lock_request,
    notify_recipients,
)
from partnerships.models import (
    TO_PROPOSE,
    Match,
    MatchOrigin,
    MatchStatus,
    Partnership,
    RecordedAgreement,
    Side,
)
from partnerships.requests import actions as requests
from repository.dates import clock
from repository.workflow import ActionRefused, action, lock


@action
def withdraw(*, match: Match, by: User, reason: str, message: str) -> Match:
    """Withdraw a candidate as a broker; cities that know of the match read the reason."""
    match = lock_for("withdraw", match)
    check_decides(match, by)
    if not (reason and message.strip()):
        raise ActionRefused(
            _("Choose a reason and write a message. The cities involved will read it.")
        )
    match.ended_at = clock.now()
    match.save(update_fields=["status", "ended_at"])
    decide(match, Verb.WITHDRAW, by, reason=reason, message=message)
    notify_recipients(
        match, Recipients("match.withdrawn", concerned(match)), key="ended", message=message
    )
    return match


def lock_to_restore(match: Match) -> Match:
    """Lock the row of the match, after that of its request."""
    partnership_request = lock_request(match.request_id)
    locked = lock(Match.objects.select_related("city"), match.pk)
    locked.request = partnership_request
    return locked


def restore_match(match: Match, decision: Decision) -> None:
    """Restore a match that was withdrawn before it was proposed."""
    check_open(match.request)
    if match.proposed_at is not None:
        raise ActionRefused(
            _("We have already asked both cities about this match. Suggest the city again instead.")
        )
    match.status, match.ended_at = status_before(match, decision), None
    try:
        with transaction.atomic():
            match.save(update_fields=["status", "ended_at"])
    except IntegrityError:
        raise ActionRefused(_("This city is already a candidate.")) from None


def status_before(match: Match, decision: Decision) -> MatchStatus:
    """Return the status to restore; decisions until 2026 name others, which were merged."""
    if decision.before in TO_PROPOSE:
        return MatchStatus(decision.before)
    is_unanswered = decision.before == "suggested" and match.origin == MatchOrigin.INTEREST
    return MatchStatus.INTEREST if is_unanswered else MatchStatus.CANDIDATE


@action
def step_back(*, match: Match, side: Side, by: User) -> Match:
    """Withdraw a city from a match before the introduction, as its focal point."""
    match = lock_for("withdraw", match)
    check_side(match, side, by)
    if not match.is_known_to(side):
        raise ActionRefused(_("This no longer exists."))
    match.ended_at = clock.now()
    match.save(update_fields=["status", "ended_at"])
    others = set(concerned(match)) - {by.pk}
    notify_recipients(
        match,
        Recipients("match.withdrawn", others),
        Recipients("match.stepped-back", brokers(), NoticeKind.BROKERING),
        key="ended",
    )
    return match


@action
def part(*, match: Match, by: User, reason: str, message: str) -> Match:
    """End an introduction that led to nothing, as a broker; the request is open again."""
    # Lock the requesting city, whose open requests are counted, then the request, then the match.
    requests.lock_for("reopen", match.request)
    match = lock_for("part", match)
    check_decides(match, by)
    if not (reason and message.strip()):
        raise ActionRefused(
            _("Choose a reason and write a message. The cities involved will read it.")
        )
    if Partnership.objects.filter(match=match).exists():
        raise ActionRefused(
            _(
                "These cities have already agreed on a partnership. End it on the "
                "partnership’s page."
            )
        )
    RecordedAgreement.objects.filter(match=match).delete()
    match.ended_at = clock.now()
    match.save(update_fields=["status", "ended_at"])
    decide(match, Verb.WITHDRAW, by, reason=reason, message=message)
    notify_recipients(
        match, Recipients("match.parted", concerned(match)), key="parted", message=message
    )
    requests.reopen(partnership_request=match.request, by=by, message=message)
    return match
