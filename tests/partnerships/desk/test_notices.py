from datetime import timedelta

import pytest
from django.utils import timezone

from community.models import NoticeKind, Notification
from community.notices import wording
from community.notices.events import ENCLOSURES
from community.notices.notify import notify
from partnerships.desk.notices import EVENTS, brokers, declare, focal_points
from partnerships.representation.notices import NEXT
from partnerships.representation.review import approve
from tests.community.conftest import run_queue
from tests.factories import CityFactory, PartnershipRequestFactory, RepresentationFactory

pytestmark = pytest.mark.django_db


def notified(reader) -> list[str]:
    return [
        shown.title
        for shown in wording.shown_to(reader, Notification.objects.filter(member=reader))
    ]


def test_find_brokers_and_current_focal_points(broker, administrator, moderator, member, stranger):
    city = CityFactory()
    RepresentationFactory(member=member, city=city)
    yesterday = timezone.localdate() - timedelta(days=1)
    RepresentationFactory(member=stranger, city=city, since=yesterday, until=yesterday)
    RepresentationFactory(member=moderator, city=city, asked=True)
    assert brokers() == [broker.pk, administrator.pk]
    assert focal_points(city.pk) == [member.pk]


def test_show_news_of_a_request_to_its_city_only(member, stranger):
    partnership_request = PartnershipRequestFactory(title="Parcels")
    for reader in (member, stranger):
        notify(
            [reader.pk],
            kind=NoticeKind.PARTNERSHIP,
            event=next(iter(EVENTS)),
            subject=partnership_request,
        )
    held = RepresentationFactory(member=member, city=partnership_request.city)
    assert (notified(member), notified(stranger)) == (["Parcels"], [])
    held.status = "ended"
    held.save()
    assert notified(member) == []


def test_show_work_of_brokers_to_brokers(broker):
    partnership_request = PartnershipRequestFactory(opened=True, title="Parcels")
    notify(
        [broker.pk],
        kind=NoticeKind.BROKERING,
        event=next(iter(EVENTS)),
        subject=partnership_request,
    )
    assert notified(broker) == ["Parcels"]
    broker.groups.clear()
    assert notified(type(broker).objects.get(pk=broker.pk)) == []


def test_each_email_about_cities_names_the_next_step():
    """Emails about requests, proposals, representations, offers and needs."""
    declare()
    kinds = ("request", "match", "question", "listing", "offer")
    expected = {event for event in EVENTS if event.split(".")[0] in kinds}
    assert expected <= set(ENCLOSURES)
    assert "representation.approved" in ENCLOSURES


def test_mail_what_a_new_representative_can_do(member, broker):
    asked = RepresentationFactory(member=member, asked=True, city=CityFactory())
    approve(representation=asked, by=broker)
    [message] = [one for one in run_queue() if one.to == [member.email]]
    lines = message.body.splitlines()
    place = next(number for number, line in enumerate(lines) if line.startswith("http"))
    assert lines[place - 1] == NEXT["representation.approved"]
