"""Concurrent steps of an application: one succeeds, the other is refused.

Without the locks both succeed, which shows that the tests can fail.
"""

import pytest

from community.models import Decision, Verb
from partnerships.clusters import joining
from partnerships.models import ClusterApplication
from tests.conftest import staff
from tests.factories import (
    CityFactory,
    ClusterApplicationFactory,
    ClusterFactory,
    RepresentationFactory,
)
from tests.races import at_once, race, together

pytestmark = pytest.mark.django_db(transaction=True)


def accept_and_withdraw(member, broker) -> tuple:
    city = RepresentationFactory(member=member).city
    cluster = ClusterFactory(cities=[CityFactory()])
    application = ClusterApplicationFactory(city=city, cluster=cluster, by=member)
    outcomes = race(
        application,
        lambda: joining.decide(application=application, verb=Verb.APPROVE, by=broker),
        lambda: joining.withdraw(application=application, by=member),
    )
    application.refresh_from_db()
    return outcomes, application.status, cluster.cities.filter(pk=city.pk).exists()


def test_accept_and_withdraw_at_the_same_moment(member, broker):
    outcomes, *state = accept_and_withdraw(member, broker)
    assert outcomes == ["done", "refused"]
    assert state in (["accepted", True], ["withdrawn", False])


def test_accept_and_withdraw_at_the_same_moment_without_locks(member, broker, without_locks):
    assert accept_and_withdraw(member, broker)[0] == ["done", "done"]


def test_decide_twice_at_the_same_moment(member, broker):
    application = ClusterApplicationFactory()
    outcomes = race(
        application,
        lambda: joining.decide(application=application, verb=Verb.APPROVE, by=broker),
        lambda: joining.decide(application=application, verb=Verb.APPROVE, by=broker),
    )
    assert (outcomes, Decision.objects.count()) == (["done", "refused"], 1)


def test_two_focal_points_ask_at_the_same_moment(member, colleague):
    city = RepresentationFactory(member=member).city
    RepresentationFactory(member=colleague, city=city)
    cluster = ClusterFactory(cities=[CityFactory()])
    ask = [
        lambda by=by: joining.ask_to_join(cluster=cluster, city=city, by=by)
        for by in (member, colleague, member)
    ]
    assert at_once(*ask) == ["done"] * 3
    assert ClusterApplication.objects.count() == 1


def test_two_brokers_ask_for_their_cities_at_the_same_moment(broker):
    """Each is notified of what the other asks."""
    another = staff("Brokers", "another")
    cities = {by: RepresentationFactory(member=by).city for by in (broker, another)}
    ask = [
        lambda by=by, city=city: joining.ask_to_join(cluster=ClusterFactory(), city=city, by=by)
        for by, city in cities.items()
    ]
    assert together(*ask, after="FOR KEY SHARE") == []
    assert ClusterApplication.objects.count() == 2
