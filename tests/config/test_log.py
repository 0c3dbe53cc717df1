import logging
import sys
from urllib.parse import urlencode

import pytest
from django.contrib.auth.tokens import default_token_generator
from django.core import signing
from django.core.signing import Signer
from django.db import IntegrityError, connection, transaction

from community.models import User
from config.log import DiscreetFormatter, current_request
from tests.factories import UserFactory
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
