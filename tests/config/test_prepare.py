"""`prepare` runs as the owner of the database, once at a time, and blocks nobody for long."""

import io
import threading
import time

import psycopg
import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.core.management.base import OutputWrapper
from django.db import connection

from config import migrating, preflight
from repository.models import SitePage, SiteTopic
from tests import databases
from tests.config.conftest import PRODUCTION
from tests.processes import holding, url_of_database
from tests.restoring import State

ROLE = "exchange_site_that_prepares"


@pytest.fixture
def out():
    return OutputWrapper(io.StringIO())


@pytest.mark.proof(group="other roles")
def test_prepare_refused_to_the_role_of_the_site(run, site_role):
    role, url = site_role
    done = run("manage.py", "prepare", **PRODUCTION | {"DATABASE_URL": url})
    assert (done.stdout, done.stderr, done.returncode) == (
        "",
        f"Cannot start: The database user “{role}” may not change tables: they belong to "
        "“postgres”. Run this command with the DATABASE_URL of “postgres”, and the site with its "
        "own.\n",
        1,
    )


def test_check_owner_refused_before_there_are_tables(db, monkeypatch):
    monkeypatch.setattr(preflight, "OTHER_OWNER", "SELECT WHERE false")
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE ROLE {ROLE}")
        cursor.execute(f"SET LOCAL ROLE {ROLE}")
    with pytest.raises(ImproperlyConfigured, match=f"“{ROLE}” may not .* belong to “postgres”"):
        preflight.check_owner()


def test_limit_role_twice_changes_nothing(site_role):
    role, _url = site_role

    def privileges() -> list:
        with connection.cursor() as cursor:
            cursor.execute("SELECT oid, relacl::text FROM pg_class ORDER BY oid")
            return cursor.fetchall()

    before = privileges()
    call_command("limit_role", role)
    assert privileges() == before


@pytest.mark.proof(group="migrating again", sample=2)
@pytest.mark.django_db(transaction=True)
def test_prepare_twice_changes_no_row():
    call_command("prepare", verbosity=0)
    assert SitePage.objects.count() == len(SiteTopic.values)
    before = State().marks
    call_command("prepare", verbosity=0)
    assert State().marks == before


@pytest.mark.proof(group="migrating again", sample=2)
@pytest.mark.django_db(transaction=True)
def test_prepare_turns_off_jit_for_later_connections():
    name = databases.quoted(databases.present())
    databases.execute(f"ALTER DATABASE {name} SET jit = on")
    with connection.cursor() as cursor:
        cursor.execute("SET jit = on")
    call_command("prepare", "--database", verbosity=0)
    with psycopg.connect(url_of_database()) as later:
        assert later.execute("SHOW jit").fetchone() == ("off",)
    with connection.cursor() as cursor:
        cursor.execute("SHOW jit")
        assert cursor.fetchone() == ("off",)


def test_jit_is_left_to_the_owner_of_the_database(db):
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE ROLE {ROLE}")
        cursor.execute(f"SET LOCAL ROLE {ROLE}")
        cursor.execute("SET LOCAL jit = on")
        migrating.turn_off_jit()
        cursor.execute("SHOW jit")
        assert cursor.fetchone() == ("on",)


@pytest.mark.django_db(transaction=True)
def test_prepare_in_one_process_at_a_time(out):
    order = []

    def prepare():
        with migrating.one_at_a_time(out):
            order.append("second")

    second = threading.Thread(target=prepare)
    with migrating.one_at_a_time(out):
        second.start()
        deadline = time.monotonic() + 120
        while "Waiting" not in out.getvalue() and time.monotonic() < deadline:
            time.sleep(0.02)
        # A waiting process runs no statement, for which CREATE INDEX CONCURRENTLY would wait.
        with psycopg.connect(url_of_database()) as own:
            found = own.execute(
                # Not in databases of other processes that run tests.
                "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
                " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
            ).fetchone()
        order.append("first")
    second.join()
    assert (order, found) == (["first", "second"], (0,))
    assert out.getvalue().count("Waiting") == 1


@pytest.mark.proof(group="migrating again", sample=2)
@pytest.mark.django_db(transaction=True)
def test_migrate_again_when_a_lock_is_released(out, monkeypatch):
    monkeypatch.setattr(migrating, "LOCK_TIMEOUT", 0.1)
    with holding("LOCK TABLE django_content_type IN ACCESS EXCLUSIVE MODE") as held:
        monkeypatch.setattr(migrating.time, "sleep", lambda seconds: held.rollback())
        migrating.migrate(verbosity=0, out=out)
    assert out.getvalue() == "A table is locked. Trying again in 2 seconds …\n"
    with connection.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        assert cursor.fetchone() == ("0",)


@pytest.mark.proof(group="migrating again", sample=2)
@pytest.mark.django_db(transaction=True)
def test_migrate_gives_up_after_some_attempts(out, monkeypatch):
    monkeypatch.setattr(migrating, "LOCK_TIMEOUT", 0.1)
    monkeypatch.setattr(migrating, "PAUSES", [0, 0])
    with (
        holding("LOCK TABLE django_content_type IN ACCESS EXCLUSIVE MODE"),
        pytest.raises(CommandError) as refused,
    ):
        migrating.migrate(verbosity=0, out=out)
    message = str(refused.value)
    assert message.startswith("A migration could not lock a table within 0.1 seconds, 3 times.")


@pytest.mark.django_db(transaction=True)
def test_name_the_oldest_transaction():
    with psycopg.connect(url_of_database()) as other:
        [pid] = other.execute("SELECT pg_backend_pid()").fetchone()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(migrating, "LOCK_TIMEOUT", 0)
            sentence = migrating.oldest_transaction()
    assert f"SELECT pg_terminate_backend({pid}) ends it." in sentence
