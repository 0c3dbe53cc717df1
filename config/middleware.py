"""What the house adds to each answer."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from config import errors


def method_page(get_response: Callable[[HttpRequest], HttpResponse]):
    """Give a refused method a page that says so, and keep the Allow header."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if response.status_code == 405 and not response.content:
            page = errors.method_not_allowed(request)
            page.headers["Allow"] = response.headers.get("Allow", "")
            return page
        return response

    return middleware
