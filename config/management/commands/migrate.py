from django.core.management.commands import migrate

from config.wording import Autodetector


class Command(migrate.Command):
    autodetector = Autodetector
