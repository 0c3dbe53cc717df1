"""The site itself behind the shipped nginx: what visitors and members get, and when."""

import http.client
import socket
import threading
import time
import zlib
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.cookies import SimpleCookie
from itertools import count, cycle, islice, product
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.utils import timezone

from community.models import PageFeedback
from repository.models import CaseStudy, CountKind, DailyCount
from tests.collection import signed_in
from tests.deploy.proxies import PATIENCE, application, nginx
from tests.factories import CaseStudyFactory, UserFactory, WebinarFactory
from tests.page import page_of
from tests.user_agents import FIREFOX

pytestmark = [
    pytest.mark.proof(in_turn=True, group="behind a proxy", sample=4),
    pytest.mark.usefixtures("scratch"),
    pytest.mark.slow(15),
]

HALF_OF_A_FORM = (
    f"POST /en/i18n/ HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: {FIREFOX}\r\n"
    "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 100\r\n\r\nwords="
).encode()
# What a page from the cache may be out of date, in seconds.
LONGEST = 2.0


@pytest.fixture(scope="module")
def site(scratch, tmp_path_factory) -> int:
    """The port of the site."""
    CaseStudyFactory(published=True, slug="port", title="The port")
    WebinarFactory(slug="port")
    with application(tmp_path_factory.mktemp("site")) as port:
        yield port


@pytest.fixture(scope="module")
def proxy(site, tmp_path_factory):
    with nginx(tmp_path_factory.mktemp("nginx"), site) as proxy:
        yield proxy


@pytest.fixture(scope="module")
def sessions(scratch) -> dict[str, str]:
    """The cookies of two members, by their names, which are on each page that they get."""
    found = {}
    for name in ("Aminata-of-Cotonou", "Wei-of-Zhengzhou"):
        client = signed_in(UserFactory(display_name=name))
        found[name] = f"sessionid={client.cookies['sessionid'].value}"
    return found


def until(what, seconds: float = PATIENCE):
    """Return the value once there is one."""
    end = time.monotonic() + seconds
    while not (found := what()):
        assert time.monotonic() < end
        time.sleep(0.05)
    return found


def test_serve_visitors_from_the_cache_and_members_from_the_site(proxy, sessions):
    page = until(lambda: next(filter(is_hit, [proxy.ask("/cases/port/")]), None))
    assert page_of(page.text).one("h1").text == "The port"
    assert page.headers["Vary"] == "Accept-Encoding"
    assert "Set-Cookie" not in page.headers
    again = proxy.ask("/cases/port/", headers={"If-None-Match": page.headers["ETag"]})
    assert (again.status, again.body) == (304, b"")
    for name, cookie in sessions.items():
        own = proxy.ask("/cases/port/", cookie=cookie)
        assert name in own.text
        assert (is_hit(own), own.headers["Cache-Control"].split(",")[0]) == (False, "private")
        # The page of visitors that a browser has from before is not taken for theirs.
        known = {"If-None-Match": page.headers["ETag"]}
        assert proxy.ask("/cases/port/", cookie=cookie, headers=known).status == 200


def is_hit(answer) -> bool:
    return answer.cached == "HIT"


def test_show_a_change_after_two_seconds_at_most(proxy):
    case = CaseStudyFactory(published=True, title="Before")
    path = case.get_absolute_url()
    for title in ("During", "After"):
        # Stored just before the change.
        assert not is_hit(proxy.ask(path))
        CaseStudy.objects.filter(pk=case.pk).update(title=title)
        changed_at = last_at = time.monotonic()
        while True:
            asked_at = time.monotonic()
            if page_of(proxy.ask(path).text).one("h1").text == title:
                break
            last_at = asked_at
            assert asked_at < changed_at + PATIENCE
        assert last_at - changed_at < LONGEST
        time.sleep(LONGEST + 1.1)


def test_stop_serving_a_withdrawn_page_after_two_seconds(proxy):
    case = CaseStudyFactory(published=True)
    path = case.get_absolute_url()
    assert not is_hit(proxy.ask(path))
    CaseStudy.objects.filter(pk=case.pk).update(status="draft", published_at=None)
    time.sleep(LONGEST + 1.1)
    answer = proxy.ask(path)
    assert (answer.status, answer.headers["Cache-Control"]) == (404, "no-store")
    assert page_of(answer.text).one("h1").text == "Page not found"


def test_count_views_of_cached_pages(proxy):
    case = CaseStudyFactory(published=True)
    path = case.get_absolute_url()
    for _turn in range(5):
        assert proxy.ask(path).status == 200
        headers = {"Content-Type": "text/plain;charset=UTF-8", "Sec-Fetch-Site": "same-origin"}
        assert proxy.ask("/seen/", method="POST", body=path, headers=headers).status == 204
    rows = DailyCount.objects.filter(case=case, kind=CountKind.VIEW, day=timezone.localdate())
    until(lambda: [row.number for row in rows.all()] == [5])


def test_answer_while_uploads_are_sent_in_part(proxy):
    """The site itself would wait for the rest: one of these for each of its two workers."""
    started = [
        socket.create_connection(("127.0.0.1", proxy.port), timeout=PATIENCE) for _turn in range(8)
    ]
    try:
        for upload in started:
            upload.sendall(HALF_OF_A_FORM)
        # Of these, each of the two workers gets some.
        statuses = {proxy.ask("/healthz").status for _turn in range(20)}
    finally:
        for upload in started:
            upload.close()
    assert statuses == {200}


