"""How a city becomes a candidate for a request, and how both are asked.

What they answer is in `match_answer.py`, how a match ends otherwise in `match_end.py`. Rows are
locked in one order: the city that is asked, where its partners are counted; the request; its
matches by number; members and pages last.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any, NamedTuple

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from community.models import Decision, NoticeKind, User, Verb
from community.moderation.claims.actions import check_free, end_claim
from community.notices.notify import notify
from community.pages.stamps import touch_members
from partnerships.desk.notices import focal_points
from partnerships.matches.capacity import load_of
from partnerships.models import (
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
from repository.workflow import ActionRefused, Step, action, lock, lock_all, lock_or_none

ASKED = frozenset({MatchStatus.PROPOSED})
BEFORE_INTRODUCTION = frozenset(
    {MatchStatus.SUGGESTED, MatchStatus.SHORTLISTED, MatchStatus.PROPOSED}
)
NOT_ASKED = gettext_lazy("“%(match)s” cannot be answered now: it is “%(status)s”.")

# The legal steps of a match. "accept" by one side waits for the other, "introduce" is the second.
STEPS = {
    "shortlist": Step(
        frozenset({MatchStatus.SUGGESTED}),
        MatchStatus.SHORTLISTED,
        gettext_lazy("“%(match)s” was not shortlisted: it is “%(status)s”."),
    ),
    "propose": Step(
        frozenset({MatchStatus.SUGGESTED, MatchStatus.SHORTLISTED}),
        MatchStatus.PROPOSED,
        gettext_lazy("“%(match)s” was not proposed: it is “%(status)s”."),
    ),
    "extend": Step(
        ASKED,
        MatchStatus.PROPOSED,
        gettext_lazy("The deadline of “%(match)s” was not changed: it is “%(status)s”."),
    ),
    "accept": Step(ASKED, MatchStatus.PROPOSED, NOT_ASKED),
    "introduce": Step(ASKED, MatchStatus.INTRODUCED, NOT_ASKED),
    "decline": Step(ASKED, MatchStatus.DECLINED, NOT_ASKED),
    "expire": Step(
        ASKED,
        MatchStatus.EXPIRED,
        gettext_lazy("“%(match)s” has not expired: it is “%(status)s”."),
    ),
    "withdraw": Step(
        BEFORE_INTRODUCTION,
        MatchStatus.WITHDRAWN,
        gettext_lazy("“%(match)s” was not withdrawn: it is “%(status)s”."),
    ),
    # An introduction from which nothing came.
    "part": Step(
        frozenset({MatchStatus.INTRODUCED}),
        MatchStatus.WITHDRAWN,
        gettext_lazy("“%(match)s” was not ended: it is “%(status)s”."),
    ),
}
# What a broker does at the desk.
OF_BROKERS = ("shortlist", "propose", "extend", "withdraw", "part")


def open_verbs(match: Match, verbs: Iterable[str] = OF_BROKERS) -> list[str]:
    """The verbs that are a step now."""
    return [verb for verb in verbs if match.status in STEPS[verb].sources]


def lock_request(pk: int) -> PartnershipRequest:
    """The request under a row lock, as it is now: all its matches wait for it."""
    return lock(PartnershipRequest.objects.select_related("city"), pk)


def lock_for(verb: str, match: Match, *, counted: bool = False) -> Match:
    """The match under row locks, in a state that allows the verb; its status is the target then.

    `counted` locks the city that is asked as well: two requests may want its last place.
    """
    if counted:
        # Not the key of the row, so that rows that reference the city can be written.
        lock_or_none(City, match.city_id, no_key=True)
    request = lock_request(match.request_id)
    locked = lock(Match.objects.select_related("city"), match.pk)
    locked.request = request
    locked.status = STEPS[verb].check(locked, match=locked)
    return locked


def check_open(request: PartnershipRequest) -> None:
    if request.status != RequestStatus.OPEN:
        raise ActionRefused(
            _("“%(title)s” takes no partners now: it is “%(status)s”.")
            % {"title": request.title, "status": request.get_status_display()}
        )


def check_decides(match: Match, by: User) -> None:
    """A broker leaves a locked match to another who has taken it, or who speaks for neither city.

    What one has taken oneself is free again, as it is decided about.
    """
    check_broker(by)
    if speaks_for_one_of(by, [match.city_id, match.request.city_id]):
        raise ActionRefused(_("You speak for one of these cities: another broker decides."))
    end_claim(match, by)


def check_room(city: City) -> None:
    """The row of the city has to be locked, or its last place is given away twice."""
    if load_of(city).room == 0:
        raise ActionRefused(
            _("%(city)s has as many partners this year as it said it can work with.")
            % {"city": city.localized_name}
        )


@action
def suggest(
    *,
    request: PartnershipRequest,
    city: City,
    origin: MatchOrigin,
    by: User | None = None,
    ranking: dict[str, Any] | None = None,
) -> Match:
    """Make a city a candidate for an open request. One that is a candidate already stays so."""
    request = lock_request(request.pk)
    if by is not None:
        check_broker(by)
        # Another broker may be looking for candidates at this moment.
        check_free(request, by)
    check_open(request)
    if city.pk == request.city_id:
        raise ActionRefused(_("A city cannot be its own partner."))
    if known := request.matches.live().filter(city=city).first():
        return known
    return Match.objects.create(request=request, city=city, origin=origin, ranking=ranking or {})


@action
def shortlist(*, match: Match, by: User) -> Match:
    """Note that a candidate comes into question."""
    match = lock_for("shortlist", match)
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
    """Ask both cities, until a day: several candidates may be asked, as long as none is introduced.

    `ranking` is kept with the match, so that both read the same reasons later.
    """
    before = match.status
    match = lock_for("propose", match, counted=True)
    check_open(match.request)
    check_decides(match, by)
    end_claim(match.request, by)
    check_room(match.city)
    for city in (match.request.city, match.city):
        if not focal_points(city.pk):
            raise ActionRefused(
                _("Nobody speaks for %(city)s here, so nobody could answer.")
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
    decide(match, Verb.PROPOSE, by, message=match.message, before=before)
    tell(
        match,
        Telling("match.proposed", focal_points(match.request.city_id)),
        Telling("match.asked", focal_points(match.city_id)),
        key="proposed",
        message=match.message,
    )
    return match


@action
def extend(*, match: Match, by: User, reply_by: date) -> Match:
    """Give both cities more time to answer."""
    match = lock_for("extend", match)
    check_decides(match, by)
    if match.reply_by is not None and reply_by < match.reply_by:
        raise ActionRefused(_("A deadline can only be moved to a later day."))
    if reply_by == match.reply_by:
        return match
    match.reply_by = checked_deadline(reply_by)
    match.save(update_fields=["reply_by"])
    both = focal_points(match.request.city_id, match.city_id)
    tell(match, Telling("match.extended", both), key=f"extended-{reply_by}")
    return match


@action
def note(*, match: Match, by: User, words: str) -> Match:
    """Keep a note for brokers alone, in any state."""
    match = lock(Match, match.pk)
    check_broker(by)
    match.broker_note = checked(match, "broker_note", words)
    match.save(update_fields=["broker_note"])
    return match


def end_all(
    matches: models.QuerySet[Match], request: PartnershipRequest, *, also: Iterable[int] = ()
) -> None:
    """Withdraw those of the matches of a locked request that may still come to something.

    The cities that were asked are told; the one that asks knows what has become of its request.
    To be called in the transaction that changes it, before pages are touched. `also` are members
    who are told of something else in the same transaction.
    """
    ended = lock_all(matches.filter(status__in=BEFORE_INTRODUCTION).select_related("city"))
    for match in ended:
        match.request = request
    told = {
        match.pk: focal_points(match.city_id) if match.is_known_to(Side.CANDIDATE) else []
        for match in ended
    }
    touch_members(set(also).union(*told.values()))
    for match in ended:
        match.status, match.ended_at = MatchStatus.WITHDRAWN, clock.now()
        match.save(update_fields=["status", "ended_at"])
        tell(match, Telling("match.withdrawn", told[match.pk]), key="ended")


def in_turn(matches: models.QuerySet[Match]) -> models.QuerySet[Match]:
    """As brokers look at them: shortlisted before suggested, by points; then what is over."""
    points = models.functions.Coalesce(
        models.functions.Cast("ranking__total", models.FloatField()), 0.0
    )
    turn = models.Case(
        models.When(status=MatchStatus.SHORTLISTED, then=0),
        models.When(status=MatchStatus.SUGGESTED, then=1),
        default=2,
    )
    return matches.order_by(turn, -points, "pk")


def is_candidate(match: Match) -> bool:
    """Whether both cities may be asked next."""
    return match.status in (MatchStatus.SHORTLISTED, MatchStatus.SUGGESTED)


# What the verbs share


def check_side(match: Match, side: Side, by: User) -> None:
    """ActionRefused for who does not speak for the city of a side, or no longer."""
    check_speaks(by, match.city_of(side))


def concerned(match: Match) -> list[int]:
    """The members, by primary key, who speak for the cities that know of the match."""
    return focal_points(*(match.city_of(side).pk for side in Side if match.is_known_to(side)))


def checked(row: models.Model, name: str, text: str) -> str:
    """A text for a column: not longer than it takes."""
    column: Any = row._meta.get_field(name)
    longest = column.max_length
    text = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    if longest and len(text) > longest:
        raise ActionRefused(
            _("This text is too long: %(most)d letters at most.") % {"most": longest}
        )
    return text


def checked_deadline(day: date | None) -> date:
    """The day until which both answer; where none is given, as brokers usually give."""
    today = clock.today()
    day = day or today + timedelta(days=Brokering.current().reply_days)
    if not today < day <= today + timedelta(days=366):
        raise ActionRefused(_("Give both cities from one day to one year to answer."))
    return day


def decide(
    match: Match, verb: Verb, by: User, *, reason: str = "", message: str = "", before: str = ""
) -> Decision:
    """Record a decision of staff. It concerns who asked for it, if they know of the match."""
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
        before=before,
    )


class Telling(NamedTuple):
    """An event, and the members by primary key who are told."""

    event: str
    members: Iterable[int]
    kind: NoticeKind = NoticeKind.PARTNERSHIP


def tell(match: Match, *tellings: Telling, key: str, **details: str) -> None:
    """Tell members of what became of a match, each of one piece of news once, naming nobody."""
    all_at_once = set().union(*(telling.members for telling in tellings))
    touch_members(all_at_once)
    said: dict[str, Any] = {name: text for name, text in details.items() if text}
    for telling in tellings:
        notify(
            telling.members,
            kind=telling.kind,
            event=telling.event,
            subject=match.request,
            key=f"match-{match.pk}-{key}",
            match=str(match.pk),
            **said,
        )
