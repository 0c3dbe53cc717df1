import socket
from urllib.parse import urlsplit

import psycopg
import pytest
from allauth.account.models import EmailAddress
from django.conf import settings as site
from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError, connection

from community.accounts import demo as accounts_demo
from config import environment, preflight
from tests.config.conftest import PRODUCTION
from tests.factories import UserFactory

OPTIONS_WRONG = "DATABASE_URL can’t be used. Correct the options after its question mark: "

LOSE_CONNECTION = """
from django.db import connection
connection.cursor().execute("SELECT pg_terminate_backend(pg_backend_pid())")
"""


@pytest.fixture
def unprepared_database(worker_id):
    """The URL of an empty database."""
    address = urlsplit(site.DATABASE_URL)
    name = f"unprepared_{worker_id}"
    with psycopg.connect(site.DATABASE_URL, autocommit=True) as server:
        server.execute(f"DROP DATABASE IF EXISTS {name}")
        server.execute(f"CREATE DATABASE {name}")
        yield address._replace(path=f"/{name}").geturl()
        server.execute(f"DROP DATABASE {name}")


@pytest.fixture
def taken_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def refusal(check, *arguments):
    with pytest.raises(ImproperlyConfigured) as refused:
        check(*arguments)
    return str(refused.value)


@pytest.mark.proof(group="no database")
def test_serve_refused_when_the_database_does_not_answer(run):
    done = run("manage.py", "serve", "--port=0", **PRODUCTION)
    said = (
        "Cannot start: The database doesn’t respond. Check that the server in DATABASE_URL is "
        "running, accepts this user and supports the options there. Its message: "
    )
    assert (done.stdout, done.stderr[: len(said)], done.returncode) == ("", said, 1)
    assert done.stderr.count("\n") == 1
    assert "secret" not in done.stderr


@pytest.mark.proof(group="no database")
def test_migrate_refused_when_the_database_does_not_answer(run):
    done = run("manage.py", "migrate", **PRODUCTION)
    said = "Cannot start: The database doesn’t respond. "
    assert (done.stdout, done.stderr[: len(said)], done.returncode) == ("", said, 1)
    assert done.stderr.count("\n") == 1


@pytest.mark.proof(group="no database")
def test_command_reports_a_lost_connection_in_one_sentence(run):
    """As after a restart of the server."""
    done = run(
        *["manage.py", "shell", "--no-imports", "-c", LOSE_CONNECTION],
        TESTING="1",
        DATABASE_URL=site.DATABASE_URL,
    )
    assert (done.stdout, done.stderr, done.returncode) == (
        "",
        "Cannot start: The connection to the database was lost. The server responds again, so "
        "start this again. Its message: terminating connection due to administrator command\n",
        1,
    )


def test_check_connection_ignores_other_errors():
    error = OperationalError("canceling statement due to lock timeout")
    error.__cause__ = psycopg.errors.LockNotAvailable()
    preflight.check_connection(error)


@pytest.mark.parametrize(
    ("option", "value", "begins", "ends"),
    [
        ("foo", "bar", OPTIONS_WRONG, 'invalid connection option "foo"'),
        ("connect_timeout", "abc", OPTIONS_WRONG, "bad value for connect_timeout: 'abc'"),
        ("options", "-c foo", "The database doesn’t respond. ", "-c foo requires a value"),
    ],
)
def test_check_database_refused_with_an_unknown_option(option, value, begins, ends, monkeypatch):
    preflight.check_database()
    monkeypatch.setitem(connection.settings_dict["OPTIONS"], option, value)
    said = refusal(preflight.check_database)
    assert (said[: len(begins)], said[-len(ends) :]) == (begins, ends)


@pytest.mark.proof(group="no database")
def test_serve_refused_when_the_port_is_taken(run, taken_port):
    done = run("manage.py", "serve", f"--port={taken_port}", **PRODUCTION)
    assert (done.stdout, done.stderr, done.returncode) == (
        "",
        f"Cannot start: Port {taken_port} at 127.0.0.1 can’t be used (Address already in use). "
        "Stop the program that uses it, or choose another port with PORT=8001 make demo, or "
        "--port 8001.\n",
        1,
    )


