"""The units of a file for professional translators: paragraphs with their translations."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from repository.models import TranslatedParagraph, Translation
from repository.translations.kinds import TranslatedKind, kinds
from repository.translations.paragraphs import digest

MAX_BYTES = 5_000_000
MAX_UNITS = 20_000


class FileRefused(Exception):
    """The file cannot be read; the message is shown to the user."""


@dataclass(frozen=True)
class ExchangeUnit:
    """A paragraph in a file. `context` is "<kind>/<object>/<field>".

    `text` is empty if there is no translation. `base` is the digest of the translation at the time
    of the export; empty if there was none. `is_reviewed` says so of the paragraph at that time.
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
    """Return the units of objects with what they have of a translation, one query each."""
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
