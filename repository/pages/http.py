"""Public pages: safe methods only, with conditional and cached responses."""

import re
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from functools import partial, wraps
from hashlib import blake2b
from http import HTTPStatus
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib.messages import get_messages
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_safe

from repository.pages import cache
from repository.pages.addresses import without_language
from repository.pages.editions import TAKEN, Part, Tokens, card_of, texts_of
from repository.pages.provisional import making_page

# A page changes when a webinar ends although no row is written, so ended webinars are included.
VERSIONS = """
SELECT token::text,
    (SELECT json_object_agg(name, token) FROM repository_editionpart WHERE name = ANY(%(parts)s)),
    (
        SELECT string_agg(token::text, '.' ORDER BY path) FROM repository_pagestamp
        WHERE path = ANY(%(all)s)
    ),
    (
        SELECT string_agg(token::text, '.' ORDER BY path) FROM repository_pagestamp
        WHERE path = ANY(%(members)s)
    ),
    (
        SELECT string_agg(token::text, '.' ORDER BY path) FROM repository_pagestamp
        WHERE path = ANY(%(staff)s)
    ),
    (
        SELECT count(*) FROM repository_webinar WHERE status IN ('announced', 'live')
        AND starts_at + make_interval(mins => minutes) <= statement_timestamp()
    )
FROM repository_edition
"""

