"""Check word processor files, spreadsheets and presentations that members share.

They are stored unchanged and opened by other people's office programs: content that runs, loads
something from elsewhere, is encrypted, or is more than it seems is refused. The checks and what
they do not find are described in docs/decisions/0026-documents-of-partners.md.
"""

import logging
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from posixpath import splitext
from urllib.parse import unquote
from xml.parsers import expat

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from community.models import OfficeKind

# XML parts, read within bounds


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


# Documents


logger = logging.getLogger(__name__)

ZIP_HEAD, ZIP_END, ZIP_END_SIZE = b"PK\x03\x04", b"PK\x05\x06", 22
# Old binary formats, and the container of documents with a password.
OLE_HEAD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MAX_ENTRIES = 2000
# Text compresses to a twentieth at best; long rows of equal cells to a hundredth.
MAX_RATIO = 150
RATIO_FROM = 5 * MEGABYTE
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
# A chart of a presentation contains its spreadsheet; nothing is expected to go deeper.
MAX_DEPTH = 2

CONTENT_TYPES = "[Content_Types].xml"
OOXML = "application/vnd.openxmlformats-officedocument."
SVG = "image/svg+xml"
MAIN_PARTS = {
    f"{OOXML}wordprocessingml.document.main+xml": OfficeKind.DOCX,
    f"{OOXML}spreadsheetml.sheet.main+xml": OfficeKind.XLSX,
    f"{OOXML}presentationml.presentation.main+xml": OfficeKind.PPTX,
}
ODF = "application/vnd.oasis.opendocument."
MIME_TYPES = {
    f"{ODF}text": OfficeKind.ODT,
    f"{ODF}spreadsheet": OfficeKind.ODS,
    f"{ODF}presentation": OfficeKind.ODP,
}
# Parts and relationships that run code: macros, controls, embedded programs.
RUNS = re.compile(
    r"macro|vba|activex|oleobject|/control|toolbar|keymap|customui|webextension|javascript|script",
    re.IGNORECASE,
)
# Those that load something: other workbooks, databases, web pages.
LOADS = re.compile(
    r"externallink|connections|querytable|attachedtemplate|subdocument|afchunk|html|rfc822|/frame",
    re.IGNORECASE,
)
# Fields of Word that load a file or start a program, each on a line.
FIELDS = re.compile(
    r"^[^\S\n]*(DDE|DDEAUTO|INCLUDEPICTURE|INCLUDETEXT|IMPORT|DATABASE|LINK)\b", re.MULTILINE
)
# The address in a field that links to something, after a switch.
LINK_FIELDS = re.compile(r'^[^\S\n]*HYPERLINK\s+(?:\\[A-Z]\s+)?"?([^"\s]+)', re.MULTILINE)
# Functions of spreadsheets that do.
FUNCTIONS = re.compile(
    r"\b(DDE|WEBSERVICE|IMAGE|RTD|CALL|REGISTER\.ID|EXEC)\s*\(|\|'", re.IGNORECASE
)
# What a click in a presentation does beyond following a link.
CLICKS = re.compile(r"ppaction://(program|macro|ole)", re.IGNORECASE)
ODF_CLICKS = {"execute", "macro", "verb", "sound"}
# The prefix of events that can be harmless, and the only namespace it may stand for.
ODF_CLICK_PREFIX = "presentation:"
ODF_CLICK_NAMESPACE = "urn:oasis:names:tc:opendocument:xmlns:presentation:1.0"
ODF_RUNS = re.compile(r"(^|/)(basic|scripts|dialogs)/|(^|/)database/", re.IGNORECASE)
ODF_PARTS = re.compile(
    r"(^|/)(content|styles|meta|settings)\.xml$|^configurations2/.*\.xml$", re.IGNORECASE
)
# Addresses of macros, in links, events, shortcuts and toolbars.
ODF_PROGRAMS = ("vnd.sun.star.script:", "macro:", "javascript:", "slot:")
# Links that a reader may click. Others start programs, or send a password (file:).
CLICKABLE = re.compile(r"(https?|mailto|tel):|#", re.IGNORECASE)
SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:|//|\\\\|/", re.IGNORECASE)


def runs_code() -> ValidationError:
    return refuse(
        _("This document contains macros or programs. Save it without them, or send it as a PDF.")
    )


def loads_content() -> ValidationError:
    return refuse(
        _(
            "This document loads content from elsewhere, such as a template, a picture or another "
            "file. Remove the link, or send it as a PDF."
        )
    )


def has_password() -> ValidationError:
    return refuse(
        _(
            "This document has a password or an old format. Save it without a password as DOCX, "
            "XLSX, PPTX, ODT, ODS or ODP, or send it as a PDF."
        )
    )


def looks_like_office(content: bytes) -> bool:
    return content.startswith((ZIP_HEAD, OLE_HEAD))


