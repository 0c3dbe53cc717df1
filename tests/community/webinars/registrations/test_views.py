import re
from datetime import UTC, datetime, timedelta

import pytest
from django.core import signing
from django.core.cache import cache
from django.utils import timezone
from icalendar import Calendar

from community.accounts import rate_limits, spam_protection
from community.models import Registration, RegistrationStatus, User
from community.privacy.retention import forget_guests
from community.webinars.registrations import actions
from community.webinars.registrations import links as registrations_links
from repository.models import Webinar, WebinarStatus
from tests.community.conftest import link_in, run_queue
from tests.community.webinars.registrations.registrations import (
    MEETING_LINK,
    announced_webinar,
    registration_form,
)
from tests.factories import UserFactory, WebinarFactory


@pytest.fixture(autouse=True)
def _at_ease(db, monkeypatch):
    monkeypatch.setattr(spam_protection, "LEAST_SECONDS", 0)
    cache.clear()


@pytest.fixture
def webinar(db):
    return announced_webinar()


def link_to(text: str) -> Registration:
    """The registration that the link in a text opens; each link has its own moment in it."""
    [token] = re.findall("/registrations/([^/]+)/", text)
    return registrations_links.registration_from(token)


# Members


def test_a_member_registers_by_one_click(client, webinar, member):
    client.force_login(member)
    assert "<form" in client.get("/webinars/parcels/").text

    answer = client.post("/webinars/parcels/register/", follow=True)

    own = Registration.objects.get(member=member)
    assert link_to(answer.redirect_chain[-1][0]) == own
    assert "Registered" in answer.text
    assert MEETING_LINK in answer.text
    assert link_to(client.get("/webinars/parcels/").text) == own


def test_a_page_kept_by_the_browser_is_new_after_registering(client, webinar, member):
    client.force_login(member)
    etag = client.get("/webinars/parcels/").headers["ETag"]
    actions.register(webinar=webinar, by=member)

    assert client.get("/webinars/parcels/", headers={"if-none-match": etag}).status_code == 200


def test_nobody_else_sees_the_link_to_the_meeting(client, webinar, member):
    actions.register(webinar=webinar, by=member)

    for path in ("/webinars/parcels/", "/webinars/parcels/register/", "/webinars/"):
        assert MEETING_LINK not in client.get(path).text
    for path in ("/webinars/parcels/calendar.ics", "/feeds/webinars.ics"):
        assert MEETING_LINK not in client.get(path).text


# Guests


def test_a_guest_registers_by_the_link_in_a_message(client, webinar, benin):
    answer = client.post("/webinars/parcels/register/", registration_form(client), follow=True)
    assert "open the message" in answer.text
    [message] = run_queue()
    assert message.to == ["afi@example.org"]

    path = link_in(message)
    page = client.get(path)
    assert "Yes, register me" in page.text
    assert MEETING_LINK not in page.text
    done = client.post(path, {"verb": "confirm"}, follow=True)

    assert "You have a seat" in done.text
    assert MEETING_LINK in done.text
    assert Registration.objects.get().where == "Benin"


def test_a_guest_sees_what_stands_before_confirming_and_may_erase_it(client, webinar, benin):
    client.post(
        "/webinars/parcels/register/",
        registration_form(client, name="Aif Dosuo", organization="Port"),
    )
    [message] = run_queue()
    path = link_in(message)
    page = client.get(path).text
    for words in ("Aif Dosuo", "Port", "Benin", "Prefer not to say", "Erase it"):
        assert words in page

    done = client.post(path, {"verb": "erase"}, follow=True)

    assert done.redirect_chain == [("/webinars/parcels/", 302)]
    assert "It is erased" in done.text
    assert not Registration.objects.exists()
    assert client.get(path).status_code == 404


def test_who_has_a_place_cancels_it_first(client, webinar, benin, own):
    client.post("/webinars/parcels/register/", registration_form(client))
    registration = Registration.objects.get(member=None)
    actions.confirm(registration=registration)
    path = registrations_links.path(registration)
    assert "Erase it" not in client.get(path).text
    assert "Erase it" not in client.get(registrations_links.path(own)).text

    refused = client.post(path, {"verb": "erase"}, follow=True)

    assert refused.redirect_chain == [(path, 302)]
    assert "Cancel your registration first" in refused.text
    registration.refresh_from_db()
    assert registration.has_seat


