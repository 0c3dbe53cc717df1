"""Reports of mail servers about returned emails (RFC 3464), sent to our return paths.

Anybody can send an email to these: everything is bounded, and only the recipient of the signed
return path can be affected.
"""

import re
from collections.abc import Iterator
from email import message_from_bytes
from email.message import Message
from email.parser import HeaderParser
from email.policy import compat32
from email.utils import getaddresses
from itertools import islice

from community.bounces.addresses import record, sent_at, token_of
from community.models import BounceKind

# The report comes first, and the email that was returned last.
LARGEST_REPORT = 128 * 1024
MAX_PARTS = 50
MAX_ADDRESSES = 20
MAX_HEADER = 2000
# Headers that may name the address a report was delivered to.
RECIPIENTS = ["X-Original-To", "Delivered-To", "Envelope-To", "To"]


def receive(raw: bytes, *, recipient: str = "") -> str | None:
    """Record what a report says; return the outcome, or None if it is not to a return path.

    `recipient` is the address in the envelope, if the mail server passes it on. Errors of the
    database are left to the caller.
    """
    try:
        report = message_from_bytes(raw[:LARGEST_REPORT], policy=compat32)
        paths = [recipient] if recipient else addresses_in(report, RECIPIENTS)
        token = next((found for path in paths if (found := token_of(path)) is not None), None)
        if token is None:
            return None
        parts = parts_of(report)
        failures = [*failures_in(parts)]
        recipients = addresses_of(parts, failures)
    except (LookupError, RecursionError, TypeError, ValueError) as error:
        # The parser fails in many ways for what is not an email.
        return f"dropped: it cannot be read ({type(error).__name__})" if recipient else None
    status = next(filter(None, (status for _block, status in failures)), "")
    if not status:
        return "dropped: it reports no permanent failure of an address"
    for email in recipients:
        if at := sent_at(token, email):
            record(email=email, kind=BounceKind.RETURNED, at=at, status=status)
            return "recorded as returned"
    return "dropped: its return path is not valid"


def parts_of(report: Message) -> list[Message]:
    return list(islice(report.walk(), MAX_PARTS))


def failures_in(parts: list[Message]) -> Iterator[tuple[Message, str]]:
    """The blocks about recipients that failed for good, with the code of the failure."""
    for part in parts:
        blocks = part.get_payload()
        if part.get_content_type() == "message/delivery-status" and isinstance(blocks, list):
            for block in blocks[:MAX_ADDRESSES]:
                if isinstance(block, Message) and text(block, "Action").lower() == "failed":
                    reply = text(block, "Diagnostic-Code")
                    yield block, address_failure(reply, status=text(block, "Status"))


def addresses_of(parts: list[Message], failures: list[tuple[Message, str]]) -> list[str]:
    """The addresses that failed, and those in the header of the returned email.

    After a forwarding, the first are not those to which we wrote.
    """
    found = []
    for block, status in failures:
        if status:
            for name in ("Original-Recipient", "Final-Recipient"):
                found.append(text(block, name).partition(";")[2].strip())
    for part in parts:
        inner = part.get_payload()
        if part.get_content_type() == "message/rfc822" and isinstance(inner, list):
            found += addresses_in(inner[0], ["To"])
        elif part.get_content_type() == "text/rfc822-headers" and isinstance(inner, str):
            found += addresses_in(HeaderParser(policy=compat32).parsestr(inner), ["To"])
    return [email for email in found if "@" in email and email.isascii()][:MAX_ADDRESSES]


def addresses_in(message: Message, names: list[str]) -> list[str]:
    values = [str(value)[:MAX_HEADER] for name in names for value in message.get_all(name, [])]
    return [address for _name, address in getaddresses(values[:MAX_ADDRESSES])]


def text(message: Message, name: str) -> str:
    return " ".join(str(message.get(name, ""))[:MAX_HEADER].split())


# Which replies say that an address does not work. Others concern this email, our server or a short
# time: too large, looks like spam, mailbox full. Wrongly stopping all emails to an address is worse
# than sending another one in vain.

# Status codes of RFC 3463.
STATUS = re.compile(r"(?<![\d.])[245]\.\d{1,3}\.\d{1,3}(?![\d.])")
ADDRESS_STATUSES = {
    "5.1.1",  # no such mailbox
    "5.1.2",  # no such domain
    "5.1.3",  # not an address
    "5.1.6",  # the mailbox has moved
    "5.1.10",  # the domain takes no mail (RFC 7505)
    "5.2.1",  # the mailbox is closed
    "5.4.1",  # Exchange Online: no such mailbox
    "5.4.4",  # Postfix: no such domain
    "5.4.310",  # Exchange Online: no such domain
}
# Reply codes of SMTP (RFC 5321) for mailboxes that do not exist, if there is no status code.
CODE = re.compile(r"(?<!\d)[2-5]\d\d(?![\d.])")
ADDRESS_CODES = {"550", "551", "553"}
# Servers also use them for other reasons, such as a relay that is closed to us.
OTHER_REASON = re.compile(
    r"relay|spam|block|black|policy|denied|reputation|listed|sender|authenticat|quota|full",
    re.IGNORECASE,
)


def address_failure(reply: str, *, status: str = "") -> str:
    """The code of a reply that says that the address does not work; else "".

    `status` is the status code, if it is known apart from the text of the reply.
    """
    found = STATUS.match(status) or STATUS.search(reply)
    code = found[0] if found else ""
    if code in ADDRESS_STATUSES:
        return code
    # Postfix reports 5.0.0 for a reply without status code.
    if code not in {"", "5.0.0"}:
        return ""
    replied = CODE.search(reply)
    if replied and replied[0] in ADDRESS_CODES and not OTHER_REASON.search(reply):
        return replied[0]
    return ""
