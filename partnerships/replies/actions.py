"""Post the replies that members send by email."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import override

from community.models import User
from community.notices.digests import language_of, one_line
from community.notices.emails import absolute, post
from partnerships import permissions
from partnerships.models import Match, ReceivedMail, SpaceFile, SpaceMessage
from partnerships.replies import incoming
from partnerships.replies.addresses import names_of_site, read_address
from partnerships.replies.incoming import Attached, Content, Dropped, Incoming
from partnerships.replies.models import KEPT_FOR
from partnerships.replies.quotes import new_text, with_line_breaks
from partnerships.representation.rights import as_now
from partnerships.spaces import actions as spaces_actions
from repository.dates import clock
from repository.workflow import ActionRefused, action

MAX_FILES = 5
# Emails about replies that were not posted, to each member in a day.
MAX_REFUSALS = 3


@dataclass
class Outcome:
    """The outcome of an email: the number of messages and files posted, and refusals."""

    # The match of the space; None if the member has no access to it.
    match: Match | None = None
    posted: int = 0
    problems: list[str] = field(default_factory=list)

    def attempt(self, function: Callable, *, name: str = "", **options: Any) -> None:
        """Call an action; note its refusal, with the name of what is refused."""
        try:
            function(**options)
        except (ActionRefused, ValidationError) as error:
            reason = " ".join(getattr(error, "messages", None) or [str(error)])
            named = _("“%(name)s”: %(reason)s")
            self.problems.append(named % {"name": name, "reason": reason} if name else reason)
        else:
            self.posted += 1


def receive(raw: bytes, *, recipient: str = "") -> str:
    """Post the reply in an email, or send its author the reasons why not; return what was done.

    Raises Dropped for emails that get no answer: automatic ones, those without a valid address for
    replies, and those that were received before. Errors of the database are left to the caller,
    for which the mail server delivers the email again later.
    """
    mail = incoming.read(raw, recipient=recipient)
    found = next(filter(None, map(read_address, mail.recipients)), None)
    if found is None:
        raise Dropped("it is not to a valid address for replies")
    member, match = found
    by = User.objects.filter(pk=member, is_active=True).first()
    if by is None:
        raise Dropped("the account is closed")
    # An email is no second factor, without which staff are members like all others.
    by.staff_rights_suspended = True
    with override(language_of(by)):
        return post_reply(mail=mail, by=by, match=match)


@action
def post_reply(*, mail: Incoming, by: User, match: int) -> str:
    """Post what a member has sent to a space. Idempotent for the same email."""
    digest = digest_of("mail", by.pk, match, mail.identity)
    # A second delivery at the same time waits here until the first one is committed.
    _row, is_new = ReceivedMail.objects.get_or_create(digest=digest)
    if not is_new:
        raise Dropped("it was received before")
    outcome = Outcome(match_to_enter(match, by))
    post_all(mail, by, digest, outcome)
    if not outcome.problems:
        return "posted"
    if claim_refusal_slot(by):
        is_posted = outcome.posted > 0
        send_refusal(mail, by, outcome.problems, match=outcome.match, is_posted=is_posted)
    return "posted in part" if outcome.posted else "refused"


def match_to_enter(pk: int, by: User) -> Match | None:
    """Return a match if the member currently has access to its space."""
    match = Match.objects.select_related("request__city", "city").filter(pk=pk).first()
    return match if match and permissions.can_enter(as_now(by), match) else None


def post_all(mail: Incoming, by: User, digest: str, outcome: Outcome) -> None:
    """Post text and files as far as they are accepted."""
    refuse = outcome.problems.append
    if outcome.match is None:
        refuse(_("You’re no longer part of this introduction."))
    elif not is_address_of(by, mail.sender):
        refuse(_("The email came from an address that you haven’t confirmed."))
    elif mail.is_too_large:
        refuse(_("The email is too large."))
    else:
        try:
            content = incoming.content_of(mail)
        except Dropped:
            refuse(_("We couldn’t read the email."))
        else:
            post_content(content, by, digest, outcome)


def post_content(content: Content, by: User, digest: str, outcome: Outcome) -> None:
    text = new_text(content.text, senders=names_of_site())
    if text:
        token = digest[: SpaceMessage._meta.get_field("token").max_length]
        body = with_line_breaks(text)
        outcome.attempt(spaces_actions.say, match=outcome.match, by=by, body=body, token=token)
    elif not content.files:
        line = {"line": _("Reply above this line")}
        outcome.problems.append(_("There is no text above the line “%(line)s”.") % line)
    for file in content.files[:MAX_FILES]:
        share(file, by, outcome)
    if len(content.files) > MAX_FILES:
        most = {"count": MAX_FILES}
        outcome.problems.append(_("An email can have up to %(count)d attachments.") % most)


def share(file: Attached, by: User, outcome: Outcome) -> None:
    title = PurePosixPath(file.name).stem or _("File sent by email")
    outcome.attempt(
        add_file,
        name=one_line(file.name),
        match=outcome.match,
        by=by,
        upload=SimpleUploadedFile(file.name or "file", file.content),
        title=title[: SpaceFile._meta.get_field("title").max_length],
    )


def add_file(*, match: Match, **options: Any) -> None:
    # Checking a document takes a second. An email is posted once, so no file is here already.
    spaces_actions.check_room(match)
    spaces_actions.add_file(match=match, **options)


def is_address_of(member: User, address: str) -> bool:
    """Whether the member has confirmed this address."""
    # PostgreSQL takes "ı" for a small form of "I", and Python the Kelvin sign for one of "k".
    if not address.rpartition("@")[0].isascii():
        return False
    rows = EmailAddress.objects.filter(user=member, verified=True)
    return address.lower() in {row.lower() for row in rows.values_list("email", flat=True)}


def claim_refusal_slot(member: User) -> bool:
    """Count one more refusal sent today to the member; False if there were enough.

    Each is a row with a unique digest, so that the limit holds for concurrent deliveries.
    """
    today = clock.today().isoformat()
    for number in range(MAX_REFUSALS):
        digest = digest_of("refusal", member.pk, today, number)
        if ReceivedMail.objects.get_or_create(digest=digest)[1]:
            return True
    return False


def digest_of(*parts: object) -> str:
    """A keyed digest, which does not reveal its parts."""
    text = "\n".join(map(str, parts))
    return salted_hmac("partnerships.replies.received", text, algorithm="sha256").hexdigest()


@action
def forget_received() -> int:
    """Delete what was stored about emails a month ago; return how many."""
    old = ReceivedMail.objects.filter(received_at__lt=clock.now() - KEPT_FOR)
    return old.delete()[0]


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
