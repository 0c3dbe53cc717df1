"""The addresses of the public API. What answers there is loaded when the first program asks.

django-ninja and pydantic take memory in each worker that most never need.
"""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from repository.pages.http import public_page


def answer(request: HttpRequest, **arguments: Any) -> HttpResponse:
    from config.api import resolver

    match = resolver.resolve(request.path_info)
    # ninja knows of no HEAD, for which the server leaves out the body.
    method, request.method = request.method, "GET"
    try:
        return open_to_all(match.func(request, *match.args, **match.kwargs))
    finally:
        request.method = method


def open_to_all(response: HttpResponse) -> HttpResponse:
    """Pages of other sites may read it: it is public, and the same for everybody."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


# Of the collection: one number tells whether it has changed.
collection = public_page(answer)
# Figures depend on more, and mark themselves.
figures = require_safe(answer)


@public_page
def openapi(request: HttpRequest) -> HttpResponse:
    """The description for programs."""
    from config.api import schema

    return open_to_all(JsonResponse(schema()))


@public_page
def docs(request: HttpRequest) -> HttpResponse:
    """The description for people, made of the one for programs: no script, no other host."""
    from config.api import schema
    from config.api_docs import described

    return render(request, "api_docs.html", described(schema()))
