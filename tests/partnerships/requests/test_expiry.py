from datetime import timedelta

import pytest
from django.core import signing
from django.utils import timezone

from partnerships.models import Brokering, Representation, RequestCopy
from partnerships.requests import renewals
from partnerships.requests.actions import renew
from partnerships.requests.drafts import keep
from partnerships.requests.expiry import expire, expire_due, forget_old_copies, warn_due
from repository.workflow import ActionRefused
from tests.factories.partnerships import PartnershipRequestFactory

DAY = timedelta(days=1)


@pytest.fixture
def ending(city):
    """An open request that expires in ten days."""
    expires_at = timezone.now() + 10 * DAY
    return PartnershipRequestFactory(city=city, opened=True, expires_at=expires_at)


def test_warn_once_for_each_expiry(ending, focal_point, second):
    assert [warn_due(), warn_due()] == [1, 0]
    renew(partnership_request=ending, by=focal_point)
    assert [warn_due(), warn_due(timezone.now() + 170 * DAY)] == [0, 1]
    for person in (focal_point, second):
        assert person.notifications.filter(event="request.expiring").count() == 2


def test_warn_only_of_open_requests_that_expire_soon(ending):
    PartnershipRequestFactory(opened=True)
    PartnershipRequestFactory(opened=True, status="matched", expires_at=ending.expires_at)
    assert warn_due() == 1


def test_warn_as_early_as_the_settings_say(ending):
    Brokering.objects.create(pk=1, warning_days=5)
    assert [warn_due(), warn_due(timezone.now() + 6 * DAY)] == [0, 1]


def test_expire_only_requests_whose_term_has_ended(ending, focal_point):
    assert expire_due() == 0
    with pytest.raises(ActionRefused, match="has not expired yet"):
        expire(partnership_request=ending)
    assert [expire_due(timezone.now() + 11 * DAY) for _time in range(2)] == [1, 0]
    ending.refresh_from_db()
    assert ending.status == "expired"
    assert [notice.event for notice in focal_point.notifications.all()] == ["request.expired"]


def test_expire_without_a_warning_sends_the_link_too(ending, focal_point):
    expire_due(timezone.now() + 11 * DAY)
    token = focal_point.notifications.get().details["renewal"]
    link = renewals.renewal_from(token)
    renew(partnership_request=link.partnership_request, by=link.member, expiry=link.expiry)
    ending.refresh_from_db()
    assert ending.status == "open"


def test_renew_by_a_link_once(ending, focal_point):
    warn_due()
    link = renewals.renewal_from(focal_point.notifications.get().details["renewal"])
    assert (link.partnership_request, link.member) == (ending, focal_point)
    renew(partnership_request=link.partnership_request, by=link.member, expiry=link.expiry)
    with pytest.raises(ActionRefused, match="already been renewed"):
        renew(partnership_request=link.partnership_request, by=link.member, expiry=link.expiry)


def test_links_of_others_are_refused(ending, focal_point):
    token = renewals.token_for(ending, focal_point.pk)
    assert renewals.renewal_from(f"{token}x") is None
    assert (
        renewals.renewal_from(signing.dumps([ending.pk, focal_point.pk, ""], salt="other")) is None
    )
    assert renewals.renewal_from(renewals.token_for(ending, 0)) is None
    focal_point.is_active = False
    focal_point.save()
    assert renewals.renewal_from(token) is None


def test_links_of_former_representatives_are_refused(ending, focal_point):
    token = renewals.token_for(ending, focal_point.pk)
    assert renewals.renewal_from(token) is not None
    Representation.objects.update(status="ended")
    assert renewals.renewal_from(token) is None


def test_delete_copies_after_three_months(focal_point):
    keep(member=focal_point, token="old", sent={})
    RequestCopy.objects.update(kept_at=timezone.now() - 91 * DAY)
    keep(member=focal_point, token="new", sent={})
    assert (forget_old_copies(), RequestCopy.objects.get().token) == (1, "new")
