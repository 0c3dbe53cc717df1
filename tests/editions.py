"""The edition, as the next page of a test would find it."""

from django.db import connection

from repository.models import Edition


def settle() -> None:
    """Renew the edition for what a transaction has changed, as if it were committed."""
    if connection.in_atomic_block and not connection.needs_rollback:
        for when in ("IMMEDIATE", "DEFERRED"):
            # Not counted as a query of the page.
            connection.connection.execute(
                f"SET CONSTRAINTS note_public_change, renew_edition {when}"
            )


def number() -> int:
    settle()
    return Edition.objects.get().number
