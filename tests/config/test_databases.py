from urllib.parse import parse_qs, quote, urlsplit

import psycopg
import pytest
from django.db import connection, connections
from django.db.backends.postgresql.base import DatabaseWrapper

from config import databases
from tests import databases as on_the_server
from tests.processes import url_of_database


def parameters(url: str) -> dict:
    """Return what Django connects with."""
    described = {"default": databases.database(url, connections=4)}
    return DatabaseWrapper(
        connections.configure_settings(described)["default"]
    ).get_connection_params()


def connect(url: str):
    """Connect without the pool, which would try again."""
    return psycopg.connect(**parameters(url))


@pytest.mark.without_database
def test_read_database_url_that_names_a_service():
    described = databases.database("postgres://?service=exchange", connections=4)
    assert (described["NAME"], described["OPTIONS"]["service"]) == ("", "exchange")


@pytest.mark.without_database
@pytest.mark.parametrize(
    "place", ["one,two/c?", "/c?host=one,two&", "/c?host=one,two&port=5432,5433&"]
)
def test_read_database_url_of_several_servers(place):
    found = parameters(f"postgres://a:b@{place}target_session_attrs=read-write")
    assert (found["dbname"], found["host"]) == ("c", "one,two")
    assert (found["user"], found["password"]) == ("a", "b")
    assert found["target_session_attrs"] == "read-write"
    assert found.get("port") == ("5432,5433" if "port" in place else None)


@pytest.fixture
def servers(db, tmp_path, worker_id):
    """The URL of two servers, of which the first does not answer, as a user of its own."""
    user = f"failover_{worker_id}"
    on_the_server.execute(f"DROP ROLE IF EXISTS {user}")
    on_the_server.execute(f"CREATE ROLE {user} LOGIN")
    [folder] = parse_qs(urlsplit(url_of_database()).query)["host"]
    hosts = ",".join(quote(str(each), safe="") for each in (tmp_path, folder))
    name, port = connection.settings_dict["NAME"], urlsplit(url_of_database()).port
    yield (
        user,
        f"postgres://{user}@/{name}?host={hosts}&port={port}&target_session_attrs=read-write",
    )
    on_the_server.execute(f"DROP ROLE {user}")


def test_connect_to_the_server_that_accepts_writes(servers):
    user, url = servers
    with connect(url) as other:
        assert other.execute("SELECT current_user").fetchone() == (user,)
    # Like a standby.
    on_the_server.execute(f"ALTER ROLE {user} SET default_transaction_read_only = on")
    with pytest.raises(psycopg.OperationalError, match="session is read-only"):
        connect(url)


@pytest.mark.without_database
def test_notice_soon_that_the_machine_of_the_server_is_lost():
    options = parameters("postgres://a/b")
    assert (options["connect_timeout"], options["tcp_user_timeout"]) == (5, 10_000)
    idle, interval, count = (
        options[f"keepalives_{each}"] for each in ("idle", "interval", "count")
    )
    assert idle + interval * count <= 15
    assert parameters("postgres://a/b?connect_timeout=2")["connect_timeout"] == 2
