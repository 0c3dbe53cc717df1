"""A database of an earlier release, migrated by the present code."""

import json
import lzma
from contextlib import contextmanager
from types import SimpleNamespace

import pytest
from django.core import signing
from django.core.management import call_command
from django.db import connection

from community.accounts import spam_protection
from repository.dates import clock
from tests import databases
from tests.upgrade.checksums import checksum, present_columns
from tests.upgrade.last_release import DUMP, FILE
from tests.upgrade.schema import schema

STORED = json.loads(FILE.read_text())


@contextmanager
def restored(name: str):
    """Work on a new database that holds the stored dump."""
    databases.drop(name)
    databases.execute(f"CREATE DATABASE {databases.quoted(name)} TEMPLATE template0")
    try:
        with databases.using(name):
            with connection.cursor() as cursor:
                cursor.execute(lzma.decompress(DUMP.read_bytes()).decode())
            # The dump ends without a search path.
            databases.disconnect()
            yield
    finally:
        databases.drop(name)


@pytest.fixture(scope="session")
def fresh_schema(empty_database, django_db_setup, django_db_blocker):
    """What a new database is made of."""
    with django_db_blocker.unblock(), databases.copied(empty_database, "fresh"):
        return schema()


@pytest.fixture(scope="module")
def upgraded(empty_database, django_db_setup, django_db_blocker):
    """The tests of the module work on the migrated dump; the rows then, by table."""
    name = "_".join(filter(None, [empty_database, databases.WORKER, "upgraded"]))
    with django_db_blocker.unblock(), restored(name):
        call_command("migrate", verbosity=0, interactive=False)
        present = present_columns()
        yield {
            # Without the tables and columns that a migration has dropped.
            table: checksum(table, [name for name in stored["columns"] if name in present[table]])
            for table, stored in STORED["tables"].items()
            if table in present
        }


@pytest.fixture
def then(settings, monkeypatch):
    """Ten minutes after the dump was made, with the key of that site."""
    moment = STORED["made_at"] + 600
    settings.SECRET_KEY = STORED["secret_key"]
    settings.PASSWORD_RESET_TIMEOUT = 10**10
    monkeypatch.setattr(spam_protection.signer, "key", STORED["secret_key"])
    monkeypatch.setattr(signing, "time", SimpleNamespace(time=lambda: moment))
    monkeypatch.setattr(clock, "time", lambda: moment)
