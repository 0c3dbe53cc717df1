"""Recordings, chapters and transcripts: shown where all who spoke agree, and nowhere else."""

import json
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from repository.models import Chapter, Consent, Recording, Transcript, Webinar
from repository.pages.editions import forget_all
from repository.recordings import transcripts
from tests.factories import (
    AppearanceFactory,
    CaseStudyFactory,
    PracticeFactory,
    WebinarFactory,
)

SECRET = "Quokkafish"
VTT = f"WEBVTT\n\n00:01.000 --> 00:04.000\n<v Ana>{SECRET} & <b>more</b>"
pytestmark = pytest.mark.django_db


@pytest.fixture
def webinar():
    """One that was held, with all that remains, each part with a word of its own."""
    practice = PracticeFactory(slug="window")
    case = CaseStudyFactory(published=True, slug="harbour", title="The harbour")
    webinar = WebinarFactory(
        slug="by-rail",
        number=7,
        date="2020-09-30",
        practices=[practice],
        cases=[case],
        recording=f"https://example.org/{SECRET}",
        slides="https://example.org/slides",
    )
    case.webinars.add(webinar)
    Recording.objects.create(
        webinar=webinar, kind="audio", label=f"{SECRET} part", url=f"https://{SECRET}.org/2"
    )
    Chapter.objects.create(webinar=webinar, seconds=750, title=f"{SECRET} ashore", case=case)
    Chapter.objects.create(webinar=webinar, seconds=3723, title="Papers", practice=practice)
    Transcript.objects.create(webinar=webinar, text=VTT)
    AppearanceFactory(webinar=webinar, speaker__name="Ana Sol")
    AppearanceFactory(webinar=webinar, speaker__name="Li Wei")
    return webinar


PAGES = [
    "/",
    "/webinars/",
    "/webinars/by-rail/",
    "/cases/harbour/",
    "/practices/window/",
    f"/search/?q={SECRET}",
    "/feeds/cases.atom",
    "/feeds/webinars.ics",
    "/api/v1/webinars",
    "/api/v1/webinars/by-rail",
    "/api/v1/cases/harbour",
    "/sitemap-webinars.xml",
    "/sitemap-transcripts.xml",
]
OWN = ["/webinars/by-rail/transcript/", "/webinars/by-rail/transcript.vtt"]
AWAY = ["/webinars/by-rail/recording/"]
# Nothing on the site: what the search repeats of a question.
UNKNOWN = "Nowherefish"


def leaks(client) -> set[str]:
    found = set()
    for path in PAGES:
        forget_all()
        text = client.get(path).text
        # The search says what was looked for.
        if path.startswith("/search/"):
            empty = client.get(path.replace(SECRET, UNKNOWN)).text
            text = text.replace(SECRET, "", empty.count(UNKNOWN))
        if (
            SECRET in text
            or "12:30" in text
            or "/recording/" in text
            or "recording available" in text
            or "/transcript" in text
        ):
            found.add(path)
    return found


def away(webinar) -> list[str]:
    part = reverse("repository:recording_part", args=[webinar.slug, webinar.recordings.get().pk])
    return [*AWAY, part]


def test_show_recordings_if_all_speakers_agree(client, read, webinar):
    page = read("/webinars/by-rail/")
    for part in (f"{SECRET} part", "audio only", "1:02:03"):
        assert part in page.main.text
    assert page.main.link("Read the transcript") == OWN[0]
    assert "12:30" in page.one("#chapter-750").text
    assert f"https://example.org/{SECRET}" in json.dumps(page.json_ld)
    link = ("at 12:30 in webinar 7", "/webinars/by-rail/#chapter-750")
    assert link in read("/cases/harbour/").main.links
    link = ("at 1:02:03 in webinar 7", "/webinars/by-rail/#chapter-3723")
    assert link in read("/practices/window/").main.links
    assert [client.get(path).status_code for path in away(webinar)] == [302, 302]
    assert f"{SECRET} & more" in read(OWN[0]).main.text
    subtitles = client.get(OWN[1])
    assert subtitles.text == (
        f"WEBVTT\n\n00:00:01.000 --> 00:00:04.000\n<v Ana>{SECRET} &amp; more\n"
    )
    assert subtitles.headers["Content-Type"] == "text/vtt; charset=utf-8"
    assert subtitles.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in subtitles.headers["Content-Security-Policy"]


