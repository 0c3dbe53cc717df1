"""Decorators of views: `public_page` with conditional and cached responses, `require_form`."""

import re
from collections.abc import Callable, Collection
from functools import partial, wraps
from hashlib import blake2b
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_safe

from repository.pages import cache
from repository.pages.editions import PublicHttpRequest, current_edition

PRIVATE = "private, max-age=0, must-revalidate"
# For a second, and for one more while another request fetches the page again. Browsers revalidate
# at each visit: `must-revalidate` excludes `stale-while-revalidate`, which only nginx reads here.
SHARED = "public, max-age=0, must-revalidate, s-maxage=1, stale-while-revalidate=1"
SHARED_BY_CDN = "max-age=1, stale-while-revalidate=1"

# For a page with a form that is posted to the address of the page.
require_form = require_http_methods(["GET", "HEAD", "POST"])

# Control characters are not allowed in HTML or XML, but pasted or imported texts may hold them.
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


def asked(request: HttpRequest, name: str) -> str:
    """Return the query parameter `name` in a form that a page can show."""
    return CONTROL.sub(" ", request.GET.get(name, ""))


def path_of_site(request: HttpRequest, target: str) -> str | None:
    """Return the target of a redirect if it is a path of this site, else None.

    Without this check `redirect` would take a string without a host, such as "0", for a view name.
    """
    is_own = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return target if is_own and target.startswith("/") else None


def public_page(
    view: Callable[..., HttpResponse] | None = None, *, parameters: Collection[str] = ()
) -> Callable[..., Any]:
    """Serve one copy of a page to all visitors for as long as nothing public changes.

    Visitors without a session share one for each combination of `parameters`, the query parameters
    that the view reads. `ConditionalGetMiddleware` answers those who have the page with 304. A view
    that shows something not public must set `Cache-Control: no-store` itself.
    """
    if view is None:
        return partial(public_page, parameters=parameters)

    @require_safe
    @wraps(view)
    def wrapper(request: PublicHttpRequest, *args, **kwargs) -> HttpResponse:
        # Before the page is made: if something changes then, nobody asks for this copy again.
        request.edition = current_edition()
        key = cache.key_of(request, parameters)
        if key and (page := cache.find(request, key)):
            return page
        response = view(request, *args, **kwargs)
        if hasattr(response, "render"):
            response.render()
        if response.status_code != 200 or response.streaming or "Cache-Control" in response.headers:
            return response
        # Of the page itself: it stays valid while others change.
        set_cache_headers(request, response, etag_of(response.content))
        is_shared = response.headers["Cache-Control"] == SHARED
        is_packed = response.has_header("Content-Encoding")
        if key and is_shared and not is_packed and request.method == "GET":
            response.page_cache = "miss"
            cache.keep(key, response)
        return response

    # Unsafe methods get 405, not a CSRF failure.
    wrapper.csrf_exempt = True
    return wrapper


def set_cache_headers(request: HttpRequest, response: HttpResponse, etag: str) -> None:
    """Let caches store a response and revalidate it: shared ones only if it is for all visitors."""
    response.headers["ETag"] = etag
    patch_vary_headers(response, ["Accept-Encoding"])
    if cache.is_for_one(request, response):
        response.headers["Cache-Control"] = PRIVATE
    else:
        response.headers["Cache-Control"] = SHARED
        response.headers["CDN-Cache-Control"] = SHARED_BY_CDN


def etag_of(content: bytes) -> str:
    """Return a weak ETag, as compression changes the bytes and not the page."""
    return f'W/"{blake2b(content, digest_size=16).hexdigest()}"'
