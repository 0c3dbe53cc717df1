from django.core.management.base import BaseCommand
from django.db import connection


class Command(BaseCommand):
    help = (
        "Rebuild all search entries, with the newest cases first, and facets of cases. Triggers "
        "keep them up to date, so you need this only if the triggers were off."
    )

    def handle(self, *args, **options):
        with connection.cursor() as cursor:
            cursor.execute("SELECT repository_rebuild_search()")
            (entries,) = cursor.fetchone()
            cursor.execute("SELECT repository_rebuild_case_facets()")
            if not connection.in_atomic_block:
                # Otherwise searches scan dead rows until autovacuum runs.
                cursor.execute(
                    "VACUUM (ANALYZE) repository_searchentry, repository_searchtranslation, "
                    "repository_searchword, repository_casefacet"
                )
        if options["verbosity"] > 0:
            self.stdout.write(f"{entries} search entries created.")