PRIVATE = "private, max-age=0, must-revalidate"
# For a second, and for one more while another request fetches the page again. Browsers revalidate
# at each visit: `must-revalidate` excludes `stale-while-revalidate`, which only nginx reads here.
SHARED = "public, max-age=0, must-revalidate, s-maxage=1, stale-while-revalidate=1"
SHARED_BY_CDN = "max-age=1, stale-while-revalidate=1"

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
    view: Callable[..., HttpResponse] | None = None,
    *,
    parameters: Collection[str] = (),
    also: Sequence[str] = (),
    shows: Collection[Part] | None = None,
    takes: bool = False,
) -> Callable[..., Any]:
    """Serve `view` with an ETag, and answer repeated requests without running it.

    A client that has the current page gets 304. Visitors without a session share one copy in the
    cache "pages" for each combination of `parameters`, the query parameters that the view reads.

    `shows` are the parts of the edition on which the page depends; by default all of it.
    `request.edition` has their tokens. A view that shows something not public must set
    `Cache-Control: no-store` itself. `also` are paths of other pages: a change to one of them
    invalidates this page too.

    With `takes`, the view gets by `take` all that depends on which cases there are, and on what is
    near in meaning, and shows no case but those that it declares. A publication then leaves the
    cached page valid if this has remained the same (decision 50).
    """
    if view is None:
        return partial(public_page, parameters=parameters, also=also, shows=shows, takes=takes)

    @require_safe
    @wraps(view)
    def wrapper(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if not is_own_path(request, kwargs):
            raise Http404
        key = cache.key_of(request, parameters)
        copy = cache.look_up(key) if key else None
        declared = tuple(shows or Part)
        cases = copy.cases if copy and copy.cases else {}
        found = versions(request.path_info, *also, parts=[*declared, *cases])
        tokens, request.page_version = found.edition, found.page
        request.members_version, request.public_version = found.members, found.public
        request.edition = request.taken_from = tokens.only(*declared)
        request.edition_state = found.whole if shows is None else request.edition.by_part
        request.cases_shown = request.taken = None
        if takes:
            # So that nothing else depends on these parts.
            request.edition = request.edition.without(*TAKEN)
            request.taken = []
        etag = page_etag(request)
        if etag and (unchanged := unchanged_since(request, etag)):
            return unchanged
        others = state_without_texts(request)
        with making_page(may_be_old=not is_for_staff(request)) as page_made:
            if copy and (page := cache.find(request, key, copy, etag, others, tokens)):
                # Made before a change to a case that it does not show, it has an earlier ETag.
                return unchanged_since(request, copy.etag) or page
            response = view(request, *args, **kwargs)
            if hasattr(response, "render"):
                response.render()
        if page_made.is_provisional:
            # The whole page will have the same ETag.
            response.headers.setdefault("Cache-Control", "no-store")
        if etag and response.status_code == 200 and not response.has_header("Cache-Control"):
            kept(response, request, etag)
            if key:
                return cache.keep(request, key, response, etag, others)
        return response

    # Unsafe methods get 405, not a CSRF failure.
    wrapper.csrf_exempt = True
    wrapper.shows = shows
    return wrapper


def unchanged_since(request: HttpRequest, etag: str) -> HttpResponse | None:
    """Return the response to a client that has the page with this ETag, otherwise None."""
    # "*" matches any existing page, and whether this one exists is not known yet.
    if request.headers.get("If-None-Match", "").strip() == "*":
        return None
    unchanged = get_conditional_response(request, etag=etag)
    if unchanged is None:
        return None
    # The same as on the compressed page: caches use the latest headers they receive.
    unchanged.headers["Vary"] = "Accept-Encoding"
    # A cache that stored a failed condition would serve it while the page is unchanged.
    is_same = unchanged.status_code == HTTPStatus.NOT_MODIFIED
    return kept(unchanged, request, etag) if is_same else unchanged


def shows_only(request: HttpRequest, cards: Iterable[Any], *, whole: Iterable[Any] = ()) -> None:
    """Declare all cases of which this page shows a text, loaded `with_tokens`.

    Changes to the texts of other cases then leave the cached page valid, as do changes to sections
    of those of which it shows no more than what is on their `cards`.
    """
    request.cases_shown = {}
    shows_also(request, cards)
    shows_also(request, whole, is_whole=True)


def shows_also(request: HttpRequest, cases: Iterable[Any], *, is_whole: bool = False) -> None:
    """Add cases to those that the view has declared by `shows_only`, if it has."""
    if getattr(request, "cases_shown", None) is None:
        return
    for case in cases:
        part = texts_of(case.pk) if is_whole else card_of(case.pk)
        token = case.own_token if is_whole else case.card_token
        request.cases_shown[part] = str(token or "")
        if str(case.texts_token or "") != request.edition[Part.CASE_TEXTS]:
            # While the page was being made, a text changed of which it may show an earlier version.
            request.cases_shown = None
            return


def shows_all(request: HttpRequest) -> None:
    """Let this page depend on the texts of all cases, also if the view declares some."""
    request.cases_shown = None


def take[Made](request: HttpRequest, function: Callable[..., Made], *arguments: Hashable) -> Made:
    """Return `function(edition, *arguments)`: something that depends on parts that are `TAKEN`.

    The function is called again after publications, to find out whether the cached page is still
    valid. So it must be quick, and defined in a module; the cache stores its name. It returns
    numbers, texts and what holds these, in the language of the reader. Of rows, only their primary
    keys are compared: what they contain must belong to other parts of the edition.
    """
    made = function(request.taken_from, *arguments)
    if request.taken is not None:
        request.taken.append((function, arguments, cache.digest(made)))
    return made


def is_own_path(request: HttpRequest, arguments: Mapping[str, Any]) -> bool:
    """Return whether numbers in the path are written as in links: "/7/" and not "/007/".

    Only that path is stamped when the page changes, and there are any number of others.
    """
    segments = request.path_info.split("/")
    return all(str(value) in segments for value in arguments.values() if type(value) is int)


def is_for_staff(request: HttpRequest) -> bool:
    """Must the page show the latest changes, because its reader may have made them?"""
    return cache.has_cookies(request) and request.user.is_staff


def for_members(path: str) -> str:
    """Return the key to touch, instead of the path, when only members see the change.

    Otherwise the ETag sent to visitors would reveal changes that they may not see.
    """
    return f"members:{without_language(path)}"


def for_staff(path: str) -> str:
    """Return the key to touch, instead of the path, when only staff see the change."""
    return f"staff:{without_language(path)}"


class Versions(NamedTuple):
    """The state of what a page depends on.

    `edition` has the tokens of parts, and `whole` is that of the edition. `page`, `members` and
    `public` are the versions of the page for staff, for members and for everyone. Caches in memory
    use that for staff, which changes with all others.
    """

    edition: Tokens
    page: str
    members: str
    public: str
    whole: str


def versions(*paths: str, parts: Sequence[str] = tuple(Part)) -> Versions:
    """Return the tokens of parts of the edition, and the versions of the pages at `paths`.

    A page has one stamp for all languages. Tokens are random, so that none is used twice, not even
    after a restore.

    In SQL because every public page runs this query, and the ORM takes longer to build it than
    the database to answer it.
    """
    parts = [*parts, Part.EVERYTHING]
    with connection.cursor() as cursor:
        # PostgreSQL refuses NUL; no page has one in its path.
        public = [without_language(path).replace("\0", "") for path in paths]
        members = [for_members(path) for path in public]
        staff = [for_staff(path) for path in public]
        cursor.execute(
            VERSIONS, {"parts": parts, "all": public, "members": members, "staff": staff}
        )
        whole, tokens, page, more, most, over = cursor.fetchone()
    # Some pages depend on the current day.
    for_all = f"{over} {timezone.localdate()} {page or ''}"
    shown_to_members = f"{for_all} {more or ''}"
    return Versions(
        Tokens.of(tokens or {}, parts),
        f"{shown_to_members} {most or ''}",
        shown_to_members,
        for_all,
        whole,
    )


def kept(response: HttpResponse, request: HttpRequest, etag: str) -> HttpResponse:
    """Set headers that allow browsers to store the response but require revalidation.

    Shared caches store pages for visitors only, for a second or two (decision 43).
    """
    response.headers["ETag"] = etag
    if cache.is_for_one(request, response):
        response.headers["Cache-Control"] = PRIVATE
    else:
        response.headers["Cache-Control"] = SHARED
        response.headers["CDN-Cache-Control"] = SHARED_BY_CDN
    return response


def page_etag(request: HttpRequest) -> str | None:
    """Return a weak ETag of everything a public page depends on; None if a message is pending."""
    reader, version = "", request.public_version
    if cache.has_cookies(request):
        if len(get_messages(request)):
            return None
        if request.user.is_authenticated:
            # A digest, because the page shows the user's name, which may hold characters that are
            # not allowed in headers. Forms on the page are bound to the CSRF cookie, and staff
            # have their permissions only after two-factor authentication.
            cookie = request.COOKIES.get(settings.CSRF_COOKIE_NAME, "")
            rest = "rest" if request.user.rights_rest else ""
            identity = f"{request.user.get_short_name()}\0{cookie}\0{rest}".encode(errors="replace")
            digest = blake2b(identity, digest_size=6).hexdigest()
            reader = f"-{request.user.pk}-{request.user.page_token.hex}-{digest}"
            is_staff = request.user.is_staff
            version = request.page_version if is_staff else request.members_version
    state = blake2b(f"{request.edition_state} {version}".encode(), digest_size=16).hexdigest()
    # Weak: compression changes the bytes, not the page.
    return f'W/"{settings.RELEASE}-{state}-{request.LANGUAGE_CODE}{reader}"'


def state_without_texts(request: HttpRequest) -> str:
    """Identify the state of all that a page for visitors depends on, but for texts of cases.

    Of a page that takes what depends on other parts (`take`), also without these.
    """
    others = request.edition.without(Part.CASE_TEXTS).by_part
    state = f"{settings.RELEASE} {others} {request.public_version}"
    return blake2b(state.encode(), digest_size=16).hexdigest()
