"""Read an email from the mail server. Any sender may have written it: everything is bounded."""

import codecs
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import Message
from email.parser import BytesHeaderParser
from email.policy import compat32
from email.utils import getaddresses
from hashlib import sha256

from partnerships.replies.quotes import html_to_text, joined_lines

# The whole message: attachments of several megabytes grow by a third in base64.
LARGEST_MESSAGE = 25 * 1024 * 1024
LARGEST_HEADERS = 64 * 1024
# The text of a part; a message of a space has up to 5000 characters, plus what is quoted.
LARGEST_TEXT = 500_000
MAX_PARTS = 50
# The parser takes memory for each line, and time for those that may begin a part.
MAX_LINES = 1_000_000
MAX_BOUNDARY_LINES = 5000
# Headers that may name the address a message was delivered to, the most reliable first.
RECIPIENTS = ["X-Original-To", "Delivered-To", "Envelope-To", "To", "Cc"]
MAX_RECIPIENTS = 100
MAX_HEADER = 20_000
MAX_FILENAME = 200
# Headers of programs that answer by themselves.
AUTOMATIC = ["X-Autoreply", "X-Autorespond", "X-Autoresponder"]
BULK = {"bulk", "junk", "list", "auto_reply", "auto-reply"}
# Signatures of the email, which are no files for people.
SIGNATURES = {
    "application/pgp-keys",
    "application/pgp-signature",
    "application/pkcs7-signature",
    "application/x-pkcs7-signature",
}
# Python knows these encodings too, and decodes some of them slowly.
NOT_CHARSETS = {"idna", "punycode", "raw-unicode-escape", "undefined", "unicode-escape"}
MESSAGE_ID = re.compile(r"<[!-;=?-~]{1,200}@[!-;=?-~]{1,200}>")


class Dropped(Exception):
    """The email is ignored without an answer; the text says why, without personal data."""


@dataclass(frozen=True)
class Attached:
    name: str
    content: bytes


@dataclass(frozen=True)
class Content:
    text: str = ""
    files: tuple[Attached, ...] = ()


@dataclass(frozen=True)
class Incoming:
    """The headers of an email, as far as they matter here, and the email itself."""

    # The address in From.
    sender: str
    # The addresses it may have been delivered to, the most reliable first.
    recipients: list[str]
    # For the header of an answer; empty if it has none that is safe to repeat.
    message_id: str
    # Identifies the email: it counts once.
    identity: str
    raw: bytes

    @property
    def is_too_large(self) -> bool:
        return len(self.raw) > LARGEST_MESSAGE


def read(raw: bytes, *, recipient: str = "") -> Incoming:
    """Read the headers of an email; raise Dropped for what must not be answered.

    `recipient` is the address in the envelope, if the mail server passes it on.
    """
    head = raw[:LARGEST_HEADERS]
    if len(raw) >= LARGEST_HEADERS and b"\n\n" not in head and b"\r\n\r\n" not in head:
        raise Dropped("its headers are too long")
    with dropped_on_error():
        message = BytesHeaderParser(policy=compat32).parsebytes(head)
        if is_automatic(message):
            raise Dropped("it is automatic")
        senders = addresses(message, "From")
        if len(senders) != 1:
            raise Dropped("it has no single sender")
        recipients = [recipient] if recipient else []
        for name in RECIPIENTS:
            recipients += addresses(message, name)
        identifier = header(message, "Message-ID")
    return Incoming(
        sender=senders[0],
        recipients=recipients[:MAX_RECIPIENTS],
        message_id=identifier if MESSAGE_ID.fullmatch(identifier) else "",
        identity=identifier or sha256(raw).hexdigest(),
        raw=raw,
    )


def content_of(incoming: Incoming) -> Content:
    """Read text and files of an email that is not too large; raise Dropped if that fails."""
    raw = incoming.raw
    if raw.count(b"\n") > MAX_LINES or raw.count(b"\n--") > MAX_BOUNDARY_LINES:
        raise Dropped("it has too many lines")
    if len(re.findall(rb"(?i)boundary\s*=", raw)) > MAX_PARTS:
        raise Dropped("it has too many parts")
    with dropped_on_error():
        parts = list(leaves(message_from_bytes(raw, policy=compat32)))
        return Content(text_of(parts), files_of(parts))


