from typing import Any

from django.utils.translation import gettext as _

from community import permissions
from community.models import (
    Appeal,
    AppealOutcome,
    Decision,
    NoticeKind,
    Reason,
    User,
    Verb,
)
from community.moderation.claims.actions import end_claim
from community.moderation.decisions.rules import (
    Facts,
    as_now,
    check_still_undoable,
    latest_decision,
    lock_subject,
    note_undone,
)
from community.moderation.reviewable import (
    cannot_be_undone,
    no_longer_undoable,
    own_contribution,
    reviewable_of,
)
from community.notices.notify import notify
from repository.dates import clock
from repository.workflow import ActionRefused, action, lock

# Decisions that can be appealed against: DECLINE of a case or a proposal, ARCHIVE of a public
# case.
APPEALED = [Verb.HIDE, Verb.REMOVE, Verb.DECLINE, Verb.END, Verb.ARCHIVE]

# The outcome of an appeal for each verb that answers one.
OUTCOMES = {Verb.RESTORE: AppealOutcome.RESTORED, Verb.UPHOLD: AppealOutcome.UPHELD}


def can_appeal(decision: Decision, user: User) -> bool:
    """Whether the user may appeal against this decision and nobody has done so yet."""
    subject = decision.subject
    reviewable = reviewable_of(subject)
    return (
        subject is not None
        and permissions.is_concerned(user, decision)
        and decision.verb in APPEALED
        and decision.undone_at is None
        and not Appeal.objects.filter(decision=decision).exists()
        and reviewable is not None
        and reviewable.can_appeal(decision, subject)
        and decision == latest_decision(subject)
    )


@action
def appeal(*, decision: Decision, by: User, words: str) -> Appeal:
    """Ask another moderator to review a decision; once per decision, by any author of a case."""
    if not words.strip():
        raise ActionRefused(_("Explain why this decision should be reviewed."))
    if decision.subject is not None:
        # A moderator may undo the decision concurrently.
        lock_subject(decision.subject)
    decision = Decision.objects.get(pk=decision.pk)
    if not permissions.is_concerned(by, decision):
        raise ActionRefused(_("Only the member concerned can appeal."))
    if not can_appeal(decision, by):
        raise ActionRefused(_("You can’t appeal this decision."))
    made = Appeal.objects.create(decision=decision, by=by, words=words.strip())
    reviewable = reviewable_of(decision.subject)
    if reviewable and (others := reviewable.other_authors(made)):
        notify(
            others,
            kind=NoticeKind.DECISION,
            event="case.appealed",
            subject=decision.subject,
            actor=by,
            key=f"appeal-{made.pk}",
            decision=str(decision.pk),
        )
    return made


@action
def decide_appeal(*, appeal: Appeal, by: User, outcome: AppealOutcome, answer: str) -> Decision:
    """Answer an appeal: restore the contribution, or uphold the first decision."""
    subject: Any = appeal.decision.subject
    reviewable = reviewable_of(subject)
    if reviewable is None:
        raise ActionRefused(_("This no longer exists."))
    subject, by = lock_subject(subject), as_now(by)
    reviewable.check_right(subject, by)
    appeal = lock(Appeal, appeal.pk)
    first = appeal.decision
    if appeal.outcome:
        raise ActionRefused(_("This appeal has already been decided."))
    if by.pk == first.by_id:
        raise ActionRefused(reviewable.own_decision())
    if by.pk == appeal.by_id or permissions.is_concerned(by, first):
        raise ActionRefused(own_contribution())
    if not answer.strip():
        raise ActionRefused(_("Enter an answer. The member who appealed will read it."))
    end_claim(appeal, by)
    appeal.outcome, appeal.decided_by = outcome, by
    appeal.answer = answer.strip()
    is_restored = outcome == AppealOutcome.RESTORED
    decision = Decision.objects.create(
        subject=subject,
        by=by,
        concerns=first.concerns,
        verb=Verb.RESTORE if is_restored else Verb.UPHOLD,
        reason=Reason.MISTAKE if is_restored else first.reason,
        message=appeal.answer,
        before=reviewable.state(subject),
    )
    if is_restored:
        reviewable.restore_on_appeal(subject, first, decision, by=by)
    appeal.decided_at = max(clock.now(), decision.created_at)
    appeal.save(update_fields=["outcome", "decided_by", "answer", "decided_at"])
    event = reviewable.appealed_event
    notify_of_answer(appeal, decision, event=event, event_of_others="case.appeal-decided")
    reviewable.announce(subject)
    return decision


