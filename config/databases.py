"""Settings of the database, read from the environment."""

import os
from typing import Any

import dj_database_url
from django.core.exceptions import ImproperlyConfigured


def pooler() -> str:
    """Return "transaction" if the database is behind a pooler in transaction mode; else ""."""
    mode = os.environ.get("DATABASE_POOLER", "")
    if mode not in {"", "transaction"}:
        raise ImproperlyConfigured(
            "DATABASE_POOLER must be “transaction”, for PgBouncer in transaction mode, or unset, "
            f"not {mode!r}."
        )
    return mode


# Seconds to wait for a connection.
PATIENCE = 5
# Otherwise a lost machine is noticed after a quarter of an hour, or after two hours if it has
# confirmed what was sent, and another one that takes over is not used until then.
LOST_AFTER = {
    "tcp_user_timeout": 10_000,
    "keepalives_idle": 5,
    "keepalives_interval": 3,
    "keepalives_count": 3,
}


def database(url: str, *, connections: int, pooler: str = "") -> dict[str, Any]:
    """Return the settings of the PostgreSQL server at `url`, with a connection pool.

    For a failover, the URL may name several servers: docs/operations/scale.md.
    """
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
            "DATABASE_URL can’t be used. It must name a PostgreSQL server and a database on it, "
            "and look like postgres://user:password@host:5432/name, with special characters of the "
            "password percent-encoded: %2F (/), %40 (@)."
        )
    described["OPTIONS"] = {"connect_timeout": PATIENCE} | LOST_AFTER | options
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
        "timeout": PATIENCE,
        "reconnect_timeout": 2,
    }
    return described
