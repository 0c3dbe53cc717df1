from django.core.management.base import BaseCommand
from django.db import connection


class Command(BaseCommand):
    help = (
        "Rebuild all search entries. Triggers keep them up to date; this is for a database "
        "whose triggers were off, and it puts the newest cases first again."
    )

    def handle(self, *args, **options):
        with connection.cursor() as cursor:
            cursor.execute("SELECT repository_rebuild_search()")
            (entries,) = cursor.fetchone()
            if not connection.in_atomic_block:
                # Otherwise searches scan dead rows until autovacuum runs.
                cursor.execute("VACUUM (ANALYZE) repository_searchentry, repository_searchword")
        if options["verbosity"] > 0:
            self.stdout.write(f"{entries} search entries made.")
