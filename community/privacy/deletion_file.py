"""The records of deletions, stored apart from the database and its backups.

Lines of a file in the data folder; with an object store, which all servers share, an object each.
"""

import json
import os
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from community.models import Deletion
from repository.pages.files import is_object_store

FOLDER = "deletions"


def add(deletion: Deletion) -> None:
    """Record one deletion."""
    line = json.dumps(
        {
            "number": deletion.number,
            "joined": deletion.joined_at.isoformat(),
            "deleted": deletion.deleted_at.isoformat(),
            "erased": deletion.erased,
        }
    )
    if is_object_store():
        # The storage chooses another name if there is a record of this number.
        default_storage.save(f"{FOLDER}/{deletion.number}.json", ContentFile(line.encode()))
    else:
        append(settings.DELETIONS_FILE, line)


def append(path: Path, line: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    # A single appending write: concurrent processes cannot interleave their lines.
    file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(file, f"{line}\n".encode())
        os.fsync(file)
    finally:
        os.close(file)


def read_deletions() -> list[Deletion]:
    """The recorded deletions; ValueError with the place of an invalid record."""
    return [parse(line, place) for place, line in lines()]


def lines() -> list[tuple[str, str]]:
    """Return each record with its place, for messages."""
    if is_object_store():
        names = sorted(default_storage.listdir(FOLDER)[1])
        return [(f"{FOLDER}/{name}", read(f"{FOLDER}/{name}")) for name in names]
    path = settings.DELETIONS_FILE
    if not path.exists():
        return []
    text = path.read_text(encoding="utf-8")
    return [(f"Line {n} of {path}", line) for n, line in enumerate(text.splitlines(), start=1)]


def read(path: str) -> str:
    with default_storage.open(path) as file:
        return file.read().decode()


def parse(line: str, place: str) -> Deletion:
    try:
        row = json.loads(line)
        return Deletion(
            number=row["number"],
            joined_at=datetime.fromisoformat(row["joined"]),
            deleted_at=datetime.fromisoformat(row["deleted"]),
            erased=row["erased"],
        )
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(f"{place} cannot be read.") from error
