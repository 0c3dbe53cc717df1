from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from community import permissions
from community.discussion.contributions import Contribution
from community.models import (
    Appeal,
    AppealOutcome,
    Decision,
    Flag,
    FlagOutcome,
    NoticeKind,
    Reason,
    Revision,
    RevisionStatus,
    User,
    Verb,
)
from community.moderation.appeals.registry import DECIDED_ELSEWHERE
from community.moderation.claims.actions import end_claim
from community.moderation.decisions import answers
from community.moderation.decisions.actions import (
    STEPS,
    Facts,
    check_still_undoable,
    latest_decision,
    lock_subject,
    note_undone,
    show,
    touch_concerned,
)
from community.notices.notify import notify
from community.pages.stamps import touch_members
from community.writing.revisions.review import can_wait
from repository.cases.actions import restore as restore_case
from repository.dates import clock
from repository.models import CaseStatus, CaseStudy
from repository.workflow import ActionRefused, action, lock

# Decisions against which the person concerned can appeal; of a case or of what somebody proposed,
# that it was declined; of a public case, that it was archived.
APPEALED = [Verb.HIDE, Verb.REMOVE, Verb.DECLINE, Verb.END, Verb.ARCHIVE]
# What each made of a case.
OF_CASES = {Verb.DECLINE: CaseStatus.DECLINED, Verb.ARCHIVE: CaseStatus.ARCHIVED}


# The answer to an appeal that a decision may be.
OUTCOMES = {Verb.RESTORE: AppealOutcome.RESTORED, Verb.UPHOLD: AppealOutcome.UPHELD}


def can_appeal(decision: Decision, user: User) -> bool:
    """Whether this decision is the user's to appeal against, and has not been yet."""
    subject = decision.subject
    return (
        subject is not None
        and permissions.is_concerned(user, decision)
        and decision.verb in APPEALED
        and decision.undone_at is None
        and not Appeal.objects.filter(decision=decision).exists()
        and still_holds(decision, subject)
        and decision == latest_decision(subject)
    )


def still_holds(decision: Decision, subject: models.Model) -> bool:
    """Whether what was decided is still the state of the subject."""
    if (added := DECIDED_ELSEWHERE.get(type(subject))) is not None:
        return added.holds(decision, subject)
    if type(subject) in answers.KINDS:
        return answers.still_holds(decision, subject)
    if isinstance(subject, CaseStudy):
        return OF_CASES.get(Verb(decision.verb)) == subject.status
    if isinstance(subject, Revision):
        return decision.verb == Verb.DECLINE and subject.status == RevisionStatus.DECLINED
    if isinstance(subject, Contribution):
        step = STEPS.get(Verb(decision.verb))
        return step is not None and subject.standing == step.target
    return False


@action
def appeal(*, decision: Decision, by: User, words: str) -> Appeal:
    """Ask, once, that another moderator looks again; about a case any of its authors can."""
    if not words.strip():
        raise ActionRefused(_("Say in your words why it should be looked at again."))
    if decision.subject is not None:
        # A moderator may undo the decision at this moment.
        lock_subject(decision.subject)
    decision = Decision.objects.get(pk=decision.pk)
    if not permissions.is_concerned(by, decision):
        raise ActionRefused(_("Only the person concerned can appeal."))
    if not can_appeal(decision, by):
        raise ActionRefused(_("You cannot appeal against this decision, or no longer."))
    made = Appeal.objects.create(decision=decision, by=by, words=words.strip())
    if others := other_authors(made):
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


def other_authors(appeal: Appeal) -> set[int]:
    """Of an appeal about a case, its authors but the one who appeals: it is made once for all."""
    case = appeal.decision.subject
    if not isinstance(case, CaseStudy):
        return set()
    return set(case.authors.exclude(pk=appeal.by_id).values_list("pk", flat=True))


@action
def decide_appeal(*, appeal: Appeal, by: User, outcome: AppealOutcome, answer: str) -> Decision:
    """Answer an appeal: show the contribution again, or let the first decision stand."""
    subject: Any = appeal.decision.subject
    is_known = isinstance(
        subject, (Contribution, CaseStudy, Revision, *answers.KINDS, *DECIDED_ELSEWHERE)
    )
    if not is_known:
        raise ActionRefused(_("This is no longer there."))
    subject = lock_subject(subject)
    appeal = lock(Appeal, appeal.pk)
    first = appeal.decision
    if appeal.outcome:
        raise ActionRefused(_("This appeal has been decided."))
    if by.pk == first.by_id:
        raise ActionRefused(_("You took the first decision: another moderator decides the appeal."))
    if by.pk == appeal.by_id or permissions.is_concerned(by, first):
        raise ActionRefused(_("This is yours: another moderator decides about it."))
    if not answer.strip():
        raise ActionRefused(_("Write an answer: the person concerned will read it."))
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
        before=state_of(subject),
    )
    if is_restored:
        put_back(subject, first, decision, by=by)
    appeal.decided_at = max(clock.now(), decision.created_at)
    appeal.save(update_fields=["outcome", "decided_by", "answer", "decided_at"])
    if isinstance(subject, Contribution):
        touch_concerned(subject)
    event = "appeal.decided"
    if type(subject) in answers.KINDS:
        event = answers.KINDS[type(subject)].appealed
    tell(appeal, decision, event=event, event_of_others="case.appeal-decided")
    if isinstance(subject, Contribution):
        show(subject)
    return decision


def answered_by(decision: Decision, facts: Facts) -> Appeal | None:
    """The appeal that a decision is the answer to."""
    outcome = OUTCOMES.get(Verb(decision.verb))
    if outcome is None:
        return None
    # Any other decision is later than the answers to appeals before it.
    later = (
        appeal
        for appeal in facts.appeals_about(decision)
        if appeal.outcome == outcome
        and appeal.decided_at is not None
        and appeal.decided_at >= decision.created_at
    )
    return next(later, None)


