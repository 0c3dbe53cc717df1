"""Problems that administrators should know of before readers do.

`check_site` looks for them every hour, emails them and stores them for the desk: in a file, since
the database may be one of them.
"""

import json
import shutil
import ssl
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import DatabaseError, connection
from django.tasks import TaskResultStatus
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_tasks_db.models import DBTaskResult

from config.backups import ages
from config.metrics import due_tasks

# Each has a cause and a cure in docs/operations.md, under its name.
TEXTS = {
    "site-down": _("The site doesn’t answer at %(url)s: %(reason)s."),
    "database-down": _("The database doesn’t answer."),
    "certificate-ends": _("The certificate of %(host)s ends on %(date)s."),
    "disk-full": _("The disk with %(path)s is %(percent)d%% full."),
    "backup-missing": _("No backup has been made on this machine."),
    "backup-old": _("The last backup was made on %(date)s."),
    "backup-unverified": _("No backup has been restored to test it since %(date)s."),
    "archive-fails": _("PostgreSQL has not been able to archive its log since %(date)s."),
    "archive-old": _("PostgreSQL has archived nothing since %(date)s."),
    "tasks-wait": _("A background task has been waiting for %(minutes)d minutes."),
    "tasks-failed": _("Background tasks that failed: %(number)d."),
    "check-old": _("The hourly check has not run since %(date)s."),
}

# On Debian, beside the folder of the site; those that a machine lacks are left out.
PATHS = ["/", "/var/lib/postgresql", "/var/lib/pgbackrest", "/srv/backup"]
FULL = 90  # percent
# Backups are made each night, and one is restored each week.
BACKUP_WITHIN, VERIFIED_WITHIN = timedelta(hours=30), timedelta(days=8)
# certbot renews 30 days before.
CERTIFICATE_FOR = timedelta(days=14)
TASK_WITHIN = timedelta(minutes=15)
# Beside `archive_timeout`; the worker writes something each hour.
ARCHIVED_WITHIN = timedelta(hours=3)
CHECKED_WITHIN = timedelta(hours=3)
TOLD_AGAIN_AFTER = timedelta(days=1)
PATIENCE = 20  # seconds

ARCHIVE = """
SELECT last_archived_time, last_failed_time, coalesce(last_archived_time, stats_reset),
    (SELECT setting::int FROM pg_settings WHERE name = 'archive_timeout')
FROM pg_stat_archiver
WHERE current_setting('archive_mode') <> 'off'
"""


@dataclass
class Problem:
    name: str
    values: dict[str, Any] = field(default_factory=dict)

    def __str__(self):
        return str(TEXTS[self.name]) % self.values

    @property
    def key(self) -> str:
        """What makes it another problem: a second disk does, another percentage does not."""
        return f"{self.name} {self.values.get('path', '')}"