@pytest.mark.proof(group="no database")
@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1"])  # noqa: S104
@pytest.mark.parametrize("proxies", [None, "0"])
def test_serve_refused_on_a_public_address_without_a_proxy(run, host, proxies):
    own = PRODUCTION | {"TRUSTED_PROXIES": proxies}
    done = run("manage.py", "serve", f"--host={host}", "--port=0", **own)
    assert (done.stdout, done.stderr, done.returncode) == (
        "",
        f"Cannot start: The site can’t listen on {host} without a proxy that buffers uploads. Set "
        "TRUSTED_PROXIES to the number of proxies in front of it, or use the address 127.0.0.1.\n",
        1,
    )


@pytest.mark.parametrize(
    ("host", "proxies"),
    [("127.0.0.1", ""), ("::1", ""), ("localhost", "0"), ("0.0.0.0", "2")],  # noqa: S104
)
def test_check_proxy_accepts_loopback_and_named_proxies(monkeypatch, host, proxies):
    monkeypatch.setenv("TRUSTED_PROXIES", proxies)
    preflight.check_proxy(host)


@pytest.mark.proof(group="no database")
def test_serve_refused_when_nothing_is_prepared(run, unprepared_database):
    done = run(
        "manage.py", "serve", "--port=0", **PRODUCTION | {"DATABASE_URL": unprepared_database}
    )
    assert (done.stdout, done.stderr, done.returncode) == (
        "",
        "Cannot start: The database or the static files don’t match this version. Run "
        "`python manage.py prepare` first.\n",
        1,
    )


def test_cache_warning_when_it_does_not_answer(settings):
    assert preflight.cache_warning() == ""
    # Nobody listens at port 1.
    settings.CACHES = environment.caches("redis://127.0.0.1:1/0")
    assert preflight.cache_warning() == (
        "The cache doesn’t respond, so each page is made again for each visitor. Check that the "
        "server in CACHE_URL is running and accepts this site. Its message: Error 111 "
        "connecting to 127.0.0.1:1. Connection refused."
    )


def test_check_address_refused_to_a_demo_on_other_machines(settings):
    settings.DEMO = True
    assert refusal(preflight.check_address, "192.0.2.1", 0) == (
        "A demo runs on this machine only. Use the address 127.0.0.1."
    )


@pytest.mark.parametrize("port", ["http", "70000", "-1", "80.5", ""])
def test_port_number_refused_if_invalid(port):
    assert refusal(preflight.port_number, port) == (
        f"The port must be a number from 1 to 65535, not {port!r}: PORT=8001 make demo, or "
        "--port 8001."
    )


def test_check_address_refused_to_a_demo_on_a_random_port(settings):
    settings.DEMO = True
    assert refusal(preflight.check_address, "127.0.0.1", 0).startswith("The port must be a number")


@pytest.mark.django_db
def test_check_prepared_refused_without_static_files(settings, tmp_path):
    preflight.check_prepared()
    settings.PLAIN_STATIC_FILES = False
    settings.STATIC_ROOT = tmp_path
    assert refusal(preflight.check_prepared).startswith("The database or the static files")
    (tmp_path / "staticfiles.json").touch()
    preflight.check_prepared()


@pytest.mark.django_db
def test_check_database_refused_if_the_server_is_too_old(monkeypatch):
    assert preflight.OLDEST_POSTGRESQL == 15
    version = connection.pg_version // 10_000
    monkeypatch.setattr(preflight, "OLDEST_POSTGRESQL", version)
    preflight.check_database()
    monkeypatch.setattr(preflight, "OLDEST_POSTGRESQL", version + 1)
    assert refusal(preflight.check_database) == (
        f"The database server is PostgreSQL {version}. Use PostgreSQL {version + 1} or newer."
    )


@pytest.mark.django_db
def test_check_accounts_refused_to_a_public_site(settings):
    accounts_demo.create_accounts()
    assert refusal(preflight.check_accounts).startswith(
        "This database has demo accounts, whose passwords are public"
    )
    settings.DEMO = True
    preflight.check_accounts()
    settings.DEMO = False
    assert accounts_demo.close_accounts() == len(accounts_demo.ACCOUNTS)
    preflight.check_accounts()


@pytest.mark.django_db
def test_check_accounts_ignores_unverified_demo_addresses():
    user = UserFactory(email="visitor@demo.example")
    EmailAddress.objects.filter(user=user).update(verified=False)
    preflight.check_accounts()
