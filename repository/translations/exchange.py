"""Files for professional translators: paragraphs with their translations, as PO of gettext."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from io import BytesIO, StringIO
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import PoFileParser, write_po
from django.db import models
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from repository.models import TranslatedParagraph, Translation
from repository.text.differences import Piece, word_pieces
from repository.translations.kinds import FIGURE, TranslatedKind, Unit, kinds
from repository.translations.paragraphs import digest
from repository.translations.problems import problems

MAX_BYTES = 5_000_000
MAX_UNITS = 20_000


class FileRefused(Exception):
    """The file cannot be read; the message is shown to the user."""


@dataclass(frozen=True)
class ExchangeUnit:
    """A paragraph in a file. `context` is "<kind>/<object>/<field>".

    `text` is empty if there is no translation. `base` is the digest of the translation at the time
    of the export; empty if there was none. `is_reviewed` is whether it was reviewed then.
    """

    context: str
    source: str
    text: str = ""
    base: str = ""
    is_reviewed: bool = False
    # What is wrong with the unit in the file, such as markup that cannot be read.
    problem: str = ""

    @property
    def kind(self) -> str:
        return self.context.partition("/")[0]

    @property
    def key(self) -> str:
        """What identifies the object among those of its kind."""
        return self.context.partition("/")[2].rpartition("/")[0]

    @property
    def field(self) -> str:
        return self.context.rpartition("/")[2]

    @property
    def unit_key(self) -> str:
        """The key of the unit in the object."""
        return f"{self.field}:{digest(self.source)}"


@dataclass(frozen=True)
class ExchangeFile:
    source_language: str
    language: str
    units: list[ExchangeUnit]


def exchange_units(
    chosen: Iterable[tuple[TranslatedKind, Any]], language: str
) -> list[ExchangeUnit]:
    """Return the paragraphs of objects with their translations, if any; one query per object."""
    found: dict[tuple[str, str, str], ExchangeUnit] = {}
    for kind, row in chosen:
        translation = Translation.objects.of(kind.name, row.pk).filter(language=language).first()
        stored = paragraphs_of(translation)
        for unit in kind.units(row):
            context = f"{kind.name}/{getattr(row, kind.key)}/{unit.field}"
            text = stored[unit.key].text if unit.key in stored else ""
            # The same paragraph may occur twice in a field.
            found[context, unit.field, unit.paragraph.text] = ExchangeUnit(
                context,
                unit.paragraph.text,
                text,
                digest(text) if text else "",
                unit.key in stored and stored[unit.key].is_reviewed,
            )
    return list(found.values())


def by_object(units: Iterable[ExchangeUnit]) -> dict[tuple[str, str], list[ExchangeUnit]]:
    """Return units by the kind and key of their object, in the order of the file."""
    found: dict[tuple[str, str], list[ExchangeUnit]] = {}
    for unit in units:
        found.setdefault((unit.kind, unit.key), []).append(unit)
    return found


def objects(units: Iterable[ExchangeUnit], user: Any) -> dict[tuple[str, str], Any]:
    """Return the objects of units that the user may read, by kind and key. One query a kind."""
    wanted: dict[str, set[str]] = {}
    for unit in units:
        if unit.kind in kinds:
            wanted.setdefault(unit.kind, set()).add(unit.key)
    return {
        (name, str(getattr(row, kinds[name].key))): row
        for name, keys in wanted.items()
        for row in kinds[name].keyed(kinds[name].visible_to(user), keys)
    }


def paragraphs_of(translation: Translation | None) -> dict[str, TranslatedParagraph]:
    return {each.key: each for each in translation.paragraphs.all()} if translation else {}


CONTENT_TYPE = "text/x-gettext-translation; charset=utf-8"
BASE, REVIEWED = "Exported: ", "Reviewed"
# No language has more plural forms, and our files have none.
MAX_PLURALS = 6
# Far more than the largest file has: Babel takes memory for each.
MAX_LINES = 300_000


class LimitedCatalog(Catalog):
    """Limit plural forms: Babel makes a list of as many as the file states."""

    @property
    def num_plurals(self) -> int:
        return min(super().num_plurals, MAX_PLURALS)


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
    """Read a file in UTF-8, whatever charset it states; raise FileRefused."""
    catalog = LimitedCatalog()
    try:
        PoFileParser(catalog, abort_invalid=True).parse(lines_of(data.decode("utf-8-sig")))
    except (FileRefused, MemoryError):
        raise
    except Exception:
        # Babel's parser fails in many ways on what is not PO.
        raise FileRefused(invalid()) from None
    units = [unit_of(message) for message in catalog if message.id]
    return ExchangeFile(source_of(data), str(catalog.locale or ""), units)


def lines_of(text: str) -> Iterator[str]:
    """Yield the lines without most comments; raise FileRefused if there are too many."""
    units = lines = 0
    for line in map(str.strip, StringIO(text)):
        if not line or (line.startswith("#") and not line.startswith(("#.", "#,"))):
            continue
        lines += 1
        if lines > MAX_LINES:
            raise FileRefused(invalid())
        units += line.partition(" ")[0] == "msgid"
        # One is the header.
        if units > MAX_UNITS + 1:
            raise FileRefused(
                _("The file has more than %(most)s paragraphs.")
                % {"most": number_format(MAX_UNITS)}
            )
        yield line


def invalid() -> str:
    return _("This is not a valid PO file. Save it as UTF-8 and choose it again.")


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


# Compare a file of a translator with the site: what an import would change, and what it leaves.


class Outcome(models.TextChoices):
    """What an import does with a unit."""

    NEW = "new", gettext_lazy("New")
    CHANGED = "changed", gettext_lazy("Changed")
    SAME = "same", gettext_lazy("Unchanged")
    EMPTY = "empty", gettext_lazy("Not translated")
    # Written only if the importer ticks it.
    REVIEWED = "reviewed", gettext_lazy("Approved by a reviewer")
    CHANGED_SINCE = "changed-since", gettext_lazy("The translation has changed since the export")
    ORIGINAL_CHANGED = "original-changed", gettext_lazy("The original has changed since the export")
    # Never written.
    WRONG = "wrong", gettext_lazy("Problem")


WRITTEN = {Outcome.NEW, Outcome.CHANGED}
IF_TICKED = {Outcome.REVIEWED, Outcome.CHANGED_SINCE}


@dataclass(frozen=True)
class Compared:
    """A unit of the file. `before` is the translation that the site has now."""

    unit: ExchangeUnit
    outcome: Outcome
    before: str = ""
    problems: tuple[str, ...] = ()
    # The paragraph of the original as it is now; empty if it is gone or has a new translation.
    source_now: str = ""

    @property
    def tick(self) -> str:
        """What the importer ticks: this unit, and the translation that it may replace."""
        return f"{digest(self.unit.context)}:{self.unit.unit_key}:{digest(self.before)}"

    @property
    def may_be_ticked(self) -> bool:
        return self.outcome in IF_TICKED or self.is_out_of_date

    @property
    def is_out_of_date(self) -> bool:
        """Would it be imported as the translation of an earlier version?"""
        return self.outcome == Outcome.ORIGINAL_CHANGED and self.source_now != ""

    @property
    def changes(self) -> list[Piece]:
        """From the present translation to that of the file, word by word."""
        return word_pieces(self.before, self.unit.text)

    @property
    def source_changes(self) -> list[Piece]:
        return word_pieces(self.unit.source, self.source_now) if self.source_now else []

    def is_written(self, ticks: Iterable[str]) -> bool:
        return self.outcome in WRITTEN or (self.may_be_ticked and self.tick in ticks)


def compare_file(file: ExchangeFile, user: Any = None) -> list[Compared]:
    """Return what an import would do with each unit, in the order of the file."""
    found = objects(file.units, user)
    compared: list[Compared] = []
    for key, units in by_object(file.units).items():
        if key not in found:
            problem = str(gettext_lazy("There is no such public object."))
            compared += [Compared(unit, Outcome.WRONG, problems=(problem,)) for unit in units]
            continue
        row = found[key]
        of_row = Translation.objects.of(key[0], row.pk).filter(language=file.language)
        compared += compare(kinds[key[0]], row, units, of_row.first(), file)
    return compared


def compare(
    kind: TranslatedKind,
    row: Any,
    units: Iterable[ExchangeUnit],
    translation: Translation | None,
    file: ExchangeFile,
) -> Iterator[Compared]:
    """Compare the units of one object with its translation."""
    stored = paragraphs_of(translation)
    now = list(kind.units(row))
    keys = {each.key for each in now}
    units = list(units)
    later = changed_units(units, now)
    written_in = kind.language_of(row)
    for unit in units:
        wrong = problems_of(unit, kind, written_in, file)
        before = stored[unit.unit_key].text if unit.unit_key in stored else ""
        if wrong:
            yield Compared(unit, Outcome.WRONG, before, tuple(wrong))
        elif unit.text and unit.unit_key not in keys and unit.text != before:
            now_is = later.get(unit.unit_key)
            is_translated = now_is is None or now_is.key in stored
            yield Compared(
                unit,
                Outcome.ORIGINAL_CHANGED,
                before,
                source_now="" if now_is is None or is_translated else now_is.paragraph.text,
            )
        else:
            yield Compared(unit, outcome(unit, stored.get(unit.unit_key)), before)


def changed_units(units: Sequence[ExchangeUnit], now: Sequence[Unit]) -> dict[str, Unit]:
    """Return the current paragraphs of units whose original has changed, by key of the unit."""
    found: dict[str, Unit] = {}
    for name in {unit.field for unit in units}:
        mine = [unit for unit in units if unit.field == name]
        new = [each for each in now if each.field == name]
        matcher = SequenceMatcher(
            None,
            [unit.source for unit in mine],
            [each.paragraph.text for each in new],
            autojunk=False,
        )
        for code, i, j, k, m in matcher.get_opcodes():
            if code == "replace":
                pairs = zip(mine[i:j], new[k:m], strict=False)
                found |= {unit.unit_key: each for unit, each in pairs}
    return found


def outcome(unit: ExchangeUnit, found: TranslatedParagraph | None) -> Outcome:
    if not unit.text:
        return Outcome.EMPTY
    if found is None:
        # Somebody has deleted what was exported, which the file would bring back.
        return Outcome.CHANGED_SINCE if unit.base else Outcome.NEW
    if found.text == unit.text:
        return Outcome.SAME
    if found.is_reviewed:
        return Outcome.REVIEWED
    return Outcome.CHANGED if digest(found.text) == unit.base else Outcome.CHANGED_SINCE


def problems_of(
    unit: ExchangeUnit, kind: TranslatedKind, written_in: str, file: ExchangeFile
) -> list[str]:
    known = {*kind.fields, *(f"figure-{name}" for name in FIGURE)} if kind.figures else kind.fields
    if unit.field not in known:
        return [str(gettext_lazy("There is no such field."))]
    if written_in == file.language:
        return [str(gettext_lazy("The original is in this language."))]
    if file.source_language and written_in != file.source_language:
        return [str(gettext_lazy("The original is in another language than the file says."))]
    if unit.problem:
        return [unit.problem]
    return problems(unit.source, unit.text) if unit.text else []


def summary(compared: Iterable[Compared]) -> Mapping[Outcome, int]:
    """Count the units by outcome; outcomes without units are left out."""
    counts = dict.fromkeys(Outcome, 0)
    for each in compared:
        counts[each.outcome] += 1
    return {name: number for name, number in counts.items() if number}
