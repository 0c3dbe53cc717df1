"""Write translations."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from repository.models import Translation
from repository.translations.alignment import align_units
from repository.translations.kinds import TranslatedKind
from repository.translations.writing import lock_originals, write
from repository.workflow import ActionRefused, action

store = action(write)


@action
def keep_translations(*, kind: TranslatedKind, row: Any, keys: Mapping[str, str], by: Any) -> int:
    """Let translations of earlier versions of paragraphs count as up to date: only typos changed.

    `keys` has the key of each current paragraph by that of its earlier version. Returns the number
    of translated paragraphs that are up to date again.
    """
    lock_originals(kind, [row.pk])
    row = kind.model._default_manager.filter(pk=row.pk).first()
    if row is None:
        raise ActionRefused(_("This no longer exists."))
    units, kept = list(kind.units(row)), 0
    of_object = Translation.objects.of(kind.name, row.pk)
    for translation in of_object.select_for_update().order_by("pk"):
        rows = list(translation.paragraphs.order_by("field", "position"))
        for unit, each in align_units(units, rows):
            earlier = each.row
            if earlier is not None and each.is_stale and keys.get(earlier.key) == unit.key:
                earlier.source = unit.paragraph.text
                earlier.save(update_fields=["source"])
                kept += 1
    return kept
