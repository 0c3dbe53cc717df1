import argparse
import re
from datetime import timedelta
from pathlib import Path

from django.core.management.base import BaseCommand

from config.backups import ages
from config.backups.contents import FILE_LIST, listed_files
from config.backups.keeping import delete_old, new_folder
from config.backups.writing import write_backup
from config.preflight import check_database


def days(text: str) -> timedelta:
    """Parse a number of days from the command line: 90d."""
    if not (found := re.fullmatch(r"([1-9]\d{0,4})d", text)):
        raise argparse.ArgumentTypeError(f"{text!r} is no number of days like 90d")
    return timedelta(days=int(found[1]))


class Command(BaseCommand):
    help = (
        "Write a backup to a new folder: the database, the uploaded files and their list, and the "
        "records of deletions. The site can stay online."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "folder", type=Path, help="the folder of all backups; each has its time as its name"
        )
        parser.add_argument(
            "--keep",
            type=days,
            metavar="90d",
            help="afterwards delete backups there that are older than this, never the new one",
        )
        parser.add_argument(
            "--without-files",
            action="store_true",
            help="only list the uploaded files, which are copied by other means",
        )

    def handle(self, *, folder: Path, keep, without_files: bool, verbosity: int, **options):
        check_database()
        made = new_folder(folder.absolute())
        summary = write_backup(made, with_files=not without_files)
        if summary.missing_files:
            self.stderr.write(
                f"{len(summary.missing_files)} uploaded files are missing: "
                "they are named in backup.json."
            )
        if reason := ages.note(ages.MADE, summary.made_at):
            self.stderr.write(reason)
        deleted = delete_old(made, keep) if keep else []
        if verbosity:
            files = len(listed_files(made))
            self.stdout.write(
                f"Backup written to {made}: {sum(summary.rows.values())} rows of "
                f"{len(summary.rows)} tables, {files} files"
                f"{f', which are only listed in {FILE_LIST}' if without_files else ''}."
            )
            if deleted:
                self.stdout.write(f"Deleted {', '.join(deleted)}.")
