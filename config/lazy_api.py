"""Views of the public API, which import its implementation on the first request.

Most workers never need django-ninja and pydantic, which take memory.
"""

from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from repository.pages.http import public_page


def answer(request: HttpRequest, **arguments: Any) -> HttpResponse:
    from config.api import resolver

    match = resolver.resolve(request.path_info)
    # ninja does not support HEAD; the server drops the body.
    method, request.method = request.method, "GET"
    try:
        return open_to_all(match.func(request, *match.args, **match.kwargs))
    finally:
        request.method = method


def open_to_all(response: HttpResponse) -> HttpResponse:
    """Allow cross-origin reads: the API is public and the same for all users."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


# Responses about the collection depend on its edition only.
collection = public_page(answer, parameters=["lang"])
# Figures depend on more, and set their own caching headers. Other methods are refused as such, not
# for want of a token of a form.
figures = csrf_exempt(require_safe(answer))


def refusal(status: HTTPStatus) -> HttpResponse:
    """Refuse a request in the format of the API, as ninja does."""
    response = JsonResponse(
        {"detail": status.phrase}, status=status, content_type="application/json; charset=utf-8"
    )
    response.headers["Cache-Control"] = "no-store"
    return open_to_all(response)


@public_page(parameters=["lang"])
def openapi(request: HttpRequest) -> HttpResponse:
    """Serve the OpenAPI schema."""
    from config.api import schema

    return open_to_all(JsonResponse(schema()))


@public_page(parameters=["lang"])
def docs(request: HttpRequest) -> HttpResponse:
    """Show the documentation, rendered from the schema without scripts or other hosts."""
    from config.api import schema
    from config.api_docs import described

    return render(request, "api_docs.html", described(schema()))
