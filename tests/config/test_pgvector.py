"""The extension vector, which only a superuser can create."""

from contextlib import contextmanager
from urllib.parse import urlsplit

import psycopg
import pytest
from django.conf import settings as site
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from config import preflight
from tests.config.conftest import PRODUCTION


@contextmanager
def superuser(name: str):
    url = urlsplit(site.DATABASE_URL)._replace(path=f"/{name}").geturl()
    with psycopg.connect(url, autocommit=True) as server:
        yield server


def sentence(name: str) -> str:
    return (
        f"Cannot start: This user may not create the extension vector in the database “{name}”. "
        "Run this once as a superuser of the server, such as postgres: "
        f'psql --dbname={name} --command="CREATE EXTENSION vector"\n'
    )


@pytest.mark.proof(group="other roles")
def test_prepare_says_who_must_create_the_extension(run, owner):
    url, name = owner
    done = run("manage.py", "prepare", **PRODUCTION | {"DATABASE_URL": url})
    assert (done.stdout, done.stderr, done.returncode) == ("", sentence(name), 1)


# What `prepare` checks, and the operation of the migration.
CREATE = """
import django

django.setup()

from django.contrib.postgres.operations import CreateExtension
from django.db import connection

from config import preflight

preflight.check_pgvector()
with connection.schema_editor() as editor:
    CreateExtension("vector").database_forwards("repository", editor, None, None)
"""


@pytest.mark.proof(group="other roles")
def test_no_superuser_is_needed_once_the_extension_exists(run, owner):
    url, name = owner
    with superuser(name) as server:
        server.execute("CREATE EXTENSION vector")
    done = run(
        *["-W", "ignore", "-c", CREATE],
        **PRODUCTION | {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "config.settings"},
    )
    assert (done.stdout, done.stderr, done.returncode) == ("", "", 0)


@pytest.mark.django_db
def test_check_pgvector_refused_if_it_is_too_old(monkeypatch):
    preflight.check_pgvector()
    with connection.cursor() as cursor:
        cursor.execute("SELECT extversion FROM pg_extension WHERE extname = 'vector'")
        [version] = cursor.fetchone()
    monkeypatch.setattr(preflight, "OLDEST_PGVECTOR", (1, 0))
    with pytest.raises(ImproperlyConfigured) as refused:
        preflight.check_pgvector()
    name = connection.settings_dict["NAME"]
    assert str(refused.value).startswith(
        f"The extension vector in the database “{name}” has version {version}. Update "
    )


@pytest.mark.django_db
def test_check_pgvector_refused_if_the_server_lacks_it(monkeypatch):
    version = connection.pg_version // 10_000

    class Cursor:
        """Of a server on which no extension is available."""

        def __enter__(self):
            return self

        def __exit__(self, *error):
            return None

        def execute(self, statement):
            assert "pg_available_extensions" in statement

        def fetchone(self):
            return None

    monkeypatch.setattr(connection, "cursor", Cursor)
    with pytest.raises(ImproperlyConfigured) as refused:
        preflight.check_pgvector()
    assert str(refused.value) == (
        "The database server lacks pgvector, which semantic search needs. Install its package on "
        f"the machine of the server, on Debian postgresql-{version}-pgvector."
    )
