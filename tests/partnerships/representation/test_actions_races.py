"""Concurrent actions: one succeeds, the other is refused.

Without the locks both succeed, which shows that the tests can fail.
"""

import threading

import pytest

from community.discussion import trust
from community.models import Decision, Notification
from partnerships.models import Representation
from partnerships.representation import actions
from partnerships.representation import review as reviews
from repository.models import City
from repository.places import gazetteer
from tests.conftest import staff
from tests.factories import CityFactory, CountryFactory, RepresentationFactory
from tests.races import at_once, race

pytestmark = pytest.mark.django_db(transaction=True)

WORDS = {"reason": "incomplete", "message": "Send us a letter of your office."}


@pytest.fixture
def another(db):
    return staff("Brokers", "another")


def decide_at_once(member, broker, another) -> tuple:
    asked = RepresentationFactory(member=member, city=CityFactory(), asked=True)
    outcomes = race(
        asked,
        lambda: reviews.approve(representation=asked, by=broker),
        lambda: reviews.decline(representation=asked, by=another, **WORDS),
    )
    changed = asked.events.filter(pgh_label="update").count()
    notified = Notification.objects.filter(member=member).count()
    return outcomes, Decision.objects.count(), notified, changed


def test_decide_at_the_same_moment(member, broker, another):
    assert decide_at_once(member, broker, another) == (["done", "refused"], 1, 1, 1)


def test_decide_at_the_same_moment_without_locks(member, broker, another, without_locks):
    assert decide_at_once(member, broker, another) == (["done", "done"], 2, 2, 2)


def test_approve_and_withdraw_at_the_same_moment(member, broker):
    asked = RepresentationFactory(member=member, city=CityFactory(), asked=True)
    outcomes = race(
        asked,
        lambda: reviews.approve(representation=asked, by=broker),
        lambda: actions.withdraw(representation=asked, by=member),
    )
    asked.refresh_from_db()
    assert (outcomes, Decision.objects.count()) == (
        ["done", "refused"],
        1 if asked.status == "approved" else 0,
    )


def ask_for_too_many(member) -> list[str]:
    """One waits already: of three more at once there is room for two."""
    cities = [CityFactory() for _ in range(actions.MAX_WAITING)]
    RepresentationFactory(member=member, asked=True)
    return at_once(
        *(
            lambda city=city: actions.ask(by=member, place=city, position="Head of trade")
            for city in cities
        )
    )


def test_ask_for_too_many_at_the_same_moment(member):
    assert ask_for_too_many(member) == ["done", "done", "refused"]
    assert Representation.objects.count() == actions.MAX_WAITING


def test_ask_for_too_many_at_the_same_moment_without_the_lock(member, monkeypatch):
    monkeypatch.setattr(trust, "LOCK", "SELECT %s")
    # Each counts before any has written.
    counted = threading.Barrier(actions.MAX_WAITING)
    check = actions.check_rate
    monkeypatch.setattr(
        actions,
        "check_rate",
        lambda *args, **options: (counted.wait(timeout=120), check(*args, **options)),
    )
    assert ask_for_too_many(member) == ["done"] * 3


def test_ask_for_the_same_at_the_same_moment(member):
    city = CityFactory()
    ask = lambda: actions.ask(by=member, place=city, position="Head of trade")  # noqa: E731
    assert at_once(ask, ask, ask) == ["done"] * 3
    assert Representation.objects.count() == 1


@pytest.mark.parametrize("kind", ["gazetteer", "new"])
def test_create_one_city_at_the_same_moment(member, colleague, broker, another, kind):
    country = CountryFactory(iso2="RW")
    kigali = gazetteer.find("Kigali", "RW")[0]
    place = kigali if kind == "gazetteer" else actions.NewPlace("Ndhiwa", country)
    asked = [
        actions.ask(by=person, place=place, position="Head of trade")
        for person in (member, colleague)
    ]
    chosen = kigali if kind == "gazetteer" else "Ndhiwa"
    outcomes = at_once(
        *(
            lambda row=row, by=by: reviews.approve(representation=row, by=by, choice=chosen)
            for row, by in zip(asked, (broker, another), strict=True)
        )
    )
    assert (outcomes, City.objects.count()) == (["done", "done"], 1)
    assert Representation.objects.current().filter(city=City.objects.get()).count() == 2
