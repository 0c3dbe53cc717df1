"""The queue between the site and the mail server, with a real worker and database."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from django.db import transaction
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from community.notices.emails import RETRY_DELAYS, deliver, post
from community.tasks.queue import ATTEMPTS
from tests.community.conftest import run_queue

MESSAGE = {"subject": "Hello", "body": "Good day", "from_email": "a@example.org"}


def waiting() -> list[DBTaskResult]:
    return list(DBTaskResult.objects.filter(status="READY"))


@pytest.mark.django_db
def test_send_a_message_from_the_queue():
    post(EmailMessage(**MESSAGE, to=["b@example.org"], headers={"X-Reason": "test"}))
    assert mail.outbox == []

    [message] = run_queue()

    assert (message.subject, message.body, message.from_email, message.to) == (
        "Hello",
        "Good day",
        "a@example.org",
        ["b@example.org"],
    )
    assert message.extra_headers["X-Reason"] == "test"
    assert message.extra_headers["Message-ID"].startswith("<")
    assert run_queue() == []


@pytest.mark.django_db
def test_queue_nothing_when_the_transaction_is_rolled_back():
    with transaction.atomic():
        post(EmailMessage(**MESSAGE, to=["b@example.org"]))
        transaction.set_rollback(True)

    assert waiting() == []


@pytest.mark.django_db
@pytest.mark.usefixtures("no_mail_server")
def test_lose_nothing_while_the_mail_server_is_down(settings, caplog):
    post(EmailMessage(**MESSAGE, to=["b@example.org"]))

    for tries, wait in enumerate(RETRY_DELAYS, start=1):
        assert run_queue() == []
        [task] = waiting()
        assert task.args_kwargs["kwargs"]["tries"] == tries
        assert task.run_after - timezone.now() == pytest.approx(wait, abs=timedelta(minutes=1))
        # The time comes.
        DBTaskResult.objects.filter(pk=task.pk).update(run_after=timezone.now())
        if tries == 3:
            break
    assert "b@example.org" not in caplog.text

    settings.MAILERS = {"default": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}}
    [message] = run_queue()
    assert message.to == ["b@example.org"]
    assert waiting() == []


@pytest.mark.django_db
@pytest.mark.usefixtures("no_mail_server")
def test_keep_a_message_that_could_never_be_sent():
    """After three days of attempts it stays in the table as failed."""
    deliver.enqueue(
        subject="Hello",
        body="",
        sender="a@example.org",
        to=["b@example.org"],
        tries=len(RETRY_DELAYS),
    )
    for _attempt in range(ATTEMPTS):
        DBTaskResult.objects.filter(status="READY").update(run_after=timezone.now())
        run_queue()

    task = DBTaskResult.objects.get()
    assert len(task.worker_ids) == ATTEMPTS
    assert (task.status, task.exception_class_path) == ("FAILED", "builtins.ConnectionRefusedError")


@pytest.mark.django_db
@pytest.mark.usefixtures("no_mail_server")
def test_postpone_a_message_once_when_the_task_runs_twice():
    """The worker was killed after it had postponed the message, before it recorded that."""
    post(EmailMessage(**MESSAGE, to=["b@example.org"]))
    run_queue()
    [first] = DBTaskResult.objects.filter(status="SUCCESSFUL")
    DBTaskResult.objects.filter(pk=first.pk).update(status="READY")

    run_queue()

    [later] = waiting()
    assert later.args_kwargs["kwargs"]["tries"] == 1


@pytest.mark.django_db
def test_leave_alone_a_message_that_is_being_sent():
    post(EmailMessage(**MESSAGE, to=["b@example.org"]))
    DBTaskResult.objects.get().claim("busy")
    post(EmailMessage(**MESSAGE, to=["next@example.org"]))

    assert [message.to for message in run_queue()] == [["next@example.org"]]
