"""The id of a request in its response and its lines, and secrets, which are in no line."""

import io
import json
import logging
import re
import smtplib

import pytest
from django.contrib.auth.tokens import default_token_generator
from django.test import Client

from config.log import DiscreetFormatter, JSONFormatter, secrets_of
from tests.community.conftest import PASSWORD, confirm
from tests.config.crashing import KEY, OF_MAIL, OF_SERVER
from tests.factories import CaseStudyFactory, UserFactory


@pytest.fixture
def lines(monkeypatch):
    """Return the lines of JSON that were logged since the last call."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JSONFormatter(secrets=secrets_of(OF_SERVER, OF_MAIL, KEY)))
    monkeypatch.setattr(logging.getLogger(), "handlers", [handler])
    logger = logging.getLogger("config.request_log")
    level = logger.level
    logger.setLevel(logging.INFO)

    def lines() -> list[dict]:
        found = [json.loads(line) for line in stream.getvalue().splitlines()]
        stream.seek(0)
        stream.truncate()
        return found

    yield lines
    logger.setLevel(level)


@pytest.fixture
def crashing(settings):
    settings.ROOT_URLCONF = "tests.config.crashing"


@pytest.mark.django_db
def test_each_request_is_a_line(lines):
    CaseStudyFactory(published=True, slug="shown")
    answer = Client().get("/cases/shown/?q=canary")
    [line] = lines()
    assert line.pop("milliseconds") > 0
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00", line.pop("time"))
    assert re.fullmatch(r"[0-9a-f]{32}", line["request_id"])
    assert line == {
        "level": "INFO",
        "logger": "config.request_log",
        "message": "Request",
        "request_id": answer.headers["X-Request-ID"],
        "method": "GET",
        "path": "/cases/shown/",
        "view": "repository:case_detail",
        "status": 200,
    }


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "logged"),
    [
        ("/fr/cases/", "/fr/cases/"),
        ("/members/canary-handle/", "/members/<slug:handle>/"),
        ("/no/canary-of-somebody/", None),
    ],
)
def test_path_without_personal_parts(lines, address, logged):
    status = Client().get(address).status_code
    [line] = lines()
    assert (line.get("path"), line["status"]) == (logged, status)
    assert "canary" not in json.dumps(line)


@pytest.mark.django_db
def test_static_files_are_not_logged(lines):
    Client().get("/static/css/forms.css").close()
    assert lines() == []


@pytest.mark.django_db
def test_requests_are_only_logged_as_json(caplog):
    Client().get("/healthz")
    assert caplog.records == []


@pytest.mark.parametrize(
    ("proxies", "given", "is_kept"),
    [
        (1, "4bf92f3577b34da6a3ce929d0e0e4736", True),
        (1, "9ef2c9a0-7d3c-4d6f-8a55-0c1c2b1f7e11", True),
        (0, "4bf92f3577b34da6a3ce929d0e0e4736", False),
        (1, "short", False),
        (1, "a" * 65, False),
        (1, "member@example.org", False),
        (1, "12345678\r\nSet-Cookie: a=b", False),
        (1, "", False),
    ],
)
def test_id_of_the_proxy_is_kept(settings, lines, proxies, given, is_kept):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    answer = Client().get("/healthz", headers={"x-request-id": given})
    assert (answer.headers["X-Request-ID"] == given) == is_kept
    assert lines()[0]["request_id"] == answer.headers["X-Request-ID"]


@pytest.mark.django_db
@pytest.mark.usefixtures("crashing")
@pytest.mark.parametrize("formatter", [JSONFormatter, DiscreetFormatter])
def test_crash_of_a_view_logs_no_secrets(lines, settings, formatter):
    settings.DEBUG = False
    known = secrets_of(settings.SECRET_KEY, OF_SERVER, OF_MAIL, KEY)
    handler = logging.getLogger().handlers[0]
    handler.setFormatter(formatter(secrets=known))
    account = confirm(UserFactory(email="canary-person@example.org"))
    browser = Client(raise_request_exception=False)
    browser.get("/accounts/login/")
    browser.post("/accounts/login/", {"login": account.email, "password": PASSWORD})
    link = "3k-" + default_token_generator.make_token(account)
    answer = browser.post(
        f"/crash/key/{link}/?email={account.email}",
        {"password": "a posted canary", "csrfmiddlewaretoken": "t" * 64},
    )
    assert answer.status_code == 500
    text = handler.stream.getvalue()
    assert "RuntimeError" in text
    assert "crashing.py" in text
    cookies = {name: each.value for name, each in browser.cookies.items()}
    assert {"sessionid", "csrftoken"} <= cookies.keys()
    secrets = [*cookies.values(), *known, settings.SECRET_KEY, link, account.email]
    secrets += ["a posted canary", "t" * 64, "canary%40database", "canary@database", "canary-mail"]
    assert [each for each in secrets if each in text] == []
    assert "canary" not in text


@pytest.mark.django_db
@pytest.mark.usefixtures("crashing")
def test_lines_of_a_request_have_its_id(lines):
    browser = Client(raise_request_exception=False)
    address = "/members/jane/cases/parcels/7/sesame/"
    answer = browser.get(address)
    error, request = lines()
    assert error["request_id"] == request["request_id"] == answer.headers["X-Request-ID"]
    assert (error["level"], error["logger"]) == ("ERROR", "django.request")
    assert error["message"] == f"Internal Server Error: {request['path']}"
    assert "RuntimeError" in error["traceback"]
    assert request["path"] == "/members/<slug:handle>/cases/parcels/7/<token>/"
    # The next one on this thread has another one, and what is logged outside has none.
    assert browser.get("/fine/").headers["X-Request-ID"] != answer.headers["X-Request-ID"]
    logging.getLogger("config").warning("Outside.")
    assert "request_id" not in lines()[-1]


def test_log_omits_addresses_and_statements(lines):
    refused = smtplib.SMTPRecipientsRefused(
        {"canary@example.org": (550, b"No <canary@example.org>")}
    )
    logging.getLogger("config").error("Not sent.", exc_info=refused)
    logging.getLogger("config").error("Failed: %s", "wrong\nLINE 1: … 'canary'\n        ^\nHINT: x")
    assert [line["message"] for line in lines()] == ["Not sent.", "Failed: wrong\nHINT: x"]
