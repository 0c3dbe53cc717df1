from datetime import UTC, datetime, timedelta

import pytest
from django.core import signing
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from icalendar import Calendar

from community.accounts import rate_limits, spam_protection
from community.models import Registration, RegistrationStatus, User
from community.privacy.retention import forget_guests
from community.webinars import links as webinars_links
from community.webinars.registrations import actions
from repository.models import Webinar, WebinarStatus
from tests.community.conftest import link_in, run_queue
from tests.community.webinars.registrations.registrations import (
    MEETING_LINK,
    announced_webinar,
    registration_form,
)
from tests.factories import UserFactory, WebinarFactory
from tests.page import page_of

ALMOST_DONE = "Check your inbox: we have sent you a link to confirm your registration."


@pytest.fixture(autouse=True)
def _no_spam_protection(db, monkeypatch):
    monkeypatch.setattr(spam_protection, "MIN_SECONDS", 0)
    cache.clear()


@pytest.fixture
def webinar(db):
    return announced_webinar()


def registration_at(path: str) -> Registration | None:
    """The registration that a link opens. Links contain the time when they were made."""
    assert path.startswith("/registrations/")
    return webinars_links.registration_from(path.split("/")[2])


# Members


def verbs(page) -> list[str]:
    """The actions that a registration page offers."""
    return [button["value"] for button in page.select("main button[name=verb]")]


def test_members_register_by_one_click(client, webinar, member):
    client.force_login(member)
    form = page_of(client.get("/webinars/parcels/")).form("/webinars/parcels/register/")
    assert (form.method, form.buttons) == ("post", ["Register"])

    answer = client.post(form.action, follow=True)

    own = Registration.objects.get(member=member)
    assert registration_at(answer.redirect_chain[-1][0]) == own
    page = page_of(answer)
    assert "Registered" in [fact.text for fact in page.select(".facts dd")]
    assert page.select(f'main a[href="{MEETING_LINK}"]')
    webinar_page = page_of(client.get("/webinars/parcels/"))
    assert registration_at(webinar_page.link("Your registration")) == own


def test_pages_cached_by_the_browser_are_stale_after_registering(client, webinar, member):
    client.force_login(member)
    etag = client.get("/webinars/parcels/").headers["ETag"]
    actions.register(webinar=webinar, by=member)

    assert client.get("/webinars/parcels/", headers={"if-none-match": etag}).status_code == 200


def test_nobody_else_sees_the_link_to_the_meeting(client, webinar, member):
    actions.register(webinar=webinar, by=member)

    for path in ("/webinars/parcels/", "/webinars/parcels/register/", "/webinars/"):
        assert MEETING_LINK not in page_of(client.get(path)).html
    for path in ("/webinars/parcels/calendar.ics", "/feeds/webinars.ics"):
        assert MEETING_LINK not in client.get(path).text


def test_show_seats_left_on_cached_pages(client, webinar, member, colleague):
    """A page in the cache is out of date as soon as a seat is taken or free."""

    def shown(path="/webinars/parcels/"):
        return [text.text for text in page_of(Client().get(path)).select(".seats")]

    assert shown() == shown("/webinars/") == ["2 seats left"]
    own = actions.register(webinar=webinar, by=member)
    assert shown() == shown("/webinars/") == ["1 seat left"]
    actions.register(webinar=webinar, by=colleague)
    page = page_of(Client().get("/webinars/parcels/"))
    assert page.link("Join waiting list") == "/webinars/parcels/register/"
    actions.cancel(registration=own)
    assert shown() == shown("/webinars/") == ["1 seat left"]
    Webinar.objects.update(capacity=None)
    assert shown() == shown("/webinars/") == []


def test_a_free_seat_belongs_to_the_waiting_list(client, webinar, member):
    Registration.objects.create(
        webinar=webinar, member=member, status="waiting", placed_at=timezone.now()
    )
    page = page_of(Client().get("/webinars/parcels/"))
    assert page.link("Join waiting list") == "/webinars/parcels/register/"


def test_show_the_time_in_a_chosen_zone(client, webinar):
    path = "/webinars/parcels/register/"
    page = page_of(client.get(path, {"zone": "Asia/Kolkata"}))
    assert page.one("#zone [selected]")["value"] == "Asia/Kolkata"
    assert "UTC+5:30" in page.main.text
    for unknown in ("", "Mars/Olympus"):
        page = page_of(client.get(path, {"zone": unknown}))
        assert page.one("#zone [selected]")["value"] == "Africa/Nairobi"
        assert "UTC+5:30" not in page.main.text


# Guests


def test_guests_register_by_the_link_in_a_message(client, webinar, benin):
    answer = client.post("/webinars/parcels/register/", registration_form(client), follow=True)
    assert page_of(answer).messages == [ALMOST_DONE]
    [message] = run_queue()
    assert message.to == ["afi@example.org"]

    path = link_in(message)
    page = page_of(client.get(path))
    assert verbs(page) == ["confirm", "erase", "zone"]
    assert MEETING_LINK not in page.html
    done = page_of(client.post(path, {"verb": "confirm"}, follow=True))

    assert done.outcomes == ["success"]
    assert done.select(f'main a[href="{MEETING_LINK}"]')
    assert Registration.objects.get().where == "Benin"


