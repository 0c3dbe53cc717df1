"""Align the paragraphs of a translation with those of the original as it is now."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from repository.text.differences import Piece, word_pieces
from repository.translations.models import Origin, TranslatedParagraph
from repository.translations.paragraphs import Paragraph

if TYPE_CHECKING:
    from repository.translations.kinds import Unit


@dataclass(frozen=True)
class Aligned:
    """A paragraph of the original as it is now, with its translation; None if there is none."""

    paragraph: Paragraph
    row: TranslatedParagraph | None

    @property
    def is_missing(self) -> bool:
        return self.row is None and self.paragraph.is_translated

    @property
    def is_stale(self) -> bool:
        """Has the original changed since this paragraph was translated?"""
        return self.row is not None and self.row.source != self.paragraph.text

    @property
    def is_machine_made(self) -> bool:
        return self.row is not None and self.row.origin == Origin.MACHINE

    @property
    def text(self) -> str:
        """The paragraph for readers: the original where there is no translation."""
        return self.row.text if self.row else self.paragraph.text

    @property
    def changes(self) -> list[Piece]:
        """What has changed in the original since, word by word."""
        return word_pieces(self.row.source, self.paragraph.text) if self.row else []


def align(paragraphs: Sequence[Paragraph], rows: Sequence[TranslatedParagraph]) -> list[Aligned]:
    """Return each paragraph of a field with its translation.

    `rows` are the translated paragraphs of the field in order. An unchanged paragraph keeps its
    translation wherever it has moved. One that has changed gets that of the paragraph in its place.
    """
    by_source = {row.source: row for row in rows}
    found = [by_source.get(paragraph.text) for paragraph in paragraphs]
    used = {row.pk for row in found if row is not None}
    before = [row.source for row in rows]
    now = [paragraph.text for paragraph in paragraphs]
    for code, i, j, k, m in SequenceMatcher(None, before, now, autojunk=False).get_opcodes():
        if code != "replace":
            continue
        free = iter([row for row in rows[i:j] if row.pk not in used])
        for place in range(k, m):
            if found[place] is None and paragraphs[place].is_translated:
                found[place] = next(free, None)
    return [Aligned(*pair) for pair in zip(paragraphs, found, strict=True)]


def align_units(
    units: Sequence["Unit"], rows: Sequence[TranslatedParagraph]
) -> list[tuple["Unit", Aligned]]:
    """Return each paragraph of an object with its translation, in the order of the object.

    `rows` are all translated paragraphs of the object by field and position.
    """
    by_field: dict[str, list[TranslatedParagraph]] = defaultdict(list)
    for row in rows:
        by_field[row.field].append(row)
    paragraphs: dict[str, list[Paragraph]] = defaultdict(list)
    for unit in units:
        paragraphs[unit.field].append(unit.paragraph)
    found = {name: iter(align(texts, by_field[name])) for name, texts in paragraphs.items()}
    return [(unit, next(found[unit.field])) for unit in units]
