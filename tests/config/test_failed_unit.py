"""Emails about units of systemd that have failed."""

import os

import pytest

from tests.config.conftest import PRODUCTION
from tests.mailbox import Mailbox
from tests.servers import free_port

pytestmark = pytest.mark.without_database
UNIT = "exchange-prepare.service"


@pytest.fixture
def mailbox():
    mailbox = Mailbox(free_port())
    mailbox.start()
    yield mailbox
    mailbox.stop()


def test_email_administrators_that_a_unit_failed(run, mailbox, tmp_path, monkeypatch):
    """Even if a setting is the reason why it failed."""
    (tmp_path / "journalctl").write_text('#!/bin/sh\necho "$@"\necho "Cannot start: SECRET_KEY"\n')
    (tmp_path / "journalctl").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    own = PRODUCTION | {
        "SECRET_KEY": "change-me",
        "DATABASE_URL": "nonsense",
        "MAIL_URL": f"smtp://127.0.0.1:{mailbox.port}",
        "ADMINS": "office@exchange.example, it@exchange.example",
    }
    done = run("-m", "config.failed_unit", UNIT, **own)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    [message] = mailbox.received
    assert [*mailbox.messages] == ["office@exchange.example", "it@exchange.example"]
    assert message["Subject"] == f"[exchange.example] {UNIT} failed"
    assert message["From"] == "exchange@exchange.example"
    text = message.get_payload(decode=True).decode()
    assert f"--unit={UNIT}" in text
    assert "Cannot start: SECRET_KEY" in text


def test_send_nothing_without_administrators(run, mailbox):
    done = run(
        "-m",
        "config.failed_unit",
        UNIT,
        **PRODUCTION | {"MAIL_URL": f"smtp://127.0.0.1:{mailbox.port}"},
    )
    assert (done.returncode, mailbox.received) == (0, [])
