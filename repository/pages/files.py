"""Serve uploaded files."""

from hashlib import blake2b
from http import HTTPStatus

from django.db.models.fields.files import FieldFile
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.csp import CSP
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
