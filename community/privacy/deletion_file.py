"""The file of deletions, stored apart from the database and its backups."""

import json
import os
from datetime import datetime

from django.conf import settings

from community.models import Deletion


def add(deletion: Deletion) -> None:
    """Append a line for one deletion."""
    line = json.dumps(
        {
            "number": deletion.number,
            "joined": deletion.joined_at.isoformat(),
            "deleted": deletion.deleted_at.isoformat(),
            "erased": deletion.erased,
        }
    )
    path = settings.DELETIONS_FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    # A single appending write: concurrent processes cannot interleave their lines.
    file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(file, f"{line}\n".encode())
        os.fsync(file)
    finally:
        os.close(file)


def read_deletions() -> list[Deletion]:
    """The deletions in the file; ValueError with the line number of an invalid line."""
    path = settings.DELETIONS_FILE
    if not path.exists():
        return []
    found = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            row = json.loads(line)
            found.append(
                Deletion(
                    number=row["number"],
                    joined_at=datetime.fromisoformat(row["joined"]),
                    deleted_at=datetime.fromisoformat(row["deleted"]),
                    erased=row["erased"],
                )
            )
        except (ValueError, KeyError, TypeError) as error:
            raise ValueError(f"Line {number} of {path} cannot be read.") from error
    return found
