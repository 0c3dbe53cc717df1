"""Pages are counted when they are opened and when they are opened again, at no cost to readers."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from repository.counts import counting
from repository.models import DailyCount
from tests.factories import CaseStudyFactory, WebinarFactory
from tests.user_agents import FIREFOX

pytestmark = pytest.mark.django_db

READER = {"User-Agent": FIREFOX}


def counted():
    """What was counted today, by kind and slug."""
    counting.buffer.write()
    rows = DailyCount.objects.filter(day=timezone.localdate()).select_related("case", "webinar")
    return {(row.kind, (row.case or row.webinar).slug): row.number for row in rows}


@pytest.mark.parametrize("path", ["/cases/port/", "/webinars/port/"])
def test_count_a_page_also_when_it_is_unchanged(client, path):
    CaseStudyFactory(slug="port", published=True)
    WebinarFactory(slug="port")
    first = client.get(path, headers=READER)
    with CaptureQueriesContext(connection) as queries:
        again = client.get(path, headers=READER | {"If-None-Match": first.headers["ETag"]})
    assert (first.status_code, again.status_code, len(queries)) == (200, 304, 1)
    assert counted() == {("view", "port"): 2}
    # Counting has made nothing new.
    third = client.get(path, headers=READER | {"If-None-Match": first.headers["ETag"]})
    assert third.status_code == 304


def test_count_no_robot_no_head_and_no_page_fetched_in_advance(client):
    CaseStudyFactory(slug="port", published=True)
    client.get("/cases/port/", headers={"User-Agent": "curl/8.5.0"})
    client.head("/cases/port/", headers=READER)
    client.get("/cases/port/", headers=READER | {"Sec-Purpose": "prefetch"})
    client.post("/cases/port/", headers=READER)
    assert counted() == {}


def test_count_nothing_that_is_not_there(client):
    CaseStudyFactory(slug="draft")
    CaseStudyFactory(slug="port", published=True)
    known = client.get("/cases/port/").headers["ETag"]
    assert client.get("/cases/draft/", headers=READER).status_code == 404
    assert client.get("/cases/none/", headers=READER).status_code == 404
    # A client that pretends to have the page gets 304, and is not counted either.
    forged = READER | {"If-None-Match": known}
    assert client.get("/cases/none/", headers=forged).status_code == 304
    assert client.get(f"/cases/{'n' * 500}/", headers=forged).status_code == 304
    assert counted() == {}


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
