"""Where uploaded files are stored."""

import os
from pathlib import Path
from typing import override

from django.conf import settings
from django.core.files.storage import FileSystemStorage


class SyncedFileSystemStorage(FileSystemStorage):
    """A FileSystemStorage that syncs uploaded files to disk before rows can refer to them.

    After a power failure, committed rows are still in the database; without this their files could
    be empty or missing.
    """

    @override
    def save(self, name, content, max_length=None):
        saved = super().save(name, content, max_length)
        path = Path(self.path(saved))
        sync(path)
        # Sync the folders too: they hold the file's entry and may be new.
        for folder in path.parents:
            if not folder.is_relative_to(self.location):
                break
            sync(folder)
        return saved


def sync(path: Path) -> None:
    """Flush a file or folder to disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def connection_errors() -> tuple[type[Exception], ...]:
    """Return the exceptions that mean that the object store does not answer."""
    if "links" not in settings.STORAGES:
        return ()
    from boto3.exceptions import S3UploadFailedError
    from botocore.exceptions import ConnectionError, HTTPClientError

    return ConnectionError, HTTPClientError, S3UploadFailedError
