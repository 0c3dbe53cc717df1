"""Translations in the folder of a series: `<language>/<kind>.po`."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Model

from repository.loading.entries import Mistake
from repository.models import Origin, TranslatedParagraph, Translation
from repository.translations.kinds import TranslatedKind, kinds
from repository.translations.po import Entry, as_po, from_po
from repository.translations.writing import write


def translated_languages() -> list[str]:
    return [code for code, _name in settings.LANGUAGES if code != settings.LANGUAGE_CODE]


def load_translations(folder: Path, mistakes: list[Mistake]) -> int:
    """Load all translations of a series folder; return the number of objects that changed.

    Only what comes from these files is replaced: translations by members are kept.
    """
    changed = 0
    for language in translated_languages():
        for path in sorted((folder / language).glob("*.po")):
            changed += load_file(path, f"{language}/{path.name}", language, mistakes)
    return changed


def load_file(path: Path, name: str, language: str, mistakes: list[Mistake]) -> int:
    if path.stem not in kinds:
        mistakes.append(Mistake(name, 0, "", "this is not a kind of translated text"))
        return 0
    kind = kinds[path.stem]
    try:
        stated, is_reviewed, entries = from_po(path.read_bytes())
    except ValueError as error:
        mistakes.append(Mistake(name, 0, "", str(error)))
        return 0
    if stated != language:
        mistakes.append(Mistake(name, 0, "", f"the language is “{stated}”, not “{language}”"))
        return 0
    by_object: dict[str, list[Entry]] = {}
    for entry in entries:
        by_object.setdefault(entry.key, []).append(entry)
    rows = {
        str(getattr(row, kind.key)): row
        for row in kind.model._default_manager.filter(**{f"{kind.key}__in": list(by_object)})
    }
    for key in by_object.keys() - rows.keys():
        mistakes.append(Mistake(name, by_object[key][0].line, key, "there is no such object"))
    present = stored(kind, rows, language)
    return sum(
        write_object(kind, row, language, by_object[key], present.get(row.pk, {}), is_reviewed)
        for key, row in rows.items()
    )


def stored(
    kind: TranslatedKind, rows: Mapping[str, Model], language: str
) -> dict[int, dict[str, TranslatedParagraph]]:
    """Return the translated paragraphs of objects by primary key, field and source."""
    found: dict[int, dict[str, TranslatedParagraph]] = {}
    translations = Translation.objects.filter(
        kind=kind.name, language=language, object_id__in=[row.pk for row in rows.values()]
    )
    paragraphs = TranslatedParagraph.objects.filter(translation__in=translations)
    for row in paragraphs.select_related("translation"):
        found.setdefault(row.translation.object_id, {})[row.field, row.source] = row
    return found


def write_object(
    kind: TranslatedKind,
    row: Any,
    language: str,
    entries: list[Entry],
    present: Mapping[Any, TranslatedParagraph],
    is_reviewed: bool,
) -> bool:
    """Write the entries of one object; return whether anything has changed."""
    wanted = {}
    for entry in entries:
        found = present.get((entry.field, entry.source))
        if entry.text and (
            found is None or (found.origin == Origin.EDITORS and found.text != entry.text)
        ):
            wanted[entry.field, entry.source] = entry.text
    if not wanted:
        return False
    texts = {
        unit.key: text
        for unit in kind.units(row)
        if (text := wanted.get((unit.field, unit.paragraph.text)))
    }
    if not texts:
        # The original has changed since; what readers have is kept until the file follows.
        return False
    write(
        kind=kind,
        row=row,
        language=language,
        texts=texts,
        origin=Origin.EDITORS,
        is_reviewed=is_reviewed if not present else None,
    )
    return True


def export(folder: Path, rows: Mapping[str, list[Any]], language: str) -> Iterator[Path]:
    """Write the texts of objects by kind, with their translations, into the folder of a language.

    Entries of the files that are there keep their translations. Yields the files written.
    """
    for name, objects in rows.items():
        kind, path = kinds[name], folder / language / f"{name}.po"
        is_reviewed, before = False, []
        if path.exists():
            _language, is_reviewed, before = from_po(path.read_bytes())
        texts = {(entry.context, entry.source): entry.text for entry in before}
        wanted = dict.fromkeys(
            (f"{getattr(row, kind.key)}/{unit.field}", unit.paragraph.text)
            for row in objects
            for unit in kind.units(row)
        )
        entries = [Entry(*pair, texts.get(pair, "")) for pair in wanted]
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(as_po(language, entries, is_reviewed=is_reviewed))
        yield path
