"""Settings of the database and its replicas, read from the environment."""

import os
import re
from typing import Any

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

from config import replica_connections
from config.secret_settings import secret, secrets_read


def pooler() -> str:
    """Return "transaction" if the database is behind a pooler in transaction mode; else ""."""
    mode = os.environ.get("DATABASE_POOLER", "")
    if mode not in {"", "transaction"}:
        raise ImproperlyConfigured(
            "DATABASE_POOLER must be “transaction”, for PgBouncer in transaction mode, or unset, "
            f"not {mode!r}."
        )
    return mode


# Seconds to wait for a connection. A replica has less time, as the primary can answer instead.
PATIENCE_FOR_PRIMARY, PATIENCE_FOR_REPLICA = 5, 2
LOST_AFTER = {
    "tcp_user_timeout": PATIENCE_FOR_REPLICA * 1000,
    "keepalives_idle": PATIENCE_FOR_REPLICA,
    "keepalives_interval": 1,
    "keepalives_count": 2,
}


def databases(url: str, replicas: list[str], *, connections: int, pooler: str = "") -> dict:
    """Return DATABASES: the primary server as "default", and its replicas as "replica_1" and so on.

    Tests have one server only, unless they start others.
    """
    found = {"default": database(url, connections=connections, pooler=pooler)}
    for number, address in enumerate(replicas, start=1):
        replica = database(
            address,
            "REPLICA_URLS",
            connections=connections,
            pooler=pooler,
            patience=PATIENCE_FOR_REPLICA,
        )
        # Otherwise a machine that disappears is noticed after a quarter of an hour, or two hours if
        # it has confirmed what was sent.
        replica["OPTIONS"] = LOST_AFTER | replica["OPTIONS"]
        replica["OPTIONS"]["pool"] |= {
            "check": replica_connections.check,
            "connection_class": replica_connections.ReplicaConnection,
        }
        replica["TEST"] = {"MIRROR": "default"}
        found[f"replica_{number}"] = replica
    return found


def replica_urls() -> list[str]:
    """Return the URLs of replicas, which may be separated by spaces, lines or commas."""
    urls = re.split(r"[\s,]+", secret("REPLICA_URLS").strip(", \t\r\n"))
    # Each has a password of its own to keep out of logs.
    secrets_read.update(urls)
    return [url for url in urls if url]


def database(
    url: str,
    name: str = "DATABASE_URL",
    *,
    connections: int,
    pooler: str = "",
    patience: int = PATIENCE_FOR_PRIMARY,
) -> dict[str, Any]:
    """Return the settings of the PostgreSQL server at `url`, with a connection pool."""
    try:
        described = dj_database_url.parse(url)
    except (ValueError, dj_database_url.ParseError):
        described = {}
    options = described.get("OPTIONS", {})
    database_name = described.get("NAME") or ""
    is_named = database_name or "service" in options
    # A password with “@” and “/” would otherwise be taken for a host, and logged as one.
    is_whole = "@" not in database_name
    is_postgresql = described.get("ENGINE") == "django.db.backends.postgresql"
    if not (is_postgresql and is_named and is_whole):
        raise ImproperlyConfigured(
            f"{name} can’t be used. It must name a PostgreSQL server and a database on it, "
            "and look like postgres://user:password@host:5432/name, with special characters of the "
            "password percent-encoded: %2F (/), %40 (@)."
        )
    described["OPTIONS"] = {"connect_timeout": patience} | options
    # The pool checks each connection before use: after a restart of the server, requests would
    # otherwise fail with stale connections.
    described["CONN_HEALTH_CHECKS"] = True
    # Their rows would be fetched from other connections of the pooler, which do not know them.
    described["DISABLE_SERVER_SIDE_CURSORS"] = pooler == "transaction"
    # A request fails after waiting so long for a free connection. Reconnection attempts end
    # after two seconds: the pool would otherwise back off exponentially, even after the server is
    # back.
    described["OPTIONS"]["pool"] = {
        "min_size": 1,
        "max_size": connections,
        "timeout": patience,
        "reconnect_timeout": 2,
    }
    return described
