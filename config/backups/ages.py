"""When the last backups were made, for the metrics: in files, as backups only read the database."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from django.conf import settings

from repository.dates import clock

# What `backup` has written, and what `verify_backup` has restored.
MADE, VERIFIED = "made", "verified"


def file_of(state: str) -> Path:
    return settings.DATA_DIR / f"last-backup-{state}"


def note(state: str, made_at: str) -> str:
    """Store when a backup was made; return the reason if that is not possible.

    Without a data folder, as in a container, there is no place for it.
    """
    try:
        file_of(state).write_text(f"{made_at}\n")
    except FileNotFoundError:
        return ""
    except OSError as error:
        return f"The age of this backup is not in the metrics ({error.strerror}: {error.filename})."
    return ""


def ages() -> Iterator[tuple[str, float]]:
    """Yield the ages in seconds of the last backups that this machine knows."""
    for state in (MADE, VERIFIED):
        try:
            made_at = datetime.fromisoformat(file_of(state).read_text().strip())
        except (OSError, ValueError):
            continue
        yield state, (clock.now() - made_at).total_seconds()
