import re
import threading
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.translation import override
from django_tasks_db.models import DBTaskResult

from community.models import Registration, RegistrationStatus, User
from community.privacy.actions import delete_account
from community.webinars import links as webinars_links
from community.webinars.registrations import actions
from community.webinars.registrations import emails as registrations_emails
from repository.models import TranslatedParagraph, Translation, WebinarStatus
from repository.workflow import ActionRefused
from tests.community.conftest import run_queue
from tests.factories import CountryFactory, UserFactory, WebinarFactory

# The pool has four connections, and the test itself holds one.
AT_ONCE = 3
REGISTERED, WAITING = RegistrationStatus.REGISTERED, RegistrationStatus.WAITING


def announced(**fields):
    """A webinar in a week, at 14:00 in Nairobi."""
    in_a_week = (timezone.now() + timedelta(days=7)).replace(hour=11, minute=0)
    fields = {"starts_at": in_a_week, "minutes": 90, "time_zone": "Africa/Nairobi"} | fields
    fields = {"title": "Parcels by rail"} | fields
    return WebinarFactory(status=WebinarStatus.ANNOUNCED, **fields)


@pytest.fixture
def webinar(db):
    return announced(capacity=1, meeting_link="https://meet.example/secret")


@pytest.fixture
def guest(db):
    return {
        "name": "Afi Dossou",
        "email": "afi@example.org",
        "organization": "Port of Cotonou",
        "city": None,
        "place": "Cotonou",
        "country": CountryFactory(iso2="BJ"),
        "gender": "woman",
    }


def statuses(webinar) -> list[str]:
    rows = webinar.registrations.order_by("pk")
    return list(rows.values_list("status", flat=True))


def subjects() -> list[str]:
    return [f"{message.subject} → {message.to[0]}" for message in run_queue()]


def test_register_gives_a_seat_and_confirms_it(webinar, member):
    registration = actions.register(webinar=webinar, by=member)

    assert registration.has_seat
    [message] = run_queue()
    assert (message.subject, message.to) == ("You’re registered: Parcels by rail", [member.email])
    assert "https://meet.example/secret" in message.body
    [token] = re.findall("/registrations/([^/]+)/", message.body)
    assert webinars_links.registration_from(token) == registration


def test_register_twice_is_harmless(webinar, member):
    first = actions.register(webinar=webinar, by=member)

    assert actions.register(webinar=webinar, by=member) == first
    assert len(run_queue()) == 1


def test_wait_if_all_seats_are_taken(webinar, member, colleague):
    actions.register(webinar=webinar, by=member)
    run_queue()
    registration = actions.register(webinar=webinar, by=colleague)

    assert registration.is_waiting
    [message] = run_queue()
    assert message.subject == "You’re on the waiting list: Parcels by rail"
    assert "meet.example" not in message.body


def test_cancel_gives_the_seat_to_the_first_in_the_queue(webinar, member):
    own = actions.register(webinar=webinar, by=member)
    others = [actions.register(webinar=webinar, by=UserFactory()) for _ in range(2)]
    run_queue()

    actions.cancel(registration=own)
    actions.cancel(registration=own)

    assert statuses(webinar) == [RegistrationStatus.CANCELLED, REGISTERED, WAITING]
    assert subjects() == [f"You have a seat: Parcels by rail → {others[0].member.email}"]
    assert actions.ahead_of(Registration.objects.get(pk=others[1].pk)) == 0


def test_register_again_at_the_end_of_the_queue(webinar, member, colleague):
    own = actions.register(webinar=webinar, by=member)
    actions.register(webinar=webinar, by=colleague)
    actions.cancel(registration=own)

    assert actions.register(webinar=webinar, by=member).is_waiting


def test_more_seats_go_to_the_queue(webinar):
    for _ in range(4):
        actions.register(webinar=webinar, by=UserFactory())
    webinar.capacity = 3
    webinar.save()

    actions.after_change(webinar, "capacity")

    assert statuses(webinar) == [REGISTERED, REGISTERED, REGISTERED, WAITING]


def test_delete_account_frees_its_seat(webinar, member, colleague):
    actions.register(webinar=webinar, by=member)
    actions.register(webinar=webinar, by=colleague)

    delete_account(member=member, by=member, erase=True)

    assert statuses(webinar) == [REGISTERED]