def check_undoing(decision: Decision, subject: Any, by: User, facts: Facts) -> Appeal:
    """The appeal that waits again where its answer may be undone."""
    answered = answered_by(decision, facts)
    if answered is None:
        # Or it was undone, and its appeal waits.
        check_still_undoable(decision, by)
        raise ActionRefused(_("This decision cannot be undone."))
    is_restored = decision.verb == Verb.RESTORE
    if is_restored and not isinstance(subject, Contribution):
        # What waits is in the queue. What is public again, or shown again, has been read.
        raise ActionRefused(
            _("What an appeal has given back is not taken away by undoing. Decide anew instead.")
        )
    check_still_undoable(decision, by)
    if by.pk == answered.decision.by_id:
        raise ActionRefused(_("You took the first decision: another moderator decides the appeal."))
    holds = (
        subject.standing == STEPS[Verb.RESTORE].target
        if is_restored
        else still_holds(answered.decision, subject)
    )
    if not holds or not facts.is_latest(decision) or facts.has_waiting_appeal(decision):
        raise ActionRefused(_("Something has happened since. Decide anew instead."))
    return answered


@action
def undo(*, decision: Decision, by: User, message: str = "") -> Decision:
    """Let an appeal wait again, within a day of its answer; what was shown again is as before."""
    subject = lock_subject(decision.subject)
    decision = Decision.objects.get(pk=decision.pk)
    answered = check_undoing(decision, subject, by, Facts.about([subject]))
    end_claim(answered, by)
    after = state_of(subject)
    if decision.verb == Verb.RESTORE:
        take_away(subject, decision, answered.decision)
    if isinstance(subject, Contribution):
        touch_concerned(subject)
    answered.outcome, answered.answer = "", ""
    answered.decided_by = answered.decided_at = None
    answered.save(update_fields=["outcome", "answer", "decided_by", "decided_at"])
    undoing = note_undone(decision, subject=subject, by=by, message=message, before=after)
    event = "verification" if isinstance(subject, User) else "appeal"
    tell(
        answered,
        undoing,
        event=f"{event}.reopened",
        event_of_others="case.appeal-reopened",
    )
    if isinstance(subject, Contribution):
        show(subject)
    return undoing


def take_away(subject: Contribution, decision: Decision, first: Decision) -> None:
    """Make a locked contribution, and its flags, what they were before an appeal restored it."""
    subject.standing = decision.before
    subject.save(update_fields=["standing"])
    if first.by_id is None:
        # Flags alone had hidden it: they wait for a moderator.
        decision.flags.update(outcome="", decision=None)
    else:
        decision.flags.update(outcome=FlagOutcome.UPHELD, decision=first)


def tell(appeal: Appeal, decision: Decision, *, event: str, event_of_others: str) -> None:
    """Tell who appealed what became of it, and for whom they did: of a case its other authors."""
    about = appeal.decision.subject
    others, subject = other_authors(appeal), page_of(about)
    if subject is None:
        return
    added = DECIDED_ELSEWHERE.get(type(about))
    own = {appeal.by_id, *(added.told(about) if added else ())}
    # All at once first, in one order, as in `case_review`.
    touch_members({*own, *others})
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


def state_of(subject: Any) -> str:
    if type(subject) in answers.KINDS:
        return answers.KINDS[type(subject)].state_of(subject)
    return subject.standing if isinstance(subject, Contribution) else subject.status


def page_of(subject: Any) -> models.Model | None:
    """What has a page of its own, on which the subject stands."""
    if type(subject) in answers.KINDS:
        return answers.KINDS[type(subject)].page(subject)
    if isinstance(subject, Revision):
        return subject.case
    return subject.subject if isinstance(subject, Contribution) else subject


def put_back(subject: Any, first: Decision, decision: Decision, *, by: User) -> None:
    """Show a locked contribution again; the flags that led to its hiding were wrong after all.

    A case waits for the moderators again, and what was proposed or asked for waits for an answer:
    nobody has approved it yet. A mark that was withdrawn is back, as is a case that was archived.
    """
    if (added := DECIDED_ELSEWHERE.get(type(subject))) is not None:
        added.put_back(subject, first)
        return
    if type(subject) in answers.KINDS:
        try:
            answers.KINDS[type(subject)].put_back(subject, first)
        except ActionRefused:
            raise ActionRefused(
                _("What this is about has changed since: let the decision stand, and say why.")
            ) from None
        return
    if isinstance(subject, Revision):
        if not can_wait(subject):
            raise ActionRefused(
                _("A newer suggestion of theirs waits. Answer that, or let the decision stand.")
            )
        subject.status, subject.message = RevisionStatus(first.before), ""
        subject.decided_by = subject.decided_at = None
        subject.save(update_fields=["status", "message", "decided_by", "decided_at"])
        return
    if isinstance(subject, CaseStudy) and first.verb == Verb.ARCHIVE:
        restore_case(case=subject, by=by)
        first.flags.update(outcome=FlagOutcome.DISMISSED, decision=decision)
        return
    if isinstance(subject, CaseStudy):
        subject.status = CaseStatus.SUBMITTED
        subject.save(update_fields=["status", "updated_at"])
        return
    restore = STEPS[Verb.RESTORE]
    if subject.standing in restore.sources:
        subject.standing = restore.target
        subject.save(update_fields=["standing"])
    first.flags.update(outcome=FlagOutcome.DISMISSED, decision=decision)
    open_flags = Flag.objects.about(subject).open()
    open_flags.update(outcome=FlagOutcome.DISMISSED, decision=decision)
