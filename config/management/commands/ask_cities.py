from django.core.management.base import BaseCommand

from partnerships.agreements.reminders import remind


class Command(BaseCommand):
    help = (
        "Ask cities for progress reports that are overdue or due within two weeks, at most once a "
        "month for each report. Run it once a day. Running it more often does no harm."
    )

    def handle(self, *, verbosity: int, **options):
        asked = remind()
        if verbosity:
            self.stdout.write(f"Progress reports requested: {asked}.")
