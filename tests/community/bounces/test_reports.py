"""Reports of mail servers that are piped to `receive_mail`, also hostile ones."""

import io
import sys
from email.message import EmailMessage

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError

from community.bounces import reports
from community.bounces.addresses import return_path
from community.bounces.reports import address_failure
from community.models import Bounce
from tests.community.bounces.reports import report
from tests.timing import ends_soon

ADDRESS = "member@example.org"
RECORDED = "Email recorded as returned.\n"
INVALID = "Email dropped: its return path is not valid.\n"
NOT_PERMANENT = "Email dropped: it reports no permanent failure of an address.\n"


@pytest.fixture(autouse=True)
def _address(settings):
    settings.BOUNCE_ADDRESS = "bounces@exchange.example"
    settings.REPLY_ADDRESS = "reply@exchange.example"


@pytest.fixture
def path(member):
    """The return path of an email to the member."""
    member.email = ADDRESS
    member.save(update_fields=["email"])
    return return_path(ADDRESS)


@pytest.fixture
def receive(monkeypatch, capsys):
    """Pipe an email to the command; return its output."""

    def receive(raw: bytes, **options) -> str:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(raw)))
        call_command("receive_mail", **options)
        return capsys.readouterr().out

    return receive


def stored() -> list[tuple]:
    return [*Bounce.objects.values_list("email", "kind", "status")]


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"returned": "text/rfc822-headers"},
        {"header_to": f"A Member <{ADDRESS}>"},
        {
            "original": "Member@Example.org",
            "final": "m@elsewhere.example",
            "header_to": "x@y.example",
        },
        # Forwarded, by a server that does not say from where.
        {"final": "m@elsewhere.example"},
    ],
)
def test_record_a_returned_email(receive, path, changes):
    assert receive(report(path, ADDRESS, **changes), recipient=path) == RECORDED
    assert stored() == [(ADDRESS, "returned", "5.1.1")]


def test_record_it_once(receive, path):
    for _time in range(2):
        assert receive(report(path, ADDRESS), recipient=path) == RECORDED
    assert stored() == [(ADDRESS, "returned", "5.1.1")]


def test_read_the_return_path_from_the_header_of_a_maildir(receive, path, tmp_path):
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "1").write_bytes(report(path, ADDRESS))
    call_command("receive_mail", maildir=tmp_path)
    assert stored() == [(ADDRESS, "returned", "5.1.1")]
    assert [file.name for file in (tmp_path / "cur").iterdir()] == ["1:2,S"]


@pytest.mark.parametrize(
    "changes",
    [
        {"action": "delayed", "status": "4.4.1", "reply": "connection timed out"},
        # After five days of attempts.
        {"status": "4.4.1", "reply": "connection timed out"},
        {"status": "5.2.2", "reply": "552 5.2.2 over quota"},
        {"status": "5.7.1", "reply": "550 5.7.1 looks like spam"},
        {"action": "delivered", "status": "2.0.0", "reply": "250 ok"},
    ],
)
def test_soft_bounces_change_nothing(receive, path, changes):
    assert receive(report(path, ADDRESS, **changes), recipient=path) == NOT_PERMANENT
    assert stored() == []


def test_a_stranger_cannot_report_the_address_of_another(receive, path, colleague):
    """The token of an email to oneself is no token for others."""
    for changes in ({}, {"original": colleague.email}):
        raw = report(path, colleague.email, **changes)
        assert receive(raw, recipient=path) == INVALID
    forged = "bounces+" + "a" * 23 + "@exchange.example"
    assert receive(report(forged, ADDRESS), recipient=forged) == INVALID
    assert receive(report(path, ADDRESS), recipient="bounces@exchange.example") == INVALID
    assert stored() == []


def test_ignore_an_address_that_nobody_has(receive, db):
    path = return_path("nobody@example.org")
    assert receive(report(path, "nobody@example.org"), recipient=path) == RECORDED
    assert stored() == []


def test_answers_of_programs_are_no_reports(receive, path):
    message = EmailMessage()
    message["To"], message["From"] = path, ADDRESS
    message["Auto-Submitted"] = "auto-replied"
    message.set_content("550 5.1.1 I am on holiday")
    assert receive(message.as_bytes(), recipient=path) == NOT_PERMANENT
    assert stored() == []


