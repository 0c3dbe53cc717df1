"""Files that members send: looked at, and pictures written anew, before they are kept."""

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
# How much of the end of a PDF is searched for its last line.
TAIL = 1024


@dataclass(frozen=True)
class Prepared:
    """A file as it is kept; width and height in pixels, None for a document."""

    kind: AttachmentKind
    content: bytes
    width: int | None = None
    height: int | None = None

    @property
    def digest(self) -> str:
        """Tells whether the same file is sent twice."""
        return sha256(self.content).hexdigest()


def prepare(upload: UploadedFile) -> Prepared:
    """Read what was sent, by what is in it and not by its name; ValidationError with words.

    Pictures are decoded and encoded again, at most 1600 pixels long, the right way up and without
    anything that came along: place, camera, comments, trailing bytes. A PDF stays as it is.
    """
    content = content_of(upload)
    if is_pdf(content):
        if PDF_TAIL not in content[-TAIL:]:
            raise ValidationError(_("This PDF is not whole."))
        return Prepared(AttachmentKind.PDF, content)
    # With Pillow, which takes some MB in each worker: most never see a picture.
    from community.writing.attachments.pictures import written_anew

    return Prepared(*written_anew(content))


def content_of(upload: UploadedFile) -> bytes:
    """What was sent; ValidationError for nothing, and for too much."""
    if not upload.size or upload.size > LARGEST:
        raise ValidationError(_("A file may have up to 8 MB."))
    return upload.read()


def is_pdf(content: bytes) -> bool:
    return content.startswith(PDF_HEAD)


@contextmanager
def removed_on_error() -> Iterator[list[str]]:
    """Names of files written within: deleted again where the transaction within is rolled back.

    Not where the connection was lost: the rows may have been written all the same. A file that
    nothing names is then found by the sweep (community/privacy/retention.py).
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
