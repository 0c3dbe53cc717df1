"""Fifty clients accept one match at once, through two servers: one acceptance, 49 refusals."""

import http.client
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urlsplit

import pytest
from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.core import mail
from django.db import connection
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone

from community.models import Notification
from partnerships.models import Match
from tests.community.conftest import run_queue
from tests.config.conftest import ROOT, environment
from tests.config.test_serve import ask
from tests.factories.partnerships import MatchFactory, PartnershipRequestFactory
from tests.partnerships.matches import pair, speaker

ROUNDS = 20
CLIENTS = 50
TOKEN = "a" * 32


@pytest.fixture(scope="module")
def servers(scratch, django_db_blocker, tmp_path_factory):
    """The ports of two servers that answer with what is in the scratch database."""
    folder = tmp_path_factory.mktemp("servers")
    with django_db_blocker.unblock():
        name = connection.settings_dict["NAME"]
    address = urlsplit(settings.DATABASE_URL)._replace(path=f"/{name}").geturl()
    ports = [free_port() for _number in range(2)]
    processes = [
        subprocess.Popen(
            [sys.executable, "manage.py", "serve", f"--port={port}", "--workers=1"],
            cwd=ROOT,
            env=environment(
                TESTING="1",
                DATA_DIR=str(folder),
                DATABASE_URL=address,
                SECRET_KEY=settings.SECRET_KEY,
                WORKER_THREADS="4",
            ),
        )
        for port in ports
    ]
    try:
        for process, port in zip(processes, ports, strict=True):
            while process.poll() is None and not (status := ask(port)):
                time.sleep(0.1)
            assert (process.poll(), status) == (None, 200)
        yield ports
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait(timeout=60)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


class Clients:
    """Those who speak for two cities, and as many sessions as there are clients."""

    def __init__(self):
        first = pair()
        self.asking, self.city = first.request.city, first.city
        people = [first.asked, speaker(first.city, "colleague")]
        self.sessions = [session_of(people[place % 2]) for place in range(CLIENTS)]

    def match(self) -> Match:
        """A match that waits for the answer of the city that is asked, and of it alone."""
        answered = {"requester_answer": "yes", "requester_answered_at": timezone.now()}
        request = PartnershipRequestFactory(opened=True, city=self.asking)
        return MatchFactory(request=request, city=self.city, proposed=True, **answered)


def session_of(member) -> str:
    browser = Client()
    browser.force_login(member)
    return browser.cookies[settings.SESSION_COOKIE_NAME].value


def test_accept_by_fifty_at_once_through_two_servers(servers, django_db_blocker):
    with django_db_blocker.unblock():
        clients = Clients()
        matches = [clients.match() for _round in range(ROUNDS)]
        outcomes = [accept_by_all(servers, match, clients.sessions) for match in matches]
        assert outcomes == [{"success": 1, "error": CLIENTS - 1}] * ROUNDS
        assert Match.objects.introduced().count() == ROUNDS
        for match in matches:
            history = match.events.order_by("pgh_id").values_list("pgh_label", "status")
            assert list(history) == [("insert", "proposed"), ("update", "introduced")]
        # Two who speak for the city that is asked, and one for the city that asks.
        told = Notification.objects.filter(event="match.introduced").values_list("member", "key")
        assert (len(told), Notification.objects.count()) == (3 * ROUNDS, 3 * ROUNDS)
        run_queue()
    sent = Counter(message.to[0] for message in mail.outbox)
    assert sorted(sent.items()) == [
        ("asked-1@example.org", ROUNDS),
        ("asking-1@example.org", ROUNDS),
        ("colleague@example.org", ROUNDS),
    ]


def accept_by_all(ports: list[int], match: Match, sessions: list[str]) -> dict[str, int]:
    """How many of all clients were told that they have accepted, and how many were refused."""
    start = threading.Barrier(CLIENTS)
    heard: list[str] = []

    def accept(place: int) -> None:
        start.wait(timeout=60)
        heard.append(said_to(ports[place % len(ports)], match, sessions[place]))

    threads = [threading.Thread(target=accept, args=[place]) for place in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    return dict(Counter(heard))


def said_to(port: int, match: Match, session: str) -> str:
    """What a client is told who says yes: the level of the message that goes with the answer."""
    sent = {"csrfmiddlewaretoken": TOKEN, "side": "candidate", "answer": "yes", "words": ""}
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "Cookie": f"{settings.CSRF_COOKIE_NAME}={TOKEN}; {settings.SESSION_COOKIE_NAME}={session}",
    }
    path = reverse("partnerships:match_answer", args=[match.pk])
    attempt = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    try:
        attempt.request("POST", path, urlencode(sent), headers)
        answer = attempt.getresponse()
        cookies = SimpleCookie()
        for value in answer.headers.get_all("Set-Cookie", []):
            cookies.load(value)
        answer.read()
    finally:
        attempt.close()
    if answer.status != 302 or "messages" not in cookies:
        return f"{answer.status}"
    storage = CookieStorage(RequestFactory().get("/"))
    (message,) = storage._decode(cookies["messages"].value)
    return message.level_tag
