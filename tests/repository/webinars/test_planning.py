"""Planning a webinar in steps at the desk."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from repository.models import Webinar
from tests.factories import AppearanceFactory, CityFactory, SeriesFactory, WebinarFactory
from tests.page import page_of

pytestmark = pytest.mark.django_db

ADD = "/admin/repository/webinar/add/"


def change(row, step="") -> str:
    page = reverse("admin:repository_webinar_change", args=[row.pk])
    return f"{page}?step={step}" if step else page


@pytest.fixture
def desk(client, moderator):
    client.force_login(moderator)
    return client


@pytest.fixture
def draft():
    """A draft with everything but speakers."""
    return WebinarFactory(
        planned=True,
        status="draft",
        starts_at=timezone.now() + timedelta(days=9),
        languages=["en"],
        capacity=50,
        meeting_link="https://example.org/room",
    )


def first_step(**changes) -> dict:
    return {
        "series": SeriesFactory().pk,
        "number": 1,
        "title": "By rail",
        "slug": "by-rail",
        "date": "2037-03-28",
        "local_time": "09:30",
        "time_zone": "Asia/Kolkata",
        "minutes": "90",
        "languages": ["en", "fr"],
    } | changes


def current(page) -> str:
    return page.one(".steps [aria-current=step]").text.removesuffix(" (completed)")


def test_plan_in_four_steps(desk):
    page = page_of(desk.get(ADD))
    assert current(page) == "1 What and when"
    assert page.one("#webinar_form")["action"] == "?step=1"
    answer = desk.post(f"{ADD}?step=1", first_step(to="2"))
    row = Webinar.objects.get()
    assert (answer.status_code, answer.url) == (302, change(row, 2))
    assert (row.languages, row.starts_at.isoformat()) == (["en", "fr"], "2037-03-28T04:00:00+00:00")
    page = page_of(desk.get(answer.url))
    assert (current(page), page.select("[name=title]")) == ("2 Speakers and agenda", [])
    speaker = AppearanceFactory().speaker
    rows = {
        "appearances-TOTAL_FORMS": 1,
        "appearances-INITIAL_FORMS": 0,
        "appearances-0-position": 0,
        "appearances-0-speaker": speaker.pk,
        "appearances-0-title": "Director",
        "chapters-TOTAL_FORMS": 1,
        "chapters-INITIAL_FORMS": 0,
        "chapters-0-seconds": "10:00",
        "chapters-0-title": "Questions",
    }
    answer = desk.post(change(row, 2), rows | {"to": "3"})
    assert (answer.url, row.appearances.get().speaker) == (change(row, 3), speaker)
    given = {"capacity": "50", "meeting_link": "https://example.org/room", "to": "4"}
    assert desk.post(change(row, 3), given).url == change(row, 4)
    row.refresh_from_db()
    # Each step leaves the fields of the others as they are.
    assert (row.title, row.languages, row.capacity, row.minutes) == (
        "By rail",
        ["en", "fr"],
        50,
        90,
    )
    assert (row.appearances.count(), row.chapters.get().title) == (1, "Questions")
    page = page_of(desk.get(change(row, 4)))
    assert [label.text for label in page.select(".answers .wrong dt")] == ["Summary"]
    form = page.form(reverse("admin:repository_webinar_step", args=["announce"]))
    assert desk.post(form.action, form.fields).status_code == 302
    row.refresh_from_db()
    assert row.status == "announced"


def test_open_a_draft_at_the_first_gap(desk, draft):
    assert current(page_of(desk.get(change(draft)))) == "2 Speakers and agenda"
    AppearanceFactory(webinar=draft)
    assert current(page_of(desk.get(change(draft)))) == "4 Check and announce"
    Webinar.objects.update(languages=[])
    page = page_of(desk.get(change(draft)))
    assert current(page) == "1 What and when"
    assert [step.text for step in page.select(".steps .done")] == [
        "2 Speakers and agenda (completed)",
        "3 Registration (completed)",
    ]


def test_check_lists_what_is_missing(desk, draft):
    Webinar.objects.update(meeting_link="", summary="On trains.")
    page = page_of(desk.get(change(draft, 4)))
    assert [row.one("dt").text for row in page.select(".answers .wrong")] == [
        "Speakers",
        "Link to the meeting",
    ]
    assert [link["href"] for link in page.select(".answers .wrong a")] == ["?step=2", "?step=3"]


def test_announce_without_speakers_only_if_confirmed(desk, draft):
    page = page_of(desk.get(change(draft, 4)))
    box = page.one("[name=without_speakers]")
    assert (box["type"], "checked" in box.attributes) == ("checkbox", False)
    form = page.form(reverse("admin:repository_webinar_step", args=["announce"]))
    answer = desk.post(form.action, {"webinar": draft.pk})
    assert list(answer.context["form"].errors) == ["without_speakers"]
    draft.refresh_from_db()
    assert draft.status == "draft"
    desk.post(form.action, {"webinar": draft.pk, "without_speakers": "on"})
    draft.refresh_from_db()
    assert draft.status == "announced"


def test_refused_step_shows_its_errors_and_saves_nothing(desk, draft):
    answer = desk.post(change(draft, 3), {"meeting_link": "http://example.org/", "to": "4"})
    page = page_of(answer)
    assert (answer.status_code, current(page)) == (200, "3 Registration")
    assert "The meeting link must start with https://." in page.errors
    draft.refresh_from_db()
    assert draft.meeting_link == "https://example.org/room"


def test_go_to_any_step_and_to_one_page(desk, draft):
    page = page_of(desk.get(change(draft, 3)))
    buttons = page.select("button[form=webinar_form][name=to]")
    assert [button["value"] for button in buttons] == ["1", "2", "4", "all"]
    answer = desk.post(change(draft, 3), {"capacity": "60", "to": "all"})
    draft.refresh_from_db()
    assert (answer.url, draft.capacity) == (change(draft, "all"), 60)
    page = page_of(desk.get(answer.url))
    for name in ("title", "date", "capacity", "meeting_link"):
        assert page.select(f"[name={name}]"), name


def test_save_and_close_leads_to_the_list(desk, draft):
    answer = desk.post(change(draft, 3), {"capacity": "60", "_save": ""})
    assert answer.url == reverse("admin:repository_webinar_changelist")


def test_steps_of_a_past_webinar_are_on_one_page(desk):
    row = WebinarFactory()
    page = page_of(desk.get(change(row)))
    assert page.select("[name=recording]")
    assert page.select(".steps [aria-current]") == []


def test_unknown_steps_show_the_first_gap(desk, draft):
    for unknown in ("0", "9", "x", "\0"):
        answer = desk.get(change(draft), {"step": unknown})
        assert current(page_of(answer)) == "2 Speakers and agenda"


def test_duplicate_takes_over_what_other_steps_ask(desk, draft):
    draft.cities.add(CityFactory())
    query = f"{ADD}?duplicate={draft.pk}"
    page = page_of(desk.get(query))
    assert page.one("#webinar_form")["action"] == f"?step=1&duplicate={draft.pk}"
    sent = first_step(series=draft.series_id, number=41, slug="again", to="2")
    desk.post(f"{ADD}?step=1&duplicate={draft.pk}", sent)
    row = Webinar.objects.get(slug="again")
    assert (row.capacity, list(row.cities.all())) == (50, list(draft.cities.all()))
    assert (row.meeting_link, row.appearances.count()) == ("", 0)


def test_staff_who_may_only_view_see_no_steps(client, broker, draft):
    client.force_login(broker)
    page = page_of(client.get(change(draft, 3)))
    assert page.select(".steps") == []
    assert page.select("[name=capacity]") == []
    assert "example.org/room" not in page.html