def test_emails_to_other_addresses_are_replies(receive, path, settings):
    to_reply = receive(report(path, ADDRESS), recipient="reply+x@exchange.example")
    settings.BOUNCE_ADDRESS = ""
    assert [to_reply, receive(report(path, ADDRESS), recipient=path)] == [
        "Email dropped: it is automatic.\n"
    ] * 2
    assert stored() == []


NESTED = b"".join(
    b"Content-Type: multipart/mixed; boundary=%d\n\n--%d\n" % (number, number)
    for number in range(2000)
)
LINES = b"Content-Type: multipart/report; boundary=b\n\n" + b"--b\n\n" * 5_000_000


@pytest.mark.parametrize(
    "hostile",
    [
        b"",
        b"\xff\xfe\x00" * 1000,
        NESTED,
        LINES,
        b"To: " + b"a@b.example, " * 1_000_000,
        b"Content-Type: message/delivery-status\n\nAction: failed\n\n" * 50_000,
    ],
    ids=["empty", "bytes", "nested", "lines", "header", "blocks"],
)
def test_hostile_emails_are_dropped_quickly(receive, path, hostile):
    with ends_soon():
        assert receive(hostile, recipient=path).startswith("Email dropped: it ")
    assert stored() == []


def test_hostile_bytes_in_a_report(receive, path):
    raw = report(path, ADDRESS).replace(b"rfc822; member", b"rfc822; \xff\x00member")
    assert receive(raw.replace(b"To: member", b"To: \xf0member"), recipient=path) == INVALID
    assert stored() == []


def test_try_again_while_the_database_is_down(receive, path, monkeypatch):
    def fail(**values):
        raise OperationalError("down")

    monkeypatch.setattr(reports, "record", fail)
    with pytest.raises(CommandError) as error:
        receive(report(path, ADDRESS), recipient=path)
    assert error.value.returncode == 75


@pytest.mark.parametrize(
    ("reply", "status", "code"),
    [
        ("550 5.1.1 <a@b.example>: Recipient address rejected: User unknown", "", "5.1.1"),
        (
            "smtp; 550-5.1.1 The email account that you tried to reach does not exist",
            "5.1.1",
            "5.1.1",
        ),
        ("smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; not found", "5.1.10", "5.1.10"),
        ("smtp;550 5.4.1 Recipient address rejected: Access denied.", "5.4.1", "5.4.1"),
        ("X-Postfix; Host or domain name not found. Name service error", "5.4.4", "5.4.4"),
        ("550 5.2.1 The email account that you tried to reach is inactive", "", "5.2.1"),
        ("smtp; 550 No such user here", "5.0.0", "550"),
        ("550 no such user", "", "550"),
        ("551 User not local", "", "551"),
        ("553 Mailbox name not allowed", "", "553"),
        ("", "5.1.1 (bad destination mailbox address)", "5.1.1"),
    ],
)
def test_address_does_not_work(reply, status, code):
    assert address_failure(reply, status=status) == code


@pytest.mark.parametrize(
    ("reply", "status"),
    [
        # Our server is not allowed to send: all addresses would be refused in the same way.
        ("554 5.7.1 <a@b.example>: Relay access denied", ""),
        ("550 relay not permitted", ""),
        ("550 5.1.8 Sender address rejected: Domain not found", ""),
        ("550 sender verify failed", ""),
        ("550 5.7.26 This mail has been blocked because the sender is unauthenticated", ""),
        ("550 SC-001 Mail rejected by Outlook.com for policy reasons", ""),
        ("550 blocked using a list", ""),
        # This email, or this time.
        ("552 5.3.4 Message size exceeds fixed limit", ""),
        ("552 5.2.2 The email account is over quota", ""),
        ("550 mailbox full", ""),
        ("450 4.2.1 The user is receiving mail too quickly", ""),
        ("451 4.7.1 Greylisting in action, try again later", ""),
        ("450 no such user", ""),
        ("connect to b.example[192.0.2.1]:25: Connection timed out", "4.4.1"),
        ("smtp; 550 No such user here", "4.0.0"),
        ("421 try later", ""),
        ("", ""),
    ],
)
def test_address_may_work(reply, status):
    assert address_failure(reply, status=status) == ""