def day(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"


def of_disks() -> Iterator[Problem]:
    seen = set()
    for path in [str(settings.DATA_DIR), tempfile.gettempdir(), *PATHS]:
        try:
            disk = Path(path).stat().st_dev
            usage = shutil.disk_usage(path)
        except OSError:
            continue
        # As `df` counts, which leaves out what is reserved for root.
        percent = 100 * usage.used // max(usage.used + usage.free, 1)
        if disk not in seen and percent >= FULL:
            yield Problem("disk-full", {"path": path, "percent": percent})
        seen.add(disk)


def of_backups() -> Iterator[Problem]:
    found = {state: timedelta(seconds=age) for state, age in ages.ages()}
    now = timezone.now()
    made, verified = found.get(ages.MADE), found.get(ages.VERIFIED)
    if made is None:
        yield Problem("backup-missing")
        return
    if made > BACKUP_WITHIN:
        yield Problem("backup-old", {"date": day(now - made)})
    if verified is not None and verified > VERIFIED_WITHIN:
        yield Problem("backup-unverified", {"date": day(now - verified)})


def of_archive() -> Iterator[Problem]:
    with connection.cursor() as cursor:
        cursor.execute(ARCHIVE)
        row = cursor.fetchone()
    if row is None:
        return
    archived, failed, since, seconds = row
    if failed and (archived is None or failed > archived):
        yield Problem("archive-fails", {"date": day(archived or failed)})
    elif seconds and timezone.now() - since > timedelta(seconds=seconds) + ARCHIVED_WITHIN:
        yield Problem("archive-old", {"date": day(since)})


def of_tasks() -> Iterator[Problem]:
    oldest = due_tasks().order_by("due_since").values_list("due_since", flat=True).first()
    waiting = timezone.now() - oldest if oldest else timedelta(0)
    if waiting > TASK_WITHIN:
        yield Problem("tasks-wait", {"minutes": waiting // timedelta(minutes=1)})
    if failed := DBTaskResult.objects.filter(status=TaskResultStatus.FAILED).count():
        yield Problem("tasks-failed", {"number": failed})


def of_site() -> Iterator[Problem]:
    """Ask as a reader would, through the proxy and by name."""
    url = urlsplit(settings.SITE_URL)
    if url.scheme == "https":
        server: HTTPConnection = HTTPSConnection(
            url.netloc, timeout=PATIENCE, context=ssl.create_default_context()
        )
    else:
        server = HTTPConnection(url.netloc, timeout=PATIENCE)
    try:
        server.connect()
        if isinstance(server.sock, ssl.SSLSocket):
            yield from of_certificate(url.hostname or "", server.sock.getpeercert() or {})
        server.request("GET", "/readyz")
        status = server.getresponse().status
        reason = "" if status == HTTPStatus.OK else f"HTTP {status}"
    except ssl.SSLCertVerificationError as error:
        reason = error.verify_message
    except (OSError, HTTPException) as error:
        reason = getattr(error, "strerror", "") or type(error).__name__
    finally:
        server.close()
    if reason:
        yield Problem("site-down", {"url": settings.SITE_URL, "reason": reason})


def of_certificate(host: str, certificate: dict[str, Any]) -> Iterator[Problem]:
    ends = ssl.cert_time_to_seconds(certificate["notAfter"])
    if ends - timezone.now().timestamp() < CERTIFICATE_FOR.total_seconds():
        yield Problem("certificate-ends", {"host": host, "date": certificate["notAfter"]})


def find(*, with_backups: bool = True) -> list[Problem]:
    """Look for problems of this machine, its database and its site."""
    found = [*of_site(), *of_disks()]
    of_database: list[Callable[[], Iterator[Problem]]] = [of_archive, of_tasks]
    if with_backups:
        found += of_backups()
    try:
        found += [problem for each in of_database for problem in each()]
    except DatabaseError:
        found.append(Problem("database-down"))
    return found


# What was found, for the desk


@dataclass
class Report:
    """What the last check has found, and what administrators have been told of."""

    checked_at: str
    problems: list[dict[str, Any]]
    told: list[str] = field(default_factory=list)
    told_at: str = ""

    def is_news(self) -> bool:
        """Is there anything that nobody was told of today?"""
        keys = {Problem(**each).key for each in self.problems}
        if not keys <= {*self.told}:
            return True
        again = timezone.now() - TOLD_AGAIN_AFTER
        return bool(keys) and datetime.fromisoformat(self.told_at) < again


def file() -> Path:
    return settings.DATA_DIR / "problems.json"


def last_report() -> Report | None:
    """Return the report of the last check on this machine; None if there was none."""
    try:
        return Report(**json.loads(file().read_text()))
    except (OSError, ValueError, TypeError):
        return None


def report(found: list[Problem]) -> Report:
    """Return the report of a check."""
    last = last_report()
    rows = [asdict(each) for each in found]
    made = Report(timezone.now().isoformat(), rows)
    if last:
        # One that comes back after it was solved is news.
        keys = {each.key for each in found}
        made.told, made.told_at = [key for key in last.told if key in keys], last.told_at
    return made


def store(made: Report) -> None:
    draft = file().with_suffix(".draft")
    draft.write_text(json.dumps(asdict(made), indent=1) + "\n")
    draft.replace(file())


def shown() -> list[Problem]:
    """Return the problems for the desk; none where nothing checks them."""
    last = last_report()
    if last is None:
        return []
    found = [Problem(**each) for each in last.problems]
    checked_at = datetime.fromisoformat(last.checked_at)
    if timezone.now() - checked_at > CHECKED_WITHIN:
        found.insert(0, Problem("check-old", {"date": day(checked_at)}))
    return found
