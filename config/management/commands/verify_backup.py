import secrets
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from psycopg import sql

from community.privacy import deletion_file
from config.backups import ages
from config.backups.contents import checked, differing_files, listed_files
from config.backups.keeping import newest
from config.backups.restoring import listed
from config.environment import for_children
from config.preflight import first_line

# The restored copy must not use the services of the site.
UNSET = ["DATABASE_URL_FILE", "S3_BUCKET", "CACHE_URL", "CACHE_URL_FILE", "MAIL_URL_FILE"]


class Command(BaseCommand):
    help = (
        "Prove that a backup can be restored: restore it with `restore_backup` into a scratch "
        "database and folder, which are removed afterwards."
    )
    requires_system_checks = ()

    def add_arguments(self, parser):
        parser.add_argument("folder", type=Path, help="a backup, or the folder of all: the newest")
        parser.add_argument(
            "--server",
            help="the URL of a server on which the user may create databases; default: the site’s",
        )
        parser.add_argument(
            "--site-files",
            action="store_true",
            help="only compare the uploaded files of the site, in its folder or object store, with "
            "the list of the backup",
        )

    def handle(self, *, folder: Path, server: str | None, site_files: bool, **options):
        folder = newest(folder.absolute())
        # Before a database is created.
        summary = checked(folder)
        if site_files:
            self.compare_files(folder)
            return
        with (
            scratch_database(server or settings.DATABASE_URL) as url,
            tempfile.TemporaryDirectory(prefix="exchange-backup-") as data,
        ):
            # Deletions since the backup are applied too.
            lines = [line for _place, line in deletion_file.lines()]
            file = Path(data, settings.DELETIONS_FILE.name)
            file.write_text("".join(f"{line}\n" for line in lines))
            environment = {
                name: value for name, value in for_children(url).items() if name not in UNSET
            }
            done = subprocess.run(
                [sys.executable, "manage.py", "restore_backup", str(folder)],
                cwd=settings.BASE_DIR,
                env=environment | {"DATABASE_URL": url, "DATA_DIR": data, "MAIL_URL": "console:"},
                stdin=subprocess.DEVNULL,
                check=False,
            )
        if done.returncode:
            raise CommandError(f"{folder} can’t be restored.")
        if reason := ages.note(ages.VERIFIED, summary.made_at):
            self.stderr.write(reason)
        self.stdout.write(f"{folder} can be restored.")

    def compare_files(self, folder: Path) -> None:
        if names := differing_files(folder):
            raise CommandError(f"{len(names)} files are missing or have changed: {listed(names)}.")
        self.stdout.write(f"The site has all {len(listed_files(folder))} files of {folder}.")


def check_extension(url: str) -> None:
    """Refuse a user who may not create the extension, unless new databases have it."""
    try:
        with psycopg.connect(url) as own:
            own.execute("CREATE EXTENSION IF NOT EXISTS vector")
    except psycopg.errors.InsufficientPrivilege:
        raise CommandError(
            "This database user may not create the extension vector in new databases. Run this "
            "once as a superuser of the server, such as postgres: "
            'psql --dbname=template1 --command="CREATE EXTENSION vector"'
        ) from None


@contextmanager
def scratch_database(server: str) -> Iterator[str]:
    """Create a database on the server for the block; yield its URL."""
    name = f"exchange_scratch_{secrets.token_hex(4)}"
    try:
        with psycopg.connect(server, autocommit=True) as own:
            own.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    except psycopg.errors.InsufficientPrivilege:
        raise CommandError(
            "This database user may not create databases. Name one that may with --server, like "
            "postgres://postgres@localhost/postgres."
        ) from None
    except psycopg.Error as error:
        raise CommandError(f"No scratch database can be created: {first_line(error)}") from None
    url = urlsplit(server)._replace(path=f"/{name}").geturl()
    try:
        check_extension(url)
        yield url
    finally:
        with psycopg.connect(server, autocommit=True) as own:
            own.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
