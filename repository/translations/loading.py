"""Translations in the folder of a series: `<language>/<kind>.po`."""

from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Exists, F, Model, OuterRef

from repository.loading.entries import Mistake
from repository.models import Origin, Original, TranslatedParagraph, Translation
from repository.translations.kinds import TranslatedKind, Unit, kinds
from repository.translations.po import Entry, as_po, from_po
from repository.translations.writing import (
    lock_originals,
    replaced_rows,
    versions_of,
    write,
    write_first,
)

BY_MEMBERS = {Origin.PERSON, Origin.MEMORY}

# Called with the kind and primary key of each object whose translations a load has made out of
# date. Higher apps add theirs.
became_stale: list[Callable[[str, int], object]] = []


def translated_keys() -> dict[tuple[str, int], list[str]]:
    """Return the keys of the paragraphs of all objects with translations, by kind and number."""
    of_original = Translation.objects.filter(kind=OuterRef("kind"), object_id=OuterRef("object_id"))
    rows = Original.objects.filter(Exists(of_original))
    return {(kind, pk): keys for kind, pk, keys in rows.values_list("kind", "object_id", "keys")}


def report_stale(before: Mapping[tuple[str, int], list[str]]) -> None:
    """Report the objects that have changed since `before` and now have stale translations."""
    changed = {pair for pair, keys in translated_keys().items() if before.get(pair, keys) != keys}
    stale = Translation.objects.filter(up_to_date__lt=F("total"))
    for pair in sorted(changed & set(stale.values_list("kind", "object_id"))):
        for report in became_stale:
            report(*pair)


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
    of_file = kind.keyed(kind.model._default_manager.all(), list(by_object))
    lock_originals(kind, of_file.values("pk"))
    rows = {str(getattr(row, kind.key)): row for row in of_file}
    for key in by_object.keys() - rows.keys():
        mistakes.append(Mistake(name, by_object[key][0].line, key, "there is no such object"))
    return write_entries(kind, rows, language, by_object, is_reviewed)


def write_entries(
    kind: TranslatedKind,
    rows: Mapping[str, Any],
    language: str,
    by_object: Mapping[str, list[Entry]],
    is_reviewed: bool,
) -> int:
    """Write the entries of objects, both by key; return the number of objects that changed."""
    units = kind.units_of(rows.values())
    # What fits the originals as they are now. Where a paragraph has changed since, what readers
    # have is kept until the file follows.
    given = {}
    for key, row in rows.items():
        texts = {(entry.field, entry.source): entry.text for entry in by_object[key] if entry.text}
        given[row.pk] = {
            unit.key: text
            for unit in units[row.pk]
            if (text := texts.get((unit.field, unit.paragraph.text)))
        }
    by_pk = {row.pk: row for row in rows.values() if given[row.pk]}
    translations, new = locked(kind, language, by_pk)
    present = stored(translations.values())
    wanted = {
        pk: only_wanted(texts, units[pk], present[pk]) for pk, texts in given.items() if texts
    }
    first = {pk for pk in new if not present[pk]}
    write_first(
        translations=[translations[pk] for pk in first],
        units=units,
        texts=wanted,
        origin=Origin.EDITORS,
        is_reviewed=is_reviewed,
    )
    changed = [pk for pk, texts in wanted.items() if texts]
    for pk in changed:
        if pk not in first:
            write(
                kind=kind,
                row=by_pk[pk],
                language=language,
                texts=wanted[pk],
                origin=Origin.EDITORS,
                is_reviewed=is_reviewed,
            )
    reviewed = mark_reviewed(present, given) if is_reviewed else set()
    return len({*changed, *reviewed})


def mark_reviewed(
    present: Mapping[int, Mapping[str, TranslatedParagraph]], texts: Mapping[int, Mapping[str, str]]
) -> set[int]:
    """Mark what was there already and is in a reviewed file; return the keys of the originals."""
    found = {
        row.pk: pk
        for pk, rows in present.items()
        for key, row in rows.items()
        if not row.is_reviewed and row.origin == Origin.EDITORS and texts[pk].get(key) == row.text
    }
    TranslatedParagraph.objects.filter(pk__in=list(found)).update(is_reviewed=True)
    return set(found.values())


def only_wanted(
    texts: Mapping[str, str], units: list[Unit], present: Mapping[str, TranslatedParagraph]
) -> dict[str, str]:
    """Return the texts of a file to write, by key.

    Translations by members are kept, also of paragraphs that have changed since.
    """
    kept = {
        key
        for key, row in present.items()
        if row.origin != Origin.EDITORS or row.text == texts.get(key)
    }
    if texts.keys() - kept and any(row.origin in BY_MEMBERS for row in present.values()):
        earlier = replaced_rows(units, list(present.values()))
        kept |= {key for key, row in earlier.items() if row.origin in BY_MEMBERS}
    return {key: text for key, text in texts.items() if key not in kept}


def locked(
    kind: TranslatedKind, language: str, by_pk: Mapping[int, Model]
) -> tuple[dict[int, Translation], set[int]]:
    """Lock the translations of objects and create those that are missing.

    Returns them by the primary key of the original, and the keys of new ones.
    """
    there = Translation.objects.filter(kind=kind.name, language=language, object_id__in=list(by_pk))
    missing = by_pk.keys() - set(there.values_list("object_id", flat=True))
    if missing:
        versions = versions_of(kind.model, missing)
        Translation.objects.bulk_create(
            [
                Translation(
                    kind=kind.name,
                    object_id=pk,
                    language=language,
                    version=versions.get(pk),
                )
                for pk in sorted(missing)
            ],
            # A member may have begun one at this moment.
            ignore_conflicts=True,
        )
    rows = there.select_for_update().order_by("pk")
    return {row.object_id: row for row in rows}, missing


def stored(
    translations: Collection[Translation],
) -> dict[int, dict[str, TranslatedParagraph]]:
    """Return the translated paragraphs by the primary key of the original and their own key."""
    found: dict[int, dict[str, TranslatedParagraph]] = {row.object_id: {} for row in translations}
    objects = {row.pk: row.object_id for row in translations}
    rows = TranslatedParagraph.objects.filter(translation__in=list(objects))
    for row in rows.order_by("field", "position"):
        found[objects[row.translation_id]][row.key] = row
    return found


def export(folder: Path, rows: Mapping[str, list[Any]], language: str) -> Iterator[Path]:
    """Write the texts of objects by kind, with their translations, into the folder of a language.

    Entries of the files that are there keep their translations. Yields the files written.
    """
    for name, objects in rows.items():
        kind, path = kinds[name], folder / language / f"{name}.po"
        is_reviewed = False
        before: list[Entry] = []
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
