"""The page cache of several machines, its failure and its return."""

import os
import signal
import socket
import subprocess
from contextlib import ExitStack, contextmanager
from unittest.mock import patch

import pytest
from django.core.cache import caches
from django.test import Client
from django_redis.cache import RedisCache

from config import environment
from config.cache import TableCache
from tests.community.accounts.failed_sign_ins import LOGIN, is_locked_out
from tests.factories import CaseStudyFactory
from tests.kept_pages import get, made

# Seconds to wait for answers: more than a busy machine takes.
PATIENCE = 120


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
    monkeypatch.setattr(environment, "PATIENCE_FOR_PAGES", PATIENCE)
    settings.CACHES = environment.caches(f"unix://{server.socket}")
    yield server
    server.process.kill()
    server.process.wait()


def is_made(path: str) -> bool:
    """Request a page, which must appear, and return whether it was rendered for this request."""
    was_made, response = made(lambda: get(path))
    assert response.status_code == 200
    return was_made


def test_store_pages_on_the_server(server):
    CaseStudyFactory(published=True, slug="shown")
    assert [is_made("/cases/shown/") for _turn in range(3)] == [True, False, False]


def test_make_pages_while_the_server_is_down(server):
    CaseStudyFactory(published=True, slug="shown")
    assert [is_made("/cases/shown/") for _turn in range(2)] == [True, False]
    server.kill()
    assert [is_made(path) for path in ("/cases/shown/", "/cases/shown/", "/cases/")] == [True] * 3

    server.start()
    assert [is_made("/cases/shown/") for _turn in range(2)] == [True, False]


def test_make_pages_if_the_server_never_started(server):
    server.kill()
    assert is_made("/")


def test_wait_for_a_server_that_hangs_once_for_each_access(server, settings, monkeypatch):
    CaseStudyFactory(published=True)
    server.process.send_signal(signal.SIGSTOP)
    monkeypatch.setattr(environment, "PATIENCE_FOR_PAGES", 0.5)
    settings.CACHES = environment.caches(f"unix://{server.socket}")
    with pages_accessed() as accesses:
        assert is_made("/cases/")
    server.process.send_signal(signal.SIGCONT)
    assert accesses == ["get", "set"]


@contextmanager
def pages_accessed():
    """Note how often the server is asked."""
    accesses = []

    def noting(name):
        method = getattr(RedisCache, name)

        def note(cache, *args, **kwargs):
            accesses.append(name)
            return method(cache, *args, **kwargs)

        return patch.object(RedisCache, name, note)

    with ExitStack() as stack:
        for name in ("get", "set"):
            stack.enter_context(noting(name))
        yield accesses


def test_count_attempts_to_sign_in_in_the_database(server):
    assert isinstance(caches["default"], TableCache)
    server.kill()
    tries = [
        Client().post(LOGIN, {"login": f"{number}@example.org", "password": "wrong"})
        for number in range(11)
    ]
    assert list(map(is_locked_out, tries)) == [False] * 10 + [True]
