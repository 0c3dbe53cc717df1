"""Concurrent answers to an invitation: one succeeds, the other is refused.

Without the locks both succeed, which shows that the tests can fail.
"""

import pytest

from community.models import Notification
from partnerships.invitations import actions
from partnerships.models import CityInvitation, Representation
from tests.conftest import staff
from tests.factories import (
    CityFactory,
    CityInvitationFactory,
    PartnershipRequestFactory,
    UserFactory,
)
from tests.races import at_once, race

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def officer():
    member = UserFactory(email="trade@nakuru.example")
    member.emailaddress_set.create(email=member.email, verified=True, primary=True)
    return member


def answer_twice(officer, broker) -> tuple:
    invitation = CityInvitationFactory()
    outcomes = race(
        invitation,
        lambda: actions.accept(invitation=invitation, position="Head of trade", by=officer),
        lambda: actions.decline(invitation=invitation),
    )
    return outcomes, Notification.objects.filter(member=broker).count()


def test_accept_and_decline_at_the_same_moment(officer, broker):
    assert answer_twice(officer, broker) == (["done", "refused"], 1)
    invitation = CityInvitation.objects.get()
    given = Representation.objects.current().count()
    assert (invitation.status, given) in {("answered", 1), ("declined", 0)}


def test_accept_and_decline_at_the_same_moment_without_locks(officer, broker, without_locks):
    assert answer_twice(officer, broker) == (["done", "done"], 2)


def test_accept_twice_at_the_same_moment(officer):
    invitation = CityInvitationFactory()
    accept = lambda: actions.accept(invitation=invitation, position="Head", by=officer)  # noqa: E731
    assert at_once(accept, accept, accept) == ["done"] * 3
    assert Representation.objects.count() == 1


def test_accept_and_revoke_at_the_same_moment(officer, broker):
    invitation = CityInvitationFactory()
    outcomes = race(
        invitation,
        lambda: actions.accept(invitation=invitation, position="Head of trade", by=officer),
        lambda: actions.revoke(invitation=invitation, by=broker),
    )
    assert outcomes == ["done", "refused"]
    invitation.refresh_from_db()
    given = Representation.objects.current().count()
    assert (invitation.status, given) in {("answered", 1), ("revoked", 0)}


def test_write_to_two_offices_at_the_same_moment(broker):
    asked, city = PartnershipRequestFactory(opened=True), CityFactory()
    another = staff("Brokers", "another")
    outcomes = at_once(
        *(
            lambda by=by, email=email: actions.write(
                partnership_request=asked,
                city=city,
                office="Trade",
                email=email,
                source="View page",
                message="Would you?",
                by=by,
            )
            for by, email in ((broker, "a@nakuru.example"), (another, "b@nakuru.example"))
        )
    )
    assert (sorted(outcomes), CityInvitation.objects.count()) == (["done", "refused"], 1)
