"""Problems of the site: what is found, who is told of it and how often, and the desk."""

import json
import shutil
import ssl
import threading
from collections import namedtuple
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import StringIO

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from django.tasks import TaskResultStatus
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from community.notices.emails import post
from config import problems
from config.backups import ages
from config.problems import Problem
from tests.certificates import write_certificate
from tests.config.conftest import ROOT
from tests.desk_client import DeskClient
from tests.page import page_of

Usage = namedtuple("Usage", "total used free")


@pytest.fixture(autouse=True)
def healthy(settings, tmp_path, monkeypatch):
    """A machine without problems, whose site is not asked."""
    settings.DATA_DIR = tmp_path
    settings.ADMINS = ["office@exchange.example"]
    for state in (ages.MADE, ages.VERIFIED):
        ages.note(state, timezone.now().isoformat())
    monkeypatch.setattr(shutil, "disk_usage", lambda path: Usage(100, 50, 50))
    monkeypatch.setattr(problems, "of_site", lambda: iter(()))


def check(*options: str) -> list[str]:
    """Run the command; return what it prints."""
    out = StringIO()
    call_command("check_site", *options, stdout=out)
    return out.getvalue().splitlines()


@pytest.mark.django_db
def test_find_no_problems():
    assert check() == ["No problems."]
    assert mail.outbox == []
    assert problems.shown() == []


@pytest.mark.django_db
def test_find_a_full_disk_once(monkeypatch, tmp_path):
    # Of all paths that are on it.
    monkeypatch.setattr(problems, "PATHS", [str(tmp_path.parent)])
    monkeypatch.setattr(problems.tempfile, "gettempdir", lambda: str(tmp_path))
    monkeypatch.setattr(shutil, "disk_usage", lambda path: Usage(100, 81, 9))
    assert check() == [f"The disk with {tmp_path} is 90% full."]
    monkeypatch.setattr(shutil, "disk_usage", lambda path: Usage(100, 80, 10))
    assert check() == ["No problems."]


@pytest.mark.django_db
def test_find_old_backups(tmp_path):
    then = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)
    ages.note(ages.MADE, then.isoformat())
    ages.note(ages.VERIFIED, then.isoformat())
    assert check() == [
        "The last backup was made on 2026-01-02 03:04 UTC.",
        "No backup has been restored to test it since 2026-01-02 03:04 UTC.",
    ]
    (tmp_path / "last-backup-made").unlink()
    assert check() == ["No backup has been made on this machine."]
    assert check("--without-backups") == ["No problems."]


@pytest.mark.django_db
def test_find_tasks_that_fail_or_wait():
    post(EmailMessage("Hello", "Good day", "a@example.org", ["b@example.org"]))
    DBTaskResult.objects.update(enqueued_at=timezone.now() - timedelta(minutes=14))
    assert check() == ["No problems."]
    DBTaskResult.objects.update(enqueued_at=timezone.now() - timedelta(minutes=20))
    assert check() == ["A background task has been waiting for 20 minutes."]
    DBTaskResult.objects.update(status=TaskResultStatus.FAILED, finished_at=timezone.now())
    assert check() == ["Background tasks that failed: 1."]


ARCHIVER = """
SELECT {archived}::timestamptz, {failed}::timestamptz,
    coalesce({archived}::timestamptz, '2026-01-01 00:00+00'), {timeout}::int
"""


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("archived", "failed", "timeout", "found"),
    [
        ("now()", "NULL", 300, []),
        # Of an outage that is over.
        ("now()", "'2026-01-02 03:04+00'", 300, []),
        ("'2026-01-02 03:04+00'", "now()", 300, [Problem("archive-fails")]),
        ("NULL", "'2026-01-02 03:04+00'", 0, [Problem("archive-fails")]),
        ("'2026-01-02 03:04+00'", "NULL", 300, [Problem("archive-old")]),
        # An idle database archives nothing without the setting.
        ("'2026-01-02 03:04+00'", "NULL", 0, []),
    ],
)
def test_find_an_archive_that_fails(monkeypatch, archived, failed, timeout, found):
    query = ARCHIVER.format(archived=archived, failed=failed, timeout=timeout)
    monkeypatch.setattr(problems, "ARCHIVE", query)
    expected = [Problem(each.name, {"date": "2026-01-02 03:04 UTC"}) for each in found]
    assert list(problems.of_archive()) == expected


@pytest.mark.django_db
def test_ask_the_server_about_its_archive():
    """The columns exist, and the role of the site may read them."""
    assert list(problems.of_archive()) == []
    with connection.cursor() as cursor:
        cursor.execute(problems.ARCHIVE.replace("<> 'off'", "= 'off'"))
        assert len(cursor.fetchone()) == 4


@pytest.mark.without_database
def test_find_a_database_that_does_not_answer(monkeypatch):
    def refuse():
        raise OperationalError

    monkeypatch.setattr(problems, "of_archive", refuse)
    assert check() == ["The database doesn’t answer."]
    assert len(mail.outbox) == 1


# The site and its certificate


