from django.core.management.base import BaseCommand, CommandError

from community.privacy import actions as privacy_actions


class Command(BaseCommand):
    help = (
        "Delete accounts again that a restored backup has brought back, from the list of deletions "
        "in DATA_DIR. Run it after each restore, before the site is online."
    )

    def handle(self, *, verbosity: int, **options):
        try:
            again, known = privacy_actions.reapply_deletions()
        except ValueError as error:
            raise CommandError(str(error)) from error
        if verbosity:
            self.stdout.write(f"Deletions listed: {known}, applied again: {again}.")
