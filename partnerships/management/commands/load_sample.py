from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from partnerships.sample import loading, removing


class Command(BaseCommand):
    help = (
        "Load the sample data set: invented cities, members and partnerships, marked as samples "
        "on every page. Loading it again changes nothing."
    )

    def add_arguments(self, parser):
        parser.add_argument("--remove", action="store_true", help="delete the sample data set")
        parser.add_argument(
            "--in-production",
            action="store_true",
            help="load it outside a demo or a test",
        )

    def handle(self, *, remove: bool, in_production: bool, verbosity: int, **options):
        if remove:
            self.stdout.write(f"Sample data removed: {removing.remove()} rows.")
            return
        if not (settings.LOCAL or in_production):
            raise CommandError(
                "Sample data belongs in a demo. To load it here anyway, add --in-production."
            )
        is_new = loading.load()
        if verbosity:
            self.stdout.write(
                "Sample data loaded." if is_new else "The sample data is already loaded."
            )
