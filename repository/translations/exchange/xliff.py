"""Files for professional translators in XLIFF 2.0.

Written and read by lxml: translate-toolkit, which has XLIFF 2, is under the GPL. Entities, document
types and the network are refused. Characters that XML cannot have are `cp` elements, as the
standard says. Tools may split a unit into several segments, and mark parts of it.
"""

import re
from typing import Any

from django.utils.translation import gettext as _

from repository.translations.exchange.po import too_many
from repository.translations.exchange.units import (
    MAX_UNITS,
    ExchangeFile,
    ExchangeUnit,
    FileRefused,
)

CORE = "urn:oasis:names:tc:xliff:document:2.0"
METADATA = "urn:oasis:names:tc:xliff:metadata:2.0"
XML = "http://www.w3.org/XML/1998/namespace"
CATEGORY, BASE = "exchange", "exported"
NOT_XML = re.compile("([\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff])")
# States of a segment. "final" says that a reviewer has approved it.
INITIAL, TRANSLATED, FINAL = "initial", "translated", "final"
DEEPEST = 20


def tag(name: str, namespace: str = CORE) -> str:
    return f"{{{namespace}}}{name}"


def write(file: ExchangeFile) -> bytes:
    """Return a file as XLIFF. The same units always give the same bytes."""
    # Imported here because lxml takes several MB in each worker and few requests need it.
    from lxml import etree

    root = etree.Element(tag("xliff"), nsmap={None: CORE, "mda": METADATA})
    root.set("version", "2.0")
    root.set("srcLang", file.source_language)
    root.set("trgLang", file.language)
    contents, element = [], None
    for number, unit in enumerate(file.units, 1):
        name = unit.context.rpartition("/")[0]
        if element is None or element.get("original") != name:
            element = etree.SubElement(root, tag("file"), id=f"f{number}", original=name)
            element.set(f"{{{XML}}}space", "preserve")
        of_unit = etree.SubElement(element, tag("unit"), id=f"u{number}", name=unit.field)
        if unit.base:
            metadata = etree.SubElement(of_unit, tag("metadata", METADATA))
            group = etree.SubElement(metadata, tag("metaGroup", METADATA), category=CATEGORY)
            contents.append((etree.SubElement(group, tag("meta", METADATA), type=BASE), unit.base))
        state = FINAL if unit.is_reviewed else TRANSLATED if unit.text else INITIAL
        segment = etree.SubElement(of_unit, tag("segment"), state=state)
        contents.append((etree.SubElement(segment, tag("source")), unit.source))
        if unit.text:
            contents.append((etree.SubElement(segment, tag("target")), unit.text))
    etree.indent(root)
    # Filled afterwards, since white space belongs to the texts.
    for parent, text in contents:
        fill(parent, text)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8") + b"\n"


def fill(parent: Any, text: str) -> None:
    """Put a text into an element, with characters that XML cannot have as `cp` elements."""
    from lxml import etree

    first, *rest = NOT_XML.split(text)
    parent.text = first
    for character, after in zip(rest[::2], rest[1::2], strict=True):
        point = etree.SubElement(parent, tag("cp"), hex=f"{ord(character):04X}")
        point.tail = after


def read(data: bytes) -> ExchangeFile:
    """Read a file; raise FileRefused."""
    root = parsed(data)
    units = [
        read_unit(f"{element.get('original', '')}/{unit.get('name', '')}", unit)
        for element in root.iter(tag("file"))
        for unit in element.iter(tag("unit"))
    ]
    if len(units) > MAX_UNITS:
        raise FileRefused(too_many())
    return ExchangeFile(root.get("srcLang", ""), root.get("trgLang", ""), units)


def parsed(data: bytes) -> Any:
    """Parse XML without entities, a document type, the network or huge trees."""
    from lxml import etree

    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError):
        raise FileRefused(_("This is not a valid XLIFF file.")) from None
    if root.getroottree().docinfo.doctype:
        raise FileRefused(_("XLIFF files with a document type aren’t accepted."))
    if root.tag != tag("xliff"):
        raise FileRefused(_("Only XLIFF 2.0 files are accepted."))
    return root


def read_unit(context: str, unit: Any) -> ExchangeUnit:
    parts = [part for part in unit if part.tag in (tag("segment"), tag("ignorable"))]
    problem, texts = "", {}
    for name in ("source", "target"):
        found = [part.find(tag(name)) for part in parts]
        try:
            texts[name] = "".join(content(each) for each in found if each is not None)
        except ValueError:
            texts[name], problem = "", _("It has markup that isn’t in the original.")
    # A target of only some of the segments is not a translation of the unit.
    if texts["target"] and any(
        part.find(tag("target")) is None for part in parts if part.tag == tag("segment")
    ):
        problem = problem or _("Only a part of it is translated.")
    meta = unit.find(f".//{tag('meta', METADATA)}[@type='{BASE}']")
    states = {part.get("state", INITIAL) for part in parts if part.tag == tag("segment")}
    return ExchangeUnit(
        context,
        texts["source"],
        texts["target"],
        (meta.text or "") if meta is not None else "",
        states == {FINAL},
        problem,
    )


def content(element: Any, depth: int = 0) -> str:
    """Return the text of an element; raise ValueError for markup that we have not written."""
    if depth > DEEPEST:
        raise ValueError
    pieces = [element.text or ""]
    for child in element:
        if child.tag == tag("cp"):
            pieces.append(chr(int(child.get("hex", ""), 16)))
        elif child.tag == tag("mrk"):
            pieces.append(content(child, depth + 1))
        elif child.tag not in (tag("sm"), tag("em")):
            raise ValueError
        pieces.append(child.tail or "")
    return "".join(pieces)
