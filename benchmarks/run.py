"""Benchmark the pages with the server of production, on a scratch database: `make bench`.

With `--scale 10` it compares pages with ten times as much to those with 10,000 cases. With
`--quick` it takes little data and few requests, judges nothing and writes no results.
"""

import argparse
import atexit
import os
import secrets
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import django
import psycopg

from benchmarks.client import HOST
from config.postgres import embedded_url
from config.processes import free_port


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="only show that it can be run")
    parser.add_argument("--scale", type=int, help="how many times 10,000 cases")
    options = parser.parse_args()
    # Exit normally on SIGTERM, so that servers are stopped and files removed.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("The benchmark was stopped."))
    began = time.monotonic()
    with scratch_database():
        if not options.scale:
            os.environ["EMBEDDINGS_URL"] = f"http://127.0.0.1:{free_port()}/v1"
        django.setup()
        # They need the settings of the scratch database.
        from benchmarks import measuring

        if options.scale:
            missed = measuring.measure_many_cases(options.scale, is_quick=options.quick)
        else:
            missed = measuring.measure_pages(is_quick=options.quick)
    print(f"took {time.monotonic() - began:.0f} seconds", flush=True)
    if missed:
        sys.exit("\n".join(f"Missed: {line}." for line in missed))


@contextmanager
def scratch_database() -> Iterator[None]:
    """Create a database for the settings of production, and drop it at the end.

    It is on the server in DATABASE_URL, by default on one that is stopped at the end.
    """
    # In /tmp, which all users can access: under root, the embedded server runs as another user.
    folder = Path(tempfile.mkdtemp(prefix="bench-"))
    # Registered before the server starts, so that this runs after the server has stopped.
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    url = os.environ.get("DATABASE_URL") or embedded_url(folder, durable=False)
    name = f"exchange_bench_{os.getpid()}"
    for unset in ("CACHE_URL", "DEBUG", "DEMO", "EMBEDDINGS_MODEL", "PAGES_CACHE", "TESTING"):
        os.environ.pop(unset, None)
    os.environ |= {
        "ALLOWED_HOSTS": HOST,
        "DATABASE_URL": urlunsplit(urlsplit(url)._replace(path=f"/{name}")),
        "DATA_DIR": str(folder),
        "DJANGO_SETTINGS_MODULE": "benchmarks.settings",
        "MAIL_URL": "console:",
        "SECRET_KEY": secrets.token_urlsafe(50),
        "STATIC_ROOT": str(folder / "static"),
    }
    with psycopg.connect(url, autocommit=True) as server:
        try:
            server.execute(f"CREATE DATABASE {name}")
            yield
        finally:
            server.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


if __name__ == "__main__":
    main()
