import os
import sys
from functools import partial
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import connection

from config import environment, metrics, preflight
from config.processes import run_together, server_command
from config.static_files import share_release


class Command(BaseCommand):
    help = "Check everything that the web server needs, then start it."
    # Run below: the checks of models ask the database for its version.
    requires_system_checks = ()

    def add_arguments(self, parser):
        parser.add_argument("--host", default="127.0.0.1", help="the address to listen on")
        parser.add_argument("--port", type=preflight.port_number, default=8000)
        parser.add_argument(
            "--workers",
            type=partial(environment.whole_number, "--workers"),
            default=2,
            help="number of worker processes",
        )

    def handle(self, *, host: str, port: int, workers: int, **options):
        preflight.check_proxy(host)
        preflight.check_address(host, port)
        preflight.check_database()
        self.check()
        for warning in (preflight.cache_warning(), preflight.store_warning()):
            if warning:
                self.stderr.write(warning)
        preflight.check_prepared()
        preflight.check_accounts()
        if settings.SHARED_STATIC_ROOT:
            share_release(Path(settings.STATIC_ROOT), Path(settings.SHARED_STATIC_ROOT))
        connection.close()
        connection.close_pool()
        if settings.METRICS_TOKEN:
            metrics.make_folder()
        command = server_command(host=host, port=port, workers=workers)
        if environment.secret("DATABASE_URL"):
            # Replace this process, so that signals reach the server and memory is not used twice.
            os.chdir(settings.BASE_DIR)
            os.execv(command[0], command)
        sys.exit(run_together([command]))