@pytest.mark.parametrize(
    "fields",
    [
        {"status": WebinarStatus.HELD},
        {"status": WebinarStatus.CANCELLED, "cancelled_because": "Ill."},
        {"status": WebinarStatus.DRAFT},
        {"starts_at": datetime(2020, 8, 14, 12, tzinfo=UTC)},
    ],
)
def test_refuse_all_actions_once_registration_is_closed(fields, webinar, member, guest):
    own = actions.register(webinar=webinar, by=member)
    for name, value in fields.items():
        setattr(webinar, name, value)
    webinar.save()

    for act in (
        lambda: actions.register(webinar=webinar, by=UserFactory()),
        lambda: actions.ask(webinar=webinar, data=guest),
        lambda: actions.confirm(registration=own),
        lambda: actions.cancel(registration=own),
    ):
        with pytest.raises(ActionRefused, match="closed"):
            act()
    assert statuses(webinar) == [REGISTERED]


# Guests


def test_guests_have_no_seat_until_the_address_is_confirmed(webinar, guest, member):
    actions.ask(webinar=webinar, data=guest)

    registration = Registration.objects.get()
    assert registration.is_unconfirmed
    [message] = run_queue()
    assert message.subject == "Confirm your registration: Parcels by rail"
    assert "meet.example" not in message.body
    assert actions.register(webinar=webinar, by=member).has_seat
    assert actions.confirm(registration=registration).is_waiting


def test_mails_name_the_time_in_the_zone_of_the_guest(webinar, guest):
    webinar.starts_at = datetime(2031, 3, 3, 11, tzinfo=UTC)
    webinar.save()
    actions.ask(webinar=webinar, data=guest)

    assert Registration.objects.get().time_zone == "Africa/Porto-Novo"
    [message] = run_queue()
    assert "Monday 3 March 2031, 12:00 (Benin Time, UTC+1)" in message.body
    assert "Monday 3 March 2031, 14:00 (Kenya Time, UTC+3)" in message.body


def test_mail_the_title_in_the_language_of_the_guest(webinar, guest):
    translation = Translation.objects.create(kind="webinar", object_id=webinar.pk, language="fr")
    TranslatedParagraph.objects.create(
        translation=translation,
        field="title",
        position=0,
        source=webinar.title,
        text="Colis par le rail",
    )
    with override("fr"):
        actions.ask(webinar=webinar, data=guest)
    [message] = run_queue()
    assert "Colis par le rail" in message.subject
    assert "Colis par le rail" in message.body
    assert webinar.title not in message.subject + message.body


def test_ask_again_soon_sends_and_changes_nothing(webinar, guest):
    actions.ask(webinar=webinar, data=guest)
    actions.confirm(registration=Registration.objects.get())
    run_queue()

    actions.ask(webinar=webinar, data=guest | {"email": "AFI@example.org", "name": "Somebody"})
    assert subjects() == []

    Registration.objects.update(asked_at=timezone.now() - timedelta(minutes=4))
    actions.ask(webinar=webinar, data=guest | {"name": "Somebody"})
    assert subjects() == ["You’re registered: Parcels by rail → afi@example.org"]
    assert Registration.objects.get().name == "Afi Dossou"
    assert Registration.objects.get().has_seat


@pytest.mark.parametrize("status", ["unconfirmed", "cancelled"])
def test_ask_again_does_not_change_the_data_of_an_address(status, webinar, guest):
    actions.ask(webinar=webinar, data=guest)
    run_queue()
    Registration.objects.update(status=status, asked_at=timezone.now() - timedelta(minutes=4))
    [before] = Registration.objects.values()
    kenya = CountryFactory(iso2="KE")
    other = {"name": "Somebody", "organization": "", "place": "Kisumu", "country": kenya}
    with override("fr"):
        actions.ask(webinar=webinar, data=guest | other | {"gender": "man"})

    assert subjects() == ["Confirm your registration: Parcels by rail → afi@example.org"]
    [after] = Registration.objects.values()
    assert after | {"asked_at": None} == before | {"asked_at": None}


def test_erase_an_unconfirmed_registration_and_ask_again(webinar, guest):
    actions.ask(webinar=webinar, data=guest | {"name": "Aif"})
    wrong = Registration.objects.get()
    actions.erase(registration=wrong)
    for act in (actions.erase, actions.confirm, actions.cancel):
        with pytest.raises(ActionRefused, match="This no longer exists"):
            act(registration=wrong)

    actions.ask(webinar=webinar, data=guest)
    assert Registration.objects.get().name == "Afi Dossou"


