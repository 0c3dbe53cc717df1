from django.core.management.commands import migrate

from config.migrating import few_classes


class Command(migrate.Command):
    def handle(self, *args, **options):
        with few_classes():
            return super().handle(*args, **options)
