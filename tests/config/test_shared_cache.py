"""The shared cache server, its failure and its return."""

import os
import signal
import socket
import subprocess
import time
from collections import defaultdict
from contextlib import contextmanager

import pytest
from django.core.cache import caches
from django.test import Client

from community.models import User
from config import environment, shared_cache
from tests.community.accounts.failed_sign_ins import LOGIN, is_locked_out
from tests.factories import CaseStudyFactory, PracticeFactory
from tests.kept_pages import get, made
from tests.permissions.fresh_pages import flush

PASSWORD = "correct horse battery"
# Seconds to wait for answers: more than a busy machine takes.
PATIENCE = 120
LEFT_ALONE_FOR = 3600


class Server:
    """A real server on a Unix socket."""

    def __init__(self, folder):
        self.folder = folder
        self.socket = folder / "socket"
        self.start()

    def start(self) -> None:
        self.process = subprocess.Popen(
            [os.environ["VALKEY"], "--port", "0", "--unixsocket", "socket", "--save", ""],
            cwd=self.folder,
            stdout=subprocess.DEVNULL,
        )
        # The socket exists a moment before the server accepts connections.
        while not self.answers():
            assert self.process.poll() is None

    def answers(self) -> bool:
        with socket.socket(socket.AF_UNIX) as connection:
            return connection.connect_ex(str(self.socket)) == 0

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()
        self.socket.unlink()


@pytest.fixture
def server(tmp_path, settings, monkeypatch, db):
    if not os.environ.get("VALKEY"):
        pytest.skip("no Valkey or Redis server: deploy/ensure-valkey fetches one on Debian")
    server = Server(tmp_path)
    monkeypatch.setattr(shared_cache, "PATIENCE", PATIENCE)
    # Longer than a test takes.
    monkeypatch.setattr(shared_cache, "LEFT_ALONE_FOR", LEFT_ALONE_FOR)
    with monkeypatch.context() as patched:
        patched.setattr(environment, "PATIENCE_FOR_PAGES", PATIENCE)
        settings.CACHES = environment.caches(f"unix://{server.socket}")
    monkeypatch.setattr(shared_cache.SharedCache, "health", defaultdict(shared_cache.Health))
    yield server
    server.process.kill()
    server.process.wait()


@contextmanager
def hanging(server, settings, monkeypatch):
    """Stop the server, for which the site then waits no longer than usual."""
    server.process.send_signal(signal.SIGSTOP)
    try:
        with monkeypatch.context() as patched:
            patched.setattr(shared_cache, "PATIENCE", 0.5)
            settings.CACHES = environment.caches(f"unix://{server.socket}")
            yield
    finally:
        server.process.send_signal(signal.SIGCONT)


def come_back(server) -> None:
    """Restart the server, and end the time during which it is not asked."""
    server.start()
    for health in shared_cache.SharedCache.health.values():
        health.try_again_at = 0.0


def sign_in(email: str, password: str):
    return Client().post(LOGIN, {"login": email, "password": password})


def test_store_values_on_the_server(server):
    cache = caches["default"]
    cache.set("key", [1], 60)
    assert (cache.get("key"), caches["table"].get("key")) == ([1], None)


def test_use_the_table_while_the_server_is_down(server, caplog):
    cache = caches["default"]
    cache.set("before", 1, 60)
    server.kill()

    assert cache.get("before") is None
    assert (cache.add("key", 1, 60), cache.add("key", 2, 60)) == (True, False)
    assert (cache.incr("key"), cache.get("key"), cache.has_key("key")) == (2, 2, True)
    cache.set_many({"one": 1, "other": 2}, 60)
    assert cache.get_many(["one", "other", "none"]) == {"one": 1, "other": 2}
    assert (cache.touch("one", 60), cache.touch("none", 60)) == (True, False)
    cache.delete_many(["one"])
    assert (cache.delete("other"), cache.delete("other")) == (True, False)
    assert cache.get_or_set("made", lambda: 5, 60) == 5
    assert "made" in cache
    cache.clear()
    assert cache.get("made") is None
    # Logged once, not with each call.
    assert [record.getMessage() for record in caplog.records] == [
        "The cache server doesn’t respond; using the cache 'table' for 3600 seconds: "
        "ConnectionError"
    ]

    come_back(server)
    cache.set("after", 3, 60)
    assert (cache.get("after"), caches["table"].get("after")) == (3, None)


