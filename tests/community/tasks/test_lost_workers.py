"""A worker that is killed in the middle of a task: another one finishes it, and nothing is lost.

The workers are real processes. Each test stops one where it waits for a lock that the test holds.
"""

import socketserver
import subprocess
import sys
import threading
from contextlib import suppress
from datetime import timedelta
from email import message_from_string

import pytest
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from community.models import Registration, RegistrationStatus, Survey, TaskLease
from community.notices import emails as notices_emails
from community.tasks.queue import ATTEMPTS, LEASE, requeue_expired
from community.webinars.registrations import emails as registrations_emails
from community.webinars.surveys import actions as surveys
from repository.models import Webinar, WebinarStatus
from tests.config.conftest import PRODUCTION, ROOT, environment
from tests.factories import UserFactory, WebinarFactory
from tests.processes import PATIENCE, holding, is_waited_for, kill, url_of_database, wait_until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow(12)]

PEOPLE = 100
REACHED = 45


@pytest.fixture
def start(tmp_path):
    """Start a worker in a process of its own."""
    processes = []

    def start(*arguments: str, **changes: str) -> subprocess.Popen:
        values = {"TESTING": "1", "DATA_DIR": str(tmp_path), "DATABASE_URL": url_of_database()}
        process = subprocess.Popen(
            [sys.executable, "manage.py", "db_worker", "--no-startup-delay", *arguments],
            cwd=ROOT,
            env=environment(**values | changes),
        )
        processes.append(process)
        return process

    yield start
    for process in processes:
        process.kill()
        process.wait()


def expire_leases() -> None:
    """Let all leases expire."""
    requeue_expired()
    TaskLease.objects.update(expires_at=Now() - LEASE)


def finish_with_another(start, **changes: str) -> None:
    expire_leases()
    assert start("--batch", **changes).wait(timeout=PATIENCE) == 0


def status_of(path: str) -> tuple[str, int]:
    task = DBTaskResult.objects.get(task_path=path)
    return task.status, len(task.worker_ids)


def addressees() -> list[str]:
    tasks = DBTaskResult.objects.filter(task_path=notices_emails.deliver.module_path)
    return sorted(task.args_kwargs["kwargs"]["to"][0] for task in tasks)


@pytest.fixture
def webinar():
    """A webinar in the near future with many guests."""
    webinar = WebinarFactory(
        status=WebinarStatus.ANNOUNCED,
        starts_at=timezone.now() + timedelta(hours=1),
        minutes=60,
        time_zone="UTC",
    )
    Registration.objects.bulk_create(
        Registration(
            webinar=webinar,
            name=f"Guest {number}",
            email=f"guest-{number:03}@example.org",
            time_zone="UTC",
            status=RegistrationStatus.REGISTERED,
            placed_at=timezone.now(),
        )
        for number in range(PEOPLE)
    )
    return webinar


def kill_in_the_middle(start, path: str) -> None:
    """Kill a worker that writes to guests before it has written to one of the last."""
    stop_at = Registration.objects.order_by("pk")[REACHED]
    statement = "SELECT FROM community_registration WHERE id = %s FOR UPDATE"
    with holding(statement, stop_at.pk) as held:
        worker = start()
        wait_until(lambda: is_waited_for(held), worker)
        kill(worker, held)
    assert addressees() == [f"guest-{number:03}@example.org" for number in range(REACHED)]
    assert status_of(path) == ("RUNNING", 1)


EVERYBODY = [f"guest-{number:03}@example.org" for number in range(PEOPLE)]


@pytest.mark.proof(group="lost workers")
def test_remind_everybody_once(start, webinar):
    starts_at = webinar.starts_at.isoformat()
    registrations_emails.remind.enqueue(webinar=webinar.pk, kind="hour", starts_at=starts_at)
    kill_in_the_middle(start, registrations_emails.remind.module_path)

    finish_with_another(start)

    assert addressees() == EVERYBODY
    assert status_of(registrations_emails.remind.module_path) == ("SUCCESSFUL", 2)


@pytest.mark.proof(group="lost workers")
def test_ask_everybody_once(start, webinar):
    Webinar.objects.filter(pk=webinar.pk).update(status=WebinarStatus.HELD)
    webinar.refresh_from_db()
    with transaction.atomic():
        surveys.after_change(webinar, "held")
    kill_in_the_middle(start, surveys.ask.module_path)

    finish_with_another(start)

    assert addressees() == EVERYBODY
    assert status_of(surveys.ask.module_path) == ("SUCCESSFUL", 2)
    assert Survey.objects.count() == 1


def enqueue_password_reset() -> DBTaskResult:
    user = UserFactory(email="member@example.org")
    notices_emails.send_password_reset.enqueue(email=user.email, language="en")
    return DBTaskResult.objects.get()