def test_guests_see_their_data_before_confirming_and_may_erase_it(client, webinar, benin):
    client.post(
        "/webinars/parcels/register/",
        registration_form(client, name="Aif Dosuo", organization="Port"),
    )
    [message] = run_queue()
    path = link_in(message)
    page = page_of(client.get(path))
    facts = [fact.text for fact in page.select(".facts dd")]
    assert facts[1:4] == ["Aif Dosuo", "Port", "Benin"]
    assert "erase" in verbs(page)

    done = client.post(path, {"verb": "erase"}, follow=True)

    assert done.redirect_chain == [("/webinars/parcels/", 302)]
    assert page_of(done).outcomes == ["success"]
    assert not Registration.objects.exists()
    assert client.get(path).status_code == 404


def test_erase_is_refused_before_cancelling(client, webinar, benin, own):
    client.post("/webinars/parcels/register/", registration_form(client))
    registration = Registration.objects.get(member=None)
    actions.confirm(registration=registration)
    path = webinars_links.registration_path(registration)
    assert "erase" not in verbs(page_of(client.get(path)))
    assert "erase" not in verbs(page_of(client.get(webinars_links.registration_path(own))))

    refused = client.post(path, {"verb": "erase"}, follow=True)

    assert refused.redirect_chain == [(path, 302)]
    assert page_of(refused).outcomes == ["error"]
    registration.refresh_from_db()
    assert registration.has_seat


def test_the_response_does_not_reveal_a_registered_address(client, webinar, benin):
    first = client.post("/webinars/parcels/register/", registration_form(client), follow=True)
    actions.confirm(registration=Registration.objects.get())
    again = client.post("/webinars/parcels/register/", registration_form(client), follow=True)

    assert first.redirect_chain == again.redirect_chain
    assert page_of(first).messages == page_of(again).messages == [ALMOST_DONE]


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"name": " "}, "This field is required"),
        ({"email": "nobody"}, "valid email"),
        ({"where": "Nowhereville"}, "Nowhereville"),
        ({"website": "x"}, "hidden field"),
        ({"stamp": "1.2:wrong"}, "expired"),
    ],
)
def test_show_errors_and_keep_the_input(changed, words, client, webinar, benin):
    sent = registration_form(client, **changed)
    page = page_of(client.post("/webinars/parcels/register/", sent))

    assert page.status == 200
    form = page.form("/webinars/parcels/register/")
    [error] = form.errors
    assert words in error
    of_robots = {"website": "", "stamp": ""}
    assert form.fields | of_robots == sent | of_robots
    assert not Registration.objects.exists()


def test_rate_limit_by_ip_address(client, webinar, benin, monkeypatch):
    monkeypatch.setitem(rate_limits.LIMITS, "register", "2/h/ip")
    codes = [
        client.post(
            "/webinars/parcels/register/", registration_form(client, email=f"{number}@example.org")
        ).status_code
        for number in range(3)
    ]

    assert codes == [302, 302, 429]


def test_rate_limit_by_mailbox(client, webinar, benin, monkeypatch):
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

    assert [page_of(answer).messages for answer in answers] == [[ALMOST_DONE]] * 3
    assert [answer.redirect_chain for answer in answers] == [
        [(f"/webinars/{slug}/", 302)] for slug in emails
    ]
    assert [message.to for message in run_queue()] == [["afi@example.org"]] * 2
    # Other mailboxes are not limited, and a closed registration is still reported.
    sent = registration_form(client, email="ama@example.org")
    client.post("/webinars/sea/register/", sent, follow=True)
    assert [message.to for message in run_queue()] == [["ama@example.org"]]
    Webinar.objects.filter(slug="sea").update(status=WebinarStatus.HELD)
    closed = page_of(client.post("/webinars/sea/register/", registration_form(client)))
    assert len(closed.select("main .notice")) == 1
    assert "/webinars/sea/register/" not in [form.action for form in closed.main.forms]


# The page of a registration


@pytest.fixture
def own(webinar, member):
    return actions.register(webinar=webinar, by=member)


def test_cancel_and_register_again(client, own):
    path = webinars_links.registration_path(own)

    cancelled = page_of(client.post(path, {"verb": "cancel"}, follow=True))
    assert cancelled.outcomes == ["success"]
    assert MEETING_LINK not in page_of(client.get(path)).html
    again = page_of(client.post(path, {"verb": "confirm"}, follow=True))
    assert again.select(f'main a[href="{MEETING_LINK}"]')


def test_rate_limit_by_registration(client, webinar, own, monkeypatch):
    monkeypatch.setitem(rate_limits.LIMITS, "change", "3/h/key")
    other = actions.register(webinar=webinar, by=UserFactory())
    run_queue()
    path = webinars_links.registration_path(own)
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
    # Others are not limited.
    assert (
        client.post(webinars_links.registration_path(other), {"verb": "cancel"}).status_code == 302
    )


