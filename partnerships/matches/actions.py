"""Make a city a candidate for a request, and propose the match to both cities.

Answers are in `answers.py`, other ends of a match in `closing.py`. Rows are locked in one order:
the candidate city, where its partners are counted; the request; its matches by number; members and
pages last.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any, NamedTuple

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from community.experiences.actions import city_of
from community.models import Decision, NoticeKind, User, Verb
from community.moderation.claims.actions import check_free, end_claim
from community.notices.notify import notify
from partnerships.desk.notices import focal_points
from partnerships.matches.capacity import load_of
from partnerships.models import (
    TO_PROPOSE,
    Brokering,
    Match,
    MatchOrigin,
    MatchStatus,
    PartnershipRequest,
    RequestStatus,
    Side,
)
from partnerships.permissions import speaks_for_one_of
from partnerships.representation.rights import check_broker, check_speaks
from repository.dates import clock
from repository.models import City, Organization
from repository.places import gazetteer
from repository.samples import check_samples_apart
from repository.workflow import ActionRefused, Step, action, lock, lock_all, lock_or_none

ASKED = frozenset({MatchStatus.PROPOSED})
BEFORE_INTRODUCTION = frozenset({*TO_PROPOSE, MatchStatus.PROPOSED})
NOT_ASKED = gettext_lazy("You can’t answer “%(match)s” because its status is “%(status)s”.")

# The legal steps of a match. "accept" records the first yes, "introduce" the second.
STEPS = {
    "consider": Step(
        frozenset({MatchStatus.INTEREST}),
        MatchStatus.CANDIDATE,
        gettext_lazy("You can’t make “%(match)s” a candidate because its status is “%(status)s”."),
    ),
    "propose": Step(
        frozenset(TO_PROPOSE),
        MatchStatus.PROPOSED,
        gettext_lazy("You can’t propose “%(match)s” because its status is “%(status)s”."),
    ),
    "extend": Step(
        ASKED,
        MatchStatus.PROPOSED,
        gettext_lazy(
            "You can’t change the deadline of “%(match)s” because its status is “%(status)s”."
        ),
    ),
    "accept": Step(ASKED, MatchStatus.PROPOSED, NOT_ASKED),
    "introduce": Step(ASKED, MatchStatus.INTRODUCED, NOT_ASKED),
    "decline": Step(ASKED, MatchStatus.DECLINED, NOT_ASKED),
    "expire": Step(
        ASKED,
        MatchStatus.EXPIRED,
        gettext_lazy("“%(match)s” has not expired: its status is “%(status)s”."),
    ),
    "withdraw": Step(
        BEFORE_INTRODUCTION,
        MatchStatus.WITHDRAWN,
        gettext_lazy("You can’t withdraw “%(match)s” because its status is “%(status)s”."),
    ),
    # An introduction that did not lead to a partnership.
    "part": Step(
        frozenset({MatchStatus.INTRODUCED}),
        MatchStatus.WITHDRAWN,
        gettext_lazy("You can’t end “%(match)s” because its status is “%(status)s”."),
    ),
}
# The steps that brokers take at the desk.
OF_BROKERS = ("consider", "propose", "extend", "withdraw", "part")


def open_verbs(match: Match, verbs: Iterable[str] = OF_BROKERS) -> list[str]:
    """Return the verbs that are legal in the current state."""
    return [verb for verb in verbs if match.status in STEPS[verb].sources]


def lock_request(pk: int) -> PartnershipRequest:
    """Lock the row of the request, which also serializes changes to its matches."""
    return lock(PartnershipRequest.objects.select_related("city"), pk)


def lock_for(verb: str, match: Match, *, counted: bool = False) -> Match:
    """Lock the match in a state that allows the verb and set its status to the target.

    The status that it had is in `status_before`, for the record of the decision. `counted` also
    locks the candidate city: two requests may compete for its last place.
    """
    if counted:
        # No key lock, so that rows that reference the city can be written.
        lock_or_none(City, match.city_id, no_key=True)
    partnership_request = lock_request(match.request_id)
    locked = lock(Match.objects.select_related("city"), match.pk)
    locked.request = partnership_request
    locked.status_before, locked.status = locked.status, STEPS[verb].check(locked, match=locked)
    return locked


def check_open(partnership_request: PartnershipRequest) -> None:
    """Raise ActionRefused unless the request is open."""
    if partnership_request.status != RequestStatus.OPEN:
        raise ActionRefused(
            _("“%(title)s” isn’t looking for partners because its status is “%(status)s”.")
            % {
                "title": partnership_request.title,
                "status": partnership_request.get_status_display(),
            }
        )


def check_decides(match: Match, by: User) -> None:
    """Refuse a broker who is involved in the match, or if another broker has claimed it.

    Involved are those who represent one of the cities and the author of the request, who may have
    resigned as its focal point.

    The broker's own claim on the locked match ends with the decision.
    """
    check_broker(by)
    check_not_involved(match, by)
    end_claim(match, by)


def check_not_involved(match: Match, by: User) -> None:
    if speaks_for_one_of(by, [match.city_id, match.request.city_id]):
        raise ActionRefused(_("You represent one of these cities, so another broker must decide."))
    if match.request.created_by_id == by.pk:
        raise ActionRefused(_("You wrote this request, so another broker must decide."))


def check_room(city: City) -> None:
    """Refuse if the city is full. Lock its row first, or its last place could be given twice."""
    if load_of(city).room == 0:
        raise ActionRefused(
            _("%(city)s already has as many partners this year as it can work with.")
            % {"city": city.localized_name}
        )


@action
def suggest(
    *,
    partnership_request: PartnershipRequest,
    city: City | gazetteer.Place,
    origin: MatchOrigin,
    by: User | None = None,
    ranking: dict[str, Any] | None = None,
) -> Match:
    """Make a city a candidate for an open request. Idempotent for existing candidates.

    A broker can only choose a city that somebody represents: others are invited first.
    """
    city = city_of(city)
    partnership_request = lock_request(partnership_request.pk)
    if by is not None:
        check_broker(by)
        # Another broker may be looking for candidates concurrently.
        check_free(partnership_request, by)
    check_open(partnership_request)
    check_samples_apart(partnership_request, city)
    if city.pk == partnership_request.city_id:
        raise ActionRefused(_("Choose a different city: this one made the request."))
    if known := partnership_request.matches.live().filter(city=city).first():
        return known
    if by is not None and not focal_points(city.pk):
        raise ActionRefused(
            _("No one represents %(city)s yet, so no one can answer. Invite the city first.")
            % {"city": city.localized_name}
        )
    is_interest = origin == MatchOrigin.INTEREST
    return Match.objects.create(
        request=partnership_request,
        city=city,
        origin=origin,
        status=MatchStatus.INTEREST if is_interest else MatchStatus.CANDIDATE,
        ranking=ranking or {},
    )


@action
def consider(*, match: Match, by: User) -> Match:
    """Make a city that has expressed interest a candidate."""
    match = lock_for("consider", match)
    check_open(match.request)
    check_decides(match, by)
    check_free(match.request, by)
    match.save(update_fields=["status"])
    return match


@action
def propose(
    *,
    match: Match,
    by: User,
    message: str = "",
    reply_by: date | None = None,
    ranking: dict[str, Any] | None = None,
    facilitator: Organization | None = None,
) -> Match:
    """Propose the match to both cities with a deadline.

    Several candidates may be asked until one is introduced. `ranking` is stored with the match, so
    that both cities read the same reasons later.
    """
    match = lock_for("propose", match, counted=True)
    check_open(match.request)
    check_decides(match, by)
    end_claim(match.request, by)
    check_room(match.city)
    for city in (match.request.city, match.city):
        if not focal_points(city.pk):
            raise ActionRefused(
                _("No one represents %(city)s, so no one can answer.")
                % {"city": city.localized_name}
            )
    match.message = checked(match, "message", message)
    match.reply_by = checked_deadline(reply_by)
    match.proposed_at = clock.now()
    match.facilitator = facilitator
    if ranking is not None:
        match.ranking = ranking
    match.save(
        update_fields=[
            "status",
            "message",
            "reply_by",
            "proposed_at",
            "facilitator",
            "ranking",
        ]
    )
    decide(match, Verb.PROPOSE, by, message=match.message)
    notify_recipients(
        match,
        Recipients("match.proposed", focal_points(match.request.city_id)),
        Recipients("match.asked", focal_points(match.city_id)),
        key="proposed",
        message=match.message,
    )
    return match


@action
def extend(*, match: Match, by: User, reply_by: date) -> Match:
    """Extend the deadline for both cities."""
    match = lock_for("extend", match)
    check_decides(match, by)
    if match.reply_by is not None and reply_by < match.reply_by:
        raise ActionRefused(_("Choose a date after the current deadline."))
    if reply_by == match.reply_by:
        return match
    match.reply_by = checked_deadline(reply_by)
    match.save(update_fields=["reply_by"])
    both = focal_points(match.request.city_id, match.city_id)
    notify_recipients(match, Recipients("match.extended", both), key=f"extended-{reply_by}")
    return match


@action
def note(*, match: Match, by: User, words: str) -> Match:
    """Save a note visible only to brokers, in any state."""
    match = lock(Match, match.pk)
    check_broker(by)
    match.broker_note = checked(match, "broker_note", words)
    match.save(update_fields=["broker_note"])
    return match


def end_all(
    matches: models.QuerySet[Match],
    partnership_request: PartnershipRequest,
) -> None:
    """Withdraw the live matches of a locked request.

    Cities that were asked are notified; the requesting city knows the state of its request already.
    """
    ended = lock_all(matches.filter(status__in=BEFORE_INTRODUCTION).select_related("city"))
    for match in ended:
        match.request = partnership_request
    concerned_of = {
        match.pk: focal_points(match.city_id) if match.is_known_to(Side.CANDIDATE) else []
        for match in ended
    }
    for match in ended:
        match.status, match.ended_at = MatchStatus.WITHDRAWN, clock.now()
        match.save(update_fields=["status", "ended_at"])
        notify_recipients(match, Recipients("match.withdrawn", concerned_of[match.pk]), key="ended")


def in_turn(matches: models.QuerySet[Match]) -> models.QuerySet[Match]:
    """Order matches for brokers: those that can be proposed by points; the others last."""
    points = models.functions.Coalesce(
        models.functions.Cast("ranking__total", models.FloatField()), 0.0
    )
    turn = models.Case(models.When(status__in=TO_PROPOSE, then=0), default=1)
    return matches.order_by(turn, -points, "pk")


def is_candidate(match: Match) -> bool:
    """Whether the match can be proposed next."""
    return match.status in TO_PROPOSE


# Shared by the steps


def check_side(match: Match, side: Side, by: User) -> None:
    """Raise ActionRefused if the member does not (or no longer) represent the city of a side."""
    check_speaks(by, match.city_of(side))


def concerned(match: Match) -> list[int]:
    """Return the primary keys of the members who represent the cities that know of the match."""
    return focal_points(*(match.city_of(side).pk for side in Side if match.is_known_to(side)))


def checked(row: models.Model, name: str, text: str) -> str:
    """Return the text for a column; refuse it if it is too long."""
    column: Any = row._meta.get_field(name)
    longest = column.max_length
    text = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    if longest and len(text) > longest:
        raise ActionRefused(_("Text must be %(most)d characters or fewer.") % {"most": longest})
    return text


def checked_deadline(day: date | None) -> date:
    """Return the deadline for both answers; the default term if none is given."""
    today = clock.today()
    day = day or today + timedelta(days=Brokering.current().reply_days)
    if not today < day <= today + timedelta(days=366):
        raise ActionRefused(_("Choose a deadline between one day and one year from now."))
    return day


def decide(match: Match, verb: Verb, by: User, *, reason: str = "", message: str = "") -> Decision:
    """Record a decision of staff, addressed to the member who asked, if they know of the match."""
    concerns = None
    if match.proposed_at is not None:
        concerns = match.request.created_by_id
    elif match.origin == MatchOrigin.INTEREST and hasattr(match, "interest"):
        concerns = match.interest.by_id
    return Decision.objects.create(
        subject=match,
        by=by,
        concerns_id=concerns,
        verb=verb,
        reason=reason,
        message=message.strip(),
        before=match.status_before,
    )


class Recipients(NamedTuple):
    """An event, and the primary keys of the members to notify."""

    event: str
    members: Iterable[int]
    kind: NoticeKind = NoticeKind.PARTNERSHIP


def notify_recipients(match: Match, *recipients: Recipients, key: str, **details: str) -> None:
    """Notify members of a change, once for each event; nobody is named."""
    given: dict[str, Any] = {name: text for name, text in details.items() if text}
    for group in recipients:
        notify(
            group.members,
            kind=group.kind,
            event=group.event,
            subject=match.request,
            key=f"match-{match.pk}-{key}",
            match=str(match.pk),
            **given,
        )
