from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from repository.loading.entries import SeriesError
from repository.loading.writing import load_countries, load_series
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

    def handle(self, *, path: Path, overwrite: bool, **options):

        def progress(line: str) -> None:
            # Overwrite one line on a terminal; in a log write only with -v 2.
            if self.stdout.isatty():
                self.stdout.write(f"\r\033[K{line}", ending="")
                self.stdout.flush()
            elif options["verbosity"] > 1:
                self.stdout.write(line)

        try:
            with transaction.atomic():
                countries = load_countries(overwrite=overwrite)
                load_site_pages()
                outcome = load_series(path, overwrite=overwrite, progress=progress)
        except SeriesError as error:
            count = len(error.mistakes)
            raise CommandError(
                f"{error}\nNothing was loaded. Mistakes to correct: {count}."
            ) from None
        if self.stdout.isatty():
            self.stdout.write("\r\033[K", ending="")
        left_alone = [*countries.left_alone, *outcome.left_alone]
        for what in left_alone:
            self.stdout.write(f"Kept, because staff have edited it: {what}")
        self.stdout.write(
            f"{path.resolve().name}: {outcome.created} new, {outcome.changed} changed, "
            f"{outcome.unchanged} unchanged, {len(left_alone)} kept."
        )
