"""Answers of the cities to a proposed match: two yes introduce them, one no ends it."""

from datetime import timedelta

from django.utils.translation import gettext as _

from community.models import NoticeKind, User
from partnerships.desk.notices import brokers, focal_points
from partnerships.matches.actions import (
    STEPS,
    Recipients,
    check_open,
    check_room,
    check_side,
    checked,
    concerned,
    end_all,
    lock_for,
    notify_recipients,
)
from partnerships.models import Answer, Match, RefusalReason, Side
from partnerships.requests.actions import mark_matched
from repository.dates import clock
from repository.workflow import ActionRefused, action, lock_or_none

# Time before the deadline when cities that have not answered are reminded.
REMINDED_BEFORE = timedelta(days=3)


def answer(
    *, match: Match, side: Side, value: Answer, by: User, refusal: str = "", words: str = ""
) -> Match:
    """Record a yes or no of one of the two cities.

    After the deadline the match expires and the answer is refused. A yes is also refused if it
    would exceed the capacity of the candidate; the brokers are notified.
    """
    found = record_answer(match=match, side=side, value=value, by=by, refusal=refusal, words=words)
    if isinstance(found, str):
        raise ActionRefused(found)
    return found


@action
def record_answer(
    *, match: Match, side: Side, value: Answer, by: User, refusal: str, words: str
) -> Match | str:
    """Record an answer; if it is too late or the city is full, record that and return why."""
    says_yes = value == Answer.YES
    # Each yes may be the second, which takes a place of the candidate city.
    match = lock_for("accept" if says_yes else "decline", match, counted=says_yes)
    check_side(match, side, by)
    if match.is_late:
        end(match)
        return _("The deadline to answer has passed.")
    if getattr(match, f"{side}_answer"):
        raise ActionRefused(_("Your city has already answered."))
    if says_yes:
        refusal = ""
        check_open(match.request)
        try:
            check_room(match.city)
        except ActionRefused as full:
            recipients = Recipients("match.full", brokers(), NoticeKind.BROKERING)
            notify_recipients(match, recipients, key="full")
            return str(full)
    elif refusal not in RefusalReason.values:
        raise ActionRefused(_("Choose a reason. It helps the broker find another city."))
    note_answer(match, side, value, by, refusal, words)
    if not says_yes:
        declined(match, side, by)
    elif match.requester_answer == match.candidate_answer == Answer.YES:
        introduced(match, side, by)
    else:
        match.save(update_fields=columns_of(side))
    return match


def columns_of(side: Side) -> list[str]:
    """Return the names of the fields that hold the answer of one side."""
    names = ("answer", "refusal", "words", "answered_at", "answered_by")
    return [f"{side}_{name}" for name in names]


def note_answer(
    match: Match, side: Side, value: Answer, by: User, refusal: str, words: str
) -> None:
    """Set the answer of one side without saving the match."""
    words = checked(match, f"{side}_words", words)
    given = (value, refusal, words, clock.now(), by)
    for name, it in zip(columns_of(side), given, strict=True):
        setattr(match, name, it)


def declined(match: Match, side: Side, by: User) -> None:
    """End a locked match by a no. Brokers see the reason, the other city only the outcome."""
    match.ended_at = clock.now()
    match.save(update_fields=[*columns_of(side), "status", "ended_at"])
    notify_recipients(
        match,
        Recipients("match.declined", set(concerned(match)) - {by.pk}),
        Recipients("match.next", brokers(), NoticeKind.BROKERING),
        key="ended",
    )


def introduced(match: Match, side: Side, by: User) -> None:
    """Introduce two cities under the locks of `lock_for`; the request is matched."""
    match.status, match.introduced_at = STEPS["introduce"].target, clock.now()
    both = focal_points(match.request.city_id, match.city_id)
    staff = brokers()
    match.save(update_fields=[*columns_of(side), "status", "introduced_at"])
    end_all(match.request.matches.exclude(pk=match.pk), match.request)
    notify_recipients(
        match,
        Recipients("match.introduced", both),
        Recipients("match.made", staff, NoticeKind.BROKERING),
        key="introduced",
    )
    mark_matched(partnership_request=match.request, by=by)


def end(match: Match) -> None:
    """Let a locked match expire."""
    match.status, match.ended_at = STEPS["expire"].target, clock.now()
    match.save(update_fields=["status", "ended_at"])
    notify_recipients(
        match,
        Recipients("match.expired", concerned(match)),
        Recipients("match.next", brokers(), NoticeKind.BROKERING),
        key="ended",
    )


@action
def expire(*, match: Match) -> Match:
    """End a match whose deadline has passed without both answers."""
    match = lock_for("expire", match)
    if not match.is_late:
        raise ActionRefused(_("The deadline to answer has not passed yet."))
    end(match)
    return match


def remind_due() -> None:
    """Remind cities that have not answered three days before the deadline, once each."""
    until = clock.today() + REMINDED_BEFORE
    # No reminder within a day of the proposal.
    asked = Match.objects.proposed().filter(proposed_at__lt=clock.now() - timedelta(days=1))
    due = asked.filter(reply_by__gte=clock.today(), reply_by__lte=until)
    for match in due.order_by("pk"):
        remind(match=match)


@action
def remind(*, match: Match) -> None:
    """Notify the focal points of a city that has not answered."""
    # It may be answered or extended concurrently.
    proposed = Match.objects.proposed().filter(reply_by=match.reply_by)
    locked = lock_or_none(proposed.select_related("request", "city"), match.pk)
    if locked is None:
        return
    silent = [side for side in Side if not getattr(locked, f"{side}_answer")]
    members = focal_points(*(locked.city_of(side).pk for side in silent))
    notify_recipients(
        locked, Recipients("match.reminded", members), key=f"reminded-{locked.reply_by}"
    )


def expire_due() -> int:
    """End all matches whose deadline has passed and return their number. Run once a day."""
    due = Match.objects.proposed().filter(reply_by__lt=clock.today())
    ended = 0
    for match in due.select_related("request").order_by("pk"):
        try:
            expire(match=match)
        except ActionRefused:
            continue  # answered concurrently
        ended += 1
    return ended