def test_erase_is_refused_before_cancelling(webinar, guest, member):
    actions.ask(webinar=webinar, data=guest)
    of_guest = actions.confirm(registration=Registration.objects.get())
    of_member = actions.register(webinar=webinar, by=member)
    for registration in (of_guest, of_member, actions.cancel(registration=of_member)):
        with pytest.raises(ActionRefused, match="Cancel your registration first"):
            actions.erase(registration=registration)
    assert statuses(webinar) == [REGISTERED, RegistrationStatus.CANCELLED]


def test_mail_no_input_to_an_unconfirmed_address(webinar, guest):
    words = {"name": "Idiot, call +1 900", "organization": "Idiot Ltd", "place": "Idiotville"}
    actions.ask(webinar=webinar, data=guest | words)
    [asked] = run_queue()
    actions.confirm(registration=Registration.objects.get())
    [registered] = run_queue()
    Registration.objects.update(asked_at=timezone.now() - timedelta(minutes=4))
    actions.ask(webinar=webinar, data=guest | words)
    [already] = run_queue()

    assert registered.body.startswith("Hello Idiot")
    for message in (asked, already):
        assert "Idiot" not in message.subject + message.body


# Closed accounts


def close(member, is_open=False):
    User.objects.filter(pk=member.pk).update(is_active=is_open)


def test_closed_accounts_get_no_mail_and_keep_their_seat(webinar, member, colleague):
    seated = actions.register(webinar=webinar, by=member)
    waiting = actions.register(webinar=webinar, by=colleague)
    run_queue()
    close(member)
    close(colleague)

    actions.after_change(webinar, "moved")
    registrations_emails.remind.enqueue(
        webinar=webinar.pk, kind="hour", starts_at=webinar.starts_at.isoformat()
    )

    assert subjects() == []
    assert statuses(webinar) == [REGISTERED, WAITING]
    with pytest.raises(ActionRefused, match="account is closed"):
        actions.confirm(registration=waiting)
    close(member, is_open=True)
    assert webinars_links.registration_from(webinars_links.registration_token(seated)) == seated


def test_a_free_seat_skips_closed_accounts(webinar, member, colleague):
    own = actions.register(webinar=webinar, by=member)
    actions.register(webinar=webinar, by=colleague)
    behind = actions.register(webinar=webinar, by=UserFactory())
    close(colleague)
    assert actions.ahead_of(behind) == 0

    actions.cancel(registration=own)

    assert statuses(webinar) == [RegistrationStatus.CANCELLED, WAITING, REGISTERED]
    webinar.capacity = 2
    webinar.save()
    assert actions.register(webinar=webinar, by=UserFactory()).has_seat


# Changes by staff, and reminders


def test_mail_the_new_time_in_the_zone_of_each_person(webinar, guest, member):
    actions.ask(webinar=webinar, data=guest)
    actions.confirm(registration=Registration.objects.get())
    actions.register(webinar=webinar, by=member)
    run_queue()
    webinar.starts_at = datetime(2031, 7, 1, 22, tzinfo=UTC)
    webinar.save()

    actions.after_change(webinar, "moved")

    moved = {message.to[0]: message.body for message in run_queue()}
    assert "Tuesday 1 July 2031, 23:00" in moved["afi@example.org"]
    assert "Wednesday 2 July 2031, 01:00" in moved[member.email]


def test_mail_the_reason_of_a_cancellation(webinar, member):
    actions.register(webinar=webinar, by=member)
    run_queue()
    webinar.status, webinar.cancelled_because = WebinarStatus.CANCELLED, "The speaker is ill."
    webinar.save()

    actions.after_change(webinar, "cancelled")

    [message] = run_queue()
    assert message.subject == "Cancelled: Parcels by rail"
    assert "The speaker is ill" in message.body
    assert "meet.example" not in message.body


@pytest.mark.parametrize(("ahead", "kinds"), [(timedelta(days=7), 2), (timedelta(hours=3), 1)])
def test_plan_reminders_a_day_and_an_hour_before(ahead, kinds, webinar):
    webinar.starts_at = timezone.now() + ahead
    actions.after_change(webinar, "announced")

    planned = DBTaskResult.objects.order_by("run_after").values_list("run_after", flat=True)
    assert list(planned) == [
        webinar.starts_at - before for before in [timedelta(days=1), timedelta(hours=1)][-kinds:]
    ]


