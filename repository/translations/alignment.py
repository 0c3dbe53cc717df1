"""Align the paragraphs of a translation with those of the original as it is now."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from repository.text.differences import Piece, word_pieces
from repository.translations.models import Origin, TranslatedParagraph
from repository.translations.paragraphs import Paragraph


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
