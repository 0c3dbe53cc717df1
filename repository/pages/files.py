"""Serve uploaded files."""

from hashlib import blake2b
from http import HTTPStatus

from django.conf import settings
from django.core.files.storage import storages
from django.db.models.fields.files import FieldFile
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.cache import get_conditional_response
from django.utils.csp import CSP
from django.utils.http import content_disposition_header
from django.views.decorators.csp import csp_override

alone = csp_override({"default-src": [CSP.NONE], "sandbox": True})


def file_response(request: HttpRequest, file: FieldFile, **described) -> HttpResponse:
    """Serve a file whose consent can be withdrawn at any time, so that caches must revalidate."""
    if not file:
        raise Http404
    # A file never changes under its name. The name is secret, so hash it.
    etag = f'"{blake2b(file.name.encode(), digest_size=12).hexdigest()}"'
    response = get_conditional_response(request, etag=etag)
    if response is None:
        try:
            content = file.open("rb")
        except FileNotFoundError:
            raise Http404 from None
        response = FileResponse(content, **described)
        response.headers["X-Content-Type-Options"] = "nosniff"
    elif response.status_code == HTTPStatus.PRECONDITION_FAILED:
        # No cache may store it and serve it to others.
        return response
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = "no-cache"
    return response


def is_object_store() -> bool:
    """Are uploaded files in an S3-compatible store?"""
    return "links" in settings.STORAGES


def store_redirect(file: FieldFile, *, filename: str, content_type: str) -> HttpResponseRedirect:
    """Redirect to a file in the object store, by a link that works for a minute; 404 if missing."""
    if not file.storage.exists(file.name):
        raise Http404
    link = storages["links"].url(  # type: ignore[call-arg]  # A storage of S3.
        file.name,
        parameters={
            "ResponseContentType": content_type,
            "ResponseContentDisposition": content_disposition_header(True, filename),
            "ResponseCacheControl": "private, no-store",
        },
    )
    response = HttpResponseRedirect(link)
    response.headers["Cache-Control"] = "private, no-store"
    return response
