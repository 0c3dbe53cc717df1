"""The page cache: anonymous visitors share one copy of each page, which is never out of date."""

import gzip
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from urllib.parse import urlencode

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.base import SessionBase
from django.core.cache import caches
from django.db import connection
from django.http import HttpResponse, QueryDict, StreamingHttpResponse
from django.middleware.csrf import get_token
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from community.discussion import actions as comments
from community.models import Standing
from config import environment
from repository.models import CaseStudy, Edition, Webinar
from repository.pages import cache
from repository.pages.http import public_page
from tests.factories import (
    CaseStudyFactory,
    CommentFactory,
    GlossaryTermFactory,
    WebinarFactory,
)
from tests.kept_pages import ON, get, kept, made
from tests.page import page_of


@pytest.fixture
def shown(db):
    return CaseStudyFactory(published=True, slug="shown")


def page(path: str):
    return page_of(get(path))


def test_answer_with_one_query(pages, shown):
    assert made(lambda: get("/cases/shown/"))[0]
    with CaptureQueriesContext(connection) as queries:
        response = get("/cases/shown/", accept_encoding="gzip")
    assert len(queries) == 1
    assert response.headers["Content-Encoding"] == "gzip"
    html = gzip.decompress(response.content).decode()
    assert page_of(html).one("h1").text == shown.title


@pytest.mark.parametrize("accepted", ["gzip", "br, gzip;q=0.5", "gzip, deflate, br"])
def test_compress_for_clients_that_accept_it(pages, shown, accepted):
    plain = get("/cases/shown/")
    packed = get("/cases/shown/", accept_encoding=accepted)
    assert "Content-Encoding" not in plain.headers
    assert int(packed.headers["Content-Length"]) == len(packed.content) < len(plain.content)
    assert gzip.decompress(packed.content) == plain.content


def test_answer_head_from_the_cache(pages, shown):
    assert made(lambda: Client().head("/cases/shown/"))[0]
    assert kept(pages) == []
    page = get("/cases/shown/")
    was_made, head = made(lambda: Client().head("/cases/shown/"))
    head.headers.pop("X-Request-ID")
    page.headers.pop("X-Request-ID")
    assert (was_made, head.content, dict(head.headers)) == (False, b"", dict(page.headers))


def test_answer_304_with_one_query(pages, shown):
    etag = get("/cases/shown/").headers["ETag"]
    with CaptureQueriesContext(connection) as queries:
        again = get("/cases/shown/", if_none_match=etag)
    assert (again.status_code, again.content, len(queries)) == (304, b"", 1)


def test_refuse_other_methods_for_a_cached_page(pages, shown):
    get("/cases/shown/")
    assert Client().post("/cases/shown/").status_code == 405


# The key of a page


def test_cache_each_variant_separately(pages, shown, settings):
    settings.ALLOWED_HOSTS = ["testserver", "other.example"]
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    variants = [
        {"path": "/cases/shown/"},
        {"path": "/fr/cases/shown/"},
        {"path": "/cases/shown/", "host": "other.example"},
        {"path": "/cases/shown/", "x_forwarded_proto": "https"},
        {"path": "/cases/"},
        {"path": "/cases/?page=2"},
        {"path": "/cases/?theme=a&theme=b"},
        {"path": "/cases/?theme=b&theme=a"},
        {"path": "/cases/?theme=a%26theme%3Db"},
    ]
    assert [made(lambda each=each: get(**each))[0] for each in variants * 2] == [
        *[True] * len(variants),
        *[False] * len(variants),
    ]
    addresses = [
        page_of(get("/cases/", **headers)).one("link[rel=canonical]")["href"]
        for headers in ({}, {"x_forwarded_proto": "https"}, {"host": "other.example"})
    ]
    assert addresses == [
        "http://testserver/cases/",
        "https://testserver:80/cases/",
        "http://other.example/cases/",
    ]


def test_refuse_a_forged_host_of_a_cached_page(pages, shown):
    get("/cases/shown/")
    assert get("/cases/shown/", host="evil.example").status_code == 400
    # Ignored, as no proxy sets this header.
    forged = get("/cases/shown/", x_forwarded_host="evil.example")
    assert forged.status_code == 200
    assert "evil.example" not in page_of(forged).html


