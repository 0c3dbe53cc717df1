"""The time of a response must not reveal who has an account.

The tests compare processor time and database statements, with those of the cache, instead of the
elapsed time, which depends on what else the machine does. Requests for a known and for an unknown
address alternate, and rounds are added until the result is clear. The hash is a real one with fewer
iterations, so that it does not hide other differences.

Each test failed when it should: with an empty `SignupForm.simulate_sign_up` (ratio 0.44), with one
that only hashes (0.67), without hashing for unknown addresses at the sign-in (1.41), and with the
look-up for a new password in the request, as in allauth, instead of in the queue (1.19, one more
statement).
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
    """The costs of requests with one kind of address."""

    seconds: list[float] = field(default_factory=list)
    # Some requests execute one more, with either kind of address.
    statements: list[int] = field(default_factory=list)

    def ask(self, path: str, data: dict) -> None:
        """Send a request as a new visitor."""
        cache.clear()
        client = Client()
        with CaptureQueriesContext(connection) as statements:
            start = thread_time()
            client.post(path, data)
            self.seconds.append(thread_time() - start)
        self.statements.append(len(statements))


def costs_of(path: str, known, unknown) -> tuple[Costs, Costs]:
    """The costs of alternating requests with known and with unknown addresses."""
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
    """The processor time for known addresses, relative to unknown ones."""
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
