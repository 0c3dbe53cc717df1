"""The three panes of a translator: the original then, the original now, and the translation."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from community.models import ProposalState, TranslationProposal
from community.translating.originals import aligned, stored_rows
from repository.cases.models import SECTIONS
from repository.models import CaseStudy, Evidence
from repository.text.differences import Piece, word_pieces
from repository.translations.alignment import Aligned
from repository.translations.kinds import TranslatedKind, Unit
from repository.translations.memory import memory_of


@dataclass(frozen=True)
class Pane:
    """One paragraph: of the original, of its translation, and of the member's translation."""

    unit: Unit
    label: str
    public: Aligned
    # The member's translation, empty if there is none.
    draft: str = ""
    # An earlier translation of the same paragraph elsewhere.
    memory: str = ""

    @property
    def key(self) -> str:
        return self.unit.key

    @property
    def name(self) -> str:
        """The name of the field in the form."""
        return "text-" + self.key.replace(":", "-")

    @property
    def is_open(self) -> bool:
        """Is there something to do, or done by the member?"""
        return bool(self.draft) or self.needs_person

    @property
    def needs_person(self) -> bool:
        public = self.public
        return public.is_missing or public.is_stale or public.is_machine_made

    @property
    def is_unreviewed(self) -> bool:
        """Is it translated as it is now, but not reviewed by a speaker?"""
        row = self.public.row
        return row is not None and not row.is_reviewed and not self.public.is_stale

    @property
    def is_done(self) -> bool:
        return bool(self.draft)

    @property
    def text(self) -> str:
        """The translation to begin with."""
        return self.draft or (self.public.row.text if self.public.row else "")

    @property
    def pieces(self) -> list[Piece]:
        """How the original has changed since it was translated, with all of its words."""
        if not self.public.is_stale or self.public.row is None:
            return []
        return word_pieces(self.public.row.source, self.unit.paragraph.text, whole=True)

    @property
    def then(self) -> list[Piece]:
        return [piece for piece in self.pieces if piece[0] != "added"]

    @property
    def now(self) -> list[Piece]:
        found = [piece for piece in self.pieces if piece[0] != "removed"]
        return found or [("same", self.unit.paragraph.text)]

    @property
    def can_keep(self) -> bool:
        """Can the member say that the translation is still right?"""
        return not self.draft and not self.public.is_missing and self.needs_person

    @property
    def is_long(self) -> bool:
        return len(self.unit.paragraph.text) > LONG


# Above this number of characters a paragraph gets more lines in the form.
LONG = 140


def panes_of(
    kind: TranslatedKind,
    row: Any,
    language: str,
    *,
    proposal: TranslationProposal | None = None,
    translator: Any = None,
) -> list[Pane]:
    """Return all paragraphs of an object, in its order; for a translator with the memory.

    Translations of internal texts are only suggested for internal texts.
    """
    entries = proposal.entries if proposal else {}
    found = aligned(kind, row, language)
    missing = [unit.paragraph.text for unit, public in found if public.is_missing]
    reader = translator if kind.is_internal else None
    memories = memory_of(language, missing, reader) if translator else {}
    return [
        Pane(
            unit,
            label_of(kind, unit.field),
            public,
            draft=entries[unit.key]["text"] if unit.key in entries else "",
            memory=memories[unit.paragraph.text].text if unit.paragraph.text in memories else "",
        )
        for unit, public in found
    ]


def label_of(kind: TranslatedKind, field: str) -> str:
    """Return the name of a field as the page of the object has it."""
    if field.startswith("figure-"):
        name = Evidence._meta.get_field(field.removeprefix("figure-")).verbose_name
        return _("Figure: %(part)s") % {"part": name}
    if kind.model is CaseStudy and field in SECTIONS:
        return str(SECTIONS[field])
    return capfirst(str(kind.model._meta.get_field(field).verbose_name))


@dataclass(frozen=True)
class Change:
    """One paragraph of a submission, for those who review it."""

    label: str
    source: str
    pieces: list[Piece]
    # Has the original changed since it was translated?
    is_stale: bool


def changes_of(kind: TranslatedKind, row: Any, proposal: TranslationProposal) -> list[Change]:
    """Return what a submission would change, against the translation as it is now.

    Of an accepted one, all that was submitted.
    """
    by_key = {unit.key: public for unit, public in aligned(kind, row, proposal.language)}
    stored = {found.key: found.text for found in stored_rows(kind.name, row.pk, proposal.language)}
    found = []
    for key, entry in proposal.entries.items():
        public = by_key.get(key)
        text = entry["text"]
        before = public.row.text if public and public.row else stored.get(key, "")
        if proposal.status == ProposalState.ACCEPTED:
            before = ""
        elif public is not None and not public.is_stale and before == text:
            continue
        found.append(
            Change(
                label_of(kind, entry["field"]),
                entry["source"],
                word_pieces(before, text, whole=True) if before else [("same", text)],
                public is None,
            )
        )
    return found


def counts_of(panes: Iterable[Pane]) -> dict[str, int]:
    """Return how many paragraphs there are, and how many of them are up to date."""
    listed = list(panes)
    return {
        "total": len(listed),
        "up_to_date": sum(
            1 for pane in listed if not pane.public.is_missing and not pane.public.is_stale
        ),
    }