@pytest.mark.proof(group="lost workers")
def test_send_a_password_reset_after_a_worker_was_killed_before_it(start):
    enqueue_password_reset()
    with holding("LOCK TABLE community_taskstep IN EXCLUSIVE MODE") as held:
        worker = start()
        wait_until(lambda: is_waited_for(held), worker)
        kill(worker, held)
    assert addressees() == []

    finish_with_another(start)

    assert addressees() == ["member@example.org"]
    assert status_of(notices_emails.send_password_reset.module_path) == ("SUCCESSFUL", 2)


@pytest.mark.proof(group="lost workers")
def test_send_a_password_reset_once_after_a_worker_was_killed_behind_it(start):
    """The message is in the queue, but the worker could not record that."""
    task = enqueue_password_reset()
    lock_row = "SELECT FROM django_tasks_database_dbtaskresult WHERE id = %s FOR NO KEY UPDATE"
    with holding("LOCK TABLE community_taskstep IN EXCLUSIVE MODE") as before:
        worker = start()
        wait_until(lambda: is_waited_for(before), worker)
        with holding(lock_row, task.pk) as after:
            before.rollback()
            wait_until(lambda: is_waited_for(after), worker)
            kill(worker, after)
    assert addressees() == ["member@example.org"]
    assert status_of(notices_emails.send_password_reset.module_path) == ("RUNNING", 1)

    finish_with_another(start)

    assert addressees() == ["member@example.org"]
    assert status_of(notices_emails.send_password_reset.module_path) == ("SUCCESSFUL", 2)


class MailServer(socketserver.ThreadingTCPServer):
    """Takes messages once `goes_on` is set; until then each sender waits."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Conversation)
        self.messages: list[str] = []
        self.asked, self.goes_on = threading.Event(), threading.Event()


class Conversation(socketserver.StreamRequestHandler):
    def handle(self):
        self.send_line("220 ready")
        while line := self.rfile.readline().decode().strip():
            verb = line.split(" ")[0].split(":")[0].upper()
            if verb == "MAIL":
                self.server.asked.set()
                self.server.goes_on.wait(timeout=PATIENCE)
            if verb == "DATA":
                self.send_line("354 go on")
                text = b""
                while not text.endswith(b"\r\n.\r\n"):
                    text += self.rfile.readline()
                self.server.messages.append(text.decode().removesuffix("\r\n.\r\n"))
            self.send_line("221 bye" if verb == "QUIT" else "250 ok")

    def send_line(self, line: str) -> None:
        # The sender may have been killed.
        with suppress(OSError):
            self.wfile.write(f"{line}\r\n".encode())


@pytest.fixture
def mail_server():
    with MailServer() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def production(server: MailServer) -> dict[str, str | None]:
    host, port = server.server_address
    own = {"MAIL_URL": f"smtp://{host}:{port}", "DATABASE_URL": url_of_database(), "TESTING": None}
    return PRODUCTION | own


def post() -> DBTaskResult:
    notices_emails.post(EmailMessage("Hello", "Good day", "us@example.org", ["them@example.org"]))
    return DBTaskResult.objects.get()


@pytest.mark.proof(group="lost workers")
def test_deliver_after_a_worker_was_killed_before_the_message_was_taken(start, mail_server):
    post()
    worker = start(**production(mail_server))
    wait_until(mail_server.asked.is_set, worker)
    kill(worker)
    assert status_of(notices_emails.deliver.module_path) == ("RUNNING", 1)
    mail_server.goes_on.set()

    finish_with_another(start, **production(mail_server))

    assert [message_from_string(text)["To"] for text in mail_server.messages] == [
        "them@example.org"
    ]
    assert status_of(notices_emails.deliver.module_path) == ("SUCCESSFUL", 2)


@pytest.mark.proof(group="lost workers")
def test_deliver_twice_under_one_number_at_worst(start, mail_server):
    """The mail server has accepted the message, but the worker could not record that."""
    task = post()
    lock_row = "SELECT FROM django_tasks_database_dbtaskresult WHERE id = %s FOR NO KEY UPDATE"
    worker = start(**production(mail_server))
    wait_until(mail_server.asked.is_set, worker)
    # It is let go only once the row is locked.
    with holding(lock_row, task.pk) as held:
        mail_server.goes_on.set()
        wait_until(lambda: is_waited_for(held), worker)
        kill(worker, held)

    finish_with_another(start, **production(mail_server))

    first, second = (message_from_string(text) for text in mail_server.messages)
    assert first["Message-ID"] == second["Message-ID"]
    assert first["Message-ID"].startswith("<")


def test_fail_after_the_last_attempt(caplog):
    task = post()
    for attempt in range(ATTEMPTS):
        task.refresh_from_db()
        assert task.status == "READY"
        task.claim(f"worker-{attempt}")
        expire_leases()
        requeue_expired()
    task.refresh_from_db()
    assert (task.status, task.exception_class_path) == (
        "FAILED",
        "community.tasks.queue.WorkerLost",
    )
    assert "them@example.org" not in caplog.text
