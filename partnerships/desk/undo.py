"""How what brokers decided is taken back: within a day by whoever decided, or after an appeal.

What each decision led to, and how it is put back, is a line of KINDS. All else is the same for
each kind, and as with moderators (`community/moderation/decisions/actions.py`, `appeal.py`).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from django.db import models
from django.utils.translation import gettext as _

from community.models import Appeal, AppealOutcome, Decision, NoticeKind, User, Verb
from community.moderation.appeals import actions as appeals
from community.moderation.appeals.registry import DECIDED_ELSEWHERE, Appealed
from community.moderation.claims.actions import end_claim
from community.moderation.decisions.actions import Facts, check_still_undoable, note_undone
from community.notices.notify import notify
from community.pages.stamps import touch_members
from partnerships import permissions
from partnerships.desk.notices import focal_points
from partnerships.listings import actions as listings
from partnerships.listings.pages import speakers
from partnerships.matches import closing
from partnerships.matches.actions import concerned
from partnerships.models import (
    Listing,
    ListingStatus,
    Match,
    MatchStatus,
    Need,
    Offer,
    PartnershipRequest,
    Representation,
    RepresentationStatus,
    RequestStatus,
)
from partnerships.representation import review as representation_review
from partnerships.representation.rights import as_now
from partnerships.requests import review as requests_review
from repository.workflow import ActionRefused, action


class Kind(NamedTuple):
    """Decisions about one kind of thing that can be taken back.

    `led_to` is the status that each verb leads to. `lock` takes the locks, in the order of all
    actions; `put_back` changes what is locked to what it was before a decision, or refuses. `told`
    are the members, by primary key, who read what became of it.
    """

    led_to: Mapping[str, str]
    lock: Callable[[Any], Any]
    put_back: Callable[[Any, Decision], None]
    told: Callable[[Any], list[int]]


OF_LISTINGS = Kind(
    {
        Verb.REQUEST_CHANGES: ListingStatus.CHANGES_REQUESTED,
        Verb.DECLINE: ListingStatus.DECLINED,
    },
    listings.lock_to_put_back,
    listings.put_back,
    speakers,
)
# What was approved or opened has readers: it is ended, closed or declined, not taken back.
KINDS: dict[type[models.Model], Kind] = {
    Representation: Kind(
        {
            Verb.DECLINE: RepresentationStatus.DECLINED,
            Verb.END: RepresentationStatus.ENDED,
        },
        representation_review.lock_to_put_back,
        representation_review.put_back,
        lambda representation: [representation.member_id],
    ),
    PartnershipRequest: Kind(
        {
            Verb.REQUEST_CHANGES: RequestStatus.CHANGES_REQUESTED,
            Verb.DECLINE: RequestStatus.DECLINED,
        },
        requests_review.lock_to_put_back,
        requests_review.put_back,
        lambda request: focal_points(request.city_id),
    ),
    Offer: OF_LISTINGS,
    Need: OF_LISTINGS,
    # What a city said when it was interested by itself is said once: it is not lost so.
    Match: Kind(
        {Verb.WITHDRAW: MatchStatus.WITHDRAWN},
        closing.lock_to_put_back,
        closing.put_back,
        concerned,
    ),
}


def kind_of(subject: models.Model | None, verb: str) -> Kind:
    kind = KINDS.get(type(subject)) if subject is not None else None
    if kind is None or verb not in kind.led_to:
        raise ActionRefused(_("This decision cannot be undone."))
    return kind


def still_holds(decision: Decision, subject: Any) -> bool:
    """Whether what was decided is still the state of the subject."""
    kind = KINDS.get(type(subject))
    return kind is not None and kind.led_to.get(decision.verb) == subject.status


def is_appealed(decision: Decision, subject: Any) -> bool:
    """Whether there is an appeal: against a decline or the end of a right, as long as it holds."""
    return decision.verb in (Verb.DECLINE, Verb.END) and still_holds(decision, subject)


def is_for(decision: Decision, subject: Any, user: User) -> bool:
    """Whether a decision is a person's to read and to appeal against.

    About who speaks for a city it is for that person alone. All else is of the city or of the
    organisation, whoever of it wrote it: for all who speak for it at this moment, and nobody who
    did before.
    """
    if isinstance(subject, Representation):
        return decision.concerns_id == user.pk
    return not isinstance(subject, Match) and permissions.speaks_for(user, owner_of(subject))


def owner_of(subject: Any) -> Any:
    """Whose a request, an offer or a need is."""
    return subject.owner if isinstance(subject, Listing) else subject.city


def check_broker(subject: Any, by: User) -> None:
    """Refuse whoever is no broker, or decides about what is their own or of their city."""
    if not permissions.can_broker(by):
        raise ActionRefused(_("Brokers decide about this."))
    if isinstance(subject, Representation):
        is_own = subject.member_id == by.pk
    elif isinstance(subject, Match):
        cities = [subject.city_id, subject.request.city_id]
        is_own = permissions.speaks_for_one_of(by, cities)
    else:
        is_own = by.pk == subject.created_by_id or permissions.speaks_for(by, owner_of(subject))
    if is_own:
        raise ActionRefused(_("This is yours: another broker decides about it."))


def decisions_about(subject: models.Model) -> list[Decision]:
    """All that was decided about something, the latest first, with who decided and appeals."""
    return list(Decision.objects.about(subject).select_related("by", "appeal"))


def latest_of(decisions: Iterable[Decision]) -> Decision | None:
    """The last of them that was not undone, undoing itself left out."""
    standing = (each for each in decisions if each.undone_at is None and each.verb != Verb.UNDO)
    return next(standing, None)


def check_undoing(
    decision: Decision, decisions: Sequence[Decision], subject: Any, by: User
) -> None:
    """Refuse to take back what may not be; `decisions` are all about the subject."""
    check_still_undoable(decision, by)
    appeals = [each.appeal for each in decisions if hasattr(each, "appeal")]
    if (
        not still_holds(decision, subject)
        or latest_of(decisions) != decision
        or any(each.decision_id == decision.pk or not each.outcome for each in appeals)
    ):
        raise ActionRefused(_("Something has happened since. Decide anew instead."))


def undoable(subject: Any, user: User, decisions: Sequence[Decision]) -> Decision | None:
    """The last decision, where this broker may still undo it; the act looks again."""
    latest = latest_of(decisions)
    if latest is None or latest.by_id is None:
        return None
    try:
        if latest.verb == Verb.UPHOLD:
            check_undoing_answer(latest, subject, user)
        else:
            kind_of(subject, latest.verb)
            check_undoing(latest, decisions, subject, user)
            check_broker(subject, user)
    except ActionRefused:
        return None
    return latest


@action
def undo(*, decision: Decision, by: User, message: str = "") -> Decision:
    """Take back a decision, as a step of its own: who was told of it is told."""
    if decision.verb == Verb.UPHOLD:
        return undo_answer(decision=decision, by=by, message=message)
    kind = kind_of(decision.subject, decision.verb)
    subject, by = kind.lock(decision.subject), as_now(by)
    decision = Decision.objects.get(pk=decision.pk)
    check_broker(subject, by)
    check_undoing(decision, decisions_about(subject), subject, by)
    end_claim(subject, by)
    told, after = kind.told(subject), subject.status
    touch_members(told)
    kind.put_back(subject, decision)
    undoing = note_undone(decision, subject=subject, by=by, message=message, before=after)
    is_match = isinstance(subject, Match)
    leads_to: dict[str, Any] = {"match": str(subject.pk)} if is_match else {}
    notify(
        told,
        kind=NoticeKind.DECISION,
        event="decision.undone",
        subject=subject.request if is_match else subject,
        key=f"decision-{undoing.pk}",
        message=undoing.message,
        **leads_to,
    )
    return undoing


@action
def decide_appeal(*, appeal: Appeal, by: User, outcome: AppealOutcome, answer: str) -> Decision:
    """Answer an appeal against a broker's decision, by another broker."""
    first = appeal.decision
    kind = kind_of(first.subject, first.verb)
    subject, by = kind.lock(first.subject), as_now(by)
    check_broker(subject, by)
    if by.pk == first.by_id:
        raise ActionRefused(_("You took the first decision: another broker decides the appeal."))
    # Before the pages on which the subject stands.
    touch_members({appeal.by_id, *kind.told(subject)})
    return appeals.decide_appeal(appeal=appeal, by=by, outcome=outcome, answer=answer)


