"""Verification of policymakers: requested by members, granted and withdrawn by moderators.

| verb | by | from | to |
|---|---|---|---|
| ask | the member | not verified | waiting |
| withdraw_request | the member | waiting | not verified |
| verify | a moderator | not verified, waiting | verified |
| decline | a moderator | waiting | not verified |
| withdraw | a moderator | verified | not verified |

It also ends when the member changes their kind or organisation (`change_profile`). Undoing a
moderator's decision restores the previous state (`community/moderation/decisions/undo.py`).
"""

from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from community.models import (
    Decision,
    Mark,
    MemberKind,
    Membership,
    NoticeKind,
    User,
    Verb,
)
from community.moderation.decisions.rules import waiting_appeals
from community.notices.notify import notify
from repository.dates import clock
from repository.workflow import ActionRefused, action, lock_all


def locked(member: User) -> Membership:
    """Lock the profile of a member; ActionRefused if there is none."""
    active = Membership.objects.filter(member=member, member__is_active=True)
    found = lock_all(active.select_related("member"))
    if not found:
        raise ActionRefused(_("This member has no profile to verify."))
    return found[0]


@action
def ask(*, member: User, by: User, proof: str) -> Membership:
    """Ask staff to verify that a member is a policymaker of their organisation."""
    if by != member:
        raise ActionRefused(_("You can only request this for yourself."))
    membership = locked(member)
    if membership.kind != MemberKind.POLICYMAKER or not membership.organization:
        raise ActionRefused(
            _("In your profile, choose the role “Policymaker” and enter your organisation first.")
        )
    if membership.is_verified:
        raise ActionRefused(_("You’re already verified."))
    if not proof.strip():
        raise ActionRefused(_("Tell us how we can verify this."))
    if waiting_appeals(member).exists():
        raise ActionRefused(_("Your appeal is being reviewed. We’ll notify you of the decision."))
    if membership.asked_at is None:
        membership.asked_at = clock.now()
    membership.proof = proof.strip()
    membership.save(update_fields=["asked_at", "proof"])
    return membership


@action
def withdraw_request(*, member: User, by: User) -> Membership:
    """Withdraw an unanswered request."""
    if by != member:
        raise ActionRefused(_("You can only request this for yourself."))
    membership = locked(member)
    if membership.asked_at is None:
        raise ActionRefused(_("This request has already been decided."))
    membership.asked_at, membership.proof = None, ""
    membership.save(update_fields=["asked_at", "proof"])
    return membership


@action
def verify(*, member: User, by: User) -> Membership:
    """Verify a policymaker."""
    check(by, member)
    membership = locked(member)
    if membership.is_verified:
        raise ActionRefused(_("This member is already verified."))
    if membership.kind != MemberKind.POLICYMAKER:
        raise ActionRefused(_("This member’s role isn’t “Policymaker”."))
    if waiting_appeals(member).exists():
        raise ActionRefused(_("There is an open appeal about this. Decide the appeal first."))
    before = membership.mark
    membership.verified_at = clock.now()
    membership.asked_at, membership.proof = None, ""
    membership.save(update_fields=["verified_at", "asked_at", "proof"])
    record(membership, by=by, verb=Verb.APPROVE, event="verification.given", before=before)
    return membership


@action
def decline(*, member: User, by: User, reason: str, message: str) -> Membership:
    """Decline a request for verification, with a reason and a message."""
    check(by, member)
    membership = locked(member)
    if membership.asked_at is None:
        raise ActionRefused(_("This request has already been decided."))
    membership.asked_at, membership.proof = None, ""
    membership.save(update_fields=["asked_at", "proof"])
    record(
        membership,
        by=by,
        verb=Verb.DECLINE,
        event="verification.declined",
        before=Mark.WAITING,
        reason=reason,
        message=message,
    )
    return membership


@action
def withdraw(*, member: User, by: User, reason: str, message: str) -> Membership:
    """Withdraw a verification, with a reason and a message."""
    check(by, member)
    membership = locked(member)
    if not membership.is_verified:
        raise ActionRefused(_("This member isn’t verified."))
    membership.verified_at = None
    membership.save(update_fields=["verified_at"])
    record(
        membership,
        by=by,
        verb=Verb.REMOVE,
        event="verification.withdrawn",
        before=Mark.VERIFIED,
        reason=reason,
        message=message,
    )
    return membership


def check(by: User, member: User) -> None:
    """Raise ActionRefused unless `by` is a moderator and another person."""
    if not by.has_perm("community.moderate"):
        raise ActionRefused(_("Only moderators can decide this."))
    if by == member:
        raise ActionRefused(_("A different moderator must decide about your own profile."))


def record(
    membership: Membership,
    *,
    by: User,
    verb: Verb,
    event: str,
    before: str,
    reason: str = "",
    message: str = "",
) -> None:
    """Record the decision and notify the member."""
    subject: models.Model = membership.member
    message = message.strip()
    if verb != Verb.APPROVE and not (reason and message):
        raise ActionRefused(_("Choose a reason and write a message to the member."))
    decision = Decision.objects.create(
        subject=subject,
        by=by,
        concerns=membership.member,
        verb=verb,
        reason=reason,
        message=message,
        before=before,
    )
    notify(
        [membership.member_id],
        kind=NoticeKind.DECISION,
        event=event,
        subject=subject,
        key=f"decision-{decision.pk}",
        decision=str(decision.pk),
        reason=reason,
        message=message,
    )


def restore_mark(member: User, decision: Decision) -> None:
    """Restore the verification and its proof to their state before a decision."""
    membership = locked(member)
    before = before_decision(membership, decision)
    if before is None:
        raise ActionRefused(_("This has changed since the decision. Make a new decision instead."))
    membership.asked_at, membership.verified_at = before.asked_at, before.verified_at
    membership.proof = before.proof
    membership.save(update_fields=["asked_at", "verified_at", "proof"])


def before_decision(membership: Any, decision: Decision) -> Any:
    """The profile before a decision that still holds, from the history.

    None if the member has since changed what the verification is based on, or asked again.
    """
    for event in membership.events.order_by("-pgh_id").iterator(chunk_size=50):
        if (event.kind, event.organization) != (membership.kind, membership.organization):
            return None
        if (event.asked_at, event.verified_at) == (membership.asked_at, membership.verified_at):
            continue
        began = {Verb.DECLINE: event.asked_at, Verb.REMOVE: event.verified_at}
        since = began.get(Verb(decision.verb), decision.created_at)
        return event if since is not None and since <= decision.created_at else None
    return None
