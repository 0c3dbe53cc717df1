"""Split a text into paragraphs, the units of a translation, and put it together again.

A paragraph ends at an empty line or before the next item of a list. Marks and indentation of items
are not part of the paragraph. `repository_paragraphs` in repository/sql/translations.sql splits in
the same way, which a test verifies.
"""

import hashlib
import re
from collections.abc import Iterable
from typing import NamedTuple

# White space is listed, because Python and PostgreSQL each have their own idea of it.
SPACE = " \t\n\r\f\v"
MARK = r"(?:[-*+]|[0-9]{1,9}[.)])[ \t]+"
END = re.compile(rf"\n[ \t\r]*\n|\n(?=[ \t]*{MARK})")
LEAD = re.compile(rf"[{SPACE}]*(?:{MARK})?[{SPACE}]*")
# Numbers and signs need no translation.
WORDS = re.compile(r"[A-Za-z]|[^\x01-\x7f]")


class Paragraph(NamedTuple):
    """A paragraph of a text, after `lead`: line breaks, indentation and the mark of an item."""

    lead: str
    text: str

    @property
    def digest(self) -> str:
        return digest(self.text)

    @property
    def is_translated(self) -> bool:
        return WORDS.search(self.text) is not None


def digest(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def split(text: str) -> list[Paragraph]:
    """Return the paragraphs of a text; joined, they are the text without white space at its end."""
    paragraphs, start, lead = [], 0, ""
    for end in [*(match.span() for match in END.finditer(text)), (len(text), len(text))]:
        mark = LEAD.match(text, start, end[0])
        begin = mark.end() if mark else start
        words = text[begin : end[0]].rstrip(SPACE)
        if words:
            paragraphs.append(Paragraph(lead + text[start:begin], words))
            lead, start = "", begin + len(words)
        lead += text[start : end[1]]
        start = end[1]
    return paragraphs


def join(paragraphs: Iterable[Paragraph]) -> str:
    return "".join(lead + text for lead, text in paragraphs)
