"""What is done at once through two servers is done once, and all others are told so."""

import http.client
import secrets
import subprocess
import sys
import threading
import time
from collections import Counter
from functools import partial
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urlsplit

import pytest
from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.core import mail
from django.core.cache import caches
from django.db import connection
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from community.accounts import roles as accounts_roles
from community.models import Notification
from partnerships.matches import assignment as assigning
from partnerships.models import Match, Round
from partnerships.rounds import actions as rounds
from tests.collection import signed_in
from tests.community.conftest import run_queue
from tests.config.conftest import ROOT, environment
from tests.conftest import staff
from tests.factories import PracticeFactory
from tests.factories.partnerships import (
    MatchFactory,
    OfferFactory,
    PartnershipRequestFactory,
    RoundFactory,
)
from tests.partnerships.matches.pairs import pair, speaker
from tests.second_factors import add_totp
from tests.servers import free_port, status_of

ROUNDS = 20
CLIENTS = 50


@pytest.fixture(scope="module")
def surroundings(scratch, django_db_blocker, tmp_path_factory) -> dict[str, str]:
    """The environment of a process that works on what is in the scratch database."""
    with django_db_blocker.unblock():
        name = connection.settings_dict["NAME"]
    return environment(
        TESTING="1",
        DATA_DIR=str(tmp_path_factory.mktemp("servers")),
        DATABASE_URL=urlsplit(settings.DATABASE_URL)._replace(path=f"/{name}").geturl(),
        SECRET_KEY=settings.SECRET_KEY,
    )


@pytest.fixture(scope="module")
def servers(surroundings):
    """The ports of two servers."""
    ports = [free_port() for _number in range(2)]
    processes = [
        subprocess.Popen(
            [sys.executable, "manage.py", "serve", f"--port={port}", "--workers=3"],
            cwd=ROOT,
            env=surroundings,
        )
        for port in ports
    ]
    try:
        for process, port in zip(processes, ports, strict=True):
            while process.poll() is None and not (status := status_of(port)):
                time.sleep(0.1)
            assert (process.poll(), status) == (None, 200)
        yield ports
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait(timeout=120)


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
        partnership_request = PartnershipRequestFactory(opened=True, city=self.asking)
        return MatchFactory(request=partnership_request, city=self.city, proposed=True, **answered)


def session_of(member) -> str:
    browser = Client()
    browser.force_login(member)
    return browser.cookies[settings.SESSION_COOKIE_NAME].value


@pytest.mark.proof(group="servers", in_turn=True)
def test_accept_by_fifty_at_once_through_two_servers(servers, django_db_blocker, sample):
    with django_db_blocker.unblock():
        clients = Clients()
        matches = [clients.match() for _round in sample(range(ROUNDS), 2)]
        times = len(matches)
        outcomes = []
        for match in matches:
            caches["default"].clear()  # two people send far more than the rate limit allows
            outcomes.append(outcomes_of(servers, accept(match), clients.sessions))
        assert outcomes == [{"success": 1, "error": CLIENTS - 1}] * times
        assert Match.objects.introduced().count() == times
        for match in matches:
            history = match.events.order_by("pgh_id").values_list("pgh_label", "status")
            assert list(history) == [("insert", "proposed"), ("update", "introduced")]
        # Two who speak for the city that is asked, and one for the city that asks.
        told = Notification.objects.filter(event="match.introduced").values_list("member", "key")
        assert (len(told), Notification.objects.count()) == (3 * times, 3 * times)
        run_queue()
    sent = Counter(message.to[0] for message in mail.outbox)
    assert sorted(sent.items()) == [
        ("asked-1@example.org", times),
        ("asking-1@example.org", times),
        ("colleague@example.org", times),
    ]


def accept(match: Match) -> tuple[str, dict]:
    sent = {"side": "candidate", "answer": "yes", "words": ""}
    return reverse("partnerships:match_answer", args=[match.pk]), sent


