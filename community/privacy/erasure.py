"""Delete the account of another member, on request or because they may not stay."""

from django.contrib.contenttypes.models import ContentType
from django.core.mail import EmailMessage
from django.db import models
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from community.models import (
    Comment,
    Decision,
    Experience,
    ProposedPractice,
    Revision,
    RevisionStatus,
    TagProposal,
    TranslationProposal,
    User,
    Verb,
)
from community.moderation.decisions.rules import check_words
from community.notices.digests import language_of, quoted
from community.notices.emails import post
from community.permissions import can_delete_account
from community.privacy.actions import remove_account
from community.privacy.holdings import HELD_ELSEWHERE, Part
from repository.models import CaseStatus, CaseStudy
from repository.workflow import ActionRefused, action

DELETED = gettext_lazy("deleted")
LEFT = gettext_lazy("kept, under “former member”")


@action
def delete_for_member(
    *, member: User, by: User, erase: bool, reason: str, message: str, tell: bool = True
) -> Decision:
    """Delete another member's account, as they would themselves; the decision has no name.

    `tell` sends the message to the address of the account.
    """
    if by.pk == member.pk:
        raise ActionRefused(_("Delete your own account on the “Your data” page."))
    check_words(Verb.DELETE_ACCOUNT, reason, message)
    found = User.objects.filter(pk=member.pk).first()
    if found is None:
        raise ActionRefused(_("This no longer exists."))
    # Check under the locks: `by` may have lost the permission, or the member become an
    # administrator.
    remove_account(member=found, by=by, erase=erase, check=lambda now: check_may_delete(by, now))
    decision = Decision.objects.create(
        content_type=ContentType.objects.get_for_model(User),
        object_id=member.pk,
        by=by,
        verb=Verb.DELETE_ACCOUNT,
        reason=reason,
        message=message.strip(),
        before="erased" if erase else "left",
    )
    if tell:
        # After the deletion, which removes queued messages to this address.
        post(closing_email(found, erase=erase, message=decision.message), requested=True)
    return decision


def check_may_delete(by: User, member: User) -> None:
    now = by.stored_now()
    if now is None or not can_delete_account(now, member):
        raise ActionRefused(
            _(
                "Only administrators can delete accounts, and only superusers can delete a "
                "superuser’s account."
            )
        )


def closing_email(member: User, *, erase: bool, message: str) -> EmailMessage:
    """The last message, in the reader's language."""
    with override(language_of(member)):
        body = render_to_string(
            "community/privacy/email/account_deleted.txt",
            {"erase": erase, "message": quoted(message)},
        )
        subject = _("Your account was deleted")
    headers = {"Auto-Submitted": "auto-generated"}
    return EmailMessage(subject, body.strip() + "\n", to=[member.email], headers=headers)


def what_goes(member: User, *, erase: bool) -> list[Part]:
    """What others can read of a member, and what happens to it."""
    words = DELETED if erase else LEFT
    cases = CaseStudy.objects.filter(authors=member)
    shared = CaseStudy.authors.through.objects.exclude(user=member).values("casestudy")
    own = cases.exclude(pk__in=shared)
    was_read = models.Q(status__in=[CaseStatus.PUBLISHED, CaseStatus.ARCHIVED])
    public = own.filter(was_read).count()
    edits = Revision.objects.filter(by=member)
    accepted = edits.filter(status=RevisionStatus.ACCEPTED).count()
    proposed = TagProposal.objects.filter(by=member).count()
    emptied = _("archived, with their text deleted") if erase else LEFT
    nameless = _("stay in the case, without the name and reason") if erase else LEFT
    return [
        Part(_("Comments"), Comment.objects.filter(author=member).count(), words),
        Part(_("Experiences"), Experience.objects.filter(author=member).count(), words),
        Part(
            _("Published cases with no other author"),
            public,
            emptied,
        ),
        Part(_("Other cases with no other author"), own.exclude(was_read).count(), DELETED),
        Part(
            _("Cases with other authors"),
            cases.filter(pk__in=shared).count(),
            _("stay with the other authors"),
        ),
        Part(_("Accepted suggested changes"), accepted, nameless),
        Part(
            _("Other suggested changes and tags"),
            edits.exclude(status=RevisionStatus.ACCEPTED).count() + proposed,
            DELETED,
        ),
        Part(
            _("Suggested translations"),
            TranslationProposal.objects.filter(by=member).count(),
            DELETED,
        ),
        Part(
            _("Suggested practices"),
            ProposedPractice.objects.filter(by=member).count(),
            _("stay with the case, without a name"),
        ),
        *(part for held in HELD_ELSEWHERE for part in held(member)),
    ]
