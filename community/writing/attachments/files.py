"""Validation of uploaded files; pictures are re-encoded before they are stored."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256

from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import InterfaceError, OperationalError
from django.utils.translation import gettext as _

from community.models import AttachmentKind
from community.writing.attachments.models import LARGEST

PDF_HEAD, PDF_TAIL = b"%PDF-", b"%%EOF"
# How many bytes at the end of a PDF are searched for its end-of-file marker.
TAIL = 1024


@dataclass(frozen=True)
class Prepared:
    """A file to store; width and height in pixels, None for a document."""

    kind: AttachmentKind
    content: bytes
    width: int | None = None
    height: int | None = None

    @property
    def digest(self) -> str:
        """Detects duplicates."""
        return sha256(self.content).hexdigest()


def prepare(upload: UploadedFile) -> Prepared:
    """Validate an upload by its content, not by its name; ValidationError with a message.

    Pictures are decoded and re-encoded, at most 1600 pixels long, upright and without metadata:
    place, camera, comments, trailing bytes. A PDF is stored unchanged.
    """
    content = content_of(upload)
    if is_pdf(content):
        if PDF_TAIL not in content[-TAIL:]:
            raise ValidationError(_("This PDF is not whole."))
        return Prepared(AttachmentKind.PDF, content)
    # Imported here because Pillow takes several MB in each worker and few requests need it.
    from community.writing.attachments.pictures import reencoded

    return Prepared(*reencoded(content))


def content_of(upload: UploadedFile) -> bytes:
    """The uploaded content; ValidationError if it is empty or too large."""
    if not upload.size or upload.size > LARGEST:
        raise ValidationError(_("A file may have up to 8 MB."))
    return upload.read()


def is_pdf(content: bytes) -> bool:
    return content.startswith(PDF_HEAD)


@contextmanager
def removed_on_error() -> Iterator[list[str]]:
    """Collect names of files written in the block; delete them if its transaction rolls back.

    Not if the connection was lost: the rows may have been committed. The sweep in
    community/privacy/retention.py removes files without a row.
    """
    names: list[str] = []
    try:
        yield names
    except (InterfaceError, OperationalError):
        raise
    except BaseException:
        for name in names:
            default_storage.delete(name)
        raise
