from pathlib import Path

from django.core.management.base import BaseCommand

from config.backups.restoring import restore_backup
from config.preflight import check_database


class Command(BaseCommand):
    help = (
        "Restore a backup into the empty database of DATABASE_URL, as its owner, while the site is "
        "stopped. Uploaded files that are missing are restored too, accounts that were deleted "
        "since are deleted again, and everybody has to sign in again. Run `prepare` after it."
    )
    # The checks of models ask the database, which is empty.
    requires_system_checks = ()

    def add_arguments(self, parser):
        parser.add_argument("folder", type=Path, help="written by `manage.py backup`")
        parser.add_argument(
            "--without-files",
            action="store_true",
            help="leave the uploaded files as they are",
        )

    def handle(self, *, folder: Path, without_files: bool, verbosity: int, **options):
        check_database()
        restore_backup(
            folder.absolute(), with_files=not without_files, verbosity=verbosity, out=self.stdout
        )
