"""The faults of the rehearsal: each returns when it is over. Programs restart by themselves."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from deploy.rehearsal.mail import Mailbox
from deploy.rehearsal.programs import ROOT, Site, is_serving, wait_until

# Seconds for which a service is unavailable.
OUTAGE = 10


class NotPossible(Exception):
    """This fault cannot be rehearsed on this machine; the text says why."""


def web_worker_killed(site: Site, mailbox: Mailbox) -> None:
    os.kill(random.choice(site.web[0].children()), signal.SIGKILL)  # noqa: S311


def task_worker_killed(site: Site, mailbox: Mailbox) -> None:
    site.tasks[0].kill()


def application_server_killed(site: Site, mailbox: Mailbox) -> None:
    site.web[0].kill()


def postgresql_stopped_immediately(site: Site, mailbox: Mailbox) -> None:
    """Like a crash: the server recovers from its log when it starts again."""
    site.primary.stop(signal.SIGQUIT)
    wait_until(site.primary.answers, "the recovery of PostgreSQL")


def replica_promoted(site: Site, mailbox: Mailbox) -> None:
    """The machine of the primary is lost; the replica takes over."""
    lost = site.primary
    lost.is_supervised = False
    lost.kill()
    site.replica.promote()
    site.primary = site.replica
    site.ports["primary"] = site.primary.port
    site.point_pgbouncer_to(site.primary)


def cache_unavailable(site: Site, mailbox: Mailbox) -> None:
    site.valkey.is_supervised = False
    site.valkey.kill()
    time.sleep(OUTAGE)
    site.valkey.is_supervised = True


def mail_unavailable(site: Site, mailbox: Mailbox) -> None:
    mailbox.stop()
    time.sleep(OUTAGE)
    mailbox.start()


def object_store_unavailable(site: Site, mailbox: Mailbox) -> None:
    """It accepts connections and does not answer, which is worse than refusing them."""
    os.killpg(site.store.process.pid, signal.SIGSTOP)
    time.sleep(OUTAGE)
    os.killpg(site.store.process.pid, signal.SIGCONT)


def disk_full(site: Site, mailbox: Mailbox) -> None:
    """The disk of the database is full, until somebody makes room."""
    ballast = site.folder / "disk" / "ballast"
    if not ballast.parent.is_mount():
        raise NotPossible("Only root can mount a small disk for the database.")
    with ballast.open("wb") as file:
        try:
            while True:
                file.write(bytes(1024 * 1024))
                file.flush()
        except OSError:
            pass
    time.sleep(OUTAGE)
    ballast.unlink()
    wait_until(site.primary.answers, "PostgreSQL after the disk was full")


def rolling_update(site: Site, mailbox: Mailbox) -> None:
    """Both application servers and workers go from the last version to this one, in turn."""
    site.manage("prepare", "--verbosity=0", direct=True)
    for program in (*site.web, *site.tasks):
        program.root = ROOT
        program.is_supervised = False
        program.stop()
        program.start()
        program.is_supervised = True
        if program in site.web:
            port = site.ports[program.name]
            wait_until(lambda port=port: is_serving(port), program.name)


# In this order: the promotion comes last, since the new primary has no replica.
FAULTS: list[Callable[[Site, Mailbox], None]] = [
    rolling_update,
    web_worker_killed,
    task_worker_killed,
    application_server_killed,
    cache_unavailable,
    mail_unavailable,
    object_store_unavailable,
    postgresql_stopped_immediately,
    disk_full,
    replica_promoted,
]


def last_version(folder: Path) -> Path | None:
    """Check out the code before the newest migration; None if there is no history."""
    found = subprocess.run(
        ["git", "log", "--format=%H", "--max-count=1", "--", "migrations.lock"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    target = folder / "last-version"
    made = subprocess.run(
        ["git", "worktree", "add", "--detach", str(target), f"{found.stdout.strip()}~1"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    if made.returncode:
        print(f"No last version: {made.stderr.strip()}", file=sys.stderr)
        return None
    return target