def answered_by(decision: Decision, facts: Facts) -> Appeal | None:
    """The appeal that this decision answered, or None."""
    outcome = OUTCOMES.get(Verb(decision.verb))
    if outcome is None:
        return None
    # All other decisions were made after the answers to earlier appeals.
    later = (
        appeal
        for appeal in facts.appeals_about(decision)
        if appeal.outcome == outcome
        and appeal.decided_at is not None
        and appeal.decided_at >= decision.created_at
    )
    return next(later, None)


def check_reopening(decision: Decision, subject: Any, by: User, facts: Facts) -> Appeal:
    """The appeal to reopen if its answer may be undone; ActionRefused otherwise."""
    answered = answered_by(decision, facts)
    reviewable = reviewable_of(subject)
    if answered is None or reviewable is None:
        # The answer has already been undone and the appeal is pending.
        check_still_undoable(decision, by)
        raise ActionRefused(cannot_be_undone())
    reviewable.check_right(subject, by)
    if by.pk == answered.decision.by_id:
        raise ActionRefused(reviewable.own_decision())
    is_restored = decision.verb == Verb.RESTORE
    if is_restored and not reviewable.can_undo_restored:
        # Pending contributions are in the queue; published or restored ones have been read.
        raise ActionRefused(
            _("This was restored on appeal, so it can’t be undone. Make a new decision instead.")
        )
    check_still_undoable(decision, by)
    holds = reviewable.holds(decision if is_restored else answered.decision, subject)
    if not holds or not facts.is_latest(decision) or facts.has_waiting_appeal(decision):
        raise ActionRefused(no_longer_undoable())
    return answered


@action
def reopen(*, decision: Decision, by: User, message: str = "") -> Decision:
    """Reopen an appeal within a day of its answer; withdraw what the answer had restored."""
    subject, by = lock_subject(decision.subject), as_now(by)
    decision = Decision.objects.get(pk=decision.pk)
    reviewable = reviewable_of(subject)
    if reviewable is None:
        raise ActionRefused(cannot_be_undone())
    answered = check_reopening(decision, subject, by, Facts.about([subject]))
    end_claim(answered, by)
    before = reviewable.state(subject)
    if decision.verb == Verb.RESTORE:
        reviewable.remove_again(subject, decision, answered.decision)
    answered.outcome, answered.answer = "", ""
    answered.decided_by = answered.decided_at = None
    answered.save(update_fields=["outcome", "answer", "decided_by", "decided_at"])
    undoing = note_undone(decision, subject=subject, by=by, message=message, before=before)
    event = reviewable.reopened_event
    notify_of_answer(answered, undoing, event=event, event_of_others="case.appeal-reopened")
    reviewable.announce(subject)
    return undoing


def notify_of_answer(
    appeal: Appeal, decision: Decision, *, event: str, event_of_others: str
) -> None:
    """Notify the person who appealed of the answer, and the other authors of the case."""
    about = appeal.decision.subject
    reviewable = reviewable_of(about)
    if reviewable is None:
        return
    others, subject = reviewable.other_authors(appeal), reviewable.page(about)
    if subject is None:
        return
    own = {appeal.by_id, *reviewable.appeal_recipients(about)}
    for members, words in ((own, event), (others, event_of_others)):
        notify(
            members,
            kind=NoticeKind.DECISION,
            event=words,
            subject=subject,
            key=f"decision-{decision.pk}",
            decision=str(appeal.decision_id),
            outcome=appeal.outcome,
            message=decision.message,
        )
