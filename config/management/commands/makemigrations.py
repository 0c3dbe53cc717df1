from django.core.management.commands import makemigrations

from config.wording import Autodetector


class Command(makemigrations.Command):
    autodetector = Autodetector
