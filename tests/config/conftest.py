"""Starting the project in another process with its own environment."""

import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from django.conf import settings as site
from django.core.management import call_command
from django.db import connection

from tests import databases
from tests.processes import url_of_database

ROOT = Path(__file__).resolve().parent.parent.parent
# May also be in the file that SECRET_KEY_FILE and so on name.
SECRETS = {
    *["CACHE_URL", "DATABASE_URL", "EMBEDDINGS_KEY", "MAIL_PROVIDER_SECRET", "MAIL_URL"],
    *["METRICS_TOKEN", "OIDC_CLIENT_SECRET"],
    *["OTEL_EXPORTER_OTLP_HEADERS", "S3_ACCESS_KEY", "S3_SECRET_KEY", "SECRET_KEY", "SENTRY_DSN"],
    "SECRET_KEY_FALLBACKS",
    "TRANSLATION_KEY",
}
SETTINGS = SECRETS | {
    *(f"{name}_FILE" for name in SECRETS),
    *["ADMINS", "ALLOWED_HOSTS", "BOUNCE_ADDRESS", "CONTACT", "COUNTS_WRITTEN_EVERY"],
    *["DATABASE_POOLER", "DATABASE_POOL_SIZE"],
    *["EMBEDDINGS_MODEL", "EMBEDDINGS_PASSAGE_PREFIX"],
    *["EMBEDDINGS_QUERY_PREFIX", "EMBEDDINGS_URL"],
    *["HSTS_PRELOAD", "LOG_FORMAT", "MAIL_PROVIDER", "OTEL_EXPORTER_OTLP_ENDPOINT"],
    *["OIDC_CLIENT_ID", "OIDC_DOMAINS", "OIDC_GROUPS", "OIDC_GROUPS_CLAIM"],
    *["OIDC_ISSUER", "OIDC_NAME", "OIDC_SECOND_FACTOR"],
    *["DATA_DIR", "DEBUG"],
    *["DEFAULT_FROM_EMAIL", "DEMO", "DJANGO_SETTINGS_MODULE", "PAGES_CACHE"],
    *["REPLY_ADDRESS", "S3_BUCKET", "S3_ENDPOINT_URL", "S3_PUBLIC_URL"],
    *["S3_REGION", "SAMPLE"],
    *["SECURITY_CONTACT", "SHARED_STATIC_ROOT", "SITE_URL", "STATIC_ROOT", "TESTING"],
    *["TRANSLATION_URL", "TRUSTED_PROXIES"],
}

# The settings of a production site. No server listens at port 1.
PRODUCTION = {
    "SECRET_KEY": "0123456789abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "ALLOWED_HOSTS": "exchange.example",
    "DATABASE_URL": "postgres://exchange:secret@127.0.0.1:1/exchange",
    "MAIL_URL": "smtp://localhost",
}


def environment(**changes: str | None) -> dict[str, str]:
    """The environment of this process, with only the given settings of the project."""
    kept = {name: value for name, value in os.environ.items() if name not in SETTINGS}
    return kept | {name: value for name, value in changes.items() if value is not None}


@pytest.fixture
def run(tmp_path):
    """Run Python with these arguments and settings; return the completed process."""

    def run(*arguments: str, **settings: str | None) -> subprocess.CompletedProcess:
        settings.setdefault("DATA_DIR", str(tmp_path / "data"))
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=ROOT,
            env=environment(**settings),
            capture_output=True,
            text=True,
            timeout=600,
        )

    return run


@pytest.fixture
def owner(worker_id):
    """The URL of an empty database of a user who is no superuser, and its name."""
    name = f"owner_{worker_id}"
    address = urlsplit(site.DATABASE_URL)
    with psycopg.connect(site.DATABASE_URL, autocommit=True) as server:
        server.execute(f"DROP DATABASE IF EXISTS {name}")
        server.execute(f"DROP ROLE IF EXISTS {name}")
        server.execute(f"CREATE ROLE {name} LOGIN")
        server.execute(f"CREATE DATABASE {name} OWNER {name}")
        place = address.netloc.rpartition("@")[2]
        yield address._replace(netloc=f"{name}@{place}", path=f"/{name}").geturl(), name
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")
        server.execute(f"DROP ROLE {name}")


@pytest.fixture
def site_role(transactional_db, worker_id):
    """A role that owns nothing, with what `limit_role` grants it, and its URL of the database."""
    name = f"site_{worker_id}"
    databases.execute(f"DROP ROLE IF EXISTS {name}")
    databases.execute(f"CREATE ROLE {name} LOGIN")
    call_command("limit_role", name)
    address = urlsplit(url_of_database())
    place = address.netloc.rpartition("@")[2]
    yield name, address._replace(netloc=f"{name}@{place}").geturl()
    with connection.cursor() as cursor:
        cursor.execute(f"DROP OWNED BY {name}")
    databases.execute(f"DROP ROLE {name}")


@pytest.fixture
def chosen_names(monkeypatch):
    """Let tests choose the folder of a backup instead of the folder of all."""
    monkeypatch.setattr("config.management.commands.backup.new_folder", lambda folder: folder)


@pytest.fixture
def new_database(worker_id):
    """An empty database, which the test uses within a block."""
    name = f"restored_{worker_id}"
    databases.drop(name)
    databases.execute(f"CREATE DATABASE {name}")
    yield name
    databases.drop(name)
