from pathlib import Path

from django.core.management.base import BaseCommand

from config.backups import ages
from config.backups.contents import FILE_LIST, listed_files
from config.backups.writing import write_backup
from config.preflight import check_database


class Command(BaseCommand):
    help = (
        "Write a backup to a new folder: the database, the uploaded files and their list, and the "
        "records of deletions. The site can stay online."
    )

    def add_arguments(self, parser):
        parser.add_argument("folder", type=Path, help="does not exist yet")
        parser.add_argument(
            "--without-files",
            action="store_true",
            help="only list the uploaded files, which are copied by other means",
        )

    def handle(self, *, folder: Path, without_files: bool, verbosity: int, **options):
        check_database()
        folder = folder.absolute()
        summary = write_backup(folder, with_files=not without_files)
        if summary.missing_files:
            self.stderr.write(
                f"{len(summary.missing_files)} uploaded files are missing: "
                "they are named in backup.json."
            )
        if reason := ages.note(ages.MADE, summary.made_at):
            self.stderr.write(reason)
        if verbosity:
            files = len(listed_files(folder))
            self.stdout.write(
                f"Backup written to {folder}: {sum(summary.rows.values())} rows of "
                f"{len(summary.rows)} tables, {files} files"
                f"{f', which are only listed in {FILE_LIST}' if without_files else ''}."
            )