def test_share_a_page_whatever_the_order_of_parameters(pages, shown):
    assert made(lambda: get("/cases/?theme=a&sort=title"))[0]
    assert not made(lambda: get("/cases/?sort=title&theme=a"))[0]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("?theme=a&sort=title", "?sort=title&theme=a"),
        ("?&&&&", ""),
        ("?theme=%61&page=%32", "?page=2&theme=a"),
        ("?theme=%22%3E%3Cb%3E", "?theme=%22><b>"),
    ],
)
@pytest.mark.parametrize("prefix", ["", "/fr"])
def test_show_in_no_copy_how_the_first_visitor_wrote_the_query(pages, shown, prefix, first, second):
    made_first = get(f"{prefix}/cases/{first}").content
    was_made, copy = made(lambda: get(f"{prefix}/cases/{second}"))
    assert not was_made
    pages.clear()
    assert get(f"{prefix}/cases/{second}").content == made_first == copy.content
    links = {href for _text, href in page_of(copy).one("header.top").links if "next=" in href}
    query = {"?&&&&": ""}.get(first, f"?{urlencode(sorted(QueryDict(first[1:]).items()))}")
    assert links == {
        f"{prefix}/accounts/{name}/?{urlencode({'next': f'{prefix}/cases/{query}'})}"
        for name in ("login", "signup")
    }


@pytest.mark.parametrize(
    "query",
    ["q=port", "utm_source=x", "theme=a&x=1", "page=1&page%00=2", "sort=" + "x" * 600, "&" * 600],
)
def test_cache_no_page_with_other_parameters(pages, shown, query):
    for _turn in range(2):
        assert get(f"/cases/?{query}").status_code == 200
    assert kept(pages) == []


def test_cache_no_page_of_a_reader_with_a_session(pages, shown, member):
    reader = Client()
    reader.force_login(member)
    get("/cases/shown/", reader)
    assert kept(pages) == []
    get("/cases/shown/")
    assert "Member" in page_of(get("/cases/shown/", reader)).text
    assert "Member" not in page("/cases/shown/").html
    # An expired session, and a message that may be waiting.
    for cookie in ("sessionid", "messages"):
        stale = Client()
        stale.cookies[cookie] = "stale"
        assert made(lambda reader=stale: get("/cases/shown/", reader))[0]
    assert len(kept(pages)) == 1


def asked(path: str = "/"):
    request = RequestFactory().get(path)
    request.user, request.session, request.LANGUAGE_CODE = AnonymousUser(), SessionBase(), "en"
    return request


def with_token(request):
    return HttpResponse(get_token(request))


def with_cookie(request):
    response = HttpResponse("x")
    response.set_cookie("name", "value")
    return response


def with_session(request):
    request.session["key"] = "value"
    return HttpResponse("x")


def packed(request):
    return HttpResponse(gzip.compress(b"x"), headers={"Content-Encoding": "gzip"})


@pytest.mark.parametrize(
    "view",
    [
        with_token,
        with_cookie,
        with_session,
        packed,
        lambda request: HttpResponse("x", status=404),
        lambda request: HttpResponse("x", headers={"Cache-Control": "no-store"}),
        lambda request: StreamingHttpResponse(["x"]),
        lambda request: HttpResponse(RequestFactory().get("/").path, status=201),
    ],
)
def test_cache_only_pages_that_are_the_same_for_all(pages, db, monkeypatch, view):
    monkeypatch.setattr(cache, "get_messages", lambda request: Nothing)
    assert public_page(view)(asked()).status_code in (200, 201, 404)
    assert kept(pages) == []
    public_page(lambda request: HttpResponse("x"))(asked())
    assert len(kept(pages)) == 1


class Nothing:
    added_new = False

    def __len__(self):
        return 0


def test_cache_no_page_with_a_message(pages, db, monkeypatch):
    monkeypatch.setattr(Nothing, "added_new", True)
    monkeypatch.setattr(cache, "get_messages", lambda request: Nothing)
    public_page(lambda request: HttpResponse("x"))(asked())
    assert kept(pages) == []


# No outdated page


@pytest.mark.django_db(transaction=True)
def test_show_no_deleted_case(pages):
    case = CaseStudyFactory(published=True, slug="shown", title="Gone soon")
    for path in ("/", "/cases/", "/cases/shown/"):
        assert "Gone soon" in page(path).headings
    CaseStudy.objects.filter(pk=case.pk).update(title="Renamed")
    assert page("/cases/shown/").one("h1").text == "Renamed"
    CaseStudy.objects.filter(pk=case.pk).delete()
    assert get("/cases/shown/").status_code == 404
    for path in ("/", "/cases/"):
        html = page(path).html
        assert "Gone soon" not in html
        assert "Renamed" not in html


