from typing import Any

import pghistory
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from community import permissions
from community.models import NoticeKind, ProposalStatus, TagProposal, User
from community.notices import notify
from repository import tagging
from repository.actions import ActionRefused
from repository.models import CaseStudy, Tag

from .trust import check_rate, lock_author

MOST_AN_HOUR = 10


def is_open(subject: models.Model) -> bool:
    """Whether tags can be proposed: of cases, for those that are published."""
    return not isinstance(subject, CaseStudy) or subject.is_published


@transaction.atomic
def propose(*, subject: models.Model, name: str, by: User) -> TagProposal:
    """Propose a tag for a case or webinar; from those who decide it, it is there at once."""
    by = lock_author(by)
    subject = lock(subject)
    folded = tagging.fold(name)
    if Tag.objects.refused([name]):
        raise ActionRefused(_("“%(name)s” cannot be used as a tag here.") % {"name": name})
    check_room(subject, name)
    waiting = TagProposal.objects.about(subject).waiting().filter(folded=folded).first()
    if waiting is not None and waiting.by_id == by.pk:
        return waiting
    if permissions.can_decide_tags(by, subject):
        if waiting is not None:
            return accept(proposal=waiting, by=by)
    elif waiting is not None:
        raise ActionRefused(_("This tag has been proposed here already."))
    if not by.is_staff:
        check_rate(TagProposal.objects.filter(by=by), most=MOST_AN_HOUR, hours=1)
    with pghistory.context(user=by.pk):
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


@transaction.atomic
def accept(*, proposal: TagProposal, by: User) -> TagProposal:
    """Put the tag where it was proposed."""
    subject = lock(proposal.subject)
    proposal = lock_waiting(proposal)
    check_may(by, subject)
    if Tag.objects.refused([proposal.name]):
        raise ActionRefused(_("“%(name)s” cannot be used as a tag here.") % {"name": proposal.name})
    check_room(subject, proposal.name)
    with pghistory.context(user=by.pk):
        try:
            subject.tags.add(proposal.name)
        except tagging.TooMany as mistake:
            # Editors tag at the desk without the lock above.
            raise ActionRefused(" ".join(mistake.messages)) from None
    return decided(proposal, ProposalStatus.ACCEPTED, by=by, event="tag.accepted")


@transaction.atomic
def decline(*, proposal: TagProposal, by: User) -> TagProposal:
    """Leave the tag out."""
    subject = lock(proposal.subject)
    proposal = lock_waiting(proposal)
    check_may(by, subject)
    return decided(proposal, ProposalStatus.DECLINED, by=by, event="tag.declined")


def decided(proposal: Any, status: str, *, by: User, event: str) -> TagProposal:
    proposal.status, proposal.decided_by, proposal.decided_at = status, by, timezone.now()
    with pghistory.context(user=by.pk):
        proposal.save(update_fields=["status", "decided_by", "decided_at"])
    notify(
        [proposal.by_id],
        kind=NoticeKind.DECISION,
        event=event,
        subject=proposal.subject,
        # Authors decide among members, moderators without a name.
        actor=by if by.pk == proposal.by_id or not permissions.can_moderate(by) else None,
        key=f"tag-proposal-{proposal.pk}",
        tag=proposal.name,
    )
    return proposal


def lock(subject: models.Model | None) -> Any:
    """The case or webinar under a row lock: it takes ten tags, also from two at once."""
    found = None
    if subject is not None:
        rows = type(subject)._default_manager.select_for_update(of=("self",), no_key=True)
        found = rows.filter(pk=subject.pk).first()
    if found is None or not is_open(found):
        raise ActionRefused(_("No tags can be proposed for this now."))
    return found


def lock_waiting(proposal: TagProposal) -> TagProposal:
    # An author and a moderator may answer at the same moment: the second sees what the first did.
    # It goes with an account that is deleted.
    locked = TagProposal.objects.select_for_update(of=("self",)).filter(pk=proposal.pk).first()
    if locked is None:
        raise ActionRefused(_("This is no longer there."))
    if not locked.is_waiting:
        raise ActionRefused(_("This proposal has been answered already."))
    return locked


def check_may(by: User, subject: models.Model) -> None:
    if not permissions.can_decide_tags(by, subject):
        raise ActionRefused(_("An author or a moderator answers this."))


def check_room(subject: models.Model, name: str) -> None:
    tags = [*Tag.objects.for_object(subject)]
    standing = Tag.objects.standing_for([tagging.fold(name)])
    if any(tag in tags for tag in standing.values()):
        raise ActionRefused(_("This tag is already there."))
    if len(tags) >= tagging.MOST:
        raise ActionRefused(_("There are ten tags already, which is the most."))
