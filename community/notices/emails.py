"""E-mail is sent through the task queue.

A request never waits for the mail server, so its duration does not reveal whether an account
exists. Messages stay in the database until they are sent, so none is lost while the mail server is
down.
"""

import email.policy
import logging
import re
from datetime import timedelta
from email.headerregistry import HeaderRegistry, UnstructuredHeader
from email.utils import make_msgid
from io import BytesIO
from smtplib import SMTPException, SMTPRecipientsRefused
from urllib.parse import urlsplit

from allauth.account.adapter import get_adapter
from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from allauth.core.context import request_context
from django.conf import settings
from django.core.handlers.wsgi import WSGIRequest
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.db import transaction
from django.http import HttpRequest
from django.tasks import TaskContext, task
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from community.accounts.languages import profile_language
from community.bounces.addresses import is_returned, record, return_path
from community.bounces.reports import address_failure
from community.models import BounceKind, TaskStep, User
from community.tasks.queue import claim

logger = logging.getLogger(__name__)

# Delays before the second and later attempts: a little over three days in all.
RETRY_DELAYS = [timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 360, 720, 1440, 1440)]
# The step of a message that was queued again for a later attempt.
POSTPONED = "postponed"
# The step of a message that is not sent, because emails to its recipient are returned.
UNDELIVERABLE = "undeliverable"


class WholeHeader(UnstructuredHeader):
    """An ASCII header that is not folded, so that the URL in it stays intact."""

    def fold(self, *, policy):
        return f"{self.name}: {self}{policy.linesep}"


HEADERS = HeaderRegistry()
# A long URL would be encoded like words, and mail programs would not recognise it.
HEADERS.map_to_type("list-unsubscribe", WholeHeader)


# The line of an iCalendar object that says what a calendar does with it.
METHOD = re.compile("^METHOD:([A-Z]+)\r$", re.MULTILINE)


class Message(EmailMultiAlternatives):
    """A message with the headers above, whose calendar part names its method (RFC 6047)."""

    def message(self, *, policy=email.policy.default):
        made = super().message(policy=policy.clone(header_factory=HEADERS))
        for part in made.walk():
            if part.get_content_type() == "text/calendar":
                part.set_param("method", METHOD.search(self.alternatives[0].content)[1])
        return made


def post(message: EmailMessage, *, calendar: str = "", requested: bool = False) -> None:
    """Queue a plain text message, in the transaction of the caller.

    `calendar` is an iCalendar object with a method, for the calendar of the recipient. A message
    that its recipient requested on a page is sent even if emails to the address are returned.
    """
    host = urlsplit(settings.SITE_URL).hostname
    deliver.enqueue(
        subject=message.subject,
        body=message.body,
        sender=message.from_email,
        to=message.to,
        # Set here, so that a message sent twice keeps the same ID.
        headers={"Message-ID": make_msgid(domain=host), **message.extra_headers},
        calendar=calendar,
        # Only if it is set: workers of the last release do not know it.
        **({"requested": True} if requested else {}),
    )


@task(takes_context=True)
def deliver(
    context: TaskContext,
    *,
    subject,
    body,
    sender,
    to,
    headers=None,
    calendar="",
    requested=False,
    tries=0,
):
    """Send one message; if the mail server does not accept it, try again later.

    It is dropped if the server says that the address does not work, or if emails to the address
    were returned before and its owner has not requested this one.

    At least once: if the worker dies after the mail server has accepted the message and before
    that is recorded, it is sent again with the same Message-ID.
    """
    if TaskStep.objects.filter(task=context.task_result.id, name=POSTPONED).exists():
        return
    if not requested and all(map(is_returned, to)):
        claim(context, UNDELIVERABLE)
        return
    began = timezone.now()
    try:
        message = Message(subject, body, sender, to, headers=headers)
        if len(to) == 1 and (path := return_path(to[0])):
            # The sender in the envelope.
            message.from_email = path
            message.extra_headers = {"From": sender, **message.extra_headers}
        if calendar:
            message.attach_alternative(calendar, "text/calendar")
        message.send()
    except (OSError, SMTPException) as error:
        if status := refusal(error, to):
            with transaction.atomic():
                record(email=to[0], kind=BounceKind.RETURNED, at=began, status=status)
                claim(context, UNDELIVERABLE)
            return
        if tries == len(RETRY_DELAYS):
            raise
        # Replies of mail servers can contain names: log only the type of the error.
        logger.warning(
            "The mail server did not take a message (%s); it is tried again in %s.",
            type(error).__name__,
            RETRY_DELAYS[tries],
        )
        again = deliver.using(run_after=timezone.now() + RETRY_DELAYS[tries])
        with transaction.atomic():
            if claim(context, POSTPONED):
                again.enqueue(
                    subject=subject,
                    body=body,
                    sender=sender,
                    to=to,
                    headers=headers,
                    calendar=calendar,
                    tries=tries + 1,
                    **({"requested": True} if requested else {}),
                )


def refusal(error: Exception, to: list[str]) -> str:
    """The code with which the mail server said that the only recipient does not exist; else ""."""
    if not isinstance(error, SMTPRecipientsRefused) or len(to) != 1:
        return ""
    [(code, text)] = error.recipients.values()
    return address_failure(f"{code} {text.decode(errors='replace')}")


def absolute(path: str) -> str:
    """The absolute URL of a page; never from the request, whose Host can be forged."""
    return settings.SITE_URL + path


@task(takes_context=True)
def send_password_reset(context: TaskContext, *, email: str, language: str, origin: str = ""):
    """Mail a link to set a new password, or the information that there is no account.

    The account is looked up here and not in the request, whose duration is thus always the same.
    The link goes only to the address of the account, never to one it is changing to. Tasks queued
    by earlier releases have `origin`, which came from the Host header: ignored.
    """
    request = request_to(settings.SITE_URL)
    with transaction.atomic(), override(language), request_context(request):
        if not claim(context, "message"):
            return
        adapter = get_adapter()
        user = User.objects.filter(email=email, is_active=True).first()
        if user is None:
            context = {"signup_url": absolute(reverse("account_signup"))}
            adapter.send_mail("account/email/unknown_account", email, context)
            return
        key = f"{user_pk_to_url_str(user)}-{default_token_generator.make_token(user)}"
        with override(profile_language(user) or language):
            url = adapter.get_reset_password_from_key_url(key)
            adapter.send_password_reset_mail(user, email, {"password_reset_url": url})


def request_to(origin: str) -> HttpRequest:
    """A request to the site at `origin`, which allauth's templates need."""
    scheme, _, host = origin.partition("://")
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": "/", "wsgi.input": BytesIO()}
    return WSGIRequest(environ | {"wsgi.url_scheme": scheme, "HTTP_HOST": host})