def test_send_a_form_and_show_its_message_once(proxy):
    form_page = proxy.ask("/feedback/?page=/cases/port/")
    cookies = SimpleCookie(form_page.headers["Set-Cookie"])
    token = f"csrftoken={cookies['csrftoken'].value}"
    # The same form again, with the token that the browser has.
    form_page = proxy.ask("/feedback/?page=/cases/port/", cookie=token)
    fields = page_of(form_page.text).select("form[action='/feedback/'] input[type=hidden]")
    kept = {field["name"]: field["value"] for field in fields}
    assert {"page", "stamp", "csrfmiddlewaretoken"} <= set(kept)
    body = urlencode(kept | {"answer": "no", "message": "Costs?"})
    # A person takes longer to fill it in.
    time.sleep(3)
    sent = proxy.ask(
        "/feedback/",
        method="POST",
        body=body,
        cookie=token,
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    )
    assert (sent.status, sent.headers["Location"]) == (302, "/cases/port/")
    assert PageFeedback.objects.filter(message="Costs?").count() == 1
    cookies = SimpleCookie("; ".join(sent.headers.get_all("Set-Cookie")))
    cookie = f"{token}; messages={cookies['messages'].coded_value}"
    shown = proxy.ask("/cases/port/", cookie=cookie)
    assert page_of(shown.text).messages == ["Thank you for your feedback."]
    assert [page_of(proxy.ask("/cases/port/").text).messages for _turn in range(2)] == [[], []]


def test_limit_counts_by_the_address_that_the_proxy_sees(proxy):
    """Whatever addresses the client claims to have."""

    def tell(number: int) -> int:
        headers = {"Content-Type": "text/plain", "X-Forwarded-For": f"192.0.2.{number % 250}"}
        answer = proxy.ask(
            "/seen/", method="POST", body="/cases/port/", headers=headers, source="127.0.0.7"
        )
        return answer.status

    # Two processes, each with a limit for a minute, which may end during the test.
    numbers = count()
    assert until(lambda: tell(next(numbers)) == 429)


# Members' pages

PATHS = [
    *["/", "/cases/", "/cases/port/", "/fr/cases/port/", "/webinars/port/", "/cities/", "/about/"],
    *["/glossary/", "/ar/", "/search/?q=port", "/cases/?sort=title", "/practices/", "/monitoring/"],
]
REQUESTS = 100_000
VISITORS_AT_ONCE = 8
VISITORS = [
    {},
    {"Accept-Language": "fr"},
    {"Cookie": "csrftoken=0123456789abcdef0123456789abcdef"},
]


class Visitor:
    """A client that sends many requests and reads the answers as bytes."""

    def __init__(self, port: int):
        # It connects again after a thousand requests, when nginx closes the connection.
        self.server = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)

    def ask(self, path: str, headers: dict[str, str]) -> bytes:
        """Return the headers and the body, uncompressed."""
        usual = {"Host": "127.0.0.1", "User-Agent": FIREFOX}
        usual["Accept-Encoding"] = "gzip, deflate, br, zstd"
        self.server.request("GET", path, headers=usual | headers)
        response = self.server.getresponse()
        body = response.read()
        assert response.status == 200
        if response.headers["Content-Encoding"] == "gzip":
            body = zlib.decompress(body, 31)
        return f"\n{response.headers}".encode() + body

    def close(self) -> None:
        self.server.close()


@contextmanager
def in_the_background(*functions):
    """Run functions, to which an event says when to stop; raise what they raise."""
    stop, errors = threading.Event(), []

    def run(function):
        try:
            function(stop)
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=run, args=[function]) for function in functions]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    if errors:
        raise errors[0]


def test_serve_no_page_of_a_member_to_anyone_else(proxy, sessions, is_sample):
    """In many requests of visitors, and those of members beside them, while pages change."""
    number = 2_000 if is_sample else REQUESTS
    wrong, of_members, hits = [], set(), Counter()

    def names_in(answer: bytes) -> set[str]:
        return {name for name in sessions if name.encode() in answer}

    def member(stop):
        reader = Visitor(proxy.port)
        for path, name in cycle(product(PATHS, sessions)):
            if stop.is_set():
                break
            answer = reader.ask(path, {"Cookie": sessions[name]})
            of_members.add(path)
            if names_in(answer) != {name}:
                wrong.append(answer)
        reader.close()

    def visitor(start: int) -> None:
        reader = Visitor(proxy.port)
        turns = cycle(product(PATHS, VISITORS))
        # They begin at different pages.
        for path, headers in islice(turns, start, start + number // VISITORS_AT_ONCE):
            answer = reader.ask(path, headers)
            hits[start] += b"\nX-Cache: HIT" in answer
            if names_in(answer) or b"\nSet-Cookie:" in answer:
                wrong.append(answer)
        reader.close()

    def change(stop):
        while not stop.wait(2):
            CaseStudy.objects.filter(slug="port").update(summary=f"Changed at {time.monotonic()}")
        connection.close()

    with (
        in_the_background(member, change),
        ThreadPoolExecutor(VISITORS_AT_ONCE) as pool,
    ):
        list(pool.map(visitor, range(VISITORS_AT_ONCE)))
    assert wrong == []
    assert of_members
    assert hits.total() > number / 2
