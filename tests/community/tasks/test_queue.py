"""Leases, attempts and steps of background tasks, with a real worker."""

import time
from datetime import timedelta
from uuid import uuid4

import pytest
from django.contrib.admin.models import LogEntry
from django.core import mail
from django.core.mail import EmailMessage
from django.db import IntegrityError, OperationalError, transaction
from django.db.models.functions import Now
from django.tasks import TaskContext, task
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from community.models import TaskLease, TaskStep
from community.notices.emails import post
from community.tasks import queue as tasks_queue
from community.tasks.actions import retry
from community.tasks.queue import (
    ATTEMPTS,
    LEASE,
    MAX_RUN_LENGTH,
    RETRY_DELAYS,
    Heartbeat,
    enqueue_needed,
    once_for_each,
    renew,
    requeue_expired,
)
from tests.community.conftest import run_queue
from tests.desk_client import DeskClient
from tests.factories import UserFactory
from tests.page import page_of
from tests.races import together

pytestmark = pytest.mark.django_db

PLACE = "/admin/django_tasks_database/dbtaskresult/"


@pytest.fixture
def superuser():
    return UserFactory(superuser=True)


@pytest.fixture
def desk(superuser):
    client = DeskClient()
    client.force_login(superuser)
    return client


def queued(to: str = "b@example.org") -> DBTaskResult:
    post(EmailMessage("Hello", "Good day", "a@example.org", [to]))
    return DBTaskResult.objects.get(args_kwargs__kwargs__to=[to])


def running(**fields) -> DBTaskResult:
    row = queued(**fields)
    row.claim("worker")
    return row


def failed(**fields) -> DBTaskResult:
    row = running(**fields)
    row.set_failed(OSError("no route"))
    row.worker_ids = ["worker"] * ATTEMPTS
    row.save()
    return row


def retry_forms(page) -> list[str]:
    return [form.action for form in page.forms if form.action.endswith("/retry/")]


def now_status(row: DBTaskResult) -> str:
    return DBTaskResult.objects.get(pk=row.pk).status


# Leases


def test_keep_a_task_while_its_lease_is_renewed():
    row = running()
    assert requeue_expired() == 0
    TaskLease.objects.update(expires_at=Now() - timedelta(seconds=1))
    renew([str(row.pk)])
    assert requeue_expired() == 0
    assert now_status(row) == "RUNNING"


def test_requeue_a_task_whose_lease_has_expired():
    row, other = running(), running(to="c@example.org")
    requeue_expired()
    TaskLease.objects.filter(task=row).update(expires_at=Now() - timedelta(seconds=1))
    assert requeue_expired() == 1
    assert (now_status(row), now_status(other)) == ("READY", "RUNNING")
    assert requeue_expired() == 0


def test_a_clock_that_runs_ahead_ends_no_lease(monkeypatch):
    """Leases are judged by the clock of the database."""
    row = running()
    requeue_expired()
    ahead = timezone.now() + 10 * LEASE
    monkeypatch.setattr(timezone, "now", lambda: ahead)
    assert requeue_expired() == 0
    assert now_status(row) == "RUNNING"


def test_a_finished_task_has_no_lease():
    row = queued()
    assert len(run_queue()) == 1
    assert now_status(row) == "SUCCESSFUL"
    assert not TaskLease.objects.exists()
    assert tasks_queue.held == {}


@pytest.mark.django_db(transaction=True)
def test_the_heartbeat_renews_requeues_and_adds_what_is_due(monkeypatch):
    own, hung, lost = (running(to=f"{name}@example.org") for name in ("own", "hung", "lost"))
    monkeypatch.setattr(tasks_queue, "RENEWED_EVERY", 0.01)
    began = time.monotonic()
    monkeypatch.setattr(
        tasks_queue, "held", {str(own.pk): began, str(hung.pk): began - MAX_RUN_LENGTH - 1}
    )
    requeue_expired()
    TaskLease.objects.update(expires_at=Now() - timedelta(seconds=1))
    deadline = began + 120
    with Heartbeat(hourly=[always_fails]):
        while not DBTaskResult.objects.filter(task_path__endswith="always_fails").exists():
            assert time.monotonic() < deadline
    assert [now_status(row) for row in (own, hung, lost)] == ["RUNNING", "READY", "READY"]
    assert TaskLease.objects.filter(task=own, expires_at__gt=Now()).exists()


@pytest.mark.django_db(transaction=True)
def test_the_heartbeat_goes_on_after_an_error(monkeypatch, caplog):
    row = running()
    monkeypatch.setattr(tasks_queue, "RENEWED_EVERY", 0.01)
    errors = [OperationalError("gone"), ValueError("no")]

    def fail_twice():
        if errors:
            raise errors.pop()
        return requeue_expired()

    monkeypatch.setattr(tasks_queue, "requeue_expired", fail_twice)
    deadline = time.monotonic() + 120
    with Heartbeat():
        while not TaskLease.objects.filter(task=row).exists():
            assert time.monotonic() < deadline
    assert caplog.text.count("Leases of tasks were not renewed") == 2


def test_enqueue_a_needed_task_unless_it_waits_or_runs():
    queued = DBTaskResult.objects.filter(task_path__endswith="always_fails")
    enqueue_needed({always_fails: lambda: False})
    assert queued.count() == 0
    enqueue_needed({always_fails: lambda: True})
    enqueue_needed({always_fails: lambda: True})
    assert queued.count() == 1
    queued.get().claim("worker")
    enqueue_needed({always_fails: lambda: True})
    assert queued.count() == 1
    queued.get().set_failed(ValueError("no"))
    enqueue_needed({always_fails: lambda: True})
    assert queued.count() == 2


