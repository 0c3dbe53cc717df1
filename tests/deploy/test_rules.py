"""What the shipped nginx stores and passes on, before an application that is invented."""

import threading
import time
from itertools import count

import pytest

from repository.pages.http import PRIVATE, SHARED
from tests.deploy.proxies import Answer

pytestmark = pytest.mark.without_database

# A path that was not asked for yet.
paths = map("/page-{}/".format, count())
SESSION = "sessionid=abc"
WEAK = 'W/"1"'
# Pages are stored for a second, which is too short for tests that need the stored page.
LASTING = "public, max-age=0, must-revalidate, s-maxage=3600"
# Stored for a second, and served for long while they are fetched again.
LONG_STALE = "public, max-age=0, must-revalidate, s-maxage=1, stale-while-revalidate=3600"
PATIENCE = 120


@pytest.fixture
def path():
    return next(paths)


def asked(origin) -> list[str]:
    return [request.command for request in origin.requests]


def until_served(proxy, path, **options) -> list[Answer]:
    """Request a page until the stored one is served; return the answers.

    nginx may ask again at each full second, and a busy machine may take one for each request.
    """
    end = time.monotonic() + PATIENCE
    answers = [proxy.ask(path, **options)]
    while answers[-1].cached != "HIT":
        assert time.monotonic() < end
        answers.append(proxy.ask(path, **options))
    return answers


def test_store_a_page_of_visitors(proxy, origin, path):
    origin.headers = {"Cache-Control": SHARED, "Vary": "Accept-Encoding"}
    answers = until_served(proxy, path)
    assert {(each.status, each.body) for each in answers} == {(200, b"page")}
    assert answers[0].cached == "MISS"
    assert len(origin.requests) < len(answers)


@pytest.mark.proof(sample=15)
@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Cache-Control": PRIVATE},
        {"Cache-Control": "no-store"},
        {"Cache-Control": "public, max-age=0, must-revalidate"},
        {"Cache-Control": SHARED, "Set-Cookie": "csrftoken=abc"},
        {"ETag": WEAK, "Vary": "Cookie"},
    ],
)
@pytest.mark.parametrize("status", [200, 302, 404, 410, 500])
def test_store_nothing_else(proxy, origin, path, headers, status):
    origin.status, origin.headers = status, headers
    for _turn in range(3):
        answer = proxy.ask(path)
        assert (answer.status, answer.body) == (status, b"page")
        assert answer.cached != "HIT"
    assert len(origin.requests) == 3


@pytest.mark.parametrize("cookie", [SESSION, "a=b; messages=W10:abc", f"a=b;{SESSION}; c=d"])
def test_let_sessions_and_messages_bypass_the_cache(proxy, origin, path, cookie):
    """Also if the application allowed to store their pages."""
    origin.headers, origin.body = {"Cache-Control": LASTING}, b"for visitors"
    proxy.ask(path)
    origin.body = b"for one"
    assert [proxy.ask(path, cookie=cookie).body for _turn in range(2)] == [b"for one"] * 2
    # What the proxy got for them is not stored.
    assert [proxy.ask(path).body for _turn in range(2)] == [b"for visitors"] * 2
    assert [request.headers["Cookie"] for request in origin.requests] == [None, cookie, cookie]


def test_serve_stored_pages_whatever_the_other_cookies(proxy, origin, path):
    origin.headers = {"Cache-Control": LASTING}
    proxy.ask(path)
    assert proxy.ask(path, cookie="csrftoken=abc").cached == "HIT"
    # A form needs the token that the browser has.
    other = next(paths)
    proxy.ask(other, cookie="csrftoken=abc")
    assert origin.requests[-1].headers["Cookie"] == "csrftoken=abc"


def test_serve_static_files_from_the_cache_to_members_too(proxy, origin):
    origin.headers = {"Cache-Control": "max-age=315360000, public, immutable"}
    proxy.ask("/static/site.css", cookie=SESSION)
    assert proxy.ask("/static/site.css", cookie=SESSION).cached == "HIT"


def test_pass_on_what_is_sent(proxy, origin, path):
    origin.headers = {"Cache-Control": SHARED}
    proxy.ask(path)
    for _turn in range(2):
        answer = proxy.ask(path, method="POST", body="a=b")
        assert (answer.status, answer.body) == (200, b"page")
    assert asked(origin) == ["GET", "POST", "POST"]


