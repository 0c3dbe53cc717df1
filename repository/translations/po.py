"""Translations as PO files, the format of gettext, which all tools of translators read."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from io import BytesIO

from babel.messages.catalog import Catalog
from babel.messages.pofile import PoFileError, read_po, write_po

REVIEWED = "X-Reviewed"
IS_REVIEWED = re.compile(rb'^"X-Reviewed: yes\\n"', re.MULTILINE)


@dataclass(frozen=True)
class Entry:
    """A paragraph and its translation, which may be empty. `context` is "<key>/<field>"."""

    context: str
    source: str
    text: str = ""
    line: int = 0

    @property
    def key(self) -> str:
        """What identifies the object among those of its kind."""
        return self.context.rpartition("/")[0]

    @property
    def field(self) -> str:
        return self.context.rpartition("/")[2]


def as_po(language: str, entries: Iterable[Entry], *, is_reviewed: bool = False) -> bytes:
    """Return entries as a PO file. The same entries always give the same bytes."""
    head = (
        'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n'
        f'"Content-Transfer-Encoding: 8bit\\n"\n"Language: {language}\\n"\n'
        f'"{REVIEWED}: {"yes" if is_reviewed else "no"}\\n"\n\n'
    )
    catalog = Catalog(header_comment="")
    for entry in entries:
        catalog.add(entry.source, entry.text, context=entry.context)
    body = BytesIO()
    write_po(body, catalog, width=0, omit_header=True)
    return head.encode() + body.getvalue()


def from_po(data: bytes) -> tuple[str, bool, list[Entry]]:
    """Return the language, whether it is reviewed, and the entries. Raises ValueError."""
    try:
        catalog = read_po(BytesIO(data), abort_invalid=True)
    except (PoFileError, UnicodeDecodeError, ValueError, IndexError) as error:
        raise ValueError(f"this is not a PO file: {error}") from None
    entries = [
        Entry(message.context or "", message.id, message.string, message.lineno or 0)
        for message in catalog
        if isinstance(message.id, str) and message.id and isinstance(message.string, str)
    ]
    return str(catalog.locale or ""), IS_REVIEWED.search(data) is not None, entries
