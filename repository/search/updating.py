"""Update the search entries that show a former name, in background tasks.

A transaction that changes or deletes a name updates the entries that show it, unless they are very
many: then it notes them, and readers find them by the old name until a task has updated them.
"""

import time
from collections import defaultdict

from django.db import connection, transaction
from django.tasks import task

from repository.models import OutdatedEntry

# Entries of one transaction. Other writers wait for it, for about half a second.
BATCH = 100
# Seconds after which a task queues the rest, so that emails do not wait for it.
SECONDS = 5


@task(priority=-50)
def update_outdated_entries() -> None:
    """Update entries for some seconds, and queue the rest. Idempotent."""
    end = time.monotonic() + SECONDS
    while update_batch():
        if time.monotonic() > end:
            update_outdated_entries.enqueue()
            return


@transaction.atomic
def update_batch() -> int:
    """Update some of the entries, and return how many; 0 if there is nothing left to do."""
    # Triggers update entries under this lock, so that each writer sees what others have committed.
    with connection.cursor() as cursor:
        cursor.execute("SELECT repository_lock_search()")
    # Skip those that an open transaction has just noted again.
    noted = OutdatedEntry.objects.order_by("pk").select_for_update(skip_locked=True)[:BATCH]
    keys: dict[str, list[str]] = defaultdict(list)
    for entry in noted:
        keys[entry.kind].append(entry.object_id)
    with connection.cursor() as cursor:
        for kind, object_ids in keys.items():
            cursor.execute("SELECT repository_refresh_search_entries(%s, %s)", [kind, object_ids])
    OutdatedEntry.objects.filter(pk__in=[entry.pk for entry in noted]).delete()
    return len(noted)
