"""Scratch databases on an embedded server, or on the server in DATABASE_URL."""

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
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg

from benchmarks.pages import HOST
from config.environment import BASE_DIR as BASE
from config.postgres import embedded_url

type Desk = tuple[int, int, int]


@dataclass(frozen=True)
class Sizes:
    """Numbers of rows in the small and the large database, and for the benchmark of matching.

    A desk has numbers of cities, offers and requests. `registrations` are for one series; the large
    database also has those of the small one. `comments` are in the large one only.
    """

    cases: tuple[int, int] = (1_000, 10_000)
    comments: int = 1_000_000
    desks: tuple[Desk, Desk] = ((1_000, 1_000, 200), (1_000, 10_000, 2_000))
    matching: Desk = (10_000, 50_000, 2_000)
    registrations: tuple[int, int] = (1_000, 99_000)


FULL = Sizes()
# To check that the benchmark can be run. Members comment on cases after the `MEASURED_CASES`.
QUICK = Sizes(
    cases=(320, 330),
    comments=0,
    desks=((50, 50, 20), (50, 100, 40)),
    matching=(300, 300, 220),
    registrations=(100, 100),
)


def log(text: str) -> None:
    print(text, flush=True)


@contextmanager
def scratch_server() -> Iterator[tuple[str, dict[str, str]]]:
    """Yield the URL of a database server, and an environment with production settings."""
    # In /tmp, which all users can access: under root, the embedded server runs as another user.
    folder = Path(tempfile.mkdtemp(prefix="bench-"))
    # Registered before the server starts, so that this runs after the server has stopped.
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
    for name in ("CACHE_URL", "DEBUG", "DEMO", "EMBEDDINGS_MODEL", "PAGES_CACHE", "TESTING"):
        environment.pop(name, None)
    yield os.environ.get("DATABASE_URL") or embedded_url(folder, durable=False), environment


@contextmanager
def scratch_database(url: str, name: str, environment: dict[str, str]) -> Iterator[str]:
    """Yield the URL of a new database without content, which is dropped afterwards."""
    database = urlunsplit(urlsplit(url)._replace(path=f"/{name}"))
    with psycopg.connect(url, autocommit=True) as server:
        try:
            server.execute(f"CREATE DATABASE {name}")
            began = time.monotonic()
            run(["benchmarks/prepare.py"], environment | {"DATABASE_URL": database})
            log(f"database prepared in {time.monotonic() - began:.0f} seconds")
            yield database
        finally:
            server.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@contextmanager
def scratch_databases(
    url: str, environment: dict[str, str], sizes: Sizes = FULL
) -> Iterator[tuple[str, str, dict]]:
    """Yield the URLs of the small and the large database, and the requests of members.

    The databases are dropped afterwards.
    """
    few_cases, many_cases = sizes.cases
    small_desk, large_desk = sizes.desks
    few_registrations, more_registrations = sizes.registrations
    names = [f"exchange_bench_{os.getpid()}_{size}" for size in sizes.cases]
    large = urlunsplit(urlsplit(url)._replace(path=f"/{names[1]}"))
    with (
        psycopg.connect(url, autocommit=True) as server,
        scratch_database(url, names[0], environment) as small,
    ):
        try:
            members = Path(environment["DATA_DIR"]) / "members.json"
            with_small = environment | {"DATABASE_URL": small}
            run(["benchmarks/fill.py", str(few_cases)], with_small)
            run(["benchmarks/comments.py", "members", str(members)], with_small)
            run(["benchmarks/matching.py", "fill", *map(str, small_desk)], with_small)
            run(["benchmarks/registrations.py", "fill", str(few_registrations)], with_small)
            run(["benchmarks/passages.py", "fill"], with_small)
            server.execute(f"CREATE DATABASE {names[1]} TEMPLATE {names[0]}")
            with_large = environment | {"DATABASE_URL": large}
            run(["benchmarks/fill.py", str(many_cases)], with_large)
            if sizes.comments:
                run(["benchmarks/comments.py", "comments", str(sizes.comments)], with_large)
            run(["benchmarks/matching.py", "fill", *map(str, large_desk)], with_large)
            run(["benchmarks/registrations.py", "fill", str(more_registrations)], with_large)
            run(["benchmarks/passages.py", "fill"], with_large)
            yield small, large, json.loads(members.read_text())
        finally:
            server.execute(f"DROP DATABASE IF EXISTS {names[1]} WITH (FORCE)")


def run(arguments: list[str], environment: dict[str, str]) -> None:
    subprocess.run([sys.executable, *arguments], cwd=BASE, env=environment, check=True)
