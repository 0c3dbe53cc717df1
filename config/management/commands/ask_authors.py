from django.core.management.base import BaseCommand

from community.writing.drafts.actions import ask_authors


class Command(BaseCommand):
    help = (
        "Ask the authors of cases that no one has checked for a year whether they are still up to "
        "date. Run it once a day. Running it more often does no harm."
    )

    def handle(self, *, verbosity: int, **options):
        asked = ask_authors()
        if verbosity:
            self.stdout.write(f"Authors asked: {asked}.")