def check_undoing_answer(decision: Decision, subject: Any, by: User) -> Appeal:
    """The appeal that a decision let stand, where it may wait again."""
    check_broker(subject, by)
    facts = Facts.about([subject])
    answered = appeals.answered_by(decision, facts)
    if answered is not None and by.pk == answered.decision.by_id:
        raise ActionRefused(_("You took the first decision: another broker decides the appeal."))
    return appeals.check_undoing(decision, subject, by, facts)


@action
def undo_answer(*, decision: Decision, by: User, message: str = "") -> Decision:
    """Let an appeal wait again where the first decision was let stand by mistake. What an appeal
    gave back is decided anew."""
    kind = KINDS.get(type(decision.subject))
    if kind is None:
        raise ActionRefused(_("This decision cannot be undone."))
    subject, by = kind.lock(decision.subject), as_now(by)
    decision = Decision.objects.get(pk=decision.pk)
    answered = check_undoing_answer(decision, subject, by)
    # Before the pages on which the subject stands.
    touch_members({answered.by_id, *kind.told(subject)})
    return appeals.undo(decision=decision, by=by, message=message)


def declare() -> None:
    """Add what is declared here to what appeals go by; once."""
    DECIDED_ELSEWHERE.update(
        {
            model: Appealed(is_appealed, is_for, kind.told, kind.put_back)
            for model, kind in KINDS.items()
        }
    )
