"""Write the paragraphs of translations; `actions.store` does so for members and staff."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from django.db import models

from repository.models import Origin, TranslatedParagraph, Translation
from repository.translations.alignment import align
from repository.translations.kinds import TranslatedKind, Unit


def write(
    *,
    kind: TranslatedKind,
    row: Any,
    language: str,
    texts: Mapping[str, str],
    origin: Origin,
    by: Any = None,
    is_reviewed: bool | None = None,
) -> Translation:
    """Translate paragraphs of an object. `texts` has translations by the keys of the units.

    A paragraph that is translated anew replaces the one that was translated before the original
    changed. Translations of paragraphs that the original no longer has are deleted; the history
    keeps them.
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
    for position, unit in enumerate(units):
        text, found = texts.get(unit.key, ""), by_key.get(unit.key)
        if found is None and text:
            by_key[unit.key] = TranslatedParagraph.objects.create(
                translation=translation,
                field=unit.field,
                position=position,
                source=unit.paragraph.text,
                text=text,
                origin=origin,
                by=by,
            )
        elif found is not None and text and text != found.text:
            found.text, found.origin, found.by, found.position = text, origin, by, position
            found.save(update_fields=["text", "origin", "by", "position"])
        elif found is not None and found.position != position:
            found.position = position
            found.save(update_fields=["position"])
        elif found is None and unit.key in replaced:
            # Still shown, until it is translated anew.
            kept.add(replaced[unit.key].pk)
    gone = [found.pk for found in before if found.key not in keys and found.pk not in kept]
    translation.paragraphs.filter(pk__in=gone).delete()
    translation.version = version_of(row)
    if is_reviewed is not None:
        translation.is_reviewed = is_reviewed
    translation.save(update_fields=["version", "is_reviewed", "updated_at"])
    translation.refresh_from_db()
    return translation


def replaced_rows(
    units: list[Unit], rows: list[TranslatedParagraph]
) -> dict[str, TranslatedParagraph]:
    """Return the rows of an earlier version of each unit, by the key of the unit."""
    by_field: dict[str, list[TranslatedParagraph]] = defaultdict(list)
    for row in rows:
        by_field[row.field].append(row)
    found: dict[str, TranslatedParagraph] = {}
    for name in by_field:
        mine = [unit for unit in units if unit.field == name]
        aligned = align([unit.paragraph for unit in mine], by_field[name])
        for unit, each in zip(mine, aligned, strict=True):
            if each.row is not None and each.is_stale:
                found[unit.key] = each.row
    return found


def version_of(row: models.Model) -> int | None:
    """Return the id of the latest event in the history of an object."""
    events = getattr(row, "events", None)
    return events.order_by("-pgh_id").values_list("pgh_id", flat=True).first() if events else None
