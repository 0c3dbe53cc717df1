"""A database of an earlier release, migrated by the present code."""

import io
import json
import lzma
from contextlib import contextmanager, nullcontext
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.core import signing
from django.core.management import call_command
from django.db import connection

from community.accounts import spam_protection
from repository.dates import clock
from tests import databases
from tests.migrating import few_models_rendered
from tests.upgrade import new_site
from tests.upgrade.checksums import checksum, present_columns
from tests.upgrade.schema import schema

# Made by `bd674ec.py.txt`.
FILES = Path(__file__).parent / "bd674ec"
STORED = json.loads(FILES.with_suffix(".json").read_text())


@contextmanager
def restored(name: str):
    """Work on a new database that holds the stored dump."""
    databases.drop(name)
    databases.execute(f"CREATE DATABASE {databases.quoted(name)} TEMPLATE template0")
    try:
        with databases.using(name):
            with connection.cursor() as cursor:
                cursor.execute(lzma.decompress(FILES.with_suffix(".sql.xz").read_bytes()).decode())
            # The dump ends without a search path.
            databases.disconnect()
            yield
    finally:
        databases.drop(name)


@pytest.fixture(scope="session")
def fresh(empty_database, django_db_setup, django_db_blocker):
    """What a new database is made of, and its rows."""
    with django_db_blocker.unblock(), databases.copied(empty_database, "fresh"):
        return schema(), new_site.rows()


@pytest.fixture
def fresh_schema(fresh):
    return fresh[0]


@pytest.fixture
def fresh_rows(fresh):
    return fresh[1]


@pytest.fixture(scope="module")
def upgraded(empty_database, django_db_setup, django_db_blocker, is_sample):
    """The tests of the module work on the migrated dump; what was printed, and the rows then."""
    migrating = few_models_rendered() if is_sample else nullcontext()
    name = "_".join(filter(None, [empty_database, databases.WORKER, "upgraded"]))
    with django_db_blocker.unblock(), restored(name):
        printed = io.StringIO()
        with migrating:
            call_command("migrate", verbosity=1, stdout=printed, interactive=False)
        present = present_columns()
        rows = {
            # Without the tables and columns that a migration has dropped.
            table: checksum(table, [name for name in stored["columns"] if name in present[table]])
            for table, stored in STORED["tables"].items()
            if table in present
        }
        yield SimpleNamespace(printed=printed.getvalue(), rows=rows)


@pytest.fixture
def then(settings, monkeypatch):
    """Ten minutes after the dump was made, with the key of that site."""
    moment = STORED["made_at"] + 600
    settings.SECRET_KEY = STORED["secret_key"]
    settings.PASSWORD_RESET_TIMEOUT = 10**10
    monkeypatch.setattr(spam_protection.signer, "key", STORED["secret_key"])
    monkeypatch.setattr(signing, "time", SimpleNamespace(time=lambda: moment))
    monkeypatch.setattr(clock, "time", lambda: moment)