@pytest.fixture
def serve(tmp_path, settings, monkeypatch):
    """Run a site with TLS that answers with a status; return what is found."""

    def serve(*, days: int = 60, status: int = 200) -> list[Problem]:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                assert self.path == "/readyz"
                self.send_response(status)
                self.end_headers()

            def log_message(self, *arguments):
                """Say nothing."""

        write_certificate(tmp_path, days=days)
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "certificate.pem"))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(tmp_path / "certificate.pem", tmp_path / "key.pem")
        with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
            server.socket = context.wrap_socket(server.socket, server_side=True)
            threading.Thread(target=server.serve_forever, args=[0.05], daemon=True).start()
            settings.SITE_URL = f"https://localhost:{server.server_port}"
            found = list(OF_SITE())
            server.shutdown()
        return found

    return serve


OF_SITE = problems.of_site


@pytest.mark.without_database
def test_ask_a_site_that_is_well(serve):
    assert serve() == []


@pytest.mark.without_database
def test_find_a_certificate_that_ends(serve):
    [problem] = serve(days=13)
    assert problem.name == "certificate-ends"
    assert problem.values["host"] == "localhost"
    assert f"{datetime.now(UTC) + timedelta(days=13):%b}" in problem.values["date"]


@pytest.mark.without_database
@pytest.mark.parametrize(
    ("site", "reason"),
    [({"days": -1}, "certificate has expired"), ({"status": 503}, "HTTP 503")],
)
def test_find_a_site_that_is_down(serve, settings, site, reason):
    found = serve(**site)
    assert found == [Problem("site-down", {"url": settings.SITE_URL, "reason": reason})]


@pytest.mark.without_database
def test_find_a_site_without_a_server(settings):
    settings.SITE_URL = "https://localhost:1"
    [problem] = OF_SITE()
    assert str(problem) == "The site doesn’t answer at https://localhost:1: Connection refused."


# Who is told


@pytest.fixture
def found(monkeypatch):
    """What the check finds; the test changes it."""
    found = []
    monkeypatch.setattr(problems, "find", lambda *, with_backups: list(found))
    return found


@pytest.mark.without_database
def test_tell_of_each_problem_once_a_day(found, time_of_check):
    found.append(Problem("disk-full", {"path": "/", "percent": 91}))
    check()
    found[0].values["percent"] = 92
    check()
    [first] = mail.outbox
    assert first.to == ["office@exchange.example"]
    assert first.subject.endswith("] The disk with / is 91% full.")
    assert "docs/operations.md" in first.body
    # Another disk is another problem.
    found.append(Problem("disk-full", {"path": "/srv", "percent": 91}))
    check()
    assert mail.outbox[1].subject.endswith("The disk with / is 92% full. (and 1 more)")
    time_of_check.tick(timedelta(hours=25))
    check()
    check()
    assert len(mail.outbox) == 3


@pytest.mark.without_database
def test_tell_of_a_problem_that_comes_back(found):
    for _time in range(2):
        found.append(Problem("database-down"))
        check()
        found.clear()
        check()
    assert len(mail.outbox) == 2


@pytest.mark.without_database
def test_try_again_if_nobody_could_be_told(found, monkeypatch):
    found.append(Problem("database-down"))
    monkeypatch.setattr(mail.message.EmailMessage, "send", refuse_mail)
    with pytest.raises(CommandError, match="could not be emailed: ConnectionRefusedError"):
        check()
    assert [str(each) for each in problems.shown()] == ["The database doesn’t answer."]
    monkeypatch.undo()
    assert json.loads(problems.file().read_text())["told"] == []


def refuse_mail(*args, **kwargs):
    raise ConnectionRefusedError


@pytest.mark.without_database
def test_print_without_administrators(found, settings):
    settings.ADMINS = []
    found.append(Problem("database-down"))
    assert check() == ["The database doesn’t answer."]
    assert mail.outbox == []


@pytest.fixture
def time_of_check(monkeypatch):
    class Clock:
        ahead = timedelta(0)

        def tick(self, by: timedelta) -> None:
            self.ahead += by

    clock, now = Clock(), timezone.now
    monkeypatch.setattr(problems.timezone, "now", lambda: now() + clock.ahead)
    return clock


# The desk


@pytest.fixture
def reported(healthy):
    problems.store(problems.report([Problem("disk-full", {"path": "/", "percent": 91})]))


def of_desk(person) -> list[str]:
    client = DeskClient()
    client.force_login(person)
    page = page_of(client.get("/admin/"))
    return [item.text for item in page.select("section[aria-labelledby=problems] li")]


@pytest.mark.django_db
def test_show_problems_to_administrators_only(reported, administrator, moderator):
    assert of_desk(administrator) == ["The disk with / is 91% full."]
    assert of_desk(moderator) == []


@pytest.mark.django_db
def test_show_that_the_check_does_not_run(reported, administrator):
    content = json.loads(problems.file().read_text())
    content["checked_at"] = "2026-01-02T03:04:00+00:00"
    problems.file().write_text(json.dumps(content))
    assert of_desk(administrator) == [
        "The hourly check has not run since 2026-01-02 03:04 UTC.",
        "The disk with / is 91% full.",
    ]


@pytest.mark.without_database
def test_say_what_to_do_about_each_problem():
    page = (ROOT / "docs" / "operations.md").read_text().partition("## What to do at 03:00")[2]
    page = page.partition("\n## ")[0]
    rows = [line.split("|") for line in page.splitlines() if line.startswith("| `")]
    assert {row[1].strip(" `") for row in rows} == problems.TEXTS.keys()
    # Symptom, cause and cure.
    assert all(cell.strip() for row in rows for cell in row[1:-1])