def test_answer_browsers_by_etag(proxy, origin, path):
    origin.headers = {"Cache-Control": SHARED, "ETag": WEAK}
    first = proxy.ask(path)
    assert first.headers["ETag"] == WEAK
    again = proxy.ask(path, headers={"If-None-Match": WEAK})
    assert (again.status, again.body, again.headers["ETag"]) == (304, b"", WEAK)
    assert proxy.ask(path, headers={"If-None-Match": 'W/"other"'}).status == 200


@pytest.mark.proof(group="pages that expire")
def test_ask_by_etag_whether_a_page_has_changed(proxy, origin, path):
    origin.headers = {"Cache-Control": SHARED, "ETag": WEAK}
    proxy.ask(path)
    # Longer than it is served from the cache.
    time.sleep(3.1)
    assert proxy.ask(path).body == b"page"
    assert [request.headers["If-None-Match"] for request in origin.requests] == [None, WEAK]
    # The answer renews the stored page.
    until_served(proxy, path)
    origin.headers, origin.body = origin.headers | {"ETag": 'W/"2"'}, b"changed"
    time.sleep(3.1)
    assert proxy.ask(path).body == b"changed"


@pytest.mark.proof(group="pages that expire")
def test_serve_the_stored_page_while_it_is_fetched_again(proxy, origin, path):
    origin.headers = {"Cache-Control": LONG_STALE}
    proxy.ask(path)
    origin.body = b"changed"
    origin.is_answering.clear()
    began = time.monotonic()
    answers = []
    fetching = threading.Thread(target=lambda: answers.append(proxy.ask(path)))
    # Until the page has expired and one request fetches it.
    while len(origin.requests) == 1 and time.monotonic() < began + PATIENCE:
        fetching = threading.Thread(target=lambda: answers.append(proxy.ask(path)))
        fetching.start()
        fetching.join(0.05)
    for _turn in range(5):
        # Not held up, and nobody else asks the application.
        assert proxy.ask(path).body == b"page"
    assert len(origin.requests) == 2
    origin.is_answering.set()
    fetching.join()
    while proxy.ask(path).body != b"changed":
        assert time.monotonic() < began + PATIENCE


@pytest.mark.proof(group="pages that expire")
def test_serve_no_page_that_is_long_out_of_date(proxy, origin, path):
    origin.headers = {"Cache-Control": SHARED}
    proxy.ask(path)
    origin.body = b"changed"
    time.sleep(3.1)
    # Not even to one of two who come at the same moment.
    answers = []
    both = [threading.Thread(target=lambda: answers.append(proxy.ask(path).body)) for _n in "ab"]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    assert answers == [b"changed"] * 2


def test_pass_on_addresses_that_clients_cannot_choose(proxy, origin, path):
    forged = {
        "X-Forwarded-For": "192.0.2.1",
        "X_Forwarded_For": "192.0.2.2",
        "X-Forwarded_For": "192.0.2.3",
        "X_Forwarded_Proto": "https",
    }
    proxy.ask(path, headers=forged)
    headers = origin.requests[0].headers
    assert headers["X-Forwarded-For"] == "192.0.2.1, 127.0.0.1"
    assert [name for name in headers if "_" in name] == []


@pytest.mark.parametrize("start", ["", "http://127.0.0.1"])
@pytest.mark.parametrize("end", ["", "/", "?a=/b"])
@pytest.mark.parametrize(
    "path", ["/metrics", "/%6detrics", "/%6Detrics", "/metric%73", "/%2fmetrics"]
)
def test_hide_the_figures_for_monitoring(proxy, origin, start, path, end):
    assert proxy.ask(f"{start}{path}{end}").status == 404
    assert origin.requests == []


def test_pass_on_encoded_words_and_queries(proxy, origin):
    for path in ("/?q=100%25", "/tags/a%C3%A9/", "/search?q=%6detrics"):
        assert proxy.ask(path).status == 200


def test_keep_compressed_and_plain_pages_apart(proxy, origin, path):
    origin.headers = {"Cache-Control": LASTING, "Vary": "Accept-Encoding"}
    proxy.ask(path)
    origin.headers, origin.body = origin.headers | {"Content-Encoding": "gzip"}, b"\x1f\x8b"
    encodings = [{"Accept-Encoding": each} for each in ("gzip", "gzip, deflate", "deflate, gzip")]
    answers = [proxy.ask(path, headers=each) for each in encodings]
    plain = proxy.ask(path)
    assert (plain.body, plain.headers["Content-Encoding"]) == (b"page", None)
    assert {(each.body, each.headers["Content-Encoding"]) for each in answers} == {
        (b"\x1f\x8b", "gzip")
    }
    assert len(origin.requests) == 2
