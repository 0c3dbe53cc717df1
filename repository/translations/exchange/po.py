"""Files for professional translators in the PO format of gettext."""

from io import BytesIO

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import PoFileError, read_po, write_po
from django.utils.translation import gettext as _

from repository.translations.exchange.units import (
    MAX_UNITS,
    ExchangeFile,
    ExchangeUnit,
    FileRefused,
)

BASE, REVIEWED = "Exported: ", "Reviewed"


def write(file: ExchangeFile) -> bytes:
    """Return a file as PO. The same units always give the same bytes."""
    head = (
        'msgid ""\nmsgstr ""\n"MIME-Version: 1.0\\n"\n'
        '"Content-Type: text/plain; charset=UTF-8\\n"\n"Content-Transfer-Encoding: 8bit\\n"\n'
        f'"Language: {file.language}\\n"\n"X-Source-Language: {file.source_language}\\n"\n\n'
    )
    catalog = Catalog(header_comment="")
    for unit in file.units:
        notes = [f"{BASE}{unit.base}"] if unit.base else []
        if unit.is_reviewed:
            notes.append(REVIEWED)
        message = catalog.add(unit.source, unit.text, context=unit.context, auto_comments=notes)
        # "20 % discount" is no format string.
        message.flags.clear()
    body = BytesIO()
    write_po(body, catalog, width=0, omit_header=True)
    return head.encode() + body.getvalue()


def read(data: bytes) -> ExchangeFile:
    """Read a file; raise FileRefused."""
    try:
        catalog = read_po(BytesIO(data), abort_invalid=True)
    # Babel's parser fails in several ways on what is not PO.
    except (PoFileError, ValueError, IndexError, KeyError, TypeError, AttributeError):
        raise FileRefused(_("This is not a valid PO file.")) from None
    messages = [message for message in catalog if message.id]
    if len(messages) > MAX_UNITS:
        raise FileRefused(too_many())
    return ExchangeFile(
        source_of(data), str(catalog.locale or ""), [unit_of(message) for message in messages]
    )


def too_many() -> str:
    return _("The file has more than %(most)d paragraphs.") % {"most": MAX_UNITS}


def source_of(data: bytes) -> str:
    for line in data[:10_000].splitlines():
        if line.startswith(b'"X-Source-Language: '):
            return line.decode(errors="replace")[20:].removesuffix('\\n"')
    return ""


def unit_of(message: Message) -> ExchangeUnit:
    is_single = isinstance(message.id, str) and isinstance(message.string, str)
    base = next((note for note in message.auto_comments if note.startswith(BASE)), "")
    return ExchangeUnit(
        message.context or "",
        message.id if is_single else message.id[0],
        message.string if is_single else "",
        base.removeprefix(BASE),
        REVIEWED in message.auto_comments,
        # The translator is not sure of it.
        _("It is marked as fuzzy.") if message.fuzzy else "",
    )
