from django.core.management.base import BaseCommand

from community.writing.confirmation.actions import ask_authors


class Command(BaseCommand):
    help = (
        "Ask the authors of cases that nobody has checked for a year whether they are still true. "
        "Run it once a day; more often does no harm."
    )

    def handle(self, *, verbosity: int, **options):
        asked = ask_authors()
        if verbosity:
            self.stdout.write(f"Authors asked: {asked}.")
