"""Pages are counted when their script says so, recordings and slides when they are asked for."""

from types import SimpleNamespace

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from repository.counts import counting, limits, views
from repository.counts.limits import MinuteLimit
from repository.models import DailyCount
from tests.factories import CaseStudyFactory, WebinarFactory
from tests.page import page_of
from tests.user_agents import FIREFOX

pytestmark = pytest.mark.django_db

READER = {"User-Agent": FIREFOX}


def counted():
    """What was counted today, by kind and slug."""
    counting.buffer.write()
    rows = DailyCount.objects.filter(day=timezone.localdate()).select_related("case", "webinar")
    return {(row.kind, (row.case or row.webinar).slug): row.number for row in rows}


@pytest.fixture(autouse=True)
def limit(monkeypatch):
    """No requests from this address so far."""
    monkeypatch.setattr(views, "limit", MinuteLimit(120))


def tell(client, path, content_type="text/plain", **headers):
    """Send what the script of a page sends."""
    headers = READER | {name.replace("_", "-"): value for name, value in headers.items()}
    return client.post("/seen/", path, content_type=content_type, headers=headers)


@pytest.mark.parametrize("path", ["/cases/port/", "/webinars/port/"])
def test_count_each_view_without_a_query(client, path):
    CaseStudyFactory(slug="port", published=True)
    WebinarFactory(slug="port")
    with CaptureQueriesContext(connection) as queries:
        responses = [tell(client, path, sec_fetch_site="same-origin"), tell(client, f"/fr{path}")]
    for response in responses:
        assert (response.status_code, response.content) == (204, b"")
        assert response.cookies.output() == ""
    assert len(queries) == 0
    assert counted() == {("view", "port"): 2}
    # By the kind of page.
    row = DailyCount.objects.get()
    assert ("case" if row.case else "webinar") in path


def test_count_no_page_that_a_cache_may_serve_to_others(client):
    """The request for the page itself is not counted, with or without a cache before the site."""
    CaseStudyFactory(slug="port", published=True)
    first = client.get("/cases/port/", headers=READER)
    client.get("/cases/port/", headers=READER | {"If-None-Match": first.headers["ETag"]})
    assert counted() == {}
    script = page_of(first).one("script[src$='js/seen.js']")
    assert script["type"] == "module"


def test_count_for_members_as_for_visitors(client, member):
    CaseStudyFactory(slug="port", published=True)
    client.force_login(member)
    assert tell(client, "/cases/port/").status_code == 204
    assert counted() == {("view", "port"): 1}


def test_count_no_robot_and_no_page_fetched_in_advance(client):
    CaseStudyFactory(slug="port", published=True)
    for headers in ({"user_agent": "curl/8.5.0"}, {"sec_purpose": "prefetch;prerender"}):
        assert tell(client, "/cases/port/", **headers).status_code == 204
    assert counted() == {}


def test_count_nothing_that_is_not_there(client):
    CaseStudyFactory(slug="draft")
    CaseStudyFactory(slug="gone", archived=True)
    WebinarFactory(slug="planned", draft=True)
    for path in ("/cases/draft/", "/cases/gone/", "/cases/none/", "/webinars/planned/"):
        assert tell(client, path).status_code == 204
    assert counted() == {}


@pytest.mark.parametrize(
    "path",
    [
        *[
            "",
            "/",
            "/cases/",
            "/cases/port",
            "cases/port/",
            "/cases/port/?page=1",
            "/practices/port/",
        ],
        *["https://other.example/cases/port/", "//other.example/cases/port/", "/xx/cases/port/"],
        *[
            "/en/cases/port/",
            "/webinars/port/recording/",
            "/seen/",
            "/cases/port/\n",
            "/cases/pört/",
        ],
        *["/cases/port\0/", f"/cases/{'n' * 121}/", "/cases/port/" + " " * 10_000],
    ],
)
def test_refuse_other_texts_than_the_path_of_a_counted_page(client, path):
    CaseStudyFactory(slug="port", published=True)
    WebinarFactory(slug="port", recording="https://video.example/1")
    response = tell(client, path)
    assert (response.status_code, response.content) == (400, b"")
    assert counting.buffer._counted == {}


@pytest.mark.parametrize(
    "content_type", ["application/x-www-form-urlencoded", "application/json", ""]
)
def test_refuse_other_types_of_content(client, content_type):
    CaseStudyFactory(slug="port", published=True)
    assert tell(client, "/cases/port/", content_type=content_type).status_code == 400
    assert counted() == {}


@pytest.mark.parametrize("site", ["cross-site", "same-site", "none"])
def test_refuse_other_sites(client, site):
    CaseStudyFactory(slug="port", published=True)
    assert tell(client, "/cases/port/", sec_fetch_site=site).status_code == 403
    assert counted() == {}


def test_need_no_token(db):
    CaseStudyFactory(slug="port", published=True)
    assert tell(Client(enforce_csrf_checks=True), "/cases/port/").status_code == 204


def test_limit_requests_by_address(monkeypatch, client, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    # No minute ends during the test.
    monkeypatch.setattr(limits, "time", SimpleNamespace(monotonic=lambda: 600.0))
    monkeypatch.setattr(views, "limit", MinuteLimit(2))
    CaseStudyFactory(slug="port", published=True)

    def statuses(*addresses):
        return [
            tell(client, "/cases/port/", x_forwarded_for=each).status_code for each in addresses
        ]

    # The proxy adds the last one; what a client sends before it does not count.
    assert statuses("192.0.2.1", "192.0.2.9, 192.0.2.1", "192.0.2.8, 192.0.2.1") == [204, 204, 429]
    assert statuses("192.0.2.2") == [204]
    assert counted() == {("view", "port"): 3}


@pytest.mark.parametrize(("name", "kind"), [("recording", "playback"), ("slides", "slides")])
def test_redirect_to_the_recording_and_the_slides_and_count(client, name, kind):
    WebinarFactory(slug="port", **{name: "https://video.example/1?t=5"})
    response = client.get(f"/webinars/port/{name}/", headers=READER)
    assert (response.status_code, response.headers["Location"]) == (
        302,
        "https://video.example/1?t=5",
    )
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert not response.cookies
    client.head(f"/webinars/port/{name}/", headers=READER)
    client.get(f"/webinars/port/{name}/", headers={"User-Agent": "curl/8.5.0"})
    assert counted() == {(kind, "port"): 1}


def test_answer_404_without_a_link_or_for_a_draft(client):
    WebinarFactory(slug="port")
    WebinarFactory(slug="draft", draft=True, recording="https://video.example/1")
    for path in ("/webinars/port/recording/", "/webinars/port/slides/", "/webinars/none/slides/"):
        assert client.get(path, headers=READER).status_code == 404
    assert client.get("/webinars/draft/recording/", headers=READER).status_code == 404
    assert client.post("/webinars/port/recording/").status_code == 405
    assert counted() == {}


def test_show_the_counted_way_on_the_pages(read):
    webinar = WebinarFactory(
        slug="port", recording="https://video.example/1", slides="https://slides.example/1"
    )
    CaseStudyFactory(slug="case", published=True, webinars=[webinar])
    assert ("Watch the recording", "/webinars/port/recording/") in read(
        "/webinars/port/"
    ).main.links
    assert ("Open the slides", "/webinars/port/slides/") in read("/webinars/port/").main.links
    assert ("Recording", "/webinars/port/recording/") in read("/cases/case/").main.links
