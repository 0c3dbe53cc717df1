"""Emails about requests: what happened, the facts, what to do next, and a link."""

from datetime import timedelta

import pytest
from django.utils import timezone
from django.utils.formats import date_format

from community.models import Reason, Verb
from partnerships.desk.notices import EVENTS
from partnerships.models import ClosingReason, RequestStatus
from partnerships.requests import actions, expiry
from partnerships.requests.form_steps import FORM_STEPS
from partnerships.requests.notices import NEXT, STATES, about_request
from partnerships.requests.review import decide
from tests.community.conftest import run_queue
from tests.factories import PartnershipRequestFactory, RepresentationFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(focal_point):
    asked = PartnershipRequestFactory(submitted=True, title="Parcels")
    RepresentationFactory(member=focal_point, city=asked.city)
    return asked


def mail_to(reader):
    [message] = [one for one in run_queue() if one.to == [reader.email]]
    return message


def test_every_event_has_a_next_step():
    assert {event for event in EVENTS if event.startswith("request.")} == set(NEXT)
    assert set(STATES) < set(NEXT)


def test_mail_an_opened_request(asked, focal_point, broker):
    decide(partnership_request=asked, verb=Verb.APPROVE, by=broker)
    asked.refresh_from_db()
    message = mail_to(focal_point)
    lines = message.body.splitlines()
    assert "“Parcels”" in message.subject
    assert lines[0] == message.subject
    assert date_format(asked.expires_at) in lines[2]
    # The next step is directly above the address.
    place = next(number for number, line in enumerate(lines) if line.startswith("http"))
    assert lines[place - 1] == NEXT["request.opened"]
    assert lines[place].endswith(asked.get_absolute_url())


def test_mail_the_reason_and_the_step_for_changes(asked, focal_point, broker):
    decide(
        partnership_request=asked,
        verb=Verb.REQUEST_CHANGES,
        by=broker,
        reason=Reason.UNCLEAR,
        message="Which parcels?",
        form_step=2,
    )
    body = mail_to(focal_point).body
    assert str(Reason.UNCLEAR.label) in body
    assert str(FORM_STEPS[1].title) in body
    assert "> Which parcels?" in body


def test_mail_a_link_that_renews(focal_point):
    soon = timezone.now() + timedelta(days=3)
    asked = PartnershipRequestFactory(opened=True, expires_at=soon)
    RepresentationFactory(member=focal_point, city=asked.city)
    expiry.warn_due()
    body = mail_to(focal_point).body
    assert date_format(soon) in body
    assert "/renew/" in body


def test_mail_why_a_colleague_closed_it(focal_point, colleague):
    asked = PartnershipRequestFactory(opened=True)
    for member in (focal_point, colleague):
        RepresentationFactory(member=member, city=asked.city)
    actions.close(partnership_request=asked, by=colleague, reason=ClosingReason.ELSEWHERE)
    assert str(ClosingReason.ELSEWHERE.label) in mail_to(focal_point).body


def test_mail_nothing_that_is_no_longer_true(asked, focal_point, broker):
    decide(partnership_request=asked, verb=Verb.APPROVE, by=broker)
    notice = focal_point.notifications.get()
    assert about_request(notice, focal_point).lines
    type(asked).objects.filter(pk=asked.pk).update(status=RequestStatus.DRAFT, opened_at=None)
    assert about_request(notice, focal_point).lines == ()
