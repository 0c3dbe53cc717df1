"""Two brokers at once, whose decisions concern members who follow what the other offers."""

import pytest

from community.models import Follow, Notification, Verb
from partnerships.listings import actions
from tests import races
from tests.conftest import staff
from tests.factories import OfferFactory, RepresentationFactory, ThemeFactory

pytestmark = pytest.mark.django_db(transaction=True)


def publish_at_once(member, colleague, broker) -> list:
    offers = []
    for owner, follower in ((member, colleague), (colleague, member)):
        theme = ThemeFactory()
        Follow.objects.create(member=follower, subject=theme)
        city = RepresentationFactory(member=owner).city
        offers.append(OfferFactory(city=city, status="pending", themes=[theme], created_by=owner))
    return races.together(
        *(
            lambda offer=offer, by=by: actions.decide(listing=offer, verb=Verb.APPROVE, by=by)
            for offer, by in zip(offers, (broker, staff("Brokers", "another")), strict=True)
        ),
        after="FOR KEY SHARE",
    )


def test_publish_what_two_follow_of_each_other(member, colleague, broker):
    assert publish_at_once(member, colleague, broker) == []
    assert sorted(Notification.objects.values_list("member__handle", "event")) == [
        ("colleague", "listing.published"),
        ("colleague", "offer.new"),
        ("member", "listing.published"),
        ("member", "offer.new"),
    ]
