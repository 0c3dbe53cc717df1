from allauth.account.adapter import get_adapter
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from repository.counts.counting import MAX_LENGTH, Key, buffer, is_of_reader
from repository.counts.limits import MinuteLimit
from repository.models import CountKind
from repository.pages.addresses import without_language

# The pages whose views are counted, each with the noun of its totals.
PAGES = {"repository:case_detail": "case", "repository:webinar_detail": "webinar"}
# Of a path: a slug with the rest of the path around it.
MAX_PATH = MAX_LENGTH + 40
# Many readers may share an address, such as those of one office.
limit = MinuteLimit(120)


# Without a CSRF token: pages for visitors have none, and the request changes nothing but a count
# that anyone may raise by opening the page.
@csrf_exempt
@require_POST
def seen(request: HttpRequest) -> HttpResponse:
    """Count one view of the page whose path is the body of the request (`static/js/seen.js`).

    Neither queries the database nor reads the session. Slugs of pages that do not exist are dropped
    when counts are written.
    """
    if not limit.allows(get_adapter().get_client_ip(request)):
        return HttpResponse(status=429)
    if request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        return HttpResponse(status=403)
    page = page_of(request)
    if page is None:
        return HttpResponse(status=400)
    if is_of_reader(request):
        noun, slug = page
        buffer.add(Key(CountKind.VIEW.value, noun, slug, timezone.localdate()))
    return HttpResponse(status=204)


def page_of(request: HttpRequest) -> tuple[str, str] | None:
    """Return the noun and slug of the page in the body; None if its views are not counted."""
    if request.content_type != "text/plain":
        return None
    path = request.read(MAX_PATH + 1)
    if len(path) > MAX_PATH or not path.isascii():
        return None
    try:
        match = resolve(without_language(path.decode()))
    except Resolver404:
        return None
    noun, slug = PAGES.get(match.view_name), match.kwargs.get("slug", "")
    return (noun, slug) if noun and len(slug) <= MAX_LENGTH else None
