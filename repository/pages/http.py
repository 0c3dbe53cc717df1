"""Public pages: safe methods only, and 304 for as long as the collection has not changed."""

import re
from collections.abc import Callable, Collection, Sequence
from functools import partial, wraps
from hashlib import blake2b
from typing import Any

from django.conf import settings
from django.contrib.messages import get_messages
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_safe

from repository.pages import cache

# A webinar that is over looks otherwise though nobody has written a row: it counts as a change.
VERSIONS = """
SELECT token::text,
    (
        SELECT string_agg(token::text, '.' ORDER BY path) FROM repository_pagestamp
        WHERE path = ANY(%(all)s)
    ),
    (
        SELECT string_agg(token::text, '.' ORDER BY path) FROM repository_pagestamp
        WHERE path = ANY(%(members)s)
    ),
    (
        SELECT count(*) FROM repository_webinar WHERE status IN ('announced', 'live')
        AND starts_at + make_interval(mins => minutes) <= statement_timestamp()
    )
FROM repository_edition
"""

# What neither HTML nor XML holds; a text may have been pasted or imported with it.
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


def asked(request: HttpRequest, name: str) -> str:
    """What the address says under `name`, as a page can repeat it."""
    return CONTROL.sub(" ", request.GET.get(name, ""))


def path_of_site(request: HttpRequest, target: str) -> str | None:
    """A target that a reader may be sent on to, if it is a path of this site.

    Anything else that no host is in, such as "0", `redirect` would take for the name of a view.
    """
    is_own = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return target if is_own and target.startswith("/") else None


def public_page(
    view: Callable[..., HttpResponse] | None = None,
    *,
    parameters: Collection[str] = (),
    also: Sequence[str] = (),
) -> Callable[..., Any]:
    """Serve `view` with an ETag; answer a repeated request without running it.

    A reader who has the page gets 304. Visitors without a session share one copy in the cache
    "pages" for each combination of `parameters`, which are those of the query that the view reads.

    The view finds the token of the edition as `request.edition`. A view that shows something
    not public sets `Cache-Control: no-store` itself. `also` are paths of other pages: whatever
    changes them changes this one.
    """
    if view is None:
        return partial(public_page, parameters=parameters, also=also)

    @require_safe
    @wraps(view)
    def wrapper(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        request.edition, request.page_version, request.public_version = versions(
            request.path_info, *also
        )
        etag = page_etag(request)
        # Whatever it is that they have ("*"), we do not know that it is there.
        if etag and request.headers.get("If-None-Match", "").strip() != "*":
            unchanged = get_conditional_response(request, etag=etag)
            if unchanged is not None:
                # The same as on the page, which is compressed: caches go by what they hear last.
                unchanged.headers["Vary"] = "Accept-Encoding"
                return kept(unchanged, request, etag)
        key = cache.key_of(request, parameters) if etag else None
        if key and (page := cache.find(request, key, etag)):
            return page
        response = view(request, *args, **kwargs)
        if hasattr(response, "render"):
            response.render()
        if etag and response.status_code == 200 and not response.has_header("Cache-Control"):
            kept(response, request, etag)
            return cache.keep(request, key, etag, response) if key else response
        return response

    # Nothing is done that a token could guard: another method is refused for what it is.
    wrapper.csrf_exempt = True
    return wrapper


def for_members(path: str) -> str:
    """What is touched in place of a path where only members see the change.

    An ETag that visitors get would tell of what they may not see.
    """
    return f"members:{path}"


def versions(*paths: str) -> tuple[str, str, str]:
    """The token of the edition, and what identifies the state of the pages at `paths` beside it:
    with what members alone see, and for all.

    Tokens are random, unlike numbers: none is used twice, not even after a restore.

    In SQL: every public page asks it, and the ORM takes longer to put it together than the
    database to answer.
    """
    with connection.cursor() as cursor:
        # No address of a page holds a NUL, which PostgreSQL refuses.
        public = [path.replace("\0", "") for path in paths]
        members = [for_members(path) for path in public]
        cursor.execute(VERSIONS, {"all": public, "members": members})
        edition, page, more, over = cursor.fetchone()
    # Some pages show what is open today.
    version = f"{over} {timezone.localdate()} {page or ''}"
    return edition, f"{version} {more or ''}", version


def kept(response: HttpResponse, request: HttpRequest, etag: str) -> HttpResponse:
    """The response with leave to keep it, and to ask each time whether it still holds."""
    response.headers["ETag"] = etag
    shared = "private" if has_session(request) else "public"
    response.headers["Cache-Control"] = f"{shared}, max-age=0, must-revalidate"
    return response


def has_session(request: HttpRequest) -> bool:
    return settings.SESSION_COOKIE_NAME in request.COOKIES


def page_etag(request: HttpRequest) -> str | None:
    """A weak ETag of all that a public page depends on; None where a message waits to be shown."""
    reader, version = "", request.public_version
    if has_session(request) or "messages" in request.COOKIES:
        if len(get_messages(request)):
            return None
        if request.user.is_authenticated:
            # A digest: the page greets by name, and a name may hold what no header can. The forms
            # on it hold for the cookie they were made with, and staff have rights once they have
            # shown a second factor.
            cookie = request.COOKIES.get(settings.CSRF_COOKIE_NAME, "")
            rest = "rest" if request.user.rights_rest else ""
            told = f"{request.user.get_short_name()}\0{cookie}\0{rest}".encode(errors="replace")
            digest = blake2b(told, digest_size=6).hexdigest()
            reader = f"-{request.user.pk}-{request.user.page_token.hex}-{digest}"
            version = request.page_version
    state = blake2b(f"{request.edition} {version}".encode(), digest_size=16).hexdigest()
    # Weak: compression changes the bytes, not the page.
    return f'W/"{settings.RELEASE}-{state}-{request.LANGUAGE_CODE}{reader}"'
