from django.core.management.base import BaseCommand

from partnerships.agreements.reminders import remind


class Command(BaseCommand):
    help = (
        "Ask cities for the progress reports on their partnerships that are due within two weeks "
        "or late, each report once a month at most. Run it once a day; more often does no harm."
    )

    def handle(self, *, verbosity: int, **options):
        asked = remind()
        if verbosity:
            self.stdout.write(f"Reports asked for: {asked}.")
