"""Replicas that take connections and do not answer."""

import socket
import time
from contextlib import contextmanager
from unittest.mock import patch

import psutil
import psycopg
import pytest
from django.db import connections

from config import databases, replica_connections, replicas
from tests.config import replication, test_replicas
from tests.config.test_replicas import REPLICA, from_replica, made_again, read, rename

# In the order in which they need each other.
place, primary, replica = test_replicas.place, test_replicas.primary, test_replicas.replica
state, reading = test_replicas.state, test_replicas.reading

pytestmark = [
    pytest.mark.proof(in_turn=True, group="replicas", sample=2),
    pytest.mark.usefixtures("reading"),
    pytest.mark.slow(30),
]


@contextmanager
def stopped(server):
    """Stop all processes of a server, which keep their connections."""
    postmaster = psutil.Process(server.process().pid)
    processes = [postmaster, *postmaster.children(recursive=True)]
    for process in processes:
        process.suspend()
    try:
        yield
    finally:
        for process in processes:
            process.resume()


@pytest.fixture
def impatient(reading, monkeypatch):
    """Wait no longer than the site does at first; for other statements longer than a test takes."""
    monkeypatch.setattr(replica_connections, "PATIENCE_AT_FIRST", 1)
    monkeypatch.setattr(replica_connections, "PATIENCE", 600)
    monkeypatch.setattr(replica_connections.ReplicaConnection, "patience", 600)


@pytest.mark.usefixtures("impatient")
def test_stopped_replica_is_left_out_and_comes_back(replica, state):
    rename("Alive")
    replication.wait_until(lambda: read("/private/") == ("Alive", REPLICA))
    with stopped(replica):
        # Both with a connection that the pool has, and without one.
        for _time in range(2):
            state.try_again_at = 0.0
            began = time.monotonic()
            assert read("/private/") == ("Alive", "default")
            assert time.monotonic() - began < replica_connections.PATIENCE / 2
            with patch.object(state, "has_replayed") as asked:
                assert read("/private/") == ("Alive", "default")
            asked.assert_not_called()
    state.try_again_at = 0.0
    rename("Again")
    replication.wait_until(lambda: read("/private/") == ("Again", REPLICA))


def test_page_is_made_again_if_the_replica_hangs_meanwhile(state, monkeypatch, caplog):
    rename("Whole")
    from_replica("/private/")
    caplog.clear()
    monkeypatch.setattr(replica_connections, "PATIENCE", 3)
    assert made_again("/slow/", state) == {("Whole", "default")}
    assert caplog.messages == ["Not reading from replica_1 for 10 seconds: OperationalError"]


def test_a_statement_that_was_given_up_answers_no_other(replica):
    own = replica_connections.ReplicaConnection.connect(replica.url(), autocommit=True)
    own.patience = 0.2
    with pytest.raises(psycopg.OperationalError, match="timeout"):
        own.execute("SELECT 'late' FROM pg_sleep(60)")
    assert own.closed


@pytest.mark.usefixtures("impatient")
def test_server_that_never_answers_is_left_out(monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"postgres://a@127.0.0.1:{server.getsockname()[1]}/b"
        found = databases.databases("postgres://a/b", [url], connections=4)
        described = connections.configure_settings({"default": {}, "hung": found["replica_1"]})
        monkeypatch.setitem(connections.settings, "hung", described["hung"])
        hung = replicas.State("hung")
        monkeypatch.setattr(replicas, "states", {"hung": hung})
        began = time.monotonic()
        _title, used = read("/private/")
        assert used == "default"
        assert time.monotonic() - began < replica_connections.PATIENCE / 2
        assert hung.is_left_out()
        connections["hung"].close_pool()
        del connections["hung"]
