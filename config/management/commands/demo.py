import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from http.client import HTTPConnection, HTTPException
from types import FrameType

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection

from community.accounts import demo as accounts_demo
from config import environment, preflight
from config.postgres import restart_if_ended
from config.preflight import ENGINE_MISSING
from config.processes import (
    end_leftovers,
    engine_command,
    free_port,
    has_engine,
    run_together,
    server_command,
)
from partnerships.desk import demo as partnerships

SERIES = settings.BASE_DIR / "repository" / "content" / "series-2020"
HOST = "127.0.0.1"


class Command(BaseCommand):
    help = "Run the site on this machine, with the 2020 series and an account for each role."
    # Run by `prepare`: the checks of models ask the database for its version.
    requires_system_checks = ()

    def add_arguments(self, parser):
        parser.add_argument("--port", type=preflight.port_number, default=8000)
        parser.add_argument(
            "--close-accounts",
            action="store_true",
            help="only close the accounts of an earlier demo, before the site goes public",
        )

    def handle(self, *, port: int, close_accounts: bool, **options):
        if close_accounts:
            preflight.check_database()
            self.stdout.write(f"Demo accounts closed: {accounts_demo.close_accounts()}.")
            return
        if not settings.DEMO:
            raise ImproperlyConfigured(
                "The demo creates accounts with public passwords, so it must be turned on: run "
                "`make demo`, or set DEMO=1."
            )
        signals: list[int] = []

        def stop(number: int, frame: FrameType | None) -> None:
            signals.append(number)
            raise KeyboardInterrupt

        signal.signal(signal.SIGINT, stop)
        end_leftovers(settings.DATA_DIR)
        preflight.check_address(HOST, port)
        with self.phase("Preparing the database"):
            call_command("prepare", database=True, verbosity=0, stdout=self.stdout)
        with self.phase("Preparing the translations and static files"):
            call_command("prepare", files=True, verbosity=0, stdout=self.stdout)
        with self.phase("Loading the 2020 series"):
            call_command("load_series", SERIES, if_changed=True, verbosity=0, stdout=self.stdout)
        with self.phase("Creating the accounts"):
            accounts_demo.create_accounts()
        # Links in messages of the worker refer to this demo.
        os.environ.setdefault("SITE_URL", f"http://{HOST}:{port}")
        if signals:
            # The exception was raised where it is ignored, for example in a finalizer.
            raise KeyboardInterrupt

        def complete(still_running: Callable[[], bool]) -> None:
            """Load the sample data while the programs start, which takes as long."""
            if settings.SAMPLE:
                with self.phase("Loading the sample data"):
                    call_command("load_sample", verbosity=0, stdout=self.stdout)
            partnerships.represent_a_city()
            changed = accounts_demo.changed_passwords()
            connection.close()
            connection.close_pool()
            with self.phase("Starting the programs"):
                while still_running() and not answers(port):
                    time.sleep(0.2)
            if still_running():
                self.announce(f"http://{HOST}:{port}", changed)

        is_embedded = not environment.secret("DATABASE_URL")
        workers = [sys.executable, "manage.py", "db_worker", "--verbosity=0", "--no-startup-delay"]
        if is_embedded:
            # Holds the database as well, to stop it if this process is killed.
            workers = ["env", "-u", "DATABASE_URL", *workers]
        server = server_command(host=HOST, port=port, workers=2)
        code = run_together(
            [server, workers],
            optional=self.engines(),
            when_started=complete,
            while_running=partial(restart_if_ended, settings.DATA_DIR) if is_embedded else None,
        )
        self.stdout.write("The demo has stopped. Your changes are kept for next time.")
        sys.exit(code)

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        """Print the name of a phase of the start, and its time once it has ended."""
        start = time.monotonic()
        self.stdout.write(f"{name} … ", ending="")
        self.stdout.flush()
        try:
            yield
        finally:
            self.stdout.write(f"{time.monotonic() - start:.1f} s")
            self.stdout.flush()

    def engines(self) -> list[list[str]]:
        """Return the command of the embedded engine, and tell the other programs its address."""
        if os.environ.get("EMBEDDINGS_URL"):
            return []
        if not has_engine():
            self.stderr.write(ENGINE_MISSING)
            return []
        engine_port = free_port()
        os.environ["EMBEDDINGS_URL"] = f"http://{HOST}:{engine_port}/v1"
        return [engine_command(port=engine_port)]

    def announce(self, address: str, changed: set[str]) -> None:
        lines = [
            f"  {account.email:<28} {account.name}"
            + (" (password changed)" if account.email in changed else "")
            for account in accounts_demo.ACCOUNTS
        ]
        self.stdout.write(
            f"\nThe exchange is open at {address}\n\n"
            f"Take the tour at {address}/demo/, or\n"
            f"sign in at {address}/accounts/login/"
            f" with the password {accounts_demo.DEMO_PASSWORD} as:\n"
            + "\n".join(lines)
            + f"\n\nEmails are saved as files in {settings.MAIL_FOLDER}\n"
            "Staff don’t need two-step verification here. On a public site, they do.\n"
            "Press Ctrl-C to stop the demo.\n"
        )
        self.stdout.flush()


def answers(port: int) -> bool:
    """Does the server respond, with any status?"""
    attempt = HTTPConnection(HOST, port, timeout=10)
    try:
        attempt.request("HEAD", "/")
        attempt.getresponse()
    except (OSError, HTTPException):
        return False
    else:
        return True
    finally:
        attempt.close()