def test_the_answer_is_the_same_for_an_address_that_is_registered(client, webinar, benin):
    first = client.post("/webinars/parcels/register/", registration_form(client), follow=True)
    actions.confirm(registration=Registration.objects.get())
    again = client.post("/webinars/parcels/register/", registration_form(client), follow=True)

    assert first.redirect_chain == again.redirect_chain
    said = [[str(message) for message in page.context["messages"]] for page in (first, again)]
    assert said[0] == said[1]


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"name": " "}, "This field is required"),
        ({"email": "nobody"}, "valid email"),
        ({"where": "Nowhereville"}, "do not know"),
        ({"website": "x"}, "only robots see"),
        ({"stamp": "1.2:wrong"}, "not given to you"),
    ],
)
def test_a_mistake_is_told_and_nothing_is_lost(changed, words, client, webinar, benin):
    data = registration_form(client, **changed)
    page = client.post("/webinars/parcels/register/", data)

    assert page.status_code == 200
    assert words in page.text
    assert "Afi Dossou" in page.text or "name" in changed
    assert not Registration.objects.exists()


def test_a_robot_cannot_fill_mailboxes(client, webinar, benin, monkeypatch):
    monkeypatch.setitem(rate_limits.LIMITS, "register", "2/h/ip")
    codes = [
        client.post(
            "/webinars/parcels/register/", registration_form(client, email=f"{number}@example.org")
        ).status_code
        for number in range(3)
    ]

    assert codes == [302, 302, 429]


def test_a_mailbox_gets_few_messages_whoever_asks_and_wherever(client, webinar, benin, monkeypatch):
    monkeypatch.setitem(rate_limits.LIMITS, "mailbox", "2/h/key")
    times = {"starts_at": webinar.starts_at, "minutes": 90, "time_zone": "UTC"}
    for slug in ("rail", "sea"):
        WebinarFactory(status=WebinarStatus.ANNOUNCED, slug=slug, title="By it", **times)
    emails = {"parcels": "afi@example.org", "rail": "AFI@example.org", "sea": "afi+x@example.org"}
    answers = [
        client.post(
            f"/webinars/{slug}/register/", registration_form(client, email=email), follow=True
        )
        for slug, email in emails.items()
    ]

    assert {tuple(map(str, answer.context["messages"])) for answer in answers} == {
        ("Almost done: open the message that we have sent to you, and confirm.",)
    }
    assert [answer.redirect_chain for answer in answers] == [
        [(f"/webinars/{slug}/", 302)] for slug in emails
    ]
    assert [message.to for message in run_queue()] == [["afi@example.org"]] * 2
    # Others are not held up, and a refusal is told still.
    sent = registration_form(client, email="ama@example.org")
    client.post("/webinars/sea/register/", sent, follow=True)
    assert [message.to for message in run_queue()] == [["ama@example.org"]]
    Webinar.objects.filter(slug="sea").update(status=WebinarStatus.HELD)
    closed = client.post("/webinars/sea/register/", registration_form(client))
    assert "Registration for this webinar is closed." in closed.text


# The page of a registration


@pytest.fixture
def own(webinar, member):
    return actions.register(webinar=webinar, by=member)


def test_cancel_and_come_again(client, own):
    path = registrations_links.path(own)

    assert "is cancelled" in client.post(path, {"verb": "cancel"}, follow=True).text
    assert MEETING_LINK not in client.get(path).text
    assert "You have a seat" in client.post(path, {"verb": "confirm"}, follow=True).text


def test_a_link_does_not_fill_the_queue(client, webinar, own, monkeypatch):
    monkeypatch.setitem(rate_limits.LIMITS, "change", "3/h/key")
    other = actions.register(webinar=webinar, by=UserFactory())
    run_queue()
    path = registrations_links.path(own)
    codes = []
    for verb in ("cancel", "confirm", "cancel"):
        codes.append(client.post(path, {"verb": verb}).status_code)
    client.force_login(own.member)
    client.post("/webinars/parcels/register/")
    codes.append(client.post(path, {"verb": "cancel"}).status_code)

    assert codes == [302, 302, 302, 429]
    assert [message.to for message in run_queue()] == [[own.member.email]] * 2
    own.refresh_from_db()
    assert own.has_seat
    assert client.get(path).status_code == 200
    # Others are not held up.
    assert client.post(registrations_links.path(other), {"verb": "cancel"}).status_code == 302


def test_choose_a_time_zone(client, own):
    path = registrations_links.path(own)

    assert "in this zone" in client.post(path, {"verb": "zone", "zone": "UTC"}, follow=True).text
    own.refresh_from_db()
    assert own.time_zone == "UTC"
    wrong = client.post(path, {"verb": "zone", "zone": "Mars/Olympus"}, follow=True)
    assert "Choose one of the time zones" in wrong.text


@pytest.mark.parametrize("change", [lambda token: token[:-1] + "_", lambda token: "0" + token])
def test_a_link_that_was_altered_opens_nothing(change, client, own):
    token = change(registrations_links.token_of(own))

    for path in (f"/registrations/{token}/", f"/registrations/{token}/calendar.ics"):
        assert client.get(path).status_code == 404


