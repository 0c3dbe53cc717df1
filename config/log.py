"""Logs without secrets and personal data, as lines of text or of JSON."""

import json
import logging
import re
import time
from collections.abc import Iterable
from contextlib import suppress
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import override
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.http import HttpRequest
from django.urls import ResolverMatch
from django.utils.log import AdminEmailHandler

# PostgreSQL includes values of rows and statements in these parts of its errors. A value may have
# several lines, so all is left out up to a hint, or to the next error.
ROW_VALUES = re.compile(
    r"^(?:DETAIL|CONTEXT|LINE \d+): .*?"
    r"(?=^HINT: |\n\n(?:The above exception was|During handling of the above)|\Z)",
    re.MULTILINE | re.DOTALL,
)

# Secrets in URLs: values signed by Django, also in a query as links to sign in lead back to their
# pages, and password reset keys. A path can be long: to begin in the middle of a word would take
# quadratic time.
SECRETS = re.compile(
    r"(?<![\w.-])[\w.-]+(?:(?::|%3A)[\w-]+)?(?::|%3A)[\w-]{43}(?![\w-])|(?<=/key/)[\w-]+",
    re.IGNORECASE,
)
# Users and passwords of servers, and email addresses, such as those that a mail server refuses.
CREDENTIALS = re.compile(r"(?<=://)[^\s/@]+(?=@)")
ADDRESSES = re.compile(r"[\w.+%-]{1,64}@[\w-]+(?:\.[\w-]+)+")
# Secrets of a request besides its cookies; Django sets the second one from a cookie.
SECRET_HEADERS = ("HTTP_AUTHORIZATION", "CSRF_COOKIE")
# Fields of forms with secrets.
SECRET_FIELDS = re.compile(r"pass|code|token|secret|credential|stamp", re.IGNORECASE)
# Shorter values may be part of any text.
SHORTEST = 6

# The request that this thread answers.
current_request: ContextVar[HttpRequest | None] = ContextVar("current_request", default=None)

# Parts of a path that name a page. Others, such as handles and the tokens of links, are not logged.
SHOWN = re.compile(r"<(?:int:(?P<number>\w+)|slug:(?P<word>slug|word|kind|verb|language|section))>")

# What `extra` may add to a line of JSON.
FIELDS = ("method", "path", "view", "status", "milliseconds")


def secrets_of(*values: str) -> list[str]:
    """Return secrets as they may appear in a log: whole, and the passwords of URLs."""
    found = set(values)
    for value in values:
        password = urlsplit(value).password if "://" in value else None
        found |= {password or "", unquote(password or "")}
    return sorted((each for each in found if len(each) >= SHORTEST), key=len, reverse=True)


def secrets_of_request() -> list[str]:
    """Return the cookies and tokens of the request, and what its form has in secret fields."""
    request = current_request.get()
    if request is None:
        return []
    found = [*request.COOKIES.values(), *(request.META.get(name, "") for name in SECRET_HEADERS)]
    with suppress(Exception):  # A form that can't be read has no secrets.
        found += [value for name, value in request.POST.items() if SECRET_FIELDS.search(name)]
    return sorted((each for each in found if len(each) >= SHORTEST), key=len, reverse=True)


def path_of(match: ResolverMatch) -> str:
    """Return the path of a page without the parts that may be personal or secret."""
    return "/" + SHOWN.sub(
        lambda part: str(match.kwargs[part["number"] or part["word"]]), match.route
    )


class DiscreetFormatter(logging.Formatter):
    """Removes secrets, values of database rows and email addresses.

    `secrets` are those of the settings. Those of the request are its cookies and passwords.
    """

    def __init__(self, *args, secrets: Iterable[str] = (), **kwargs):
        super().__init__(*args, **kwargs)
        self.secrets = list(secrets)

    @override
    def format(self, record) -> str:
        return self.discreet(super().format(record))

    def discreet(self, text: str) -> str:
        request = current_request.get()
        if request and request.resolver_match:
            shown = path_of(request.resolver_match)
            if "<" in shown:
                text = text.replace(request.path, shown)
        for secret in [*self.secrets, *secrets_of_request()]:
            text = text.replace(secret, "…")
        text = ROW_VALUES.sub("", text)
        for pattern in (SECRETS, CREDENTIALS, ADDRESSES):
            text = pattern.sub("…", text)
        return text


class JSONFormatter(DiscreetFormatter):
    """One JSON object a line: time, level, logger, message, and what is known of the request."""

    @override
    def format(self, record) -> str:
        request = current_request.get()
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": self.discreet(record.getMessage()),
            "request_id": getattr(request, "request_id", None),
        }
        line |= {name: getattr(record, name, None) for name in FIELDS}
        if record.exc_info:
            line["traceback"] = self.discreet(self.formatException(record.exc_info))
        return json.dumps({name: value for name, value in line.items() if value is not None})


# Seconds between two emails of a process to the administrators.
QUIET_FOR = 600
LONGEST_SUBJECT = 120

logger = logging.getLogger(__name__)


class DiscreetEmailHandler(AdminEmailHandler):
    """Emails errors to ADMINS: the text of the log, at most once in ten minutes from each process.

    Django's own sends an email for each error, with the form, the cookies and the address of the
    reader.
    """

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.quiet_until = 0.0
        self.left_out = 0

    @override
    def emit(self, record) -> None:
        if not settings.ADMINS:
            return
        now = time.monotonic()
        if now < self.quiet_until:
            self.left_out += 1
            return
        # Before sending, so that a mail server that does not answer is waited for once only.
        self.quiet_until = now + QUIET_FOR
        text = self.format(record)
        if self.left_out:
            text += f"\n\n{self.left_out} more errors since the last email: see the log."
        # Without the time.
        subject = text[text.index(record.levelname) :].partition("\n")[0]
        try:
            self.send_mail(self.format_subject(subject[:LONGEST_SUBJECT]), text)
        except OSError as error:  # of which those of SMTP are
            logger.warning("No email to the administrators: %s.", type(error).__name__)
        else:
            self.left_out = 0