def outcomes_of(ports: list[int], form: tuple[str, dict], sessions: list[str]) -> dict[str, int]:
    """How many of all who send a form at once were told that it is done, and how many not."""
    start = threading.Barrier(len(sessions))
    heard: list[str] = []

    def send(place: int) -> None:
        start.wait(timeout=120)
        heard.append(message_after_post(ports[place % len(ports)], *form, sessions[place]))

    threads = [threading.Thread(target=send, args=[place]) for place in range(len(sessions))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    return dict(Counter(heard))


def message_after_post(port: int, path: str, sent: dict, session: str) -> str:
    """What a client is told who sends a form: the level of the message with the answer.

    Each has a page, and so a token, of their own: the same form twice would be answered once.
    """
    token = secrets.token_hex(16)
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "Cookie": f"{settings.CSRF_COOKIE_NAME}={token}; {settings.SESSION_COOKIE_NAME}={session}",
    }
    attempt = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    try:
        attempt.request("POST", path, urlencode(sent | {"csrfmiddlewaretoken": token}), headers)
        answer = attempt.getresponse()
        cookies = SimpleCookie()
        for value in answer.headers.get_all("Set-Cookie", []):
            cookies.load(value)
        answer.read()
    finally:
        attempt.close()
    if answer.status != 302 or "messages" not in cookies:
        return f"{answer.status}"
    partnership_request = RequestFactory().get("/")
    partnership_request.COOKIES["messages"] = cookies["messages"].value
    (message,) = CookieStorage(partnership_request)
    return message.level_tag


# A round of matchmaking


def asked_round(name: str) -> Round:
    """A round of two requests, which one city could answer."""
    rail = PracticeFactory(slug=name)
    OfferFactory(practices=[rail])
    requests = [PartnershipRequestFactory(opened=True, practices=[rail]) for _ in range(2)]
    return RoundFactory(requests=requests)


@pytest.mark.proof(group="servers", in_turn=True)
def test_start_a_round_once_and_let_a_worker_compute_it(servers, surroundings, django_db_blocker):
    """Brokers start it at once through two servers; a process of its own computes it."""
    with django_db_blocker.unblock():
        broker = staff(accounts_roles.BROKERS, "broker")
        broker.emailaddress_set.create(email=broker.email, verified=True, primary=True)
        add_totp(broker)
        sessions = [signed_in(broker).cookies[settings.SESSION_COOKIE_NAME].value] * 6
        round = asked_round("rail")
        form = reverse("admin:partnerships_round_result", args=[round.pk]), {"act": "start"}
        assert outcomes_of(servers, form, sessions) == {"success": 1, "error": 5}
        assert message_after_post(servers[0], *form, sessions[0]) == "error"
        tasks = DBTaskResult.objects.filter(task_path=rounds.compute.module_path)
        assert (tasks.count(), Round.objects.get().status) == (1, "running")
        worker = [sys.executable, "manage.py", "db_worker", "--batch", "--interval=0.1"]
        subprocess.run(worker, cwd=ROOT, env=surroundings, check=True, timeout=120)
        round.refresh_from_db()
        assert (round.status, round.progress) == ("done", 100)
        assert len(round.result["assignments"]) + len(round.result["unassigned"]) == 2


def test_show_progress_of_a_round_while_it_is_computed(scratch, django_db_blocker, monkeypatch):
    """Others read it before the end: what is written down is not held back by a transaction."""
    go_on = threading.Event()
    assign = assigning.assign

    def slowly(*args, progress, **kwargs):
        progress(1, 2)
        assert go_on.wait(timeout=120)
        return assign(*args, progress=progress, **kwargs)

    monkeypatch.setattr(assigning, "assign", slowly)
    with django_db_blocker.unblock():
        round = asked_round("sea")
        now = timezone.now()
        Round.objects.filter(pk=round.pk).update(status="running", started_at=now)

        def compute() -> None:
            rounds.compute.func(round=round.pk, started_at=now.isoformat())
            connection.close()

        worker = threading.Thread(target=compute)
        worker.start()
        read = partial(Round.objects.values_list("status", "progress").get, pk=round.pk)
        deadline = time.monotonic() + 60
        while (seen := read()) == ("running", 0) and time.monotonic() < deadline:
            time.sleep(0.02)
        go_on.set()
        worker.join(timeout=120)
        assert (seen, read()) == (("running", 47), ("done", 100))
