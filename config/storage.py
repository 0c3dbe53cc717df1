"""Where uploaded files are stored."""

import errno
import os
from pathlib import Path
from typing import override

from django.conf import settings
from django.core.files.storage import FileSystemStorage

# What the operating system answers if there is no room for a file.
FULL = {errno.ENOSPC, errno.EDQUOT}


class SyncedFileSystemStorage(FileSystemStorage):
    """A FileSystemStorage that syncs uploaded files to disk before rows can refer to them.

    After a power failure, committed rows are still in the database; without this their files could
    be empty or missing. Nothing is left of a file that cannot be written, on a full disk.
    """

    @override
    def save(self, name, content, max_length=None):
        saved = super().save(name, content, max_length)
        try:
            self.sync_with_folders(saved)
        except OSError:
            self.delete(saved)
            raise
        return saved

    @override
    def _save(self, name, content):
        try:
            return super()._save(name, content)
        except OSError:
            # `save` has found the name free, and it is random: no other process uses it.
            self.delete(name)
            raise

    def sync_with_folders(self, saved: str) -> None:
        path = Path(self.path(saved))
        sync(path)
        # Sync the folders too: they hold the file's entry and may be new.
        for folder in path.parents:
            if not folder.is_relative_to(self.location):
                break
            sync(folder)


def sync(path: Path) -> None:
    """Flush a file or folder to disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def is_full(error: BaseException | None) -> bool:
    """Whether an error says that the disk is full."""
    return isinstance(error, OSError) and error.errno in FULL


def connection_errors() -> tuple[type[Exception], ...]:
    """Return the exceptions that mean that the object store does not answer."""
    if "links" not in settings.STORAGES:
        return ()
    from boto3.exceptions import S3UploadFailedError
    from botocore.exceptions import ConnectionError, HTTPClientError

    return ConnectionError, HTTPClientError, S3UploadFailedError
