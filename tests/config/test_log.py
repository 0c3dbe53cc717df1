import logging
import sys
from urllib.parse import urlencode

import pytest
from django.contrib.auth.tokens import default_token_generator
from django.core import mail, signing
from django.core.signing import Signer
from django.db import IntegrityError, connection, transaction

from community.models import User
from config import errors
from config import log as site_log
from config.log import QUIET_FOR, DiscreetEmailHandler, DiscreetFormatter, current_request
from tests.factories import UserFactory
from tests.page import page_of
from tests.timing import ends_soon


@pytest.mark.parametrize(
    "link",
    [
        signing.dumps(17, salt="community.registration"),
        signing.dumps([3, "a@example.org"], salt="any", compress=True),
        Signer(salt="any", sep=":").sign("3.digest"),
        "3k-" + default_token_generator.make_token(User(pk=3)),
    ],
    ids=["registration", "packed", "without a time", "new password"],
)
def test_log_omits_secret_links(link):
    for path in (f"/registrations/{link}/", f"/accounts/password/reset/key/{link}/"):
        line = logging.makeLogRecord({"msg": "Forbidden (%s): %s", "args": ("No cookie.", path)})
        text = DiscreetFormatter().format(line)
        if "/key/" in path or ":" in link:
            assert link not in text
            assert text == f"Forbidden (No cookie.): {path.replace(link, '…')}"


def test_log_omits_secret_links_to_come_back_to():
    link = signing.dumps(17, salt="community.registration")
    query = urlencode({"next": f"/registrations/{link}/"})
    line = logging.makeLogRecord({"msg": f"Forbidden: /accounts/login/?{query}"})
    text = DiscreetFormatter().format(line)
    assert text == "Forbidden: /accounts/login/?next=%2Fregistrations%…%2F"


def test_log_other_urls_unchanged():
    text = "ERROR django.request: Internal Server Error: /cases/a-case-with-a-title/?q=12:30:00"
    assert DiscreetFormatter().format(logging.makeLogRecord({"msg": text})) == text


def test_log_omits_cookies_but_no_parts_of_words(rf):
    """Short values of cookies, such as a choice that is switched on, occur in any text."""
    cookies = {"theme": "1", "shown": "e", "size": "large", "sessionid": "secret-of-the-session"}
    request = rf.get("/", headers={"cookie": "; ".join(map("=".join, cookies.items()))})
    line = logging.makeLogRecord({"msg": "Line 1 is too large: secret-of-the-session"})
    token = current_request.set(request)
    try:
        assert DiscreetFormatter().format(line) == "Line 1 is too large: …"
    finally:
        current_request.reset(token)


@pytest.mark.parametrize("part", ["a", "a:", "a@", "a.", "%3A", "a@a.", "://a", "/key/", "A-"])
def test_long_lines_take_no_longer_for_each_letter(part):
    """A visitor chooses the path of a request that is refused and logged."""
    line = logging.makeLogRecord({"msg": "Forbidden: /cases/" + part * (200_000 // len(part))})
    with ends_soon():
        DiscreetFormatter().format(line)


@pytest.mark.django_db
def test_log_database_errors_without_values():
    user = UserFactory()
    try:
        with transaction.atomic():
            type(user)(email=user.email).save()
    except IntegrityError:
        line = logging.makeLogRecord({"msg": "Failed.", "exc_info": sys.exc_info()})
    text = DiscreetFormatter().format(line)
    assert user.email not in text
    assert text.splitlines()[-1].startswith("django.db.utils.IntegrityError: duplicate key")


@pytest.mark.django_db
def test_log_database_errors_without_values_of_several_lines():
    values = ["One.\n\nTwo.\nThree.", "Afi"]
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "CREATE TEMPORARY TABLE told (words text, name text CHECK (name <> 'Afi'))"
            )
            cursor.execute("INSERT INTO told VALUES (%s, %s)", values)
    except IntegrityError:
        line = logging.makeLogRecord({"msg": "Failed.", "exc_info": sys.exc_info()})
    text = DiscreetFormatter().format(line)
    assert [word for word in ("One.", "Two.", "Three.", "Afi") if word in text] == []
    # What follows the first of two exceptions is kept.
    assert "The above exception was the direct cause" in text
    assert text.splitlines()[-1].startswith("django.db.utils.IntegrityError: new row for relation")


@pytest.fixture
def handler(settings):
    settings.ADMINS = ["office@exchange.example", "it@exchange.example"]
    handler = DiscreetEmailHandler()
    handler.setFormatter(DiscreetFormatter("{levelname} {name}: {message}", style="{"))
    return handler


def error(text: str) -> logging.LogRecord:
    try:
        raise ValueError("of somebody@city.example")
    except ValueError:
        about = sys.exc_info()
    return logging.LogRecord("django.request", logging.ERROR, "", 0, text, (), about)


def test_email_errors_to_administrators_without_personal_data(handler, rf):
    request = rf.post("/cases/new/", {"text": "private"}, headers={"cookie": "sessionid=canary-1"})
    record = error("Internal Server Error: /cases/new/\nof canary-1")
    record.request = request
    token = current_request.set(request)
    try:
        handler.handle(record)
    finally:
        current_request.reset(token)
    [message] = mail.outbox
    assert message.to == ["office@exchange.example", "it@exchange.example"]
    assert message.subject.endswith("ERROR django.request: Internal Server Error: /cases/new/")
    assert "ValueError: of …" in message.body
    for personal in ("canary", "somebody", "private"):
        assert personal not in message.subject + message.body


def test_email_a_broken_page_once_in_ten_minutes(handler, monkeypatch):
    now = 1000.0
    monkeypatch.setattr(site_log.time, "monotonic", lambda: now)
    for _time in range(1000):
        handler.handle(error("Internal Server Error: /cases/"))
    assert len(mail.outbox) == 1
    now += QUIET_FOR
    handler.handle(error("Internal Server Error: /cities/"))
    first, second = mail.outbox
    assert "more errors" not in first.body
    assert second.body.endswith("999 more errors since the last email: see the log.")


def test_email_errors_to_nobody_by_default(handler, settings):
    settings.ADMINS = []
    handler.handle(error("Internal Server Error: /cases/"))
    assert mail.outbox == []


def test_answer_without_a_mail_server(handler, monkeypatch, caplog):
    """It is waited for once, and the next error is not lost with it."""
    asked = []

    def refuse(*args, **kwargs):
        asked.append(args)
        raise TimeoutError

    monkeypatch.setattr(handler, "send_mail", refuse)
    for _time in range(3):
        handler.handle(error("Internal Server Error: /cases/"))
    assert len(asked) == 1
    assert [each.getMessage() for each in caplog.records] == [
        "No email to the administrators: TimeoutError."
    ]


def test_handle_errors_of_all_programs():
    assert [type(each) for each in logging.getLogger().handlers if each.level == logging.ERROR] == [
        DiscreetEmailHandler
    ]


@pytest.mark.parametrize(
    ("admins", "dsn", "is_said"),
    [([], "", False), (["office@exchange.example"], "", True), ([], "https://a@b.example/1", True)],
)
def test_say_that_somebody_is_notified_only_if_that_is_so(rf, settings, admins, dsn, is_said):
    settings.ADMINS, settings.SENTRY_DSN = admins, dsn
    answer = errors.server_error(rf.get("/"))
    text = page_of(answer.text).one(".lead").text
    assert text.startswith("The problem is on our side")
    assert ("we have been notified" in text) is is_said