def office_kind(content: bytes, outer: Outer | None = None) -> OfficeKind:
    """Return the kind of an office document by its content; ValidationError if it is refused."""
    outer = outer or Outer()
    if content.startswith(OLE_HEAD):
        raise has_password()
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            check_archive(content, archive, outer)
            if CONTENT_TYPES in archive.namelist():
                return ooxml_kind(archive, outer)
            return odf_kind(archive, outer)
    except (ValidationError, MemoryError):
        raise
    except Exception as error:
        # zipfile raises many types for hostile files, and no service of ours is used here.
        logger.warning("A document can’t be read: %s", type(error).__name__)
        raise not_whole() from None


def check_archive(content: bytes, archive: zipfile.ZipFile, outer: Outer) -> None:
    """Check entries, names and sizes, and read all of it within bounds."""
    entries = archive.infolist()
    end = content[-ZIP_END_SIZE:]
    # Nothing before, behind or beside the archive that another program could read instead.
    if not end.startswith(ZIP_END) or not entries or min(e.header_offset for e in entries) != 0:
        raise not_whole()
    names = [entry.filename for entry in entries]
    if len(entries) > MAX_ENTRIES or len({name.casefold() for name in names}) != len(names):
        raise not_whole()
    if any(is_unsafe(entry) for entry in entries):
        raise not_whole()
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise has_password()
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > outer.left or unpacked > max(RATIO_FROM, MAX_RATIO * len(content)):
        raise too_large()
    outer.left -= unpacked
    for entry in entries:
        # The declared sizes may be wrong: zipfile stops there and compares the checksum.
        with archive.open(entry) as part:
            while part.read(MEGABYTE):
                pass


def is_unsafe(entry: zipfile.ZipInfo) -> bool:
    """Whether the name leaves the folder of an unpacked archive, or the method is unusual."""
    # zipfile cuts names at a NUL byte; other programs may not.
    name = entry.orig_filename
    return (
        entry.compress_type not in METHODS
        or name.startswith("/")
        or any(character in name for character in "\\:\0")
        or any(part in ("..", ".") for part in name.split("/"))
        # A symbolic link.
        or (entry.external_attr >> 16) & 0o170000 == 0o120000
    )


# Office Open XML: DOCX, XLSX, PPTX


@dataclass
class Types:
    """The content types of the parts."""

    by_ending: dict[str, str] = field(default_factory=dict)
    by_name: dict[str, str] = field(default_factory=dict)

    def add(self, name: str, attributes: Attributes) -> None:
        if local(name) == "Default":
            self.by_ending[attributes["Extension"].lower()] = attributes["ContentType"]
        elif local(name) == "Override":
            # Letters of a name may be encoded as in a URL.
            self.by_name[unquote(attributes["PartName"]).lower()] = attributes["ContentType"]

    def of(self, part: str) -> str:
        part = f"/{unquote(part).lstrip('/')}".lower()
        return self.by_name.get(part) or self.by_ending.get(splitext(part)[1][1:], "")

    def __iter__(self) -> Iterator[str]:
        yield from self.by_ending.values()
        yield from self.by_name.values()


def ooxml_kind(archive: zipfile.ZipFile, outer: Outer) -> OfficeKind:
    types = Types()
    scan(archive.read(CONTENT_TYPES), types.add, outer)
    for each in types:
        check_type(each)
    main: list[str] = []
    for name in archive.namelist():
        lower = name.lower()
        if RUNS.search(lower):
            raise runs_code()
        if LOADS.search(lower):
            raise loads_content()
        if lower.endswith(".rels"):
            main += relationships(archive.read(name), outer, is_root=lower == "_rels/.rels")
        if is_read_as_xml(lower, types.of(name)):
            check_part(archive.read(name), outer)
        elif "/embeddings/" in lower and not name.endswith("/"):
            check_embedded(archive.read(name), outer)
    if len(main) != 1 or main[0].lstrip("/") not in archive.namelist():
        raise not_whole()
    kind = MAIN_PARTS.get(types.of(main[0]))
    if kind is None:
        raise not_supported()
    return kind


def is_read_as_xml(name: str, content_type: str) -> bool:
    """Whether office programs read a part for fields and formulas.

    They find parts by relationships and types, wherever they are and whatever their names end with.
    """
    is_of_office = content_type.lower().endswith("+xml") and content_type.lower() != SVG
    return is_of_office or (name.endswith(".xml") and name.startswith(("word/", "xl/", "ppt/")))


def not_supported() -> ValidationError:
    return refuse(
        _("Use a JPEG, PNG or WebP picture, a PDF, or a DOCX, XLSX, PPTX, ODT, ODS or ODP file.")
    )


def check_type(content_type: str) -> None:
    if RUNS.search(content_type):
        raise runs_code()
    if LOADS.search(content_type):
        raise loads_content()


