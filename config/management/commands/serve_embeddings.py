import os
import sys

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand

from config import environment, preflight
from config.processes import engine_command, has_engine, run_together


class Command(BaseCommand):
    help = (
        "Run the embedded engine of semantic search, by default at http://127.0.0.1:8091/v1, for "
        "EMBEDDINGS_URL. It needs no key: let it listen only where others cannot reach it."
    )

    # The engine needs no database, which the checks of models ask for its version.
    requires_system_checks = ()

    def add_arguments(self, parser):
        parser.add_argument("--host", default="127.0.0.1", help="the address to listen on")
        parser.add_argument("--port", type=preflight.port_number, default=8091)

    def handle(self, *, host: str, port: int, **options):
        if not has_engine():
            raise ImproperlyConfigured(preflight.ENGINE_MISSING)
        preflight.check_address(host, port)
        command = engine_command(host=host, port=port)
        if environment.secret("DATABASE_URL"):
            # Replace this process, so that signals reach the engine and memory is not used twice.
            os.chdir(settings.BASE_DIR)
            os.execv(command[0], command)
        sys.exit(run_together([command]))
