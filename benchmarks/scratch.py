"""Scratch databases, on an embedded server or that in DATABASE_URL."""

import atexit
import json
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg

from benchmarks.pages import HOST
from config.environment import BASE_DIR as BASE
from config.postgres import embedded_url

SMALL, LARGE, COMMENTS = 1_000, 10_000, 1_000_000
# Numbers of cities, offers and requests in the databases, and for the ranking benchmark.
FEW_PARTNERS, MANY_PARTNERS = (1_000, 1_000, 200), (1_000, 10_000, 2_000)
# Registrations for one series. The larger database has those of the smaller as well.
FEW_SEATS, MANY_SEATS = 1_000, 99_000
MATCHED = (10_000, 50_000, 2_000)


def say(text: str) -> None:
    print(text, flush=True)


@contextmanager
def scratch_server() -> Iterator[tuple[str, dict[str, str]]]:
    """The address of a server to make databases in, and the environment of production."""
    # An open /tmp: under root the embedded server runs as another user.
    folder = Path(tempfile.mkdtemp(prefix="bench-"))
    # Registered first, so run last, after the server in the folder was stopped.
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    environment = os.environ | {
        "ALLOWED_HOSTS": HOST,
        "DATA_DIR": str(folder),
        "DJANGO_SETTINGS_MODULE": "benchmarks.settings",
        "MAIL_URL": "console:",
        "PYTHONPATH": str(BASE),
        "SECRET_KEY": secrets.token_urlsafe(50),
        "STATIC_ROOT": str(folder / "static"),
    }
    for name in ("CACHE_URL", "DEBUG", "DEMO", "PAGES_CACHE", "TESTING"):
        environment.pop(name, None)
    yield os.environ.get("DATABASE_URL") or embedded_url(folder, durable=False), environment


@contextmanager
def databases(url: str, environment: dict[str, str]) -> Iterator[tuple[str, str, dict]]:
    """Two databases, one with few cases and one with many, dropped in the end; and who signs in."""
    names = [f"exchange_bench_{os.getpid()}_{size}" for size in (SMALL, LARGE)]
    small, large = (urlunsplit(urlsplit(url)._replace(path=f"/{name}")) for name in names)
    with psycopg.connect(url, autocommit=True) as server:
        try:
            server.execute(f"CREATE DATABASE {names[0]}")
            began = time.monotonic()
            run(["manage.py", "prepare", "--verbosity=0"], environment | {"DATABASE_URL": small})
            say(f"database prepared in {time.monotonic() - began:.0f} seconds")
            members = Path(environment["DATA_DIR"]) / "members.json"
            with_small = environment | {"DATABASE_URL": small}
            run(["benchmarks/fill.py", str(SMALL)], with_small)
            run(["benchmarks/discuss.py", "members", str(members)], with_small)
            run(["benchmarks/partner.py", "fill", *map(str, FEW_PARTNERS)], with_small)
            run(["benchmarks/attend.py", "fill", str(FEW_SEATS)], with_small)
            server.execute(f"CREATE DATABASE {names[1]} TEMPLATE {names[0]}")
            with_large = environment | {"DATABASE_URL": large}
            run(["benchmarks/fill.py", str(LARGE)], with_large)
            run(["benchmarks/discuss.py", "comments", str(COMMENTS)], with_large)
            run(["benchmarks/partner.py", "fill", *map(str, MANY_PARTNERS)], with_large)
            run(["benchmarks/attend.py", "fill", str(MANY_SEATS)], with_large)
            yield small, large, json.loads(members.read_text())
        finally:
            for name in names:
                server.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def run(arguments: list[str], environment: dict[str, str]) -> None:
    subprocess.run([sys.executable, *arguments], cwd=BASE, env=environment, check=True)