def test_parse_a_transcript_once_for_all_visitors(client, webinar, monkeypatch):
    first = client.get(OWN[0]).text
    monkeypatch.setattr(transcripts, "parts", None)
    assert client.get(OWN[0]).text == first


@pytest.mark.parametrize("said", [Consent.NO, Consent.UNSAID])
def test_hide_recordings_if_one_speaker_does_not_agree(said, client, webinar):
    assert leaks(client) == {
        "/webinars/",
        "/webinars/by-rail/",
        "/cases/harbour/",
        "/sitemap-transcripts.xml",
    }
    row = webinar.appearances.last()
    row.recording_consent = said
    row.save()

    assert leaks(client) == set()
    assert {client.get(path).status_code for path in (*OWN, *away(webinar))} == {404}
    assert client.get("/webinars/by-rail/slides/").status_code == 302


def test_hide_slides_if_one_speaker_does_not_agree(client, read, webinar):
    webinar.appearances.update(slides_consent=Consent.THEN)
    assert read("/webinars/by-rail/").link("Open the slides") == "/webinars/by-rail/slides/"
    row = webinar.appearances.first()
    row.slides_consent = Consent.NO
    row.save()

    assert "/webinars/by-rail/slides/" not in read("/webinars/by-rail/").html
    assert client.get("/webinars/by-rail/slides/").status_code == 404


def test_show_recordings_published_at_the_time(client, webinar):
    webinar.appearances.update(recording_consent=Consent.THEN)
    assert client.get(OWN[0]).status_code == 200
    assert list(Webinar.objects.showing_recordings()) == [webinar]


def test_hide_the_unpublished_case_of_a_chapter(read, webinar):
    draft = CaseStudyFactory(title="Hidden harbour")
    Chapter.objects.create(webinar=webinar, seconds=10, title="Soon", case=draft)
    page = read("/webinars/by-rail/")
    assert "Soon" in page.one("#chapter-10").text
    assert "Hidden harbour" not in page.html


def chapter_links(read) -> list[str]:
    pages = [read("/cases/harbour/"), read("/practices/window/")]
    return [name for page in pages for name, _href in page.main.links if name.startswith("at ")]


@pytest.mark.parametrize("status", ["announced", "live", "cancelled", "draft"])
def test_link_no_chapter_of_a_webinar_that_was_not_held(status, read, webinar):
    """Before that, chapters are an agenda: nothing was said yet."""
    assert chapter_links(read) == ["at 12:30 in webinar 7", "at 1:02:03 in webinar 7"]
    start = timezone.now() + timedelta(days=3)
    Webinar.objects.update(
        status=status, cancelled_because="A storm.", starts_at=start, minutes=90, time_zone="UTC"
    )
    forget_all()
    assert chapter_links(read) == []
    is_upcoming = "(upcoming)" in read("/cases/harbour/").text
    assert is_upcoming == (status == "announced")


def test_hide_recordings_of_a_draft(client, webinar):
    Webinar.objects.update(status="draft")
    assert leaks(client) == set()
    assert {client.get(path).status_code for path in (*OWN, *away(webinar))} == {404}


def test_plain_text_has_no_subtitles(client, read, webinar):
    Transcript.objects.update(text="Good morning.\n\nWe ship <b>parcels</b>.")
    assert "We ship <b>parcels</b>." in read(OWN[0]).main.lines
    assert client.get(OWN[1]).status_code == 404
