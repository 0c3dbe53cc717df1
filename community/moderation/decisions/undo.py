"""Undo decisions within a day, by the person who decided or an administrator."""

from collections.abc import Iterable
from typing import Any

from django.db import models

from community.models import Decision, User, Verb
from community.moderation.appeals import actions as appeals
from community.moderation.claims.actions import end_claim
from community.moderation.decisions.rules import (
    UNDONE_WITHIN,
    Facts,
    as_now,
    check_still_undoable,
    note_undone,
)
from community.moderation.reviewable import (
    Reviewable,
    cannot_be_undone,
    no_longer_undoable,
    reviewable_of,
)
from repository.workflow import ActionRefused, action


def undoable_type(decision: Decision) -> Reviewable:
    """The `Reviewable` of a decision by a person; ActionRefused if there is none."""
    found = reviewable_of(decision.subject)
    if found is None or decision.by_id is None:
        raise ActionRefused(cannot_be_undone())
    return found


def answers_appeal(decision: Decision, facts: Facts) -> bool:
    """Whether the decision answered an appeal, so that undoing it reopens the appeal."""
    return decision.verb == Verb.UPHOLD or appeals.answered_by(decision, facts) is not None


@action
def undo(*, decision: Decision, by: User, message: str = "") -> Decision:
    """Undo the last decision about a subject and record that as a separate decision."""
    reviewable = undoable_type(decision)
    if answers_appeal(decision, facts_about([decision.subject])):
        return appeals.reopen(decision=decision, by=by, message=message)
    subject, by = reviewable.lock(decision.subject), as_now(by)
    decision = Decision.objects.get(pk=decision.pk)
    check_undoing(reviewable, decision, subject, by, Facts.about([subject]))
    end_claim(subject, by)
    before = reviewable.state(subject)
    reviewable.restore(subject, decision, by=by)
    undoing = note_undone(decision, subject=subject, by=by, message=message, before=before)
    reviewable.notify_undone(undoing, decision, subject)
    return undoing


def check_undoing(
    reviewable: Reviewable, decision: Decision, subject: Any, by: User, facts: Facts
) -> None:
    """Raise ActionRefused if the user cannot undo the decision about the subject now."""
    reviewable.check_right(subject, by)
    if decision.by_id is None or decision.verb not in reviewable.results:
        raise ActionRefused(cannot_be_undone())
    within = reviewable.undone_within.get(decision.verb, UNDONE_WITHIN)
    check_still_undoable(decision, by, within=within)
    if (
        not facts.is_latest(decision)
        or not reviewable.holds(decision, subject)
        or reviewable.has_moved_on(decision, subject, facts)
    ):
        raise ActionRefused(no_longer_undoable())


def why_not(decision: Decision, by: User, facts: Facts) -> str:
    """Why this person cannot undo a decision now; empty if they can.

    For the list of decisions and their pages; `undo` repeats the checks under a lock.
    """
    try:
        reviewable = undoable_type(decision)
        if answers_appeal(decision, facts):
            appeals.check_reopening(decision, decision.subject, by, facts)
        else:
            check_undoing(reviewable, decision, decision.subject, by, facts)
    except ActionRefused as refusal:
        return str(refusal)
    return ""


def facts_about(subjects: Iterable[models.Model | None]) -> Facts:
    """What `why_not` needs to know about each subject that still exists."""
    return Facts.about(subject for subject in subjects if subject is not None)