# Attempts


@task
def always_fails() -> None:
    raise ValueError("no")


def test_try_a_task_that_fails_again_later_and_not_for_ever():
    always_fails.enqueue()
    row = DBTaskResult.objects.get()
    for wait in RETRY_DELAYS:
        run_queue()
        row.refresh_from_db()
        assert row.status == "READY"
        assert row.run_after - timezone.now() == pytest.approx(wait, abs=timedelta(seconds=30))
        DBTaskResult.objects.update(run_after=timezone.now())
    run_queue()
    row.refresh_from_db()
    assert (row.status, row.exception_class_path) == ("FAILED", "builtins.ValueError")
    assert len(row.worker_ids) == ATTEMPTS


done: list[int] = []


@task(takes_context=True)
def do_each(context: TaskContext, *, bad: int) -> None:
    def work(key: int) -> None:
        if key == bad:
            raise ValueError(key)
        done.append(key)

    once_for_each(context, [1, 2, 3], work)


def test_do_the_rest_where_one_fails_and_nothing_twice():
    done.clear()
    do_each.enqueue(bad=2)
    run_queue()
    assert done == [1, 3]
    assert now_status(DBTaskResult.objects.get()) == "READY"
    arguments = {"args": [], "kwargs": {"bad": 0}}
    DBTaskResult.objects.update(run_after=timezone.now(), args_kwargs=arguments)
    run_queue()
    assert done == [1, 3, 2]
    assert now_status(DBTaskResult.objects.get()) == "SUCCESSFUL"


def test_no_step_is_recorded_twice():
    row = queued()
    TaskStep.objects.create(task=row, name="message")
    with pytest.raises(IntegrityError, match="task_step_once"), transaction.atomic():
        TaskStep.objects.create(task=row, name="message")


# The desk


def test_show_failed_tasks_on_the_desk(desk):
    assert retry_forms(page_of(desk.get("/admin/"))) == []
    row = failed()
    page = page_of(desk.get("/admin/"))
    assert page.one(".tasks tbody th .kind").text == "builtins.OSError"
    assert retry_forms(page) == [f"{PLACE}{row.pk}/retry/"]


def test_show_failed_tasks_to_no_moderator(moderator):
    failed()
    client = DeskClient()
    client.force_login(moderator)
    page = page_of(client.get("/admin/"))
    assert retry_forms(page) == []
    assert "background task failed" not in page.html


def test_retry_a_failed_task(desk, superuser):
    row = failed()
    response = desk.post(f"{PLACE}{row.pk}/retry/", follow=True)
    assert page_of(response).outcomes == ["success"]
    row.refresh_from_db()
    assert (row.status, row.worker_ids) == ("READY", [])
    assert LogEntry.objects.get().user == superuser
    [message] = run_queue()
    assert message.to == ["b@example.org"]
    assert now_status(row) == "SUCCESSFUL"


def test_retry_twice_is_harmless(desk):
    row = failed()
    desk.post(f"{PLACE}{row.pk}/retry/")
    run_queue()
    response = desk.post(f"{PLACE}{row.pk}/retry/", follow=True)
    assert page_of(response).outcomes[-1] == "success"
    assert run_queue() == []
    assert len(mail.outbox) == 1


@pytest.mark.django_db(transaction=True)
def test_retry_at_once_is_retried_once(superuser):
    row = failed()
    outcomes = []

    def attempt():
        outcomes.append(retry(task=row, by=superuser))

    assert together(attempt, attempt, after="FOR UPDATE") == []
    assert sorted(outcomes) == [False, True]
    assert LogEntry.objects.count() == 1


def test_retry_leaves_alone_what_did_not_fail(superuser):
    row = queued()
    assert retry(task=row, by=superuser) is False
    row.claim("worker")
    assert retry(task=row, by=superuser) is False
    assert now_status(row) == "RUNNING"


@pytest.mark.parametrize("role", ["member", "moderator"])
def test_retry_refused_to_others(role, request):
    row = failed()
    client = DeskClient()
    client.force_login(request.getfixturevalue(role))
    assert client.post(f"{PLACE}{row.pk}/retry/").status_code == 403
    assert now_status(row) == "FAILED"


def test_retry_refused_by_get(desk):
    row = failed()
    assert desk.get(f"{PLACE}{row.pk}/retry/").status_code == 405
    assert now_status(row) == "FAILED"
    assert desk.post(f"{PLACE}{uuid4()}/retry/").status_code == 404


def test_retry_many_from_the_list(desk):
    rows = [failed(to=f"{number}@example.org") for number in range(2)]
    other = queued()
    chosen = [row.pk for row in [*rows, other]]
    form = {"action": "retry_selected", "_selected_action": chosen}
    response = desk.post(PLACE, form, follow=True)
    assert page_of(response).outcomes == ["success"]
    assert [now_status(row) for row in rows] == ["READY", "READY"]


def test_offer_to_retry_what_failed_and_nothing_else(desk):
    row = failed()
    page = page_of(desk.get(f"{PLACE}{row.pk}/change/"))
    assert retry_forms(page) == [f"{PLACE}{row.pk}/retry/"]
    other = queued(to="c@example.org")
    assert retry_forms(page_of(desk.get(f"{PLACE}{other.pk}/change/"))) == []
