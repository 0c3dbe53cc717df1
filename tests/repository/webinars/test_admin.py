"""Planning webinars in the admin."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from repository.models import Appearance, Webinar
from repository.webinars import actions
from repository.webinars.admin import VERBS
from tests.factories import (
    AppearanceFactory,
    CaseStudyFactory,
    SeriesFactory,
    SpeakerFactory,
    WebinarFactory,
)
from tests.page import page_of

pytestmark = pytest.mark.django_db


def change(row):
    return reverse("admin:repository_webinar_change", args=[row.pk])


def step(verb):
    return reverse("admin:repository_webinar_step", args=[verb])


def messages_of(response):
    return page_of(response).messages


def sent(row=None, **given):
    """The data of the form of a webinar, without speakers."""
    start = row.local_start if row else None
    return {
        "series": row.series_id if row else SeriesFactory().pk,
        "number": row.number if row else 1,
        "title": row.title if row else "By rail",
        "slug": row.slug if row else "by-rail",
        "date": start.date() if start else "",
        "local_time": f"{start:%H:%M}" if start else "",
        "time_zone": row.time_zone if row else "",
        "minutes": (row.minutes if row else "") or "",
        **{
            f"{name}-{count}_FORMS": 0
            for name in ("appearances", "recordings", "chapters", "transcript")
            for count in ("TOTAL", "INITIAL")
        },
    } | given


def errors(response):
    form = response.context["adminform"].form
    return {name: [str(error) for error in found] for name, found in form.errors.items()}


def test_plan_a_webinar(client, moderator):
    speaker, case = SpeakerFactory(), CaseStudyFactory(published=True)
    client.force_login(moderator)
    response = client.post(
        reverse("admin:repository_webinar_add"),
        sent(
            date="2027-03-28",
            local_time="09:30",
            time_zone="Asia/Kolkata",
            minutes="90",
            languages="en, fr ,en",
            interpretation="zh",
            meeting_link="https://example.org/room",
            capacity="50",
            cases=[case.pk],
            **{
                "appearances-TOTAL_FORMS": 1,
                "appearances-0-position": 0,
                "appearances-0-speaker": speaker.pk,
                "appearances-0-title": "Director",
            },
        ),
    )
    assert response.status_code == 302, errors(response)
    row = Webinar.objects.get()
    assert (row.status, row.date) == ("draft", date(2027, 3, 28))
    assert row.starts_at == datetime(2027, 3, 28, 4, 0, tzinfo=UTC)
    assert (row.minutes, row.languages, row.interpretation) == (90, ["en", "fr"], ["zh"])
    assert (row.meeting_link, row.capacity) == ("https://example.org/room", 50)
    assert list(row.cases.all()) == [case]
    assert Appearance.objects.get().title == "Director"
    form = page_of(client.get(change(row), {"step": "all"})).one("#webinar_form")
    names = ("date", "local_time", "meeting_link")
    assert [form.one(f"[name={name}]")["value"] for name in names] == [
        *("2027-03-28", "09:30", "https://example.org/room")
    ]


@pytest.mark.parametrize(
    ("given", "mistakes"),
    [
        (
            {"date": "2027-03-28", "local_time": "02:30", "time_zone": "Europe/Berlin"},
            {
                "local_time": [
                    "Clocks in Europe/Berlin go forward on that day, so 02:30 doesn’t exist. "
                    "Choose another time."
                ]
            },
        ),
        (
            {"date": "2027-10-31", "local_time": "02:30", "time_zone": "Europe/Berlin"},
            {
                "local_time": [
                    "Clocks in Europe/Berlin go back on that day, so 02:30 occurs twice. "
                    "Choose another time."
                ]
            },
        ),
        (
            {"date": "9999-12-31", "local_time": "23:59", "time_zone": "Asia/Kolkata"},
            {"date": ["Enter a date between 2000 and 2099."]},
        ),
        ({"date": "9999-12-31"}, {"date": ["Enter a date between 2000 and 2099."]}),
        ({"date": "0001-01-01"}, {"date": ["Enter a date between 2000 and 2099."]}),
        ({"local_time": "09:30", "time_zone": "Asia/Kolkata"}, {"date": ["Enter the date."]}),
        (
            {"date": "2027-03-28", "local_time": "09:30"},
            {"time_zone": ["Enter the time zone."]},
        ),
        (
            {"date": "2027-03-28", "local_time": "09:30", "time_zone": "Mars/Olympus"},
            {
                "time_zone": [
                    "“Mars/Olympus” is not a time zone. Enter a time zone like “Asia/Kolkata”."
                ]
            },
        ),
        ({"minutes": "4"}, {"minutes": ["Ensure this value is greater than or equal to 5."]}),
        (
            {"capacity": "0"},
            {"__all__": ["Enter at least 1 seat, or leave blank for no limit."]},
        ),
        (
            {"languages": "en, xx\u202e"},
            {"languages": ["“xx\u202e” is not a language code. Enter a code like en, fr or zh."]},
        ),
        (
            {"meeting_link": "http://example.org/room"},
            {"__all__": ["The meeting link must start with https://."]},
        ),
    ],
)
def test_refuse_what_cannot_be_planned(given, mistakes, client, moderator):
    client.force_login(moderator)
    response = client.post(reverse("admin:repository_webinar_add"), sent(**given))
    assert (response.status_code, errors(response)) == (200, mistakes)
    assert not Webinar.objects.exists()


def test_move_what_is_announced(client, moderator, monkeypatch):
    heard = []
    monkeypatch.setattr(actions, "changed", [lambda row, verb: heard.append(verb)])
    row = WebinarFactory(announced=True, slug="by-rail")
    client.force_login(moderator)
    later = row.local_start.date() + timedelta(days=2)
    given = sent(row, date=later, slug="elsewhere", status="held", cancelled_because="No.")
    response = client.post(change(row), given)
    assert response.status_code == 302, errors(response)
    moved = Webinar.objects.get()
    assert (moved.status, moved.slug, moved.cancelled_because) == ("announced", "by-rail", "")
    assert (moved.date, moved.local_start.date()) == (later, later)
    assert heard == ["moved"]

    for given, mistakes in [
        (
            {"date": "2026-01-05"},
            {"date": ["You can’t move an announced webinar to a past date."]},
        ),
        (
            {"local_time": ""},
            {
                "__all__": [
                    "To announce this webinar, add a date, a start time, a time zone and a length."
                ]
            },
        ),
        (
            {"minutes": ""},
            {
                "__all__": [
                    "To announce this webinar, add a date, a start time, a time zone and a length."
                ]
            },
        ),
    ]:
        response = client.post(change(row), sent(moved, **given))
        assert (response.status_code, errors(response)) == (200, mistakes)
    assert Webinar.objects.get().starts_at == moved.starts_at
    assert heard == ["moved"]


def test_what_was_held_stays_in_the_past(client, moderator):
    """Else it could go live again, and who had a seat would change."""
    row = WebinarFactory(
        planned=True, status="held", starts_at=timezone.now() - timedelta(days=3), slug="by-rail"
    )
    client.force_login(moderator)
    day = timezone.localdate() + timedelta(days=2)
    response = client.post(change(row), sent(row, date=day))
    assert list(errors(response)) == ["date"]
    response = client.post(change(row), sent(row, date=row.date - timedelta(days=2)))
    assert response.status_code == 302, errors(response)
    assert Webinar.objects.get().date == row.date - timedelta(days=2)


ANSWERS = {
    "announce": {"without_speakers": "on"},
    "go_live": {},
    "hold": {},
    "cancel": {"reason": "A storm."},
}


@pytest.mark.parametrize("verb", VERBS)
def test_take_each_step(verb, client, moderator, broker, member):
    """It works; it is refused to others, by GET, and the second time."""
    start = timezone.now() + timedelta(minutes=-5 if verb == "hold" else 5)
    row = WebinarFactory(
        planned=True,
        starts_at=start,
        status=min(actions.STEPS[verb].sources),
        cancelled_because="A storm.",
    )
    began = row.status
    given = {"webinar": row.pk} | ANSWERS[verb]
    assert client.post(step(verb), given).status_code == 302
    for person in (broker, member):
        client.force_login(person)
        assert client.get(step(verb), given).status_code == 403
        assert client.post(step(verb), given).status_code == 403
    client.force_login(moderator)
    url = f"{step(verb)}?webinar={row.pk}"
    assert page_of(client.get(change(row))).link(str(VERBS[verb].label)) == url
    assert str(VERBS[verb].question) in page_of(client.get(step(verb), given)).lines
    row.refresh_from_db()
    assert row.status == began
    response = client.post(step(verb), given, follow=True)
    assert response.redirect_chain == [(change(row), 302)]
    assert messages_of(response) == [VERBS[verb].done % {"count": 1}]
    row.refresh_from_db()
    assert row.status == actions.STEPS[verb].target
    assert f"{step(verb)}?webinar=" not in page_of(response).html
    refused = client.post(step(verb), given, follow=True)
    label = row.get_status_display()
    assert messages_of(refused) == [
        str(actions.STEPS[verb].refusal % {"title": row.title, "status": label})
    ]
    moderator.groups.clear()
    assert client.post(step(verb), given).status_code in (302, 403)


def test_hide_the_link_from_staff_who_may_only_view(client, broker, administrator):
    row = WebinarFactory(announced=True, meeting_link="https://example.org/room")
    client.force_login(broker)
    page = page_of(client.get(change(row), {"step": "all"}))
    assert row.title in page.text
    assert "example.org/room" not in page.html
    client.force_login(administrator)
    page = page_of(client.get(change(row), {"step": "all"}))
    assert page.one("[name=meeting_link]")["value"] == row.meeting_link
    history = page_of(client.get(reverse("admin:repository_webinar_history", args=[row.pk])))
    assert "example.org/room" not in history.html


@pytest.mark.parametrize("status", ["draft", "announced", "live", "held"])
def test_delete_only_what_nobody_waits_for(status, client, administrator):
    row = WebinarFactory(planned=True, status=status)
    client.force_login(administrator)
    delete = reverse("admin:repository_webinar_delete", args=[row.pk])
    is_open = status in ("announced", "live")
    assert client.post(delete, {"post": "yes"}).status_code == (403 if is_open else 302)
    assert Webinar.objects.exists() == is_open


def test_list_by_status_and_time(client, moderator):
    coming, draft = WebinarFactory(announced=True), WebinarFactory(draft=True)
    held = WebinarFactory(planned=True, starts_at=timezone.now() - timedelta(days=3))
    client.force_login(moderator)

    def listed(query):
        page = client.get(f"{reverse('admin:repository_webinar_changelist')}?{query}")
        return set(page.context["cl"].result_list)

    assert listed("status__exact=announced") == {coming}
    assert listed("when=coming") == {coming}
    assert listed("when=past") == {held}
    assert listed("when=open") == {draft}


def test_ask_for_speakers_before_announcing(client, moderator):
    row = WebinarFactory(planned=True, status="draft", starts_at=timezone.now() + timedelta(days=3))
    client.force_login(moderator)
    page = page_of(client.get(step("announce"), {"webinar": row.pk}))
    assert page.one("[name=without_speakers]")["type"] == "checkbox"
    answer = client.post(step("announce"), {"webinar": row.pk})
    assert list(answer.context["form"].errors) == ["without_speakers"]
    AppearanceFactory(webinar=row)
    page = page_of(client.get(step("announce"), {"webinar": row.pk}))
    assert not page.select("[name=without_speakers]")
    assert client.post(step("announce"), {"webinar": row.pk}).status_code == 302
    row.refresh_from_db()
    assert row.status == "announced"


def test_pick_languages(client, moderator):
    row = WebinarFactory(announced=True, languages=["en", "bn"])
    client.force_login(moderator)
    page = page_of(client.get(change(row)))
    boxes = page.select("[name=languages][checked]")
    assert {box["value"] for box in boxes} == {"en", "bn"}
    given = sent(row, languages=["fr", "bn"], **{"interpretation-others": "ha، sw"})
    response = client.post(change(row), given)
    assert response.status_code == 302, errors(response)
    row.refresh_from_db()
    assert (row.languages, row.interpretation) == (["fr", "bn"], ["ha", "sw"])


def test_duplicate_a_webinar(client, moderator):
    """The form of a new webinar begins with the facts of the other; nothing is saved yet."""
    row = WebinarFactory(
        announced=True,
        slug="by-rail",
        number=7,
        languages=["en"],
        capacity=50,
        meeting_link="https://example.org/room",
    )
    client.force_login(moderator)
    url = page_of(client.get(change(row))).link("Duplicate")
    page = page_of(client.get(f"{url}&step=all"))
    assert page.one("[name=number]")["value"] == "8"
    assert page.one("[name=capacity]")["value"] == "50"
    assert row.title in page.html
    assert page.one("[name=languages][checked]")["value"] == "en"
    assert page.one("[name=time_zone] [selected]")["value"] == row.time_zone
    assert "example.org/room" not in page.html
    assert Webinar.objects.count() == 1
    for unknown in ("0", "x", "999999999999999999999"):
        assert client.get(url.partition("=")[0] + f"={unknown}").status_code == 200


def test_offer_current_zones_and_keep_an_old_name(client, moderator):
    client.force_login(moderator)
    page = page_of(client.get(reverse("admin:repository_webinar_add")))
    zones = {option["value"] for option in page.select("[name=time_zone] option")}
    assert {"Asia/Kolkata", "UTC"} <= zones
    assert zones.isdisjoint({"Asia/Calcutta", "US/Eastern", "Etc/GMT+5", "Portugal"})
    row = WebinarFactory(announced=True, time_zone="Asia/Calcutta")
    page = page_of(client.get(change(row)))
    assert page.one("[name=time_zone] [selected]")["value"] == "Asia/Calcutta"


# Recordings, chapters and transcript


def rows(name, *given):
    """The data of new rows."""
    count = {f"{name}-TOTAL_FORMS": len(given), f"{name}-INITIAL_FORMS": 0}
    return count | {
        f"{name}-{at}-{column}": value
        for at, row in enumerate(given)
        for column, value in row.items()
    }


def test_add_recordings_chapters_and_a_transcript(client, moderator):
    webinar, case = WebinarFactory(), CaseStudyFactory(published=True)
    client.force_login(moderator)
    vtt = SimpleUploadedFile("talk.vtt", b"\xef\xbb\xbfWEBVTT\r\n\r\n00:01.000 --> 00:02.000\r\nHi")
    form = (
        sent(webinar)
        | rows(
            "recordings",
            {"position": 1, "kind": "audio", "label": "Sound", "url": "https://example.org/2"},
        )
        | rows(
            "chapters",
            {"seconds": "12:30", "title": "Ports", "case": case.pk},
            {"seconds": "1:02:03", "title": "Rail"},
        )
        | rows("transcript", {"language": "en", "text": "", "file": vtt})
    )
    response = client.post(change(webinar), form)

    assert response.status_code == 302
    assert list(webinar.recordings.values_list("kind", "label")) == [("audio", "Sound")]
    assert list(webinar.chapters.values_list("seconds", "title", "case")) == [
        (750, "Ports", case.pk),
        (3723, "Rail", None),
    ]
    assert webinar.transcript.text == "WEBVTT\n\n00:01.000 --> 00:02.000\nHi"
    page = page_of(client.get(change(webinar)))
    assert page.one("[name=chapters-0-seconds]")["value"] == "12:30"


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (rows("chapters", {"seconds": "12", "title": "Ports"}), "like 12:30"),
        (rows("chapters", {"seconds": "99:99", "title": "Ports"}), "like 12:30"),
        (
            rows("chapters", {"seconds": "0:10", "title": "A"}, {"seconds": "0:10", "title": "B"}),
            "duplicate",
        ),
        (rows("transcript", {"language": "en", "text": "WEBVTT\n\nHi"}), "Line 3"),
        (rows("transcript", {"language": "xx", "text": "Hi"}), "language code"),
        (rows("transcript", {"language": "fr", "text": ""}), "This file contains no text."),
        (
            rows(
                "transcript",
                {"language": "en", "file": SimpleUploadedFile("a.vtt", b"\xff\xfe\x00")},
            ),
            "This file is not text in UTF-8.",
        ),
        (rows("recordings", {"position": 0, "label": "", "url": "https://e.org"}), "required"),
        (rows("recordings", {"position": 0, "label": "A", "url": "javascript:1"}), "valid URL"),
    ],
)
def test_refuse_invalid_recordings_chapters_and_transcripts(given, words, client, moderator):
    webinar = WebinarFactory()
    client.force_login(moderator)
    response = client.post(change(webinar), sent(webinar) | given)

    assert response.status_code == 200
    assert [error for error in page_of(response).errors if words in error] != []
