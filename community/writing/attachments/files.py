"""Private files of members: how they are checked before storage, and how they are sent."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from io import BytesIO
from typing import IO

from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import InterfaceError, OperationalError, transaction
from django.db.models.fields.files import FieldFile
from django.http import FileResponse, Http404, HttpResponseRedirect
from django.utils.csp import CSP
from django.utils.translation import gettext as _
from django.views.decorators.csp import csp_override

from community.models import AttachmentKind, OfficeKind
from community.writing.attachments import office
from community.writing.attachments.models import LARGEST, SMALL_WIDTH
from repository.pages.files import is_object_store, store_redirect

PDF_HEAD, PDF_TAIL = b"%PDF-", b"%%EOF"
# How many bytes at the end of a PDF are searched for its end-of-file marker.
TAIL = 1024
# Classes of codes of PostgreSQL after which a commit may have succeeded.
CONNECTION_LOST = ("08", "57", "58")


@dataclass(frozen=True)
class Prepared:
    """A file to store; width and height in pixels, None for a document."""

    kind: AttachmentKind | OfficeKind
    content: bytes
    width: int | None = None
    height: int | None = None

    @property
    def digest(self) -> str:
        """The digest of the content, by which duplicates are found."""
        return sha256(self.content).hexdigest()


def prepare(upload: UploadedFile) -> Prepared:
    """Validate an upload by its content, not by its name; ValidationError with a message.

    Pictures are decoded and re-encoded, at most 1600 pixels long, upright and without metadata:
    place, camera, comments, trailing bytes. A PDF is stored unchanged.
    """
    return prepared(content_of(upload))


def prepared(content: bytes) -> Prepared:
    if is_pdf(content):
        if PDF_TAIL not in content[-TAIL:]:
            raise ValidationError(
                _("This PDF is incomplete. Save it again and upload the new file.")
            )
        return Prepared(AttachmentKind.PDF, content)
    # Imported here because Pillow takes several MB in each worker and few requests need it.
    from community.writing.attachments.pictures import reencoded

    return Prepared(*reencoded(content))


def small_copy(prepared: Prepared) -> bytes:
    """The smaller copy of a picture; empty for a small picture or a document."""
    if not prepared.width or prepared.width <= SMALL_WIDTH:
        return b""
    from community.writing.attachments.pictures import narrowed

    return narrowed(prepared.content, prepared.kind, SMALL_WIDTH)


def prepare_shared(content: bytes) -> Prepared:
    """Validate a file that partners share, from an upload or an email, as `prepare` does.

    Office documents are accepted as well and stored unchanged: see office.py. Never show them
    inline: send them as attachments only.
    """
    check_size(len(content))
    if office.looks_like_office(content):
        return Prepared(office.office_kind(content), content)
    try:
        return prepared(content)
    except ValidationError as error:
        if error.code != "kind":
            raise
        raise ValidationError(
            _("Use a picture (JPEG, PNG or WebP), a PDF, or a Word, Excel, PowerPoint or ODF file.")
        ) from None


def content_of(upload: UploadedFile) -> bytes:
    """The uploaded content; ValidationError if it is empty or too large."""
    check_size(upload.size or 0)
    return upload.read()


def check_size(size: int) -> None:
    if not size or size > LARGEST:
        raise ValidationError(_("Each file can be up to 8 MB."))


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
    except (InterfaceError, OperationalError) as error:
        if is_rolled_back(error):
            delete_all(names)
        raise
    except BaseException:
        delete_all(names)
        raise


def is_rolled_back(error: Exception) -> bool:
    """Whether the database itself has refused a statement, for example because its disk is full."""
    code = getattr(error.__cause__, "sqlstate", None) or ""
    return bool(code) and not code.startswith(CONNECTION_LOST)


def delete_on_commit(*names: str) -> None:
    """Delete files once the transaction is committed; the sweep removes what cannot be deleted.

    Never raises: `removed_on_error` takes an exception for a transaction that is rolled back.
    """
    for name in names:
        transaction.on_commit(partial(default_storage.delete, name), robust=True)


def delete_all(names: list[str]) -> None:
    for name in names:
        default_storage.delete(name)


# Sending


PICTURES = {AttachmentKind.JPEG, AttachmentKind.PNG, AttachmentKind.WEBP}
OOXML = "application/vnd.openxmlformats-officedocument."
ODF = "application/vnd.oasis.opendocument."
TYPES = {
    AttachmentKind.JPEG: "image/jpeg",
    AttachmentKind.PNG: "image/png",
    AttachmentKind.WEBP: "image/webp",
    AttachmentKind.PDF: "application/pdf",
    OfficeKind.DOCX: f"{OOXML}wordprocessingml.document",
    OfficeKind.XLSX: f"{OOXML}spreadsheetml.sheet",
    OfficeKind.PPTX: f"{OOXML}presentationml.presentation",
    OfficeKind.ODT: f"{ODF}text",
    OfficeKind.ODS: f"{ODF}spreadsheet",
    OfficeKind.ODP: f"{ODF}presentation",
}

# For views that return `private_file`.
sandboxed = csp_override({"default-src": [CSP.NONE], "sandbox": True})


def private_file(
    file: FieldFile, name: str, kind: str = AttachmentKind.PDF
) -> FileResponse | HttpResponseRedirect:
    """Send a stored file to a reader who may have it; `name` without its ending. 404 if missing.

    Only pictures, which were re-encoded, can be shown by the browser. Other files in an object
    store are downloaded from there; pages may not show pictures of another host.
    """
    if not file:
        raise Http404
    if is_object_store() and kind not in PICTURES:
        return store_redirect(file, filename=f"{name}.{kind}", content_type=TYPES[kind])
    return stored_file(file, name, kind)


def stored_file(file: FieldFile, name: str, kind: str) -> FileResponse:
    try:
        content = file.open("rb")
    except FileNotFoundError:
        raise Http404 from None
    return sent(content, name, kind)


def private_content(content: bytes, name: str, kind: str) -> FileResponse:
    """Send a file that was made for this request."""
    return sent(BytesIO(content), name, kind)


def sent(content: IO[bytes], name: str, kind: str) -> FileResponse:
    response = FileResponse(
        content,
        content_type=TYPES[kind],
        as_attachment=kind not in PICTURES,
        filename=f"{name}.{kind}",
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    return response