def test_show_no_withdrawn_comment(pages, shown, member):
    comment = CommentFactory(subject=shown, body="Soon hidden", standing=Standing.PUBLISHED)
    assert "Soon hidden" in page("/cases/shown/").main.lines
    comments.withdraw(comment=comment, by=comment.author)
    assert "Soon hidden" not in page("/cases/shown/").html


def test_keep_the_etag_while_other_pages_change(pages, shown):
    """A reader's copy stays valid, and is replaced once the page itself has changed."""
    etag = get("/glossary/").headers["ETag"]
    CaseStudy.objects.filter(pk=shown.pk).update(title="Renamed")
    was_made, again = made(lambda: get("/glossary/", if_none_match=etag))
    assert (was_made, again.status_code, again.content) == (True, 304, b"")
    GlossaryTermFactory(term="Corridor")
    changed = get("/glossary/", if_none_match=etag)
    assert (changed.status_code, "Corridor" in page_of(changed).text) == (200, True)


def test_store_no_old_page_under_the_state_after_a_change(pages, shown, monkeypatch):
    """What changes while a page is being made shows on the next request."""
    titles = []

    def view(request):
        titles.append(CaseStudy.objects.get(pk=shown.pk).title)
        if len(titles) == 1:
            CaseStudy.objects.filter(pk=shown.pk).update(title="Renamed")
            # As another transaction that commits.
            Edition.objects.renew()
        return HttpResponse(titles[-1])

    monkeypatch.setattr(cache, "get_messages", lambda request: Nothing)
    found = [public_page(view)(asked()).content.decode() for _turn in range(3)]
    assert found == [titles[0], "Renamed", "Renamed"]
    assert len(titles) == 2


def test_render_pages_again_for_another_release(pages, shown, settings):
    get("/cases/shown/")
    settings.RELEASE = "another"
    assert made(lambda: get("/cases/shown/"))[0]


def test_close_the_registration_when_a_webinar_is_over(pages, db):
    webinar = WebinarFactory(announced=True, slug="coming")
    assert "Register" in page("/webinars/coming/").main.lines
    # Within one transaction the time stands still: this changes only what the clock would change.
    begin = timezone.now() - timedelta(minutes=webinar.minutes + 1)
    Webinar.objects.filter(pk=webinar.pk).update(starts_at=begin)
    assert "Register" not in page("/webinars/coming/").html


def test_render_pages_again_each_day(pages, shown, monkeypatch):
    today = date(2026, 11, 2)
    monkeypatch.setattr(timezone, "localdate", lambda value=None, timezone=None: today)
    get("/cases/shown/")
    assert not made(lambda: get("/cases/shown/"))[0]
    today = date(2026, 11, 3)
    assert made(lambda: get("/cases/shown/"))[0]


def test_render_a_page_again_after_some_minutes(pages, shown, monkeypatch):
    get("/cases/shown/")
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + environment.PAGES_KEPT_FOR + 1)
    assert made(lambda: get("/cases/shown/"))[0]


# Hostile visitors


def test_stay_below_the_maximal_size(pages, shown, settings):
    settings.CACHES = ON | {
        "pages": ON["pages"] | {"LOCATION": "small", "OPTIONS": {"MAX_ENTRIES": 10}}
    }
    small = caches["pages"]
    for number in range(40):
        get(f"/cases/?page={number}")
        assert len(kept(small)) <= 10
    assert len(kept(small)) > 5


def test_cache_no_page_that_is_too_large(pages, db, monkeypatch):
    monkeypatch.setattr(cache, "LARGEST", 1_000)
    monkeypatch.setattr(cache, "SMALLEST", 1_000_000)
    assert get("/cases/").status_code == 200
    assert kept(pages) == []


@pytest.mark.parametrize("values", [["\0", "\ud800"], ["é" * 60], ["' OR 1=1"], ["\r\nX: y"]])
def test_accept_any_characters(pages, shown, values):
    query = urlencode({"theme": values}, doseq=True, errors="surrogatepass")
    first, second = get(f"/cases/?{query}"), get(f"/cases/?{query}")
    assert (first.status_code, first.content) == (200, second.content)
    assert len(kept(pages)) == 1


@pytest.mark.django_db(transaction=True)
def test_answer_concurrent_requests(pages):
    CaseStudyFactory(published=True, slug="shown", title="Read by many")

    def read(_number: int) -> bool:
        try:
            return page("/cases/shown/").one("h1").text == "Read by many"
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as readers:
        assert set(readers.map(read, range(40))) == {True}
    assert len(kept(pages)) == 1
