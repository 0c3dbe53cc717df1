"""Events of email providers, in the formats of their documentation, and forged ones."""

import base64
import hashlib
import hmac
import json
import time

import pytest
from django.test import Client

from community.models import Bounce

ADDRESS = "member@example.org"
LOGIN = "exchange:of-twenty-characters"
KEY = "key-of-twenty-characters"
URL = "/bounces/"


@pytest.fixture(autouse=True)
def _held(member):
    member.email = ADDRESS
    member.save(update_fields=["email"])


@pytest.fixture
def send(settings):
    """Send an event as a provider; return the response."""

    def send(provider: str, event, *, login: str = LOGIN, **options):
        settings.MAIL_PROVIDER = provider
        settings.ANYMAIL = {"WEBHOOK_SECRET": LOGIN}
        headers = {"Authorization": f"Basic {base64.b64encode(login.encode()).decode()}"}
        # As from another site, without a cookie or a token.
        client = Client(enforce_csrf_checks=True)
        body = event if isinstance(event, bytes) else json.dumps(event)
        options.setdefault("content_type", "application/json")
        return client.post(URL, body, headers=headers if login else {}, **options)

    return send


@pytest.fixture
def send_signed(settings):
    """Send an event as Mailgun, with a signature."""

    def send(event: dict, *, key: str = KEY, body: bytes = b"", **signed):
        settings.MAIL_PROVIDER = "mailgun"
        settings.ANYMAIL = {"MAILGUN_WEBHOOK_SIGNING_KEY": KEY}
        signed = {"timestamp": str(int(time.time())), "token": "t" * 50} | signed
        content = f"{signed['timestamp']}{signed['token']}".encode()
        signature = hmac.new(key.encode(), content, hashlib.sha256).hexdigest()
        whole = {"signature": signed | {"signature": signature}, "event-data": event}
        client = Client(enforce_csrf_checks=True)
        return client.post(URL, body or json.dumps(whole), content_type="application/json")

    return send


def stored() -> list[tuple]:
    return [*Bounce.objects.values_list("email", "kind", "status")]


def postmark(kind: str = "HardBounce", **changes) -> dict:
    return {
        "RecordType": "Bounce",
        "Type": kind,
        "ID": 4323372036854775807,
        "MessageID": "883953f4-6105-42a2-a16a-77a8eac79483",
        "Email": ADDRESS,
        "BouncedAt": "2026-11-28T16:33:54.9070259Z",
        "Details": "smtp;550 5.1.1 User unknown",
        "Description": "The server was unable to deliver your message.",
    } | changes


def brevo(event: str, **changes) -> dict:
    return {"event": event, "email": ADDRESS, "ts_epoch": 1795860000000} | changes


def mailjet(event: str, **changes) -> dict:
    return {"event": event, "email": ADDRESS, "time": 1795860000, "MessageID": 1} | changes


def mailgun(event: str = "failed", **changes) -> dict:
    return {
        "event": event,
        "severity": "permanent",
        "reason": "bounce",
        "recipient": ADDRESS,
        "timestamp": 1795860000.5,
        "delivery-status": {"code": 550, "message": "5.1.1 no such user", "description": ""},
    } | changes


HARD_MAILJET = {"hard_bounce": True, "error": "user unknown"}


@pytest.mark.parametrize(
    ("provider", "event", "kind", "status"),
    [
        ("postmark", postmark(), "returned", "5.1.1"),
        ("postmark", postmark("BadEmailAddress", Details=""), "returned", ""),
        ("postmark", postmark("SpamComplaint", Details=""), "spam", ""),
        ("brevo", brevo("hard_bounce", reason="550 5.1.1 unknown"), "returned", "5.1.1"),
        ("brevo", brevo("invalid_email"), "returned", ""),
        ("brevo", brevo("spam"), "spam", ""),
        ("mailjet", mailjet("bounce", **HARD_MAILJET), "returned", ""),
        ("mailjet", [mailjet("sent"), mailjet("spam")], "spam", ""),
    ],
)
def test_record_what_a_provider_reports(send, provider, event, kind, status):
    for _time in range(2):
        response = send(provider, event)
        assert (response.status_code, response.content) == (200, b"")
    assert stored() == [(ADDRESS, kind, status)]


