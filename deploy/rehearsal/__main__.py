"""Rehearse faults on a whole site: `make rehearse`. About ten minutes, on loopback addresses only.

Starts PostgreSQL with a streaming replica, PgBouncer, Valkey, an S3-compatible store, nginx, two
application servers and two task workers, from the shipped configuration. Runs the main journeys,
then causes one fault after another while readers and writers are at work, and counts: writes that
were acknowledged and are lost, stored twice, failed responses by cause, and the seconds
between the first failure and the last. Exits with status 1 if a bound is missed.
"""

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from deploy.rehearsal import faults, journeys
from deploy.rehearsal.load import Load, Record
from deploy.rehearsal.mail import Mailbox
from deploy.rehearsal.programs import OWNER, Site, running_site, wait_until

# Seconds of load before and after a fault.
CALM = 8
# A bound, in seconds. No write may be lost or stored twice.
RECOVERS_WITHIN = 30
MEMBERS = 360
# Messages that could not be sent are tried again after a minute.
MAIL_WITHIN = 150
# In MB, for the database alone.
DISK = 900


@dataclass
class Result:
    """What a fault did."""

    fault: str
    record: Record
    lost: int
    repeated: int

    @property
    def seconds(self) -> float:
        """From the first failed response to the last."""
        return self.record.last_failure - self.record.first_failure

    def row(self) -> list[str]:
        causes = ", ".join(f"{n} × {cause}" for cause, n in sorted(self.record.failures.items()))
        return [
            self.fault.replace("_", " "),
            str(len(self.record.acknowledged) + len(self.record.mailed)),
            str(self.lost),
            str(self.repeated),
            causes or "0",
            f"{self.seconds:.0f}",
        ]

    def misses(self) -> list[str]:
        found = []
        if self.lost or self.repeated:
            found.append(f"{self.fault}: {self.lost} writes lost, {self.repeated} stored twice")
        if self.seconds > RECOVERS_WITHIN:
            found.append(f"{self.fault}: responses failed for {self.seconds:.0f} seconds")
        if not self.record.acknowledged:
            found.append(f"{self.fault}: no write was acknowledged")
        found += [f"{self.fault}: {text}" for text in self.record.refusals[:3]]
        return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", nargs="*", help="names of faults", default=[])
    parser.add_argument("--keep", action="store_true", help="keep the folder with all logs")
    options = parser.parse_args()
    began = time.monotonic()
    folder = Path(tempfile.mkdtemp(prefix="rehearsal-"))
    folder.chmod(0o755)
    try:
        make_disk(folder)
        misses = rehearse(folder, options.only)
    finally:
        clean_up(folder, keep=options.keep)
    log(f"It took {time.monotonic() - began:.0f} seconds.")
    for miss in misses:
        print(f"Missed: {miss}", file=sys.stderr)
    sys.exit(1 if misses else 0)


def rehearse(folder: Path, only: list[str]) -> list[str]:
    """Run journeys and faults, print the table, and return the bounds that were missed."""
    previous = faults.last_version(folder)
    log("starting everything")
    with running_site(folder, previous, "") as site:
        mailbox = Mailbox(site.ports["mail"])
        mailbox.start()
        members = json.loads(
            site.manage("shell", "-c", journeys.make_members(MEMBERS)).splitlines()[-1]
        )
        case = int(site.manage("shell", "-c", journeys.PUBLISHED_CASE).splitlines()[-1])
        with supervised(site):
            log("running the journeys")
            misses = journeys.run(site, case, members[0])
            load = Load(site.ports["nginx"], case, members[1:])
            load.start()
            results = []
            for fault in faults.FAULTS:
                if only and fault.__name__ not in only:
                    continue
                if fault is faults.rolling_update and previous is None:
                    log("rolling update: left out, there is no history of the code")
                    continue
                log(fault.__name__.replace("_", " "))
                if result := cause(fault, site, mailbox, load):
                    results.append(result)
                    misses += result.misses()
            load.stop()
            misses += check_mail(results, mailbox)
        mailbox.stop()
    print(table(results, mailbox))
    return misses


def cause(fault, site: Site, mailbox: Mailbox, load: Load) -> Result | None:
    time.sleep(CALM)
    load.begin()
    try:
        fault(site, mailbox)
    except faults.NotPossible as reason:
        log(f"left out: {reason}")
        return None
    wait_until(site.is_ready, "the site", 120)
    time.sleep(CALM)
    record = load.begin()
    lost, repeated = compare(record, site)
    return Result(fault.__name__, record, lost, repeated)


def compare(record: Record, site: Site) -> tuple[int, int]:
    """Return how many acknowledged comments are missing, and how many are there twice."""
    with site.primary.connect() as connection:
        rows = connection.execute(
            "SELECT body, count(*) FROM community_comment WHERE body = ANY(%s) GROUP BY body",
            [record.acknowledged],
        )
        stored = dict(rows.fetchall())
    lost = [body for body in record.acknowledged if body not in stored]
    return len(lost), sum(number > 1 for number in stored.values())


def check_mail(results: list[Result], mailbox: Mailbox) -> list[str]:
    """Wait for the messages that were promised; return what is missing."""
    promised = Counter(email for result in results for email in result.record.mailed)
    missing = promised

    def is_complete() -> bool:
        nonlocal missing
        missing = Counter({
            email: number - len(mailbox.messages[email])
            for email, number in promised.items()
            if number > len(mailbox.messages[email])
        })  # fmt: skip
        return not missing

    log(f"waiting for the last of {promised.total()} messages")
    try:
        wait_until(is_complete, "mail", MAIL_WITHIN)
    except TimeoutError:
        return [f"{missing.total()} messages were promised and not sent"]
    return []


def table(results: list[Result], mailbox: Mailbox) -> str:
    """Return the results as a Markdown table."""
    heads = ["fault", "acknowledged writes", "lost", "stored twice", "failed responses",
             "seconds with failures"]  # fmt: skip
    lines = [heads, ["---"] * len(heads), *(result.row() for result in results)]
    twice = sum(number > 1 for number in mailbox.deliveries.values())
    return "\n".join([
        f"{time.strftime('%d %B %Y')}, {os.cpu_count()} processors, {platform.system()}",
        "",
        *("| " + " | ".join(line) + " |" for line in lines),
        "",
        f"{len(mailbox.deliveries)} messages sent, {twice} of them twice, with the same ID.",
    ])  # fmt: skip


@contextmanager
def supervised(site: Site) -> Iterator[None]:
    """Start programs again that have exited, while the block runs."""
    ended = threading.Event()

    def run() -> None:
        while not ended.wait(0.2):
            site.supervise()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def make_disk(folder: Path) -> None:
    """Give the database a small disk of its own if this is possible."""
    disk = folder / "disk"
    disk.mkdir()
    if OWNER:
        subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={DISK}m", "rehearsal", str(disk)], check=False
        )
        shutil.chown(disk, OWNER, OWNER)
        shutil.chown(folder, OWNER, OWNER)


def clean_up(folder: Path, *, keep: bool) -> None:
    subprocess.run(
        ["git", "worktree", "remove", "--force", str(folder / "last-version")],
        capture_output=True,
        check=False,
    )
    disk = folder / "disk"
    if disk.is_mount():
        subprocess.run(["umount", "--lazy", str(disk)], check=False)
    if keep:
        log(f"The logs are in {folder}.")
    else:
        shutil.rmtree(folder, ignore_errors=True)


def log(text: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
