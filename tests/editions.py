"""The edition, as the next page of a test would find it."""

from django.db import connection

from repository.models import Edition


def settle() -> None:
    """Write what triggers do at the end of a transaction, as if it were committed.

    That are search entries, facets of cases, and the edition.
    """
    if connection.in_atomic_block and not connection.needs_rollback:
        for when in ("IMMEDIATE", "DEFERRED"):
            # Not counted as a query of the page.
            connection.connection.execute(
                "SET CONSTRAINTS repository_apply_search_changes, note_public_change, "
                f"renew_edition {when}"
            )


def number() -> int:
    settle()
    return Edition.objects.get().number
