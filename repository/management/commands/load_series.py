from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from repository.loading.entries import SeriesError
from repository.loading.writing import (
    folder_digest,
    is_loaded,
    load_countries,
    load_series,
    record_folder,
)
from repository.site_pages.loading import load_site_pages


class Command(BaseCommand):
    help = (
        "Load a series folder, completely or not at all. You can load it again at any time. What "
        "staff have edited since is kept, unless you add --overwrite."
    )

    def add_arguments(self, parser):
        parser.add_argument("path", type=Path, help="the folder, for example repository/content/…")
        parser.add_argument(
            "--overwrite", action="store_true", help="replace what staff have edited, too"
        )
        parser.add_argument(
            "--if-changed",
            action="store_true",
            help="do nothing if neither the folder nor this release has changed since the last "
            "load, and nothing that was loaded has been deleted",
        )

    def handle(self, *, path: Path, overwrite: bool, if_changed: bool, verbosity: int, **options):

        def progress(line: str) -> None:
            # Overwrite one line on a terminal; in a log write only with -v 2.
            if self.stdout.isatty() and verbosity:
                self.stdout.write(f"\r\033[K{line}", ending="")
                self.stdout.flush()
            elif verbosity > 1:
                self.stdout.write(line)

        # Of the files as they are before they are read.
        digest = folder_digest(path)
        if if_changed and is_loaded(path, digest):
            return
        try:
            with transaction.atomic():
                countries = load_countries(overwrite=overwrite)
                load_site_pages()
                outcome = load_series(path, overwrite=overwrite, progress=progress)
                record_folder(path, digest)
        except SeriesError as error:
            count = len(error.mistakes)
            raise CommandError(
                f"{error}\nNothing was loaded. Mistakes to correct: {count}."
            ) from None
        if not verbosity:
            return
        if self.stdout.isatty():
            self.stdout.write("\r\033[K", ending="")
        left_alone = [*countries.left_alone, *outcome.left_alone]
        for what in left_alone:
            self.stdout.write(f"Kept, because staff have edited it: {what}")
        self.stdout.write(
            f"{path.resolve().name}: {outcome.created} new, {outcome.changed} changed, "
            f"{outcome.unchanged} unchanged, {len(left_alone)} kept."
        )
