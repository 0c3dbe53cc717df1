"""The folder with all backups: their names, the newest, and how long they are kept."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from django.core.management import CommandError

from config.backups.contents import SUMMARY, Summary
from repository.dates import clock

UNFINISHED = ".unfinished"


def new_folder(folder: Path) -> Path:
    """Return the folder for a backup that begins now."""
    if not folder.is_dir():
        raise CommandError(f"{folder} is no folder. Make it first, readable by this user only.")
    # With the time, since there may be several a day.
    return folder / f"{clock.now():%Y-%m-%dT%H%M%S}"


def backups(folder: Path) -> Iterator[tuple[datetime, Path]]:
    """Yield the complete backups in a folder, and when each was made."""
    for path in folder.iterdir():
        if path.suffix != UNFINISHED and (path / SUMMARY).exists():
            # Those of another format are left alone.
            with suppress(CommandError):
                yield datetime.fromisoformat(Summary.read(path).made_at), path


def newest(folder: Path) -> Path:
    """Return the newest backup in a folder of backups, or the folder if it is one."""
    if (folder / SUMMARY).exists() or not folder.is_dir():
        return folder
    return max(backups(folder), default=(None, folder))[1]


def delete_old(made: Path, keep: timedelta) -> list[str]:
    """Delete backups beside a new one that are older, and what interrupted ones have left.

    Returns their names. Nothing else in the folder is touched.
    """
    before = clock.now() - keep
    old = [path for made_at, path in backups(made.parent) if made_at < before and path != made]
    old += [path for path in made.parent.glob(f"*{UNFINISHED}") if is_abandoned(path)]
    try:
        for path in sorted(old):
            # Also if deleting the rest is interrupted, it is no backup any more.
            shutil.rmtree(path if path.suffix == UNFINISHED else renamed(path))
    except OSError as error:
        raise CommandError(
            f"The backup is complete, but old ones can’t be deleted ({error.strerror}: "
            f"{error.filename})."
        ) from None
    return [path.name for path in sorted(old)]


def renamed(path: Path) -> Path:
    """Return a backup under the name of an unfinished one, which the next `backup` deletes."""
    return path.rename(path.with_name(path.name + UNFINISHED))


def is_abandoned(path: Path) -> bool:
    """Is no backup writing to this folder?"""
    try:
        lock = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError:
        return False
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        os.close(lock)
    return True