def test_a_link_ends(client, own):
    path = registrations_links.path(own)
    over = timezone.now() - registrations_links.HOLDS_FOR - timedelta(hours=2)
    Webinar.objects.update(starts_at=over)

    assert client.get(path).status_code == 404


def test_a_link_ends_with_the_address_it_went_to(client, own):
    path = registrations_links.path(own)
    User.objects.update(email="new@example.org")
    assert client.get(path).status_code == 404

    own.member.refresh_from_db()
    assert client.get(registrations_links.path(own)).status_code == 200


def test_the_link_of_a_closed_account_opens_nothing(client, own):
    path = registrations_links.path(own)
    User.objects.update(is_active=False)

    assert client.get(path).status_code == 404
    assert client.get(path + "calendar.ics").status_code == 404
    assert client.post(path, {"verb": "cancel"}).status_code == 404
    own.refresh_from_db()
    assert own.has_seat
    User.objects.update(is_active=True)
    assert client.get(path).status_code == 200


@pytest.mark.parametrize("number", [lambda own: own.pk, lambda own: [own.pk, "another"]])
def test_a_link_that_names_no_address_opens_nothing(number, client, own):
    token = signing.dumps(number(own), salt="community.registration")

    assert client.get(f"/registrations/{token}/").status_code == 404


def test_verbs_that_are_none(client, own):
    assert client.post(registrations_links.path(own), {"verb": "burn"}).status_code == 404


# Calendars, read by a parser of the format


def test_the_file_for_a_calendar(client, webinar, own):
    text = client.get("/webinars/parcels/calendar.ics").content
    [event] = Calendar.from_ical(text).events

    assert event["SUMMARY"] == webinar.title
    assert event.start == webinar.starts_at
    assert event.end - event.start == timedelta(minutes=90)
    assert event["UID"] == f"webinar-{webinar.pk}@127.0.0.1"
    assert max(map(len, text.split(b"\r\n"))) <= 75
    mine = client.get(registrations_links.path(own) + "calendar.ics").content
    assert Calendar.from_ical(mine).events[0]["LOCATION"] == MEETING_LINK

    webinar.status = WebinarStatus.HELD
    webinar.save()
    assert MEETING_LINK not in client.get(registrations_links.path(own) + "calendar.ics").text


def test_a_calendar_that_follows_hears_of_a_cancelled_webinar(client, webinar):
    WebinarFactory(title="Never told")
    webinar.status, webinar.cancelled_because = WebinarStatus.CANCELLED, "Ill."
    webinar.save()

    [event] = Calendar.from_ical(client.get("/feeds/webinars.ics").content).events
    assert (event["SUMMARY"], event["STATUS"]) == (webinar.title, "CANCELLED")


@pytest.mark.parametrize(
    ("at", "there"),
    [
        # Paris moves its clocks on 30 March 2031 and on 26 October 2031.
        (datetime(2031, 3, 29, 12, tzinfo=UTC), "13:00 (France Time, UTC+1)"),
        (datetime(2031, 3, 30, 12, tzinfo=UTC), "14:00 (France Time, UTC+2)"),
        (datetime(2031, 10, 25, 12, tzinfo=UTC), "14:00 (France Time, UTC+2)"),
        (datetime(2031, 10, 26, 12, tzinfo=UTC), "13:00 (France Time, UTC+1)"),
    ],
)
def test_times_across_a_change_of_the_clocks(at, there, client, webinar, own):
    Webinar.objects.update(starts_at=at)
    Registration.objects.update(time_zone="Europe/Paris")

    assert there in client.get(registrations_links.path(own)).text
    text = client.get(registrations_links.path(own) + "calendar.ics").content
    assert Calendar.from_ical(text).events[0].start == at


# What is kept of guests


def test_guests_are_forgotten_half_a_year_after(client, webinar, benin):
    client.post("/webinars/parcels/register/", registration_form(client))
    registration = actions.confirm(registration=Registration.objects.get())
    path = registrations_links.path(registration)
    assert forget_guests() == 0
    Webinar.objects.update(starts_at=timezone.now() - timedelta(days=181))

    assert forget_guests() == 1
    registration.refresh_from_db()
    assert (registration.name, registration.email, registration.organization) == ("", "", "")
    assert (registration.country, registration.status) == (benin, RegistrationStatus.REGISTERED)
    assert client.get(path).status_code == 404


def test_what_nobody_confirmed_goes_after_a_week(client, webinar, benin):
    client.post("/webinars/parcels/register/", registration_form(client))
    Registration.objects.update(asked_at=timezone.now() - timedelta(days=8))
    forget_guests()

    assert not Registration.objects.exists()


def test_browsers_may_send_the_forms_of_the_page(client, own):
    """A page that sends no referrer sends no origin either, and its forms are refused."""
    head = client.get(registrations_links.path(own)).text.partition("<body")[0]
    assert "no-referrer" not in head
