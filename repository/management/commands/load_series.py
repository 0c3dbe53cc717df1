from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from repository.loading.entries import SeriesError
from repository.loading.writing import load_countries, load_series
from repository.site_pages.loading import load_site_pages


class Command(BaseCommand):
    help = (
        "Load a series folder: all of it or nothing, and as often as you like. What staff have "
        "edited since is left alone unless --overwrite is given."
    )

    def add_arguments(self, parser):
        parser.add_argument("path", type=Path, help="the folder, for example repository/content/…")
        parser.add_argument(
            "--overwrite", action="store_true", help="also what staff have edited since"
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
                f"{error}\nNothing was loaded: {count} mistake{'s' if count > 1 else ''} to mend."
            ) from None
        if self.stdout.isatty():
            self.stdout.write("\r\033[K", ending="")
        left_alone = [*countries.left_alone, *outcome.left_alone]
        for what in left_alone:
            self.stdout.write(f"Left alone, edited by staff since: {what}")
        self.stdout.write(
            f"{path.resolve().name}: {outcome.created} new, {outcome.changed} changed, "
            f"{outcome.unchanged} unchanged, {len(left_alone)} left alone."
        )
