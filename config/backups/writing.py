"""Write a backup. Its folder gets its name only once it is complete and on disk."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.core.files.storage import default_storage
from django.core.management import CommandError
from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder
from psycopg import sql

from community.privacy import deletion_file, retention
from config.backups import programs
from config.backups.contents import (
    DATABASE,
    DELETIONS,
    FILE_LIST,
    FILES,
    Summary,
    digest_at,
    digest_of,
)
from config.backups.keeping import UNFINISHED
from config.preflight import check_direct
from config.storage import sync
from repository.dates import clock
from repository.models import Edition

# Our tables, without those of extensions.
TABLES = """
SELECT relname FROM pg_class c
WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace AND NOT EXISTS (
    SELECT FROM pg_depend
    WHERE classid = 'pg_class'::regclass AND objid = c.oid AND deptype = 'e'
)
ORDER BY relname
"""


def write_backup(folder: Path, *, with_files: bool) -> Summary:
    """Write a backup of the present state to a folder that does not exist yet."""
    connection.ensure_connection()
    # Behind PgBouncer, pg_dump would leave its options in the sessions of others.
    check_direct(connection.connection)
    pg_dump = programs.program("pg_dump", least=programs.server_version())
    with unfinished(folder) as draft:
        with transaction.atomic(), connection.cursor() as cursor:
            # Rows are counted, and files listed, as of the moment of the dump.
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            cursor.execute("SELECT pg_export_snapshot()")
            [snapshot] = cursor.fetchone()
            programs.run_on_database(
                *[pg_dump, "--format=custom", "--no-password", f"--snapshot={snapshot}"],
                f"--file={draft / DATABASE}",
            )
            applied = MigrationRecorder(connection).applied_migrations()
            summary = Summary(
                made_at=clock.now().isoformat(),
                release=settings.RELEASE,
                pg_dump=programs.version(pg_dump),
                edition=Edition.objects.get().number,
                migrations=sorted(map(".".join, applied)),
                rows=rows_of_tables(),
                missing_files=[],
                has_files=with_files,
            )
            names = {name for each in retention.FOLDERS for name in retention.paths_in_rows(each)}
        summary.missing_files = write_files(draft, sorted(names), with_copies=with_files)
        # Last, so that the list has each deletion that the dump has.
        lines = [line for _place, line in deletion_file.lines()]
        (draft / DELETIONS).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        summary.digests = {
            name: digest_at(draft / name) for name in (DATABASE, FILE_LIST, DELETIONS)
        }
        summary.write(draft)
    return summary


@contextmanager
def unfinished(folder: Path) -> Iterator[Path]:
    """Yield a folder that is renamed after the block, or deleted if the block fails."""
    if folder.exists():
        raise CommandError(f"{folder} exists. Name a folder that doesn’t exist yet.")
    draft = folder.with_name(f"{folder.name}{UNFINISHED}")
    try:
        draft.mkdir(mode=0o700, exist_ok=True)
        lock = os.open(draft, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError as error:
        raise unwritable(folder, error) from None
    try:
        # Where others can write too, somebody may have made it in advance, to read the backup.
        if os.fstat(lock).st_uid != os.geteuid():
            raise CommandError(f"{draft} belongs to another user. Name another folder.")
        os.fchmod(lock, 0o700)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CommandError(f"Another backup to {folder} is running.") from None
        try:
            # Delete what an interrupted backup has left.
            for path in draft.iterdir():
                shutil.rmtree(path) if path.is_dir() else path.unlink()
            yield draft
            for path in sorted(draft.rglob("*"), reverse=True):
                sync(path)
            sync(draft)
            draft.rename(folder)
            sync(folder.parent)
        except OSError as error:
            shutil.rmtree(draft, ignore_errors=True)
            raise unwritable(folder, error) from None
        except BaseException:
            shutil.rmtree(draft, ignore_errors=True)
            raise
    finally:
        os.close(lock)


def unwritable(folder: Path, error: OSError) -> CommandError:
    place = f": {error.filename}" if error.filename else ""
    return CommandError(f"The backup can’t be written to {folder} ({error.strerror}{place}).")


def rows_of_tables() -> dict[str, int]:
    """Return the number of rows of each table."""
    with connection.cursor() as cursor:
        cursor.execute(TABLES)
        names = [name for (name,) in cursor.fetchall()]
        if not names:
            return {}
        count = sql.SQL("SELECT {}, count(*) FROM {}")
        counts = [count.format(sql.Literal(name), sql.Identifier(name)) for name in names]
        cursor.execute(sql.SQL(" UNION ALL ").join(counts))
        return dict(sorted(cursor.fetchall()))


def write_files(draft: Path, names: list[str], *, with_copies: bool) -> list[str]:
    """Write the list of uploaded files, and copies of them; return the names of missing ones."""
    missing = []
    with (draft / FILE_LIST).open("w", encoding="utf-8") as file_list:
        for name in names:
            try:
                content = default_storage.open(name)
            except FileNotFoundError:
                missing.append(name)
                continue
            with content:
                if with_copies:
                    path = draft / FILES / name
                    path.parent.mkdir(parents=True, exist_ok=True)
                    with path.open("wb") as copy:
                        digest = digest_of(content, copy)
                else:
                    digest = digest_of(content)
            file_list.write(f"{digest}  {name}\n")
    return missing
