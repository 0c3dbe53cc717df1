"""Rehearse faults on a whole site: docs/operations/rehearsal.md."""

import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from deploy.rehearsal.load import Load, Record
from deploy.rehearsal.programs import OWNER, Site, running_site, wait_until
from tests.mailbox import Mailbox

# Seconds of load before and after a fault.
CALM = 8
# Seconds for which a service is unavailable; messages are sent again after a minute.
OUTAGE, MAIL_WITHIN = 10, 150
# In MB, for the database alone.
DISK, MEMBERS = 900, 240

# Prints the email addresses and sessions of new members, and a published case.
PREPARE_LOAD = f"""
import json
from allauth.account.models import EmailAddress
from django.test import Client
from community.models import User
from repository.models import CaseStudy

made = []
for number in range({MEMBERS}):
    email = f"member-{{number}}@city.example"
    user = User.objects.create(email=email, display_name=f"Member {{number}}")
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    client = Client()
    client.force_login(user)
    made.append((email, client.cookies["sessionid"].value))
print(json.dumps([CaseStudy.objects.published().order_by("pk").first().pk, made]))
"""
COMMENTS_OF_ERASED = """
SELECT body FROM community_comment c JOIN community_user u ON u.id = c.author_id
WHERE email = 'member-0@city.example'
"""
ERASE = """
from community.models import User
from community.privacy.actions import delete_account
member = User.objects.get(email="member-0@city.example")
delete_account(member=member, by=member, erase=True)
"""


def web_worker_killed(site: Site) -> None:
    os.kill(random.choice(site.web.children()), signal.SIGKILL)  # noqa: S311


def web_server_killed(site: Site) -> None:
    site.web.kill()


def task_worker_killed(site: Site) -> None:
    site.tasks.kill()


def mail_unavailable(site: Site) -> None:
    site.mailbox.stop()
    time.sleep(OUTAGE)
    site.mailbox.start()


def database_killed(site: Site) -> None:
    """Like a crash: the server recovers from its log when it starts again."""
    site.database.process.send_signal(signal.SIGQUIT)
    site.database.process.wait()


def disk_full(site: Site) -> None:
    """The disk of the database is full, until somebody makes room."""
    ballast = site.folder / "disk" / "ballast"
    with ballast.open("wb") as file, suppress(OSError):
        while True:
            file.write(bytes(1024 * 1024))
            file.flush()
    time.sleep(OUTAGE)
    ballast.unlink()


FAULTS = [web_worker_killed, web_server_killed, task_worker_killed, mail_unavailable,
          database_killed, disk_full]  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", nargs="*", help="names of faults", default=[])
    only = parser.parse_args().only
    folder = Path(tempfile.mkdtemp(prefix="rehearsal-"))
    log(f"starting everything, with logs in {folder}")
    folder.chmod(0o755)
    (folder / "disk").mkdir()
    # Only root can mount a small disk for the database.
    if OWNER:
        mount = ["mount", "-t", "tmpfs", "-o", f"size={DISK}m", "rehearsal", folder / "disk"]
        subprocess.run(mount, check=False)
        shutil.chown(folder / "disk", OWNER, OWNER)
    faults = [fault for fault in FAULTS if not only or fault.__name__ in only]
    if not (folder / "disk").is_mount():
        faults = [fault for fault in faults if fault is not disk_full]
    try:
        misses = rehearse(folder, faults)
    finally:
        if (folder / "disk").is_mount():
            subprocess.run(["umount", "--lazy", folder / "disk"], check=False)
    for miss in misses:
        print(f"Missed: {miss}", file=sys.stderr)
    if not misses:
        shutil.rmtree(folder, ignore_errors=True)
    log("done")
    sys.exit(1 if misses else 0)


def rehearse(folder: Path, faults: list[Callable[[Site], None]]) -> list[str]:
    """Cause faults, print the table, and return the bounds that were missed."""
    with running_site(folder) as site:
        case, members = json.loads(site.manage("shell", "-c", PREPARE_LOAD).splitlines()[-1])
        load = Load(site.ports["nginx"], case, members)
        load.start()
        records = [cause(fault, site, load) for fault in faults]
        load.stop()
        misses = [miss for record in records for miss in record.misses()]
        misses += check_mail(records, site.mailbox)
        misses += restore(site, [body for record in records for body in record.acknowledged])
        print(table(records, site.mailbox))
    return misses


def cause(fault: Callable[[Site], None], site: Site, load: Load) -> Record:
    log(fault.__name__)
    time.sleep(CALM)
    load.begin()
    fault(site)
    wait_until(lambda: site.database_answers() and site.is_ready(), "the site", 120)
    time.sleep(CALM)
    record = load.begin()
    stored = comments(site, "exchange", record.acknowledged)
    record.fault = fault.__name__.replace("_", " ")
    record.lost = sum(body not in stored for body in record.acknowledged)
    record.repeated = sum(number > 1 for number in stored.values())
    return record


def comments(site: Site, database: str, bodies: list[str]) -> dict[str, int]:
    """Return how often each of these comments is stored."""
    with site.connect(database) as server:
        query = "SELECT body, count(*) FROM community_comment WHERE body = ANY(%s) GROUP BY body"
        return dict(server.execute(query, [bodies]).fetchall())


def restore(site: Site, acknowledged: list[str]) -> list[str]:
    """Restore a backup from before an account was deleted; return what is wrong with it."""
    log("backup and restore")
    (site.folder / "backups").mkdir()
    # As the role of the site.
    site.manage("backup", "--keep=90d", str(site.folder / "backups"))
    [backup] = (site.folder / "backups").iterdir()
    with site.connect() as server:
        erased = {body for (body,) in server.execute(COMMENTS_OF_ERASED).fetchall()}
    site.manage("shell", "-c", ERASE)
    site.add_database("restored")
    owner = {"role": "exchange_owner", "database": "restored"}
    site.manage("restore_backup", str(backup), **owner)
    # It may be run again.
    site.manage("finish_restore", **owner)
    stored = comments(site, "restored", acknowledged)
    lost, back = {*acknowledged} - erased - stored.keys(), erased & stored.keys()
    log(f"{len(stored)} of {len(acknowledged)} comments restored; {len(erased)} were erased")
    return [f"restore: {len(lost)} writes lost, {len(back)} erased ones back"] * bool(lost or back)


def check_mail(records: list[Record], mailbox: Mailbox) -> list[str]:
    """Wait for the messages that were promised; return what is missing."""
    promised = Counter(email for record in records for email in record.mailed)

    def missing() -> int:
        return sum(max(n - len(mailbox.messages[email]), 0) for email, n in promised.items())

    log(f"waiting for the last of {promised.total()} messages")
    with suppress(TimeoutError):
        wait_until(lambda: not missing(), "mail", MAIL_WITHIN)
    return [f"{missing()} messages were promised and not sent"] * bool(missing())


def table(records: list[Record], mailbox: Mailbox) -> str:
    """Return the results as a Markdown table."""
    heads = "fault|acknowledged writes|lost|stored twice|failed responses|seconds with failures"
    lines = [heads.split("|"), ["---"] * 6, *(record.row() for record in records)]
    rows = "\n".join(f"| {' | '.join(line)} |" for line in lines)
    twice = sum(number > 1 for number in mailbox.deliveries.values())
    sent = f"{len(mailbox.deliveries)} messages sent, {twice} of them twice, with the same ID."
    return f"{time.strftime('%d %B %Y')}, {os.cpu_count()} processors\n\n{rows}\n\n{sent}"


def log(text: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
