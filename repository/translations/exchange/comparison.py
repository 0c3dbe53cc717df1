"""Compare a file of a translator with the site: what an import would change, and what it leaves."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from repository.models import TranslatedParagraph, Translation
from repository.text.differences import Piece, word_pieces
from repository.translations.exchange.po import (
    ExchangeFile,
    ExchangeUnit,
    by_object,
    objects,
    paragraphs_of,
)
from repository.translations.kinds import FIGURE, TranslatedKind, Unit, kinds
from repository.translations.paragraphs import digest
from repository.translations.problems import problems


class Outcome(models.TextChoices):
    """What an import does with a unit."""

    NEW = "new", _("New")
    CHANGED = "changed", _("Changed")
    SAME = "same", _("Unchanged")
    EMPTY = "empty", _("Not translated")
    # Written only if the importer ticks it.
    REVIEWED = "reviewed", _("Approved by a reviewer")
    CHANGED_SINCE = "changed-since", _("The translation has changed since the export")
    ORIGINAL_CHANGED = "original-changed", _("The original has changed since the export")
    # Never written.
    WRONG = "wrong", _("Problem")


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
            problem = str(_("There is no such public object."))
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
    """Return what paragraphs of a file have become in the original, by the key of the unit."""
    found = {}
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
        return [str(_("There is no such field."))]
    if written_in == file.language:
        return [str(_("The original is in this language."))]
    if file.source_language and written_in != file.source_language:
        return [str(_("The original is in another language than the file says."))]
    if unit.problem:
        return [unit.problem]
    return problems(unit.source, unit.text) if unit.text else []


def summary(compared: Iterable[Compared]) -> Mapping[Outcome, int]:
    """Return how many units have each outcome, those with any."""
    counts = dict.fromkeys(Outcome, 0)
    for each in compared:
        counts[each.outcome] += 1
    return {name: number for name, number in counts.items() if number}