@contextmanager
def dropped_on_error() -> Iterator[None]:
    """Convert errors to Dropped: the parser fails in many ways for what is not an email."""
    try:
        yield
    except (Dropped, MemoryError):
        raise
    except Exception as error:
        raise Dropped(f"it cannot be read ({type(error).__name__})") from error


def header(message: Message, name: str) -> str:
    """A header as one line of text; the first one if it is repeated."""
    value = message.get(name)
    return "" if value is None else valid(" ".join(str(value)[:MAX_HEADER].split()))


def valid(text: str) -> str:
    """Text that the database takes: bytes that are no text are replaced."""
    return text.encode("utf-8", "replace").decode().replace("\x00", "")


def addresses(message: Message, name: str) -> list[str]:
    values = [valid(str(value)[:MAX_HEADER]) for value in message.get_all(name, [])]
    return [address for _name, address in getaddresses(values[:MAX_PARTS]) if "@" in address]


def is_automatic(message: Message) -> bool:
    """Whether a program sent it: an absence note, a bounce, a list. Answering could make a loop."""
    submitted = header(message, "Auto-Submitted").partition(";")[0].strip().lower()
    return (
        submitted not in {"", "no"}
        or header(message, "Precedence").lower() in BULK
        or any(name in message for name in AUTOMATIC)
        or any(name.lower().startswith("list-") for name in message.keys())  # noqa: SIM118
        or ("Return-Path" in message and header(message, "Return-Path") in {"", "<>"})
        or message.get_content_type() == "multipart/report"
        or any(sender.lower().startswith("mailer-daemon@") for sender in addresses(message, "From"))
    )


# Parts


@dataclass(frozen=True)
class Part:
    message: Message
    # Whether it is shown within a text, as the logo of a signature is.
    is_embedded: bool

    @property
    def kind(self) -> str:
        return self.message.get_content_type()

    @property
    def name(self) -> str:
        return filename_of(self.message)

    @property
    def is_file(self) -> bool:
        if self.is_embedded or self.kind in SIGNATURES:
            return False
        return bool(self.name) or self.message.get_content_disposition() == "attachment"

    @property
    def content(self) -> bytes:
        content = self.message.get_payload(decode=True)
        return content if isinstance(content, bytes) else b""


def leaves(message: Message, *, is_embedded: bool = False) -> Iterator[Part]:
    """The parts that hold something, at most MAX_PARTS of them. Emails within it are left out."""
    waiting, count = [(message, is_embedded)], 0
    while waiting:
        part, is_embedded = waiting.pop(0)
        count += 1
        if count > MAX_PARTS:
            raise Dropped("it has too many parts")
        if part.get_content_maintype() == "message":
            continue
        if not part.is_multipart():
            yield Part(part, is_embedded)
            continue
        is_related = part.get_content_type() == "multipart/related"
        inner = part.get_payload()
        waiting[:0] = [
            (each, is_embedded or (is_related and place > 0)) for place, each in enumerate(inner)
        ]


def text_of(parts: list[Part]) -> str:
    """The plain text, or else the HTML as text."""
    texts = [part for part in parts if not part.is_file and not part.is_embedded]
    for part in texts:
        if part.kind == "text/plain" and (text := decoded(part)).strip():
            return joined_lines(text) if is_flowed(part.message) else text
    for part in texts:
        if part.kind == "text/html":
            return html_to_text(decoded(part))
    return ""


def decoded(part: Part) -> str:
    """The text of a part; letters that its charset does not have are replaced."""
    content = part.content[:LARGEST_TEXT]
    charset = part.message.get_content_charset() or "utf-8"
    try:
        is_known = codecs.lookup(charset).name.replace("_", "-") not in NOT_CHARSETS
        text = content.decode(charset if is_known else "utf-8", "replace")
    except (LookupError, ValueError):
        text = content.decode("utf-8", "replace")
    return valid(text).replace("\r\n", "\n").replace("\r", "\n")


def is_flowed(message: Message) -> bool:
    return str(message.get_param("format", "")).lower() == "flowed"


def files_of(parts: list[Part]) -> tuple[Attached, ...]:
    return tuple(Attached(part.name, part.content) for part in parts if part.is_file)


def filename_of(message: Message) -> str:
    name = message.get_filename() or ""
    if "=?" in name:
        # Not allowed there by the standard, and common.
        name = str(make_header(decode_header(name[:MAX_HEADER])))
    name = " ".join(valid(name).replace("\\", "/").rpartition("/")[2].split())[:MAX_FILENAME]
    return "" if name in {".", ".."} else name