def relationships(data: bytes, outer: Outer, *, is_root: bool) -> list[str]:
    """Check a part of relationships; return the targets that are the main part of the document."""
    main = []

    def start(name: str, attributes: Attributes) -> None:
        if local(name) != "Relationship":
            return
        kind, target = attributes["Type"], attributes["Target"].strip()
        if RUNS.search(kind.rpartition("/")[2]):
            raise runs_code()
        if LOADS.search(kind):
            raise loads_content()
        if attributes.get("TargetMode", "").strip().lower() == "external":
            # A link that a reader clicks; anything else is loaded on opening the document.
            if not kind.endswith("/hyperlink") or not CLICKABLE.match(target):
                raise loads_content()
        elif SCHEME.match(target) and (target.startswith("//") or not target.startswith("/")):
            raise loads_content()
        elif is_root and kind.endswith("/officeDocument"):
            main.append(target)

    scan(data, start, outer)
    return main


def check_part(data: bytes, outer: Outer) -> None:
    """Refuse fields, formulas and clicks that load a file or start a program."""
    # The instruction of a field may be split over many elements; a field mark ends it.
    instructions: list[str] = []
    formula: list[str] = []
    inside: list[str] | None = None

    def start(name: str, attributes: Attributes) -> None:
        nonlocal inside
        element = local(name)
        if element in ("instrText", "delInstrText"):
            inside = instructions
        elif element in ("f", "definedName"):
            formula.append("\n")
            inside = formula
        else:
            inside = None
            if element == "fldChar":
                instructions.append("\n")
        for key, value in attributes.items():
            if local(key) == "instr":
                instructions.append(f"\n{value}\n")
            elif key == "action" and CLICKS.match(value.strip()):
                raise runs_code()

    def text(words: str) -> None:
        if inside is not None:
            inside.append(words)

    scan(data, start, outer, text)
    fields = "".join(instructions).upper()
    if FIELDS.search(fields) or FUNCTIONS.search("".join(formula)):
        raise loads_content()
    for address in LINK_FIELDS.findall(fields):
        if SCHEME.match(address) and not CLICKABLE.match(address):
            raise loads_content()


def check_embedded(content: bytes, outer: Outer) -> None:
    """Only office documents that pass the same checks may be embedded."""
    if outer.depth + 1 >= MAX_DEPTH or not content.startswith(ZIP_HEAD):
        raise runs_code()
    outer.depth += 1
    office_kind(content, outer)
    outer.depth -= 1


# OpenDocument: ODT, ODS, ODP


def odf_kind(archive: zipfile.ZipFile, outer: Outer) -> OfficeKind:
    first = archive.infolist()[0]
    if first.filename != "mimetype" or first.file_size > 100:
        raise not_supported()
    kind = MIME_TYPES.get(archive.read(first).decode("ascii").strip())
    if kind is None:
        raise not_supported()
    scan(archive.read("META-INF/manifest.xml"), manifest_entry, outer)
    if "content.xml" not in archive.namelist():
        raise not_whole()
    for name in archive.namelist():
        if ODF_RUNS.search(name):
            raise runs_code()
        if ODF_PARTS.search(name):
            # Programs store the shortcuts as an empty file when there are none.
            if (data := archive.read(name)) or not name.lower().startswith("configurations2/"):
                scan(data, odf_element, outer)
        elif not name.endswith("/") and (content := head(archive, name)):
            if content.startswith(OLE_HEAD):
                raise runs_code()
            if content.startswith(ZIP_HEAD):
                check_embedded(archive.read(name), outer)
    return kind


def head(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as part:
        return part.read(len(OLE_HEAD))


def manifest_entry(name: str, attributes: Attributes) -> None:
    if local(name) == "encryption-data":
        raise has_password()
    for key, value in attributes.items():
        # Folders for toolbars and shortcuts are in every document and mostly empty.
        if local(key) == "media-type" and "oleobject" in value.lower():
            raise runs_code()
        if local(key) == "full-path" and ODF_RUNS.search(value):
            raise runs_code()


def odf_element(name: str, attributes: Attributes) -> None:
    """Refuse scripts, data sources and whatever is loaded on opening the document."""
    element = local(name)
    if element in ("script", "applet", "plugin"):
        raise runs_code()
    if element == "event-listener" and not is_harmless_click(name, attributes):
        raise runs_code()
    if element.startswith(("dde-", "database-source")):
        raise loads_content()
    for key, value in attributes.items():
        if key == "xmlns:presentation" and value != ODF_CLICK_NAMESPACE:
            raise runs_code()
        if value.strip().lower().startswith(ODF_PROGRAMS):
            raise runs_code()
        if local(key) == "href":
            check_odf_link(element, value.strip())
        elif local(key) == "formula" and FUNCTIONS.search(value):
            raise loads_content()


def is_harmless_click(name: str, attributes: Attributes) -> bool:
    """Whether an event listener only turns to a page of a presentation or follows a link."""
    actions = [value for key, value in attributes.items() if local(key) == "action"]
    return name.startswith(ODF_CLICK_PREFIX) and not ODF_CLICKS.intersection(actions)


def check_odf_link(element: str, address: str) -> None:
    # The reader clicks the links of texts, drawings and presentations.
    if element in ("a", "event-listener"):
        if not CLICKABLE.match(address) and SCHEME.match(address):
            raise loads_content()
    # The template that a text was made from is named, not loaded.
    elif element != "template" and (SCHEME.match(address) or ".." in address.split("/")):
        raise loads_content()
