"""What members are told, on the site and by e-mail.

`notify` stores one notice for each member; pages and messages make words of it in the reader's
language. Names and titles in them are texts of members: they are escaped, and stand alone.
"""

import secrets
from collections.abc import Iterable

from django.db import models
from django.utils.translation import gettext_lazy as _

from community.models import NoticeKind, Notification, User
from community.stamps import touch_members

# The words of each event. {actor} is a member's name, {subject} what it is about.
EVENTS = {
    "comment.reply": _("{actor} answered your comment on {subject}."),
    "comment.mention": _("{actor} mentioned you in a comment on {subject}."),
    "comment.new": _("{actor} commented on {subject}, which you follow."),
    "comment.own": _("{actor} commented on {subject}, which you wrote."),
    "experience.new": _("{actor} reported an experience with {subject}."),
    "case.new": _("A new case on what you follow: {subject}."),
    "case.submitted": _("{actor} submitted the case {subject}."),
    "case.published": _("Your case {subject} is published."),
    "case.changes-requested": _("A moderator asks for changes to your case {subject}."),
    "case.declined": _("Your case {subject} was declined."),
    "case.archived": _("Your case {subject} was archived."),
    "case.verify": _("Is your case {subject} still true?"),
    "revision.submitted": _("{actor} proposed a change to {subject}."),
    "revision.accepted": _("Your change to {subject} was accepted."),
    "revision.declined": _("Your change to {subject} was declined."),
    "author.invited": _("{actor} invites you to write the case {subject} together."),
    "tag.proposed": _("{actor} proposed a tag for {subject}."),
    "tag.accepted": _("The tag that you proposed for {subject} was accepted."),
    "tag.declined": _("The tag that you proposed for {subject} was declined."),
    "contribution.approved": _("What you wrote on {subject} is published."),
    "contribution.declined": _("What you wrote on {subject} was declined."),
    "contribution.hidden": _("What you wrote on {subject} was hidden."),
    "contribution.removed": _("What you wrote on {subject} was removed."),
    "contribution.restored": _("What you wrote on {subject} is shown again."),
    "contribution.undone": _("A decision about what you wrote on {subject} was taken back."),
    "verification.given": _("You are now shown as a verified policymaker."),
    "verification.declined": _("A moderator did not verify that you are a policymaker."),
    "verification.withdrawn": _("You are no longer shown as a verified policymaker."),
    "appeal.decided": _("Your appeal about {subject} was decided."),
}


def notify(
    members: Iterable[int],
    *,
    kind: NoticeKind,
    event: str,
    subject: models.Model,
    actor: User | None = None,
    key: str = "",
    **details: str,
) -> None:
    """Tell members, by primary key, of an event, in the transaction of the caller.

    Nobody is told of what they did themselves. A member is told once for each `key`; without one,
    of each call. `details` are plain texts, such as a moderator's message. KeyError for an event
    that has no words in EVENTS.
    """
    if event not in EVENTS:
        raise KeyError(event)
    told = set(members) - {actor.pk if actor else None}
    Notification.objects.bulk_create(
        [
            Notification(
                member_id=member,
                kind=kind,
                event=event,
                actor=actor,
                subject=subject,
                details=details,
                key=key or secrets.token_urlsafe(16),
            )
            for member in sorted(told)
        ],
        ignore_conflicts=True,
    )
    touch_members(told)