def test_plan_reminders_once_for_each_time(webinar, member):
    actions.register(webinar=webinar, by=member)
    start = webinar.starts_at
    other = announced(title="By sea", starts_at=start)
    for at, verb in [
        (start, "announced"),
        (start + timedelta(hours=3), "moved"),
        # The same moment in another time zone, as the admin form sends it.
        (start.astimezone(ZoneInfo("Africa/Nairobi")), "moved"),
        (start, "cancelled"),
        (start, "announced"),
    ]:
        webinar.starts_at = at
        webinar.save()
        actions.after_change(webinar, verb)
    actions.after_change(other, "announced")

    run_queue()
    DBTaskResult.objects.filter(run_after__gt=timezone.now()).update(run_after=timezone.now())
    assert subjects() == [
        f"{words}: Parcels by rail → {member.email}" for words in ("Tomorrow", "In an hour")
    ]


def test_reminders_go_to_those_with_a_seat(webinar, member, colleague):
    actions.register(webinar=webinar, by=member)
    actions.register(webinar=webinar, by=colleague)
    run_queue()

    remind = registrations_emails.remind
    remind.enqueue(webinar=webinar.pk, kind="hour", starts_at=webinar.starts_at.isoformat())

    assert subjects() == [f"In an hour: Parcels by rail → {member.email}"]


def moved(webinar):
    actions.after_change(webinar, "moved")


def remind(webinar):
    start = webinar.starts_at.isoformat()
    registrations_emails.remind.enqueue(webinar=webinar.pk, kind="hour", starts_at=start)
    run_queue()


@pytest.mark.parametrize("number", [1, 3])
@pytest.mark.parametrize("message_all", [moved, remind])
def test_look_the_title_up_once_for_all_who_read_a_language(message_all, number, guest):
    webinar = announced()
    with override("fr"):
        for each in range(number):
            actions.ask(webinar=webinar, data=guest | {"email": f"afi{each}@example.org"})
    for registration in Registration.objects.all():
        actions.confirm(registration=registration)
    run_queue()
    with CaptureQueriesContext(connection) as queries:
        message_all(webinar)
    assert sum("translatedparagraph" in query["sql"] for query in queries) == 1


def test_send_no_reminder_for_the_old_time(webinar, member):
    actions.register(webinar=webinar, by=member)
    run_queue()
    before = webinar.starts_at.isoformat()
    webinar.starts_at += timedelta(days=1)
    webinar.save()

    registrations_emails.remind.enqueue(webinar=webinar.pk, kind="hour", starts_at=before)

    assert subjects() == []


@pytest.mark.parametrize(
    ("kind", "ahead", "sent"),
    [
        ("day", timedelta(minutes=61), 1),
        ("day", timedelta(minutes=59), 0),
        ("hour", timedelta(minutes=1), 1),
        ("hour", timedelta(minutes=-1), 0),
    ],
)
def test_send_no_reminder_too_late(kind, ahead, sent, webinar, member):
    """The worker may have been down for a day."""
    actions.register(webinar=webinar, by=member)
    run_queue()
    webinar.starts_at = timezone.now() + ahead
    webinar.save()

    starts_at = webinar.starts_at.isoformat()
    registrations_emails.remind.enqueue(webinar=webinar.pk, kind=kind, starts_at=starts_at)

    assert len(run_queue()) == sent


def seen_by_all(look):
    """Let all threads look before any of them continues."""
    looked, own = threading.Barrier(AT_ONCE), threading.local()

    def free_seats(webinar):
        found = look(webinar)
        if not getattr(own, "has_looked", False):
            own.has_looked = True
            looked.wait(timeout=120)
        return found

    return free_seats


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_locked", [True, False])
def test_one_of_fifty_gets_the_last_seat(is_locked, monkeypatch):
    """Without the lock several get one, which shows that the test detects it."""
    webinar = announced(capacity=1)
    members = UserFactory.create_batch(50)
    together = threading.Barrier(AT_ONCE)
    if not is_locked:
        monkeypatch.setattr(actions, "lock_open", lambda webinar: webinar)
        monkeypatch.setattr(actions, "free_seats", seen_by_all(actions.free_seats))
    errors = []

    def attempt(some):
        try:
            connection.ensure_connection()
            together.wait(timeout=120)
            for member in some:
                actions.register(webinar=webinar, by=member)
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=attempt, args=[members[n::AT_ONCE]]) for n in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)

    assert errors == []
    seats = webinar.registrations.seated().count()
    assert (seats == 1) is is_locked
    if is_locked:
        queue = list(webinar.registrations.waiting())
        assert len(queue) == 49
        assert [actions.ahead_of(registration) for registration in queue] == list(range(49))
