from django.utils.translation import gettext as _

from community.discussion.trust import check_rate, lock_author
from community.models import Invitation, InvitationAnswer, NoticeKind, User
from community.notices.notify import notify
from community.writing.drafts.actions import other_authors
from repository.cases.models import EDITABLE
from repository.dates import clock
from repository.models import CaseStudy
from repository.workflow import ActionRefused, action, lock

MAX_AUTHORS = 10
INVITATIONS_A_DAY = 20


@action
def invite(*, case: CaseStudy, handle: str, by: User) -> Invitation:
    """Invite another member to write a case together."""
    lock_author(by)
    # The authors may change concurrently.
    case = lock(CaseStudy, case.pk)
    check_is_written(case)
    handle = handle.strip().lstrip("@").lower()
    member = User.objects.filter(handle__iexact=handle, is_active=True).first() if handle else None
    if member is None:
        raise ActionRefused(_("No member has the handle “%s”. Check the spelling.") % handle[:40])
    if case.authors.filter(pk=member.pk).exists():
        raise ActionRefused(_("%s is already an author.") % member)
    if case.invitations.open().filter(member=member).exists():
        raise ActionRefused(_("%s has already been invited.") % member)
    if case.authors.count() + case.invitations.open().count() >= MAX_AUTHORS:
        raise ActionRefused(_("A case can have up to 10 authors."))
    check_rate(by.invitations_sent.all(), most=INVITATIONS_A_DAY, hours=24)
    invitation = Invitation.objects.create(case=case, member=member, by=by)
    notify(
        [member.pk],
        kind=NoticeKind.INVITATION,
        event="author.invited",
        subject=invitation,
        actor=by,
        key=f"invitation-{invitation.pk}",
    )
    return invitation


@action
def accept(*, invitation: Invitation, by: User) -> Invitation:
    """Accept an invitation and become an author of the case."""
    case, invitation = lock_open(invitation)
    if by.pk != invitation.member_id:
        raise ActionRefused(_("This invitation is for another member."))
    check_is_written(case)
    if not case.authors.filter(pk=invitation.by_id).exists():
        raise ActionRefused(_("The person who invited you is no longer an author of this case."))
    answer(invitation, InvitationAnswer.ACCEPTED)
    case.authors.add(by)
    notify_authors(case, "author.joined", by)
    return invitation


@action
def decline(*, invitation: Invitation, by: User) -> Invitation:
    """Decline an invitation."""
    case, invitation = lock_open(invitation)
    if by.pk != invitation.member_id:
        raise ActionRefused(_("This invitation is for another member."))
    notify_authors(case, "author.declined", by)
    return answer(invitation, InvitationAnswer.DECLINED)


@action
def withdraw(*, invitation: Invitation, by: User) -> Invitation:
    """Withdraw an invitation; any author may."""
    case, invitation = lock_open(invitation)
    if not case.authors.filter(pk=by.pk).exists():
        raise ActionRefused(_("Only authors can withdraw an invitation."))
    return answer(invitation, InvitationAnswer.WITHDRAWN)


@action
def leave(*, case: CaseStudy, by: User) -> None:
    """Leave the authors of a case in any state; the last author cannot leave."""
    case = lock(CaseStudy, case.pk)
    if case.authors.count() < 2:
        raise ActionRefused(_("You can’t leave this case because you’re its only author."))
    case.authors.remove(by)
    notify_authors(case, "author.left", by)


def notify_authors(case: CaseStudy, event: str, by: User) -> None:
    """Notify the other authors of a change of the authors."""
    notify(other_authors(case, by), kind=NoticeKind.INVITATION, event=event, subject=case, actor=by)


def check_is_written(case: CaseStudy) -> None:
    """Raise ActionRefused for a published case: it is changed by suggested edits."""
    if case.status not in EDITABLE:
        raise ActionRefused(
            _("You can’t join this case while its status is “%(status)s”.")
            % {"status": case.get_status_display()}
        )


def lock_open(invitation: Invitation) -> tuple[CaseStudy, Invitation]:
    """Lock the case and the invitation; ActionRefused if it was answered."""
    case = lock(CaseStudy, invitation.case_id)
    invitation = lock(Invitation, invitation.pk)
    if invitation.answer:
        raise ActionRefused(
            _("This invitation has already been answered: %s.") % invitation.get_answer_display()
        )
    return case, invitation


def answer(invitation: Invitation, word: InvitationAnswer) -> Invitation:
    invitation.answer = word
    invitation.answered_at = clock.now()
    invitation.save(update_fields=["answer", "answered_at"])
    return invitation
