"""Read the XML parts of office documents within bounds."""

from collections.abc import Callable
from dataclasses import dataclass, field
from xml.parsers import expat

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

MEGABYTE = 1024 * 1024
MAX_UNPACKED = 60 * MEGABYTE
# The size of one XML part that is read for links and fields.
MAX_PART = 30 * MEGABYTE
# Elements and attributes in all parts that are read, and elements within each other. A book of 500
# pages and a sheet of 200,000 cells have about a million; a small file can hold many millions.
MAX_MARKUP = 2_000_000
MAX_LEVELS = 300
MAX_TAG_LENGTH = MEGABYTE
READ_AT_ONCE = 64 * 1024

type Attributes = dict[str, str]
type Started = Callable[[str, Attributes], None]


def refuse(message: str) -> ValidationError:
    return ValidationError(message)


def not_whole() -> ValidationError:
    return refuse(_("This document can’t be read. Save it again or send it as a PDF."))


def too_large() -> ValidationError:
    return refuse(_("This document is too large when unpacked. Send it as a PDF."))


@dataclass
class Outer:
    """What contains a document: how deep it lies, and how much may still be unpacked and parsed.

    This is counted for a document and all in it: a small file may contain many bombs.
    """

    depth: int = 0
    left: int = field(default_factory=lambda: MAX_UNPACKED)
    markup_left: int = field(default_factory=lambda: MAX_MARKUP)


def scan(
    data: bytes, start: Started, outer: Outer, text: Callable[[str], None] | None = None
) -> None:
    """Pass the elements of an XML part to `start`, names as `prefix:name`, and its text.

    A document type is refused: it can declare entities, and office programs write none. Namespaces
    stay declarations among the attributes: expat would repeat the whole of one in each name, so
    that a small file would take minutes or gigabytes.
    """
    if len(data) > MAX_PART:
        raise too_large()
    level = 0

    def doctype(*_args: object) -> None:
        raise not_whole()

    def begin(name: str, attributes: Attributes) -> None:
        nonlocal level
        level += 1
        outer.markup_left -= 1 + len(attributes)
        if level > MAX_LEVELS or outer.markup_left < 0:
            raise too_large()
        start(name, attributes)

    def end(_name: str) -> None:
        nonlocal level
        level -= 1

    parser = expat.ParserCreate()
    # Otherwise each line break in a text is a call.
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = doctype
    parser.StartElementHandler = begin
    parser.EndElementHandler = end
    if text is not None:
        parser.CharacterDataHandler = text
    for place in range(0, len(data), READ_AT_ONCE):
        parser.Parse(data[place : place + READ_AT_ONCE])
        # One tag with all its attributes is in memory at a time.
        if place - parser.CurrentByteIndex > MAX_TAG_LENGTH:
            raise too_large()
    parser.Parse(b"", True)


def local(name: str) -> str:
    return name.rpartition(":")[2]
