"""Write translations, and import those of a professional translator."""

import time
from collections.abc import Collection, Mapping
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.db import OperationalError, connection
from django.utils.translation import gettext as _
from psycopg.errors import DeadlockDetected, LockNotAvailable

from repository.models import Origin, Translation
from repository.translations.alignment import align_units
from repository.translations.exchange import ExchangeFile, by_object, compare, objects
from repository.translations.kinds import TranslatedKind, kinds
from repository.translations.writing import lock_originals, locked_translation, write
from repository.workflow import ActionRefused, action

# Seconds that an import waits for a lock: PostgreSQL looks for deadlocks after one, and may then
# abort the other transaction.
LOCK_TIMEOUT = 0.5
# Seconds between the attempts to import.
PAUSES = [0.2, 0.5, 1, 2]

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


def import_file(*, file: ExchangeFile, ticks: Collection[str], by: Any) -> int:
    """Write the new and changed paragraphs of a file, and the ticked ones; return how many.

    An edit of several originals may lock them in another order. The import then gives up, so that
    the edit can go on, and is tried again.
    """
    for pause in PAUSES:
        try:
            return write_file(file=file, ticks=ticks, by=by)
        except OperationalError as error:
            if not isinstance(error.__cause__, LockNotAvailable | DeadlockDetected):
                raise
            time.sleep(pause)
    return write_file(file=file, ticks=ticks, by=by)


@action
def write_file(*, file: ExchangeFile, ticks: Collection[str], by: Any) -> int:
    """Do what `import_file` does, in one transaction.

    Each unit is compared again under the lock of its original: what has changed since the
    preview is left alone, and a second import of the same file changes nothing.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [f"{LOCK_TIMEOUT}s"])
    keys = sorted((name, row.pk) for (name, _key), row in objects(file.units, by).items())
    for name, group in groupby(keys, key=itemgetter(0)):
        lock_originals(kinds[name], [pk for _name, pk in group])
    # Read again: they may have been edited before.
    found = objects(file.units, by)
    written = 0
    # In one order, so that two imports do not wait for each other.
    for key, units in sorted(by_object(file.units).items()):
        if key not in found:
            continue
        kind, row = kinds[key[0]], found[key]
        of_row = Translation.objects.of(kind.name, row.pk).filter(language=file.language)
        before = compare(kind, row, units, of_row.first(), file)
        if not any(each.is_written(ticks) for each in before):
            continue
        with locked_translation(kind, row, file.language) as translation:
            compared = list(compare(kind, row, units, translation, file))
            wanted = [each for each in compared if each.is_written(ticks)]
            if wanted:
                write(
                    kind=kind,
                    row=row,
                    language=file.language,
                    texts={each.unit.unit_key: each.unit.text for each in wanted},
                    origin=Origin.PERSON,
                    by=by,
                    sources={
                        each.unit.unit_key: each.unit.source
                        for each in wanted
                        if each.is_out_of_date
                    },
                )
                written += len(wanted)
    return written
