from django.core.management.base import BaseCommand, CommandError

from community.privacy import actions as privacy_actions


class Command(BaseCommand):
    help = (
        "Delete again the accounts that an older backup has brought back. Run it after each "
        "restore, before readers come in. It goes by the file of deletions in DATA_DIR."
    )

    def handle(self, *, verbosity: int, **options):
        try:
            again, known = privacy_actions.reapply_deletions()
        except ValueError as error:
            raise CommandError(str(error)) from error
        if verbosity:
            self.stdout.write(f"Deletions known: {known}, done again: {again}.")