def test_choose_a_time_zone(client, own):
    path = webinars_links.registration_path(own)

    done = page_of(client.post(path, {"verb": "zone", "zone": "UTC"}, follow=True))
    assert done.outcomes == ["success"]
    own.refresh_from_db()
    assert own.time_zone == "UTC"
    wrong = page_of(client.post(path, {"verb": "zone", "zone": "Mars/Olympus"}, follow=True))
    assert wrong.outcomes == ["error"]
    own.refresh_from_db()
    assert own.time_zone == "UTC"


@pytest.mark.parametrize("change", [lambda token: token[:-1] + "_", lambda token: "0" + token])
def test_refuse_an_altered_link(change, client, own):
    token = change(webinars_links.registration_token(own))

    for path in (f"/registrations/{token}/", f"/registrations/{token}/calendar.ics"):
        assert client.get(path).status_code == 404


def test_links_expire(client, own):
    path = webinars_links.registration_path(own)
    over = timezone.now() - webinars_links.REGISTRATION_FOR - timedelta(hours=2)
    Webinar.objects.update(starts_at=over)

    assert client.get(path).status_code == 404


def test_links_end_with_a_changed_address(client, own):
    path = webinars_links.registration_path(own)
    User.objects.update(email="new@example.org")
    assert client.get(path).status_code == 404

    own.member.refresh_from_db()
    assert client.get(webinars_links.registration_path(own)).status_code == 200


def test_links_end_while_an_account_is_closed(client, own):
    path = webinars_links.registration_path(own)
    User.objects.update(is_active=False)

    assert client.get(path).status_code == 404
    assert client.get(path + "calendar.ics").status_code == 404
    assert client.post(path, {"verb": "cancel"}).status_code == 404
    own.refresh_from_db()
    assert own.has_seat
    User.objects.update(is_active=True)
    assert client.get(path).status_code == 200


@pytest.mark.parametrize("number", [lambda own: own.pk, lambda own: [own.pk, "another"]])
def test_refuse_a_link_without_an_address(number, client, own):
    token = signing.dumps(number(own), salt="community.registration")

    assert client.get(f"/registrations/{token}/").status_code == 404


def test_refuse_unknown_verbs(client, own):
    assert client.post(webinars_links.registration_path(own), {"verb": "burn"}).status_code == 404


# Calendars


def test_calendar_file(client, webinar, own):
    text = client.get("/webinars/parcels/calendar.ics").content
    [event] = Calendar.from_ical(text).events

    assert event["SUMMARY"] == webinar.title
    assert event.start == webinar.starts_at
    assert event.end - event.start == timedelta(minutes=90)
    assert event["UID"] == f"webinar-{webinar.pk}@127.0.0.1"
    assert max(map(len, text.split(b"\r\n"))) <= 75
    mine = client.get(webinars_links.registration_path(own) + "calendar.ics").content
    assert Calendar.from_ical(mine).events[0]["LOCATION"] == MEETING_LINK

    webinar.status = WebinarStatus.HELD
    webinar.save()
    assert (
        MEETING_LINK not in client.get(webinars_links.registration_path(own) + "calendar.ics").text
    )


def test_the_calendar_feed_is_valid_without_an_event(client, db):
    WebinarFactory(title="Without a time")
    calendar = Calendar.from_ical(client.get("/feeds/webinars.ics").content)
    # A calendar needs a component.
    assert [component.name for component in calendar.subcomponents] == ["VTIMEZONE"]


def test_the_calendar_feed_has_cancelled_webinars(client, webinar):
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
def test_times_before_and_after_daylight_saving_starts_and_ends(at, there, client, webinar, own):
    Webinar.objects.update(starts_at=at)
    Registration.objects.update(time_zone="Europe/Paris")

    page = page_of(client.get(webinars_links.registration_path(own)))
    assert there in page.one(".facts time").text
    text = client.get(webinars_links.registration_path(own) + "calendar.ics").content
    assert Calendar.from_ical(text).events[0].start == at


# Retention of guests’ data


def test_erase_guests_after_half_a_year(client, webinar, benin):
    client.post("/webinars/parcels/register/", registration_form(client))
    registration = actions.confirm(registration=Registration.objects.get())
    path = webinars_links.registration_path(registration)
    assert forget_guests() == 0
    Webinar.objects.update(starts_at=timezone.now() - timedelta(days=181))

    assert forget_guests() == 1
    registration.refresh_from_db()
    assert (registration.name, registration.email, registration.organization) == ("", "", "")
    assert (registration.country, registration.status) == (benin, RegistrationStatus.REGISTERED)
    assert client.get(path).status_code == 404


def test_delete_unconfirmed_registrations_after_a_week(client, webinar, benin):
    client.post("/webinars/parcels/register/", registration_form(client))
    Registration.objects.update(asked_at=timezone.now() - timedelta(days=8))
    forget_guests()

    assert not Registration.objects.exists()


def test_browsers_may_submit_the_forms_of_the_page(client, own):
    """A page that sends no referrer sends no origin either, and its forms are refused."""
    page = page_of(client.get(webinars_links.registration_path(own)))
    assert "no-referrer" not in page.one("head").html
