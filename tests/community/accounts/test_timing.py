"""The time of an answer must not tell who has an account.

What takes time is counted, as a clock would also measure what else the machine does: the
processor's time of the request, and what is asked of the database and the cache in it. Requests
for a known and an unknown address take turns. The hash is the real one, made cheaper, so that
neither a missing hash nor anything else that differs is drowned out. If the first rounds are not
clear, more are added.

Each test was seen to fail: signing up with `SignupForm.pretend` emptied (ratio 0.44) or doing no
more than the hash (0.67), signing in without the hash for unknown addresses (1.41), asking for a
password with the look-up in the request, as allauth has it, instead of in the queue (1.19, and one
statement more).
"""

from dataclasses import dataclass, field
from statistics import median
from time import thread_time

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.community.conftest import PASSWORD, sign_up_form

ROUNDS = 40
MAX_ROUNDS = 200
TOLERANCE = 0.1


class CheaperHasher(PBKDF2PasswordHasher):
    iterations = 20_000


@pytest.fixture
def _real_hash(settings):
    settings.PASSWORD_HASHERS = [f"{__name__}.CheaperHasher"]


@dataclass
class Costs:
    """What requests with one kind of address took."""

    seconds: list[float] = field(default_factory=list)
    # Now and then a request sends one more, whichever the address.
    statements: list[int] = field(default_factory=list)

    def ask(self, path: str, data: dict) -> None:
        """Ask as a visitor nobody has seen before."""
        cache.clear()
        client = Client()
        with CaptureQueriesContext(connection) as statements:
            start = thread_time()
            client.post(path, data)
            self.seconds.append(thread_time() - start)
        self.statements.append(len(statements))


def costs_of(path: str, known, unknown) -> tuple[Costs, Costs]:
    """Costs of requests with known and with unknown addresses, by turns."""
    Costs().ask(path, known(0)), Costs().ask(path, unknown(0))
    costs = Costs(), Costs()
    for number in range(1, MAX_ROUNDS + 1):
        turns = [(costs[0], known), (costs[1], unknown)]
        for cost, data in turns if number % 2 else reversed(turns):
            cost.ask(path, data(number))
        if number % ROUNDS == 0 and abs(ratio(*costs) - 1) < TOLERANCE:
            break
    return costs


def ratio(known: Costs, unknown: Costs) -> float:
    """How much longer a known address keeps the processor: 1 when it tells nothing."""
    return median(known.seconds) / median(unknown.seconds)


def assert_alike(known: Costs, unknown: Costs) -> None:
    assert median(known.statements) == median(unknown.statements)
    assert ratio(known, unknown) == pytest.approx(1, abs=TOLERANCE)


@pytest.mark.usefixtures("_real_hash")
def test_sign_up_takes_as_long_with_a_known_address(account):
    costs = costs_of(
        "/accounts/signup/",
        lambda number: sign_up_form(account.email),
        lambda number: sign_up_form(f"{number}@example.org"),
    )

    assert_alike(*costs)


@pytest.mark.usefixtures("_real_hash")
def test_sign_in_takes_as_long_with_a_known_address(account):
    account.set_password(PASSWORD)
    account.save()
    costs = costs_of(
        "/accounts/login/",
        lambda number: {"login": account.email, "password": "a wrong password"},
        lambda number: {"login": f"{number}@example.org", "password": "a wrong password"},
    )

    assert_alike(*costs)


def test_ask_for_a_password_takes_as_long_with_a_known_address(account):
    costs = costs_of(
        "/accounts/password/reset/",
        lambda number: {"email": account.email},
        lambda number: {"email": f"{number}@example.org"},
    )

    assert_alike(*costs)
