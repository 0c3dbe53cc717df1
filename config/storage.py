import os
from pathlib import Path
from typing import override

from django.core.files.storage import FileSystemStorage


class SyncedFileSystemStorage(FileSystemStorage):
    """Uploaded files on this machine, written to the disk before anything can point to them.

    After a power cut the database has every row whose transaction has ended; without this the file
    of such a row could be empty or missing.
    """

    @override
    def save(self, name, content, max_length=None):
        saved = super().save(name, content, max_length)
        path = Path(self.path(saved))
        sync(path)
        # The folders too, which hold the name of the file and may be new.
        for folder in path.parents:
            if not folder.is_relative_to(self.location):
                break
            sync(folder)
        return saved


def sync(path: Path) -> None:
    """Wait until the disk has what was written to a file, or to a folder."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
