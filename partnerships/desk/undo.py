"""Undo decisions of brokers: within a day by the same broker, or after an appeal.

`reviewable.py` defines the result of each decision and how it is restored; the rest is shared with
moderators (`community/moderation/decisions/undo.py`, `community/moderation/appeals/actions.py`).
"""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from community.models import Appeal, AppealOutcome, Decision, User, Verb
from community.moderation.appeals import actions as appeals
from community.moderation.claims.actions import end_claim
from community.moderation.decisions.rules import Facts, key_of, note_undone
from community.moderation.decisions.undo import check_undoing
from community.moderation.reviewable import cannot_be_undone, reviewable_of
from partnerships import permissions
from partnerships.desk.brokered import BrokeredReview
from partnerships.representation.rights import as_now
from repository.workflow import ActionRefused, action


def brokered(subject: models.Model | None) -> BrokeredReview:
    found = reviewable_of(subject)
    if not isinstance(found, BrokeredReview):
        raise ActionRefused(cannot_be_undone())
    return found


def brokered_with_result(subject: models.Model | None, verb: str) -> BrokeredReview:
    found = brokered(subject)
    if verb not in found.results:
        raise ActionRefused(cannot_be_undone())
    return found


def check_broker(subject: Any, by: User) -> None:
    """Refuse members who are not brokers, and brokers who are involved in the subject."""
    if not permissions.can_broker(by):
        raise ActionRefused(_("Only brokers can decide this."))
    if brokered(subject).is_own(by, subject):
        raise ActionRefused(
            _("This concerns your own city or contribution, so another broker must decide.")
        )


def decisions_about(subject: models.Model) -> list[Decision]:
    """Return all decisions about a subject with their authors and appeals, latest first."""
    return list(Decision.objects.about(subject).select_related("by__membership", "appeal"))


def latest_of(decisions: Iterable[Decision]) -> Decision | None:
    """Return the latest decision that was not undone and is not itself an undo."""
    standing = (each for each in decisions if each.undone_at is None and each.verb != Verb.UNDO)
    return next(standing, None)


def facts_of(subject: models.Model, decisions: Sequence[Decision]) -> Facts:
    """Return the facts for the checks before undoing, from all decisions about the subject."""
    key, latest = key_of(subject), latest_of(decisions)
    appeals_about = [each.appeal for each in decisions if hasattr(each, "appeal")]
    return Facts({key: latest} if latest else {}, {key: appeals_about})


def undoable(subject: Any, user: User, decisions: Sequence[Decision]) -> Decision | None:
    """Return the latest decision if this broker may undo it; `undo` checks again."""
    latest = latest_of(decisions)
    if latest is None or latest.by_id is None:
        return None
    try:
        if latest.verb == Verb.UPHOLD:
            check_reopening(latest, subject, user)
        else:
            facts = facts_of(subject, decisions)
            check_undoing(brokered(subject), latest, subject, user, facts)
            check_broker(subject, user)
    except ActionRefused:
        return None
    return latest


@action
def undo(*, decision: Decision, by: User, message: str = "") -> Decision:
    """Undo a decision, recording that as a decision, and notify those who were notified of it."""
    if decision.verb == Verb.UPHOLD:
        return undo_answer(decision=decision, by=by, message=message)
    reviewable = brokered_with_result(decision.subject, decision.verb)
    subject, by = reviewable.lock_to_restore(decision.subject), as_now(by)
    decision = Decision.objects.get(pk=decision.pk)
    check_broker(subject, by)
    check_undoing(reviewable, decision, subject, by, Facts.about([subject]))
    end_claim(subject, by)
    members, before = list(reviewable.members_to_notify(subject)), reviewable.state(subject)
    reviewable.restore(subject, decision, by=by)
    undoing = note_undone(decision, subject=subject, by=by, message=message, before=before)
    reviewable.notify_undone(undoing, members, subject)
    return undoing


@action
def decide_appeal(*, appeal: Appeal, by: User, outcome: AppealOutcome, answer: str) -> Decision:
    """Answer an appeal against the decision of another broker."""
    first = appeal.decision
    reviewable = brokered_with_result(first.subject, first.verb)
    subject, by = reviewable.lock_to_restore(first.subject), as_now(by)
    check_broker(subject, by)
    if by.pk == first.by_id:
        raise ActionRefused(
            _("You made the original decision, so another broker must answer the appeal.")
        )
    return appeals.decide_appeal(appeal=appeal, by=by, outcome=outcome, answer=answer)


def check_reopening(decision: Decision, subject: Any, by: User) -> Appeal:
    """Return the appeal that a decision rejected, if it may be reopened."""
    check_broker(subject, by)
    facts = Facts.about([subject])
    answered = appeals.answered_by(decision, facts)
    if answered is not None and by.pk == answered.decision.by_id:
        raise ActionRefused(
            _("You made the original decision, so another broker must answer the appeal.")
        )
    return appeals.check_reopening(decision, subject, by, facts)


@action
def undo_answer(*, decision: Decision, by: User, message: str = "") -> Decision:
    """Reopen an appeal that was rejected by mistake.

    If the appeal was upheld, decide about the subject again instead.
    """
    reviewable = brokered(decision.subject)
    subject, by = reviewable.lock_to_restore(decision.subject), as_now(by)
    decision = Decision.objects.get(pk=decision.pk)
    check_reopening(decision, subject, by)
    return appeals.reopen(decision=decision, by=by, message=message)
