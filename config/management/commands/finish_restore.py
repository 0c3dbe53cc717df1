from django.core.management.base import BaseCommand

from config import migrating
from config.backups.restoring import finish_restore
from config.preflight import check_database, check_owner


class Command(BaseCommand):
    help = (
        "Finish a restore by other means than `restore_backup`, such as point-in-time recovery, as "
        "the owner of the database, before the site is online: migrate, delete accounts again that "
        "were deleted since, end all sessions, expire all cached pages, and ANALYZE."
    )
    requires_system_checks = ()

    def handle(self, *, verbosity: int, **options):
        check_database()
        with migrating.one_at_a_time(self.stdout):
            check_owner()
            finish_restore(verbosity=verbosity, out=self.stdout)
