"""Restore a backup into a new, empty database."""

import tempfile
from collections.abc import Iterable
from itertools import chain
from pathlib import Path

from django.contrib.sessions.models import Session
from django.core.files import File
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.core.management.base import OutputWrapper
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from community.privacy import deletion_file
from config import migrating, preflight
from config.backups import programs
from config.backups.contents import (
    DATABASE,
    DELETIONS,
    FILES,
    Summary,
    checked,
    digest_of,
    listed_files,
)
from config.backups.writing import rows_of_tables
from repository.models import Edition

# The number of items that are shown of a long list.
FEW = 5


def restore_backup(folder: Path, *, with_files: bool, verbosity: int, out: OutputWrapper) -> None:
    """Restore a backup, and everything that has to follow before the site is opened.

    If it fails before the database is restored, which happens at once, it can be repeated.
    """
    summary = checked(folder)
    with migrating.one_at_a_time(out):
        check_target(summary)
        if with_files and summary.has_files:
            restored, present = restore_files(folder)
            out.write(f"Restored {restored} files; {present} were there.")
        if summary.missing_files:
            out.write(f"Missing when the backup was made: {listed(summary.missing_files)}.")
        add_deletions(folder)
        restore_database(folder, summary)
        out.write(f"Restored {sum(summary.rows.values())} rows of {len(summary.rows)} tables.")
        finish_restore(verbosity=verbosity, out=out)


def finish_restore(*, verbosity: int, out: OutputWrapper) -> None:
    """Do what follows each restore, by whatever means, before the site is opened."""
    # Deletions are applied by the present code, which needs its tables.
    migrating.migrate(verbosity=max(verbosity - 1, 0), out=out)
    call_command("createcachetable", verbosity=0)
    call_command("reapply_deletions", verbosity=verbosity, stdout=out)
    # Some sessions were ended after the backup.
    Session.objects.all().delete()
    Edition.objects.renew()
    out.write(f"Ended all sessions. The edition is {Edition.objects.get().number}.")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def check_target(summary: Summary) -> None:
    """Refuse a database that is not empty, not ours, or older than the backup."""
    if tables := rows_of_tables():
        name = connection.settings_dict["NAME"]
        raise CommandError(
            f"The database “{name}” is not empty: it has {len(tables)} tables. Restore into a new "
            "one, and set DATABASE_URL to it."
        )
    preflight.check_owner()
    preflight.check_pgvector()
    loader = MigrationLoader(None)
    replaced = [made.replaces for made in loader.replacements.values()]
    known = {".".join(each) for each in [*loader.disk_migrations, *chain(*replaced)]}
    unknown = {
        name
        for name in summary.migrations
        if name not in known and name.partition(".")[0] in loader.migrated_apps
    }
    if unknown:
        raise CommandError(
            f"The backup is of a newer version: it has the migration {min(unknown)}. Update first."
        )


def restore_files(folder: Path) -> tuple[int, int]:
    """Copy uploaded files that are missing; return how many, and how many are there already.

    Raises CommandError before that if one of the latter has another content.
    """
    files = listed_files(folder)
    present = {name for name in files if default_storage.exists(name)}
    other = []
    for name in sorted(present):
        with default_storage.open(name) as content:
            if digest_of(content) != files[name]:
                other.append(name)
    if other:
        raise CommandError(
            f"Uploaded files exist with another content: {listed(other)}. Move them away first."
        )
    for name in sorted(files.keys() - present):
        with (folder / FILES / name).open("rb") as content:
            default_storage.save(name, File(content))
    return len(files) - len(present), len(present)


def restore_database(folder: Path, summary: Summary) -> None:
    """Run pg_restore in one transaction, and compare the number of rows of each table."""
    least = max(summary.pg_dump, programs.server_version())
    pg_restore = programs.program("pg_restore", least=least)
    with tempfile.NamedTemporaryFile("w", suffix=".list") as chosen:
        chosen.write("\n".join(entries(pg_restore, folder / DATABASE)))
        chosen.flush()
        programs.run_on_database(
            *[pg_restore, "--no-password", "--no-owner", "--no-privileges"],
            *["--single-transaction", "--exit-on-error", f"--use-list={chosen.name}"],
            str(folder / DATABASE),
        )
    found = rows_of_tables()
    different = [
        f"{table}: {found.get(table)} instead of {rows}"
        for table, rows in summary.rows.items()
        if found.get(table) != rows
    ]
    if different:
        raise CommandError(f"The restored database differs: {listed(different)}.")


def entries(pg_restore: str, dump: Path) -> list[str]:
    """Return what to restore: all but extensions that exist, which a superuser may have created."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT extname FROM pg_extension")
        exist = {name for (name,) in cursor.fetchall()}
    skipped = {f" EXTENSION - {name} " for name in exist}
    skipped |= {f" COMMENT - EXTENSION {name} " for name in exist}
    lines = programs.run(pg_restore, "--list", str(dump)).splitlines()
    return [line for line in lines if not any(each in f"{line} " for each in skipped)]


def add_deletions(folder: Path) -> None:
    """Add the records of deletions in the backup that the site has lost."""
    lines = (folder / DELETIONS).read_text(encoding="utf-8").splitlines()
    try:
        known = {(each.number, each.joined_at) for each in deletion_file.read_deletions()}
        deletions = [
            deletion_file.parse(line, f"Line {number} of {folder / DELETIONS}")
            for number, line in enumerate(lines, start=1)
        ]
    except ValueError as error:
        raise CommandError(str(error)) from error
    for deletion in deletions:
        if (deletion.number, deletion.joined_at) not in known:
            deletion_file.add(deletion)


def listed(names: Iterable[str]) -> str:
    names = list(names)
    more = f" and {len(names) - FEW} more" if len(names) > FEW else ""
    return ", ".join(names[:FEW]) + more
