"""Send private files with headers that prevent browsers and caches from using or keeping them."""

from io import BytesIO
from typing import IO

from django.db.models.fields.files import FieldFile
from django.http import FileResponse, Http404, HttpResponseRedirect
from django.utils.csp import CSP
from django.views.decorators.csp import csp_override

from community.models import AttachmentKind, OfficeKind
from repository.pages.files import is_object_store, store_redirect

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