def test_wait_once_for_a_server_that_hangs(server, settings, monkeypatch, caplog):
    caches["default"].set("key", 1, 60)
    with hanging(server, settings, monkeypatch):
        assert [caches["default"].get("key") for _turn in range(20)] == [None] * 20
    assert [record.getMessage() for record in caplog.records] == [
        "The cache server doesn’t respond; using the cache 'table' for 3600 seconds: TimeoutError"
    ]


def test_store_pages_in_memory_while_the_server_is_down(server, caplog):
    CaseStudyFactory(published=True, slug="shown")
    caches["memory"].clear()
    get("/cases/shown/")
    assert not made(lambda: get("/cases/shown/"))[0]
    assert caches["memory"].store.size == 0
    server.kill()

    assert made(lambda: get("/cases/shown/"))[0]
    was_made, response = made(lambda: get("/cases/shown/"))
    assert (was_made, response.status_code) == (False, 200)
    assert [record.getMessage() for record in caplog.records] == [
        "The cache server doesn’t respond; using the cache 'memory' for 3600 seconds: "
        "ConnectionError"
    ]
    # The cache of rate limits has its own state.
    assert time.monotonic() >= caches["default"].health.try_again_at

    come_back(server)
    assert made(lambda: get("/cases/shown/"))[0]
    assert not made(lambda: get("/cases/shown/"))[0]
    caches["memory"].clear()


@pytest.fixture
def little_room(server, settings, monkeypatch):
    pages = settings.CACHES["pages"]
    options = pages["OPTIONS"] | {"MAX_BYTES": 50_000}
    settings.CACHES = settings.CACHES | {"pages": pages | {"OPTIONS": options, "TIMEOUT": 3600}}
    monkeypatch.setattr(shared_cache.SharedPages, "quotas", defaultdict(shared_cache.Quota))


def stored(values: range) -> int:
    """Request lists, and return how many were stored before."""
    return sum(not made(lambda n=n: get(f"/cases/?theme={n}"))[0] for n in values)


@pytest.mark.proof(group="little room")
@pytest.mark.usefixtures("little_room")
def test_store_a_limited_amount_of_pages():
    assert stored(range(40)) == 0
    first = stored(range(40))
    assert 0 < first < 30
    CaseStudyFactory(published=True)
    flush()
    # Pages that have changed are replaced, which takes no more room.
    assert stored(range(40)) == 0
    assert stored(range(40)) == first
    # The next period.
    shared_cache.SharedPages.quotas["memory"].ends_at = 0.0
    assert stored(range(40, 60)) == 0
    assert 0 < stored(range(40, 60)) <= first


@pytest.mark.proof(group="little room")
@pytest.mark.usefixtures("little_room")
def test_replace_pages_without_taking_room():
    for _ in range(40):
        assert stored(range(1)) == 0
        PracticeFactory()
        flush()
    stored(range(1, 9))
    assert stored(range(1, 9)) == 8


def test_show_pages_while_the_server_hangs(server, settings, monkeypatch, caplog):
    CaseStudyFactory(published=True, slug="shown")
    caches["memory"].clear()
    get("/cases/shown/")
    with hanging(server, settings, monkeypatch):
        assert get("/cases/shown/").status_code == 200
    assert [record.getMessage() for record in caplog.records] == [
        "The cache server doesn’t respond; using the cache 'memory' for 3600 seconds: TimeoutError"
    ]


def test_wait_less_for_pages():
    options = environment.caches("redis://host")["pages"]["OPTIONS"]
    assert options["socket_timeout"] < shared_cache.PATIENCE


def test_sign_in_and_rate_limits_while_the_server_is_down(server):
    account = User.objects.create_confirmed("reader@example.org", PASSWORD)
    assert sign_in(account.email, PASSWORD).status_code == 302
    server.kill()

    assert sign_in(account.email, PASSWORD).status_code == 302
    tries = [sign_in(f"{number}@example.org", "wrong") for number in range(11)]
    assert list(map(is_locked_out, tries)) == [False] * 10 + [True]

    come_back(server)
    assert sign_in(account.email, PASSWORD).status_code == 302
    assert not is_locked_out(sign_in("10@example.org", "wrong"))


def test_sign_in_if_the_server_never_started(server):
    server.kill()
    account = User.objects.create_confirmed("reader@example.org", PASSWORD)
    assert sign_in(account.email, PASSWORD).status_code == 302
