"""A draft memorandum of understanding of two introduced cities, as a Word document.

It is an ordinary document for them to change. Its texts come from members and are written as text:
python-docx escapes them, and what XML cannot contain is removed.
"""

import re
from io import BytesIO
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from partnerships.models import Match, Representation, Side
from repository.models import City
from repository.text import markdown
from repository.text.languages import direction_of, html_language

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph

# Not allowed in XML 1.0, even escaped.
NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
STYLES = {"bullet": "List Bullet", "number": "List Number"}
# The deepest list style of the template.
DEEPEST = 3
TO_FILL_IN = "…………………………………………"


def memorandum(match: Match, contacts: list[tuple[City, list[Representation]]]) -> bytes:
    """Return the document in the current language, from the plan and the contacts of the cities."""
    # Imported here because lxml takes several MB in each worker and few requests need it.
    from docx import Document

    document = Document()
    prepare(document, match)
    cities = [match.city_of(side) for side in Side]
    document.add_heading(_("Memorandum of understanding"), level=0)
    today = {"day": date_format(timezone.localdate())}
    add(document, _("Draft of %(day)s") % today, is_italic=True)
    for number, city in enumerate(cities):
        if number:
            add(document, _("and"))
        add(document, name_of(city), is_strong=True)
    if match.facilitator:
        add(document, _("with the support of %(name)s") % {"name": match.facilitator})

    document.add_heading(_("1. Purpose"), level=1)
    add(
        document,
        _("The two cities want to work together on: “%(title)s”.") % {"title": match.request.title},
    )
    document.add_heading(_("2. What the cities do"), level=1)
    plan = getattr(match, "plan", None)
    if plan and plan.text.strip():
        for block in markdown.blocks(plan.text):
            add_block(document, block)
    else:
        add(document, TO_FILL_IN)
    document.add_heading(_("3. Costs"), level=1)
    add(document, _("Unless this memorandum states otherwise, each city pays its own costs."))
    document.add_heading(_("4. Contacts"), level=1)
    add_contacts(document, contacts)
    document.add_heading(_("5. Reports"), level=1)
    add(
        document,
        _("The cities report on their progress 6, 12 and 24 months after the signature."),
    )
    document.add_heading(_("6. Duration"), level=1)
    add(
        document,
        _("This memorandum takes effect with both signatures and ends on %(day)s.")
        % {"day": TO_FILL_IN},
    )
    document.add_heading(_("7. Legal effect"), level=1)
    add(
        document,
        _(
            "This memorandum states what the cities intend. It creates no legal or financial "
            "obligations, and either city can end it in writing."
        ),
    )
    document.add_heading(_("8. Signatures"), level=1)
    add_signatures(document, cities)
    add(
        document,
        _(
            "This draft is based on the plan that the two cities wrote on the exchange. "
            "It is not legal advice: ask your legal department to check it before you "
            "sign. The exchange is not a party to it."
        ),
        is_italic=True,
    )
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def prepare(document: "Document", match: Match) -> None:
    """A4, and properties without the author and dates of the template."""
    from docx.oxml.ns import qn
    from docx.shared import Cm, Pt

    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.5)
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = "Calibri", Pt(11)
    code = get_language() or "en"
    letters = normal.element.get_or_add_rPr()
    if direction_of(code) == "rtl":
        lines = normal.element.get_or_add_pPr()
        lines.append(lines.makeelement(qn("w:bidi")))
        letters.append(letters.makeelement(qn("w:rtl")))
    script = {"ar": "bidi", "zh": "eastAsia"}.get(code, "val")
    letters.append(letters.makeelement(qn("w:lang"), {qn(f"w:{script}"): html_language(code)}))
    properties = document.core_properties
    properties.author = properties.last_modified_by = properties.comments = ""
    properties.title = clean(match.request.title)[:255]
    properties.created = properties.modified = timezone.now()


def clean(text: Any) -> str:
    """Return text without characters that XML cannot contain."""
    return NOT_XML.sub("", str(text))


def name_of(city: City) -> str:
    return _("%(city)s, %(country)s") % {
        "city": city.localized_name,
        "country": city.country.localized_name,
    }


def has_italics() -> bool:
    """Arabic and Chinese have none."""
    return get_language() not in ("ar", "zh")


def add(
    document: "Document", text: Any, *, is_strong: bool = False, is_italic: bool = False
) -> "Paragraph":
    paragraph = document.add_paragraph()
    run = paragraph.add_run(clean(text))
    run.bold, run.italic = is_strong or None, (is_italic and has_italics()) or None
    return paragraph


def add_block(document: "Document", block: markdown.Block) -> None:
    level = min(block.level, DEEPEST)
    style = STYLES.get(block.kind)
    if style and level > 1:
        style = f"{style} {level}"
    elif style is None and level:
        style = "List Continue" if level == 1 else f"List Continue {level}"
    paragraph = document.add_paragraph(style=style)
    for span in block.spans:
        run = paragraph.add_run(clean(span.text))
        run.bold, run.italic = span.is_strong or None, (span.is_emphasis and has_italics()) or None


def add_contacts(document: "Document", contacts: list[tuple[City, list[Representation]]]) -> None:
    table = document.add_table(rows=1, cols=3, style="Table Grid")
    fill(table.rows[0], [_("City"), _("Contact"), _("Email address")])
    for city, people in contacts:
        for person in people:
            fill(
                table.add_row(),
                [
                    city.localized_name,
                    f"{person.member}, {person.position}" if person.position else person.member,
                    person.official_email or TO_FILL_IN,
                ],
            )
        if not people:
            fill(table.add_row(), [city.localized_name, TO_FILL_IN, TO_FILL_IN])
    document.add_paragraph()


def add_signatures(document: "Document", cities: list[City]) -> None:
    table = document.add_table(rows=1, cols=len(cities))
    labels = [_("Name"), _("Position"), _("Place and date"), _("Signature")]
    fill(table.rows[0], [_("For %(city)s") % {"city": city.localized_name} for city in cities])
    for label in labels:
        fill(table.add_row(), [f"{label}: {TO_FILL_IN}" for _city in cities])
    document.add_paragraph()


def fill(row: Any, texts: list[Any]) -> None:
    for cell, text in zip(row.cells, texts, strict=True):
        cell.text = clean(text)
