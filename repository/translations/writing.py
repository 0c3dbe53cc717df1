"""Write the paragraphs of translations; `actions.store` does so for members and staff."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.db import models

from repository.models import Origin, Original, TranslatedParagraph, Translation
from repository.translations.alignment import align_units
from repository.translations.kinds import TranslatedKind, Unit


def write(
    *,
    kind: TranslatedKind,
    row: Any,
    language: str,
    texts: Mapping[str, str],
    origin: Origin,
    by: Any = None,
    is_reviewed: bool = False,
    origins: Mapping[str, Origin] | None = None,
    sources: Mapping[str, str] | None = None,
) -> Translation:
    """Translate paragraphs of an object, for an action of a reviewer or of the translator, `by`.

    `texts` has translations by the keys of the units.

    A new translation of a paragraph replaces the one made before the original changed. With the
    same text as before it is still right: only its source changes. `origins` has those that differ
    from `origin`. `is_reviewed` is about the paragraphs that are written: others stay as they are.
    Translations of paragraphs that the original no longer has are deleted; the
    history keeps them.

    `sources` has the paragraphs of the original that were translated, by key. Translations of
    paragraphs that have changed since are stored as out of date, each in the place of the current
    paragraph, unless that is translated.
    """
    translation, _is_new = Translation.objects.get_or_create(
        kind=kind.name, object_id=row.pk, language=language
    )
    translation = Translation.objects.select_for_update().get(pk=translation.pk)
    units = list(kind.units(row))
    keys = {unit.key for unit in units}
    before = list(translation.paragraphs.order_by("field", "position"))
    replaced = replaced_rows(units, before)
    by_key = {found.key: found for found in before}
    kept: set[int] = set()
    created: list[TranslatedParagraph] = []
    changed: list[TranslatedParagraph] = []
    for position, unit in enumerate(units):
        text, found = texts.get(unit.key, ""), by_key.get(unit.key)
        made = (origins or {}).get(unit.key, origin)
        if found is None and text and (earlier := still_right(replaced.get(unit.key), text)):
            earlier.source, earlier.position = unit.paragraph.text, position
            earlier.is_reviewed = is_reviewed
            changed.append(earlier)
            by_key[unit.key] = earlier
            kept.add(earlier.pk)
        elif found is None and text:
            by_key[unit.key] = paragraph(translation, unit, position, text, made, by, is_reviewed)
            created.append(by_key[unit.key])
        elif found is not None and text and differs(found, text, made):
            found.text, found.origin, found.by, found.position = text, made, by, position
            found.is_reviewed = is_reviewed
            changed.append(found)
        elif found is not None and found.position != position:
            found.position = position
            changed.append(found)
        elif found is None and unit.key in replaced:
            # Still shown, until there is a new translation.
            kept.add(replaced[unit.key].pk)
    TranslatedParagraph.objects.bulk_create(created)
    TranslatedParagraph.objects.bulk_update(
        {row.pk: row for row in changed if row.pk}.values(),
        ["source", "text", "origin", "by", "position", "is_reviewed"],
    )
    gone = [found.pk for found in before if found.key not in keys and found.pk not in kept]
    translation.paragraphs.filter(pk__in=gone).delete()
    if sources:
        add_earlier(translation, units, texts, sources, origin, by)
    translation.version = version_of(row)
    translation.save(update_fields=["version", "updated_at"])
    translation.refresh_from_db()
    return translation


def lock_originals(kind: TranslatedKind, pks: Collection[int] | models.QuerySet) -> None:
    """Serialise changes of the translations of objects with each other and with edits.

    Lock before reading the objects. Triggers count which paragraphs are up to date: of an edit and
    a translation at the same moment, neither would count what the other one writes. The order is
    that in which `lock_all` locks objects, to avoid deadlocks.
    """
    rows = Original.objects.filter(kind=kind.name, object_id__in=pks)
    list(rows.order_by("object_id").select_for_update())


@contextmanager
def locked_translation(kind: TranslatedKind, row: Any, language: str) -> Iterator[Translation]:
    """Lock the translation of an object in an action that compares it before it writes.

    The original is locked already. A translation without paragraphs is deleted.
    """
    of_row = Translation.objects.of(kind.name, row.pk).filter(language=language)
    Translation.objects.get_or_create(kind=kind.name, object_id=row.pk, language=language)
    translation = of_row.select_for_update().get()
    yield translation
    if not translation.paragraphs.exists():
        translation.delete()


def write_first(
    *,
    translations: Iterable[Translation],
    units: Mapping[int, list[Unit]],
    texts: Mapping[int, Mapping[str, str]],
    origin: Origin,
    is_reviewed: bool = False,
) -> None:
    """Write the paragraphs of translations that have none, all at once.

    `units` and `texts`, by the keys of the units, are given by the primary key of the original.
    """
    made = {
        (translation.pk, unit.key): paragraph(
            translation, unit, position, text, origin, is_reviewed=is_reviewed
        )
        for translation in translations
        for position, unit in enumerate(units[translation.object_id])
        if (text := texts[translation.object_id].get(unit.key))
    }
    TranslatedParagraph.objects.bulk_create(made.values())


def paragraph(
    translation: Translation,
    unit: Unit,
    position: int,
    text: str,
    origin: Origin,
    by: Any = None,
    is_reviewed: bool = False,
) -> TranslatedParagraph:
    return TranslatedParagraph(
        translation=translation,
        field=unit.field,
        position=position,
        source=unit.paragraph.text,
        text=text,
        origin=origin,
        by=by,
        is_reviewed=is_reviewed,
    )


def still_right(row: TranslatedParagraph | None, text: str) -> TranslatedParagraph | None:
    """Return an earlier translation that remains; one by a machine becomes that of a person."""
    is_same = row is not None and row.text == text and row.origin != Origin.MACHINE
    return row if is_same else None


def differs(row: TranslatedParagraph, text: str, origin: Origin) -> bool:
    """Does a new translation replace a row? A person can confirm that of a machine."""
    is_confirmed = row.origin == Origin.MACHINE and origin != Origin.MACHINE
    return text != row.text or is_confirmed


def add_earlier(
    translation: Translation,
    units: list[Unit],
    texts: Mapping[str, str],
    sources: Mapping[str, str],
    origin: Origin,
    by: Any,
) -> None:
    """Store translations of paragraphs that have changed since, where nothing newer is there."""
    rows = [
        TranslatedParagraph(pk=-number, field=key.partition(":")[0], source=source, text=texts[key])
        for number, (key, source) in enumerate(sources.items(), 1)
        if texts.get(key)
    ]
    present = list(translation.paragraphs.order_by("field", "position"))
    current = {found.key for found in present} | set(texts)
    replaced = replaced_rows(units, present)
    for place, (unit, each) in enumerate(align_units(units, rows)):
        if each.row is None or not each.is_stale or unit.key in current:
            continue
        if unit.key in replaced:
            replaced[unit.key].delete()
        # There may be another one, which stood for the paragraph in another place.
        translation.paragraphs.update_or_create(
            field=unit.field,
            source=each.row.source,
            defaults={
                "position": place,
                "text": each.row.text,
                "origin": origin,
                "by": by,
                "is_reviewed": False,
            },
        )


def replaced_rows(
    units: list[Unit], rows: list[TranslatedParagraph]
) -> dict[str, TranslatedParagraph]:
    """Return the rows of an earlier version of each unit, by the key of the unit."""
    return {
        unit.key: each.row
        for unit, each in align_units(units, rows)
        if each.row is not None and each.is_stale
    }


def version_of(row: models.Model) -> int | None:
    """Return the id of the latest event in the history of an object."""
    return versions_of(type(row), [row.pk]).get(row.pk)


def versions_of(model: type[models.Model], pks: Collection[int]) -> dict[int, int]:
    """Return the ids of the latest events in the histories of objects by primary key."""
    if not hasattr(model, "events"):
        return {}
    latest = model._default_manager.filter(pk__in=pks).values_list(
        "pk", models.Max("events__pgh_id")
    )
    return dict(latest)
