"""Emails about replies that were not posted."""

from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from community.models import User
from community.notices.emails import absolute, post
from partnerships.models import Match
from partnerships.replies.incoming import Incoming


def send_refusal(
    mail: Incoming, member: User, problems: list[str], *, match: Match | None, is_posted: bool
) -> None:
    """Queue an email with the reasons, in the active language.

    `match` is None if the member has no access to its space. It goes to the address of the account
    only, never to the sender, who may be anyone, and repeats nothing but names of files.
    """
    subject = _("Part of your reply wasn’t posted") if is_posted else _("Your reply wasn’t posted")
    path = match.get_absolute_url() if match else reverse("partnerships:representation_list")
    context = {
        "is_posted": is_posted,
        "problems": problems,
        "can_enter": match is not None,
        "url": absolute(path),
    }
    headers = {"Auto-Submitted": "auto-replied"}
    if mail.message_id:
        headers |= {"In-Reply-To": mail.message_id, "References": mail.message_id}
    body = render_to_string("partnerships/replies/email/refused.txt", context)
    post(EmailMessage(subject, body.strip() + "\n", to=[member.email], headers=headers))