@pytest.mark.parametrize(
    ("event", "kind"), [(mailgun(), "returned"), (mailgun("complained"), "spam")]
)
def test_record_what_mailgun_reports(send_signed, event, kind):
    for _time in range(2):
        assert send_signed(event).status_code == 200
    assert [row[:2] for row in stored()] == [(ADDRESS, kind)]


@pytest.mark.parametrize(
    ("provider", "event"),
    [
        ("postmark", postmark("SoftBounce")),
        ("postmark", postmark("Transient")),
        ("postmark", postmark("Blocked", Details="550 5.7.1 blocked")),
        ("postmark", postmark(Details="552 5.2.2 over quota")),
        ("postmark", {"RecordType": "Delivery", "Recipient": ADDRESS}),
        ("postmark", {"RecordType": "Open", "Recipient": ADDRESS}),
        ("brevo", brevo("soft_bounce")),
        ("brevo", brevo("deferred")),
        ("brevo", brevo("hard_bounce", reason="450 4.2.1 try later")),
        ("brevo", brevo("unique_opened")),
        ("mailjet", mailjet("bounce", hard_bounce=False, error="quota exceeded")),
        ("mailjet", mailjet("blocked", error="policy issue")),
    ],
)
def test_other_events_change_nothing(send, provider, event):
    assert send(provider, event).status_code == 200
    assert stored() == []


@pytest.mark.parametrize(
    "event", [mailgun(severity="temporary"), mailgun("delivered"), mailgun(reason="generic")]
)
def test_other_events_of_mailgun_change_nothing(send_signed, event):
    assert send_signed(event).status_code == 200
    assert stored() == []


@pytest.mark.parametrize("login", ["", "exchange:wrong-twenty-characters", ":", "exchange"])
def test_without_the_secret_nothing_is_stored(send, login):
    assert send("postmark", postmark(), login=login).status_code == 400
    assert stored() == []


def test_without_the_signature_nothing_is_stored(send_signed):
    assert send_signed(mailgun(), key="another-key-of-twenty").status_code == 400
    assert send_signed(mailgun(), body=b'{"event-data": {"event": "failed"}}').status_code == 400
    assert stored() == []


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"1", b"{}", b"\xff", b'{"signature": {"token": "\xc3\xa9"}}', b"null"]
)
def test_bodies_that_no_provider_sends(send, send_signed, body):
    assert send_signed({}, body=body).status_code == 400
    # With the secret: read as far as possible.
    for provider in ("postmark", "brevo", "mailjet"):
        assert send(provider, body).status_code in {200, 400}
    assert stored() == []


@pytest.mark.parametrize("email", [None, 7, [], {}, "", "x" * 100_000, "a\x00@example.org", "@"])
def test_addresses_that_no_provider_sends(send, email):
    assert send("postmark", postmark(Email=email)).status_code in {200, 400}
    assert stored() == []


def test_large_bodies_are_refused(send, settings):
    large = postmark(Description="x" * settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
    assert send("postmark", large).status_code == 400
    assert stored() == []


def test_response_does_not_reveal_who_has_an_account(send):
    known, unknown = send("postmark", postmark()), send("postmark", postmark(Email="x@y.example"))
    assert known.status_code == unknown.status_code == 200
    assert known.content == unknown.content
    assert [row[0] for row in stored()] == [ADDRESS]


def test_only_posted(settings):
    settings.MAIL_PROVIDER, settings.ANYMAIL = "postmark", {"WEBHOOK_SECRET": LOGIN}
    assert Client().get(URL).status_code == 405


def test_secrets_are_not_logged(send, caplog):
    send("postmark", postmark(), login="exchange:a-canary-of-the-tests")
    send("postmark", b"canary")
    assert "canary" not in caplog.text
    assert ADDRESS not in caplog.text
