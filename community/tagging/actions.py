from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from community import permissions
from community.discussion.trust import check_rate, lock_author
from community.models import Decision, NoticeKind, ProposalStatus, TagProposal, User, Verb
from community.moderation.decisions.rules import check_words
from community.notices.notify import notify
from community.writing.revisions.actions import end_claim_on
from repository.dates import clock
from repository.models import CaseStudy, Tag
from repository.tags import folding
from repository.workflow import ActionRefused, Step, action, lock, lock_or_none

MAX_PER_HOUR = 10


def is_open(subject: models.Model) -> bool:
    """Whether tags can be proposed for a subject: cases only while they are published."""
    return not isinstance(subject, CaseStudy) or subject.is_published


@action
def propose(*, subject: models.Model, name: str, by: User) -> TagProposal:
    """Propose a tag for a case or webinar; it is added at once if `by` decides about it."""
    by = lock_author(by)
    subject = lock_taggable(subject)
    folded = folding.fold(name)
    if Tag.objects.refused([name]):
        raise ActionRefused(_("You can’t use “%(name)s” as a tag here.") % {"name": name})
    check_can_add(subject, name)
    waiting = TagProposal.objects.about(subject).waiting().filter(folded=folded).first()
    if waiting is not None and waiting.by_id == by.pk:
        return waiting
    if permissions.can_decide_tags(by, subject):
        if waiting is not None:
            return accept(proposal=waiting, by=by)
    elif waiting is not None:
        raise ActionRefused(_("This tag has already been proposed for this page."))
    if not by.is_staff:
        check_rate(TagProposal.objects.filter(by=by), most=MAX_PER_HOUR, hours=1)
    proposal = TagProposal.objects.create(subject=subject, name=name, by=by)
    if permissions.can_decide_tags(by, subject):
        return accept(proposal=proposal, by=by)
    if isinstance(subject, CaseStudy):
        notify(
            subject.authors.filter(is_active=True).values_list("pk", flat=True),
            kind=NoticeKind.REPLY,
            event="tag.proposed",
            subject=subject,
            actor=by,
            key=f"tag-proposal-{proposal.pk}",
            tag=name,
        )
    return proposal


@action
def accept(*, proposal: TagProposal, by: User) -> TagProposal:
    """Accept a proposed tag."""
    subject = lock_taggable(proposal.subject)
    proposal = lock_waiting(proposal)
    check_can_decide(by, subject)
    if Tag.objects.refused([proposal.name]):
        raise ActionRefused(_("You can’t use “%(name)s” as a tag here.") % {"name": proposal.name})
    check_can_add(subject, proposal.name)
    try:
        subject.tags.add(proposal.name)
    except folding.TooMany as mistake:
        # Editors add tags at the desk without the lock above.
        raise ActionRefused(" ".join(mistake.messages)) from None
    return decided(proposal, Verb.APPROVE, by=by)


@action
def decline(*, proposal: TagProposal, by: User, reason: str = "", message: str = "") -> TagProposal:
    """Decline a proposed tag; moderators give a reason, as for all that they decline."""
    subject = lock_taggable(proposal.subject)
    proposal = lock_waiting(proposal)
    check_can_decide(by, subject)
    if is_decision(proposal, by):
        check_words(Verb.DECLINE, reason, message)
    return decided(proposal, Verb.DECLINE, by=by, reason=reason, message=message)


WAITING = frozenset({ProposalStatus.WAITING})
# The verbs that answer a proposal.
STEPS = {
    Verb.APPROVE: Step(WAITING, ProposalStatus.ACCEPTED, event="tag.accepted"),
    Verb.DECLINE: Step(WAITING, ProposalStatus.DECLINED, event="tag.declined"),
}


def is_decision(proposal: TagProposal, by: User) -> bool:
    """Whether an answer is a decision of staff; authors answer for their own cases."""
    return by.pk != proposal.by_id and not permissions.is_author(by, proposal.subject)


def decided(
    proposal: Any, verb: Verb, *, by: User, reason: str = "", message: str = ""
) -> TagProposal:
    """Apply the step to a locked proposal: one row, one notice, and by staff one decision."""
    before, step = proposal.status, STEPS[verb]
    end_claim_on(proposal, by)
    proposal.status, proposal.decided_by, proposal.decided_at = step.target, by, clock.now()
    proposal.save(update_fields=["status", "decided_by", "decided_at"])
    details = {"tag": proposal.name}
    if is_decision(proposal, by):
        decision = Decision.objects.create(
            subject=proposal,
            by=by,
            concerns=proposal.by,
            verb=verb,
            reason=reason,
            message=message.strip(),
            before=before,
        )
        details |= {
            "decision": str(decision.pk),
            "reason": decision.reason,
            "message": decision.message,
        }
    notify(
        [proposal.by_id],
        kind=NoticeKind.DECISION,
        event=step.event,
        subject=proposal.subject,
        # Authors are named to members, moderators are not.
        actor=by if "decision" not in details else None,
        # It may be answered again after its first answer was undone.
        key=f"tag-proposal-{proposal.pk}-{proposal.decided_at}",
        **details,
    )
    return proposal


def restore_proposal(proposal: TagProposal, decision: Decision) -> None:
    """Reopen a proposal and remove its tag; the subject and the row are locked."""
    subject: Any = proposal.subject
    if subject is not None:
        subject = type(subject)._default_manager.get(pk=subject.pk)
    again = TagProposal.objects.waiting().filter(
        content_type=proposal.content_type, object_id=proposal.object_id, folded=proposal.folded
    )
    standing = Tag.objects.standing_for([proposal.folded]).get(proposal.folded)
    is_there = (
        subject is not None
        and standing is not None
        and Tag.objects.for_object(subject).filter(pk=standing.pk).exists()
    )
    was_accepted = proposal.status == ProposalStatus.ACCEPTED
    if subject is None or not is_open(subject) or again.exists() or is_there != was_accepted:
        raise ActionRefused(_("This has changed since the decision. Make a new decision instead."))
    if was_accepted and standing is not None:
        subject.tags.remove(standing.name)
    proposal.status, proposal.decided_by, proposal.decided_at = ProposalStatus.WAITING, None, None
    proposal.save(update_fields=["status", "decided_by", "decided_at"])


def lock_taggable(subject: models.Model | None) -> Any:
    """Lock the case or webinar: it has at most ten tags, also with concurrent requests."""
    found = lock_or_none(type(subject), subject.pk, no_key=True) if subject is not None else None
    if found is None or not is_open(found):
        raise ActionRefused(_("You can’t propose tags for this page now."))
    return found


def lock_waiting(proposal: TagProposal) -> TagProposal:
    # An author and a moderator may answer concurrently: the second must see the first's answer.
    # The row is gone if the account was deleted.
    locked = lock(TagProposal, proposal.pk)
    if not locked.is_waiting:
        raise ActionRefused(_("Someone has already answered this proposal."))
    return locked


def check_can_decide(by: User, subject: models.Model) -> None:
    if not permissions.can_decide_tags(by, subject):
        raise ActionRefused(_("Only an author or a moderator can answer this proposal."))


def check_can_add(subject: models.Model, name: str) -> None:
    tags = [*Tag.objects.for_object(subject)]
    standing = Tag.objects.standing_for([folding.fold(name)])
    if any(tag in tags for tag in standing.values()):
        raise ActionRefused(_("This page already has this tag."))
    if len(tags) >= folding.LIMIT:
        raise ActionRefused(_("This page already has 10 tags, the maximum."))
