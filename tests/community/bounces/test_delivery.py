"""Emails to addresses that do not work: not tried for three days, and not sent again."""

import pytest
from aiosmtpd.controller import Controller
from django.core.mail import EmailMessage
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from community.bounces.addresses import clear, is_returned, record, sent_at, token_of
from community.models import BounceKind, NoticeKind, TaskStep
from community.notices.emails import UNDELIVERABLE, post
from community.notices.notify import notify
from community.webinars.registrations.actions import register
from tests.community.conftest import link_in, run_queue, sign_up_form
from tests.community.webinars.registrations.registrations import (
    announced_webinar,
    registration_form,
)
from tests.factories import CaseStudyFactory
from tests.servers import free_port

ADDRESS = "member@example.org"


class MailServer:
    """A mail server that refuses some recipients."""

    def __init__(self):
        self.replies: dict[str, str] = {}
        self.accepted: list[tuple[str, list[str], str]] = []

    async def handle_RCPT(self, server, session, envelope, address, options) -> str:  # noqa: N802
        if reply := self.replies.get(address):
            return reply
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope) -> str:  # noqa: N802
        content = envelope.content.decode()
        self.accepted.append((envelope.mail_from, envelope.rcpt_tos, content))
        return "250 OK"


@pytest.fixture
def mail_server(settings):
    server = MailServer()
    port = free_port()
    # Limits in seconds that a busy machine keeps.
    controller = Controller(server, hostname="127.0.0.1", port=port, ready_timeout=120)
    controller.start()
    settings.MAILERS = {
        "default": {
            "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "OPTIONS": {"host": "127.0.0.1", "port": port, "timeout": 120},
        }
    }
    yield server
    controller.stop()


@pytest.fixture
def held(account):
    account.email = ADDRESS
    account.save(update_fields=["email"])
    account.emailaddress_set.update(email=ADDRESS)
    return account


def send(to: str = ADDRESS, **options) -> None:
    post(EmailMessage("Hello", "Good day", "us@exchange.example", [to]), **options)
    run_queue()


def waiting() -> int:
    return DBTaskResult.objects.filter(status="READY").count()


def undeliverable() -> int:
    return TaskStep.objects.filter(name=UNDELIVERABLE).count()


def bounce(kind=BounceKind.RETURNED) -> None:
    record(email=ADDRESS, kind=kind, at=timezone.now())


def test_refused_recipient_is_not_tried_again(mail_server, held):
    mail_server.replies[ADDRESS] = "550 5.1.1 User unknown"
    send()
    assert (waiting(), undeliverable(), is_returned(ADDRESS)) == (0, 1, True)
    send()
    assert (waiting(), undeliverable(), mail_server.accepted) == (0, 2, [])
    assert {task.status for task in DBTaskResult.objects.all()} == {"SUCCESSFUL"}


@pytest.mark.parametrize(
    "reply", ["450 4.2.1 Try later", "554 5.7.1 Relay access denied", "552 5.2.2 Over quota"]
)
def test_other_refusals_are_tried_again(mail_server, held, reply):
    mail_server.replies[ADDRESS] = reply
    send()
    assert (waiting(), undeliverable(), is_returned(ADDRESS)) == (1, 0, False)


@pytest.mark.usefixtures("db")
def test_refused_address_of_nobody_is_not_stored(mail_server):
    mail_server.replies["x@example.org"] = "550 5.1.1 User unknown"
    send("x@example.org")
    assert (waiting(), undeliverable(), is_returned("x@example.org")) == (0, 1, False)


@pytest.mark.parametrize("kind", BounceKind.values)
def test_notices_stay_on_the_site(held, kind):
    bounce(kind)
    case = CaseStudyFactory(published=True)
    notify([held.pk], kind=NoticeKind.REPLY, event="case.declined", subject=case)
    assert run_queue() == []
    assert (undeliverable(), held.notifications.unread().count()) == (1, 1)
    # Only later ones are sent again.
    clear(email=ADDRESS)
    assert run_queue() == []
    post(EmailMessage("Hello", "Good day", "us@exchange.example", [ADDRESS]))
    assert [message.subject for message in run_queue()] == ["Hello"]
    assert undeliverable() == 1


def test_emails_that_the_member_requests_are_sent(client, held):
    bounce()
    client.post("/accounts/password/reset/", {"email": ADDRESS})
    assert [message.to for message in run_queue()] == [[ADDRESS]]
    assert is_returned(ADDRESS)


def test_confirming_the_address_ends_it(client, db, monkeypatch):
    monkeypatch.setattr("community.accounts.spam_protection.MIN_SECONDS", 0)
    client.post("/accounts/signup/", sign_up_form(ADDRESS))
    [message] = run_queue()
    bounce()
    client.post("/accounts/signup/", sign_up_form(ADDRESS))
    client.post(link_in(message))
    assert not is_returned(ADDRESS)


def test_guests_of_webinars_can_register_and_then_get_reminders(client, benin, monkeypatch):
    monkeypatch.setattr("community.accounts.spam_protection.MIN_SECONDS", 0)
    announced_webinar()
    client.post("/webinars/parcels/register/", registration_form(client, email=ADDRESS))
    [asked] = run_queue()
    bounce()
    assert is_returned(ADDRESS)
    client.post(link_in(asked), {"verb": "confirm"})
    assert not is_returned(ADDRESS)
    assert [message.to for message in run_queue()] == [[ADDRESS]]


def test_members_get_the_answer_to_their_registration(held):
    bounce()
    register(webinar=announced_webinar(), by=held)
    assert [message.to for message in run_queue()] == [[ADDRESS]]


def test_return_path_is_in_the_envelope_only(mail_server, held, settings):
    settings.BOUNCE_ADDRESS = "bounces@exchange.example"
    send()
    [(envelope, recipients, content)] = mail_server.accepted
    assert recipients == [ADDRESS]
    assert sent_at(token_of(envelope), ADDRESS) is not None
    assert "From: us@exchange.example\r\n" in content
    assert "bounces" not in content


def test_sender_without_return_paths(mail_server, held):
    send()
    [(envelope, _recipients, content)] = mail_server.accepted
    assert envelope == "us@exchange.example"
    assert "From: us@exchange.example\r\n" in content
