"""A webinar from its plan to its recording, in browsers: as staff, as a speaker and as a guest."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from icalendar import Calendar
from playwright.sync_api import expect

from community.accounts import spam_protection
from community.models import Registration
from repository.models import CaseStudy, Series, Speaker, Webinar
from tests.browser.axe import violations, width_over
from tests.browser.steps import click_and_load, press
from tests.collection import signed_in
from tests.community.conftest import link_in, run_queue
from tests.conftest import staff
from tests.factories import SpeakerFactory
from tests.files import PDF, picture
from tests.second_factors import add_totp

MEETING = "https://meet.example/room"
FILM = "https://films.example/rail"
VTT = "WEBVTT\n\n00:01.000 --> 00:04.000\n<v Ana Sol>Parcels wait no more."
# The clocks of London are put forward on 29 March 2037, the day before: UTC+1.
STARTS = datetime(2037, 3, 30, 8, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def site(serve):
    """Serve static files uncompressed: compressing those of the admin takes too long."""
    return serve()


@pytest.fixture(autouse=True)
def _world(monkeypatch, settings, tmp_path):
    monkeypatch.setattr(spam_protection, "MIN_SECONDS", 0)
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def desk(open_page, site):
    """The browser of a moderator."""
    moderator = staff("Moderators", "planner")
    add_totp(moderator)
    page = open_page(base_url=site, viewport={"width": 1280, "height": 900})
    session = signed_in(moderator).cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": site}])
    return page


def here(message, site: str) -> str:
    """The link in a message, at the address where this server answers."""
    return site + link_in(message)


def is_nowhere(page, path: str) -> bool:
    status = page.goto(path).status
    # Of which the browser complains.
    page.complaints.clear()
    return status == 404


def choose(page, field: str, words: str) -> None:
    """Choose in a field that looks up while one types."""
    with page.expect_response("**/autocomplete/**") as first:
        page.locator(f"#select2-{field}-container").locator("..").click()
    # Else it would be given up when the next one is asked for.
    first.value.finished()
    with page.expect_response("**/autocomplete/**"):
        page.locator(".select2-search__field").last.fill(words)
    page.locator(".select2-results__option", has_text=words).first.click()


def add_row(page, group: str) -> None:
    """Add an empty row of what belongs to a webinar."""
    page.locator(f"#{group}-group .addlink").click()


def plan(page) -> Webinar:
    page.goto("/admin/repository/webinar/add/?step=all")
    choose(page, "id_series", Series.objects.get().title)
    for name, value in {
        "number": "40",
        "title": "Parcels by rail",
        "summary": "How parcels cross two borders.",
        "date": "2037-03-30",
        "local_time": "09:30",
        "minutes": "90",
        "meeting_link": MEETING,
        "capacity": "30",
    }.items():
        page.locator(f"#id_{name}").fill(value)
    page.locator("#id_time_zone").select_option("Europe/London")
    add_row(page, "appearances")
    choose(page, "id_appearances-0-speaker", "Ana Sol")
    page.locator("#id_appearances-0-title").fill("Director")
    click_and_load(page.get_by_role("button", name="Save and continue editing"))
    expect(page.get_by_text("was added successfully")).to_be_visible()
    return Webinar.objects.get(title="Parcels by rail")


def step(page, webinar: Webinar, name: str) -> None:
    page.goto(f"/admin/repository/webinar/{webinar.pk}/change/")
    click_and_load(page.locator(".object-tools").get_by_role("link", name=name, exact=True))
    click_and_load(page.locator("#content-main").get_by_role("button", name=name, exact=True))
    expect(page.locator(".messagelist")).to_be_visible()


def register(page, webinar: Webinar, site: str) -> Registration:
    page.goto(webinar.get_absolute_url())
    click_and_load(page.get_by_role("main").get_by_role("link", name="Register", exact=True))
    page.get_by_label("Your name").fill("Afi Dossou")
    page.get_by_label("Email address").fill("afi@example.org")
    page.get_by_label("City, country or area").fill("Benin")
    page.get_by_label("Gender").select_option("unsaid")
    press(page, "Register")
    expect(page.locator(".messages .success")).to_be_visible()
    [message] = run_queue()
    assert message.to == ["afi@example.org"]
    assert MEETING not in message.body
    page.goto(here(message, site))
    press(page, "Confirm registration")
    expect(page.get_by_text("You have a seat.")).to_be_visible()
    # Porto-Novo is an hour ahead of UTC all the year.
    expect(page.get_by_text("30 March 2037, 09:30 (Benin Time, UTC+1)")).to_be_visible()
    [told] = run_queue()
    assert MEETING in told.body
    return Registration.objects.get(email="afi@example.org")


def answer(page, mail, site: str) -> None:
    """The speaker answers on a telephone."""
    page.goto(here(mail, site))
    assert violations(page, "light", "dark") == []
    assert width_over(page) == 0
    page.get_by_label("Your job title at the time").fill("Director of rail")
    page.get_by_label("About you").fill("She runs trains.")
    page.get_by_label("Your photo").set_input_files(
        {"name": "me.png", "mimeType": "image/png", "buffer": picture("PNG", (400, 300))}
    )
    page.locator("[name=shows_profile]").check()
    for question in page.locator("main fieldset").all():
        question.get_by_label("Yes").check()
    page.get_by_label("Your slides").set_input_files(
        {"name": "rail.pdf", "mimeType": "application/pdf", "buffer": PDF}
    )
    press(page, "Save")
    expect(page.locator(".messages .success")).to_be_visible()
    expect(page.get_by_role("img", name="Your photo")).to_be_visible()


def test_story_of_a_webinar(open_page, desk, site, collection):
    ana = SpeakerFactory(slug="ana-sol", name="Ana Sol", email="ana@example.org")
    webinar = plan(desk)
    assert webinar.starts_at == STARTS
    guest = open_page(base_url=site, viewport={"width": 1280, "height": 900})
    assert is_nowhere(guest, webinar.get_absolute_url())

    # The speaker is asked before anybody hears of it.
    click_and_load(desk.get_by_role("link", name="Speakers and consent"))
    assert violations(desk, "light", "dark") == []
    click_and_load(desk.get_by_role("button", name="Send link"))
    expect(desk.get_by_text("1 link sent.")).to_be_visible()
    [mail] = run_queue()
    phone = open_page(base_url=site, viewport={"width": 360, "height": 740})
    answer(phone, mail, site)
    desk.reload()
    expect(desk.get_by_role("row", name="Ana Sol")).to_contain_text("Agrees Agrees")

    step(desk, webinar, "Announce")
    registration = register(guest, webinar, site)

    # The file for the calendar, read by a parser of the format.
    file = guest.get_by_role("link", name="iCal").get_attribute("href")
    [event] = Calendar.from_ical(guest.request.get(f"{site}{file}").body()).events
    assert (event.start, event["SUMMARY"], event["LOCATION"]) == (
        STARTS,
        "Parcels by rail",
        MEETING,
    )
    assert event.end - event.start == timedelta(minutes=90)

    # A day before, and an hour before.
    ahead = (STARTS - timedelta(days=2), STARTS)
    waiting = DBTaskResult.objects.filter(run_after__range=ahead)
    assert sorted(waiting.values_list("run_after", flat=True)) == [
        STARTS - timedelta(days=1),
        STARTS - timedelta(hours=1),
    ]
    waiting.update(run_after=timezone.now())
    reminders = run_queue()
    assert sorted(message.subject for message in reminders) == [
        "In an hour: Parcels by rail",
        "Tomorrow: Parcels by rail",
    ]
    assert {message.to[0] for message in reminders} == {registration.email}

    # It has taken place.
    begun = timezone.now() - timedelta(hours=3)
    Webinar.objects.filter(pk=webinar.pk).update(starts_at=begun, date=begun.date())
    step(desk, webinar, "Mark as held")
    desk.locator("#id_recording").fill(FILM)
    add_row(desk, "chapters")
    desk.locator("#id_chapters-0-seconds").fill("12:30")
    desk.locator("#id_chapters-0-title").fill("Two borders")
    choose(desk, "id_chapters-0-case", CaseStudy.objects.get(slug="zhengzhou").title)
    add_row(desk, "transcript")
    desk.locator("#id_transcript-0-text").fill(VTT)
    click_and_load(desk.get_by_role("button", name="Save and continue editing"))
    expect(desk.get_by_text("was changed successfully")).to_be_visible()

    guest.goto(webinar.get_absolute_url())
    for link in ("Watch the recording", "Slides of Ana Sol (PDF)", "Read the transcript"):
        expect(guest.get_by_role("link", name=link)).to_be_visible()
    expect(guest.get_by_role("heading", name="Questions and discussion")).to_be_visible()
    assert violations(guest, "light", "dark") == []
    click_and_load(guest.get_by_role("link", name="Read the transcript"))
    expect(guest.get_by_text("Parcels wait no more.")).to_be_visible()
    assert violations(guest, "light", "dark") == []
    guest.goto("/cases/zhengzhou/")
    guest.get_by_text("About this case", exact=True).click()
    click_and_load(guest.get_by_role("link", name="at 12:30 in webinar 40"))
    expect(guest.get_by_text("Two borders", exact=True)).to_be_in_viewport()

    # The speaker takes it back.
    phone.reload()
    phone.locator("main fieldset").first.get_by_label("No").check()
    phone.locator("[name=shows_profile]").uncheck()
    press(phone, "Save")
    guest.goto(webinar.get_absolute_url())
    expect(guest.get_by_text("none published")).to_be_visible()
    assert is_nowhere(guest, f"{webinar.get_absolute_url()}transcript/")
    guest.goto(Speaker.objects.get(pk=ana.pk).get_absolute_url())
    expect(guest.get_by_text("She runs trains.")).to_have_count(0)
