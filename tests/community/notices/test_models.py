"""How members want to receive notices."""

import pytest

from community.models import Delivery, NoticeKind, NoticeSetting
from community.notices.models import deliveries
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def test_deliveries_are_as_chosen_or_default(member, colleague):
    NoticeSetting.objects.create(member=member, kind=NoticeKind.REPLY, delivery=Delivery.NONE)
    NoticeSetting.objects.create(member=colleague, kind=NoticeKind.REVIEW, delivery=Delivery.NONE)
    found = deliveries([member.pk, colleague.pk], NoticeKind.REPLY)
    assert found == {member.pk: Delivery.NONE, colleague.pk: Delivery.NOW}
    assert deliveries([member.pk], NoticeKind.FOLLOWED) == {member.pk: Delivery.WEEKLY}


def test_deliveries_leave_out_closed_accounts(member):
    gone = UserFactory(is_active=False)
    assert deliveries([member.pk, gone.pk], NoticeKind.REPLY) == {member.pk: Delivery.NOW}
    assert deliveries([], NoticeKind.REPLY) == {}
