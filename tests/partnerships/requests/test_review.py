from datetime import timedelta

import pytest
from django.utils import timezone

from community.models import Claim, Decision, Verb
from partnerships.models import PartnershipRequest
from partnerships.requests.review import STEP_OF, decide, fingerprint, note
from repository.workflow import ActionRefused
from tests.factories.partnerships import PartnershipRequestFactory, RepresentationFactory

WORDS = {"reason": "incomplete", "message": "Say how many shops there are."}


@pytest.fixture
def waiting(city, focal_point):
    return PartnershipRequestFactory(city=city, submitted=True, created_by=focal_point)


@pytest.mark.parametrize("verb", STEP_OF)
def test_decide_notifies_the_city_of_the_reason(verb, waiting, focal_point, broker):
    words = {} if verb == Verb.APPROVE else WORDS
    decision = decide(partnership_request=waiting, verb=verb, by=broker, **words)
    assert (decision.by, decision.concerns, decision.before, decision.message) == (
        broker,
        focal_point,
        "submitted",
        words.get("message", ""),
    )
    notice = focal_point.notifications.get()
    assert (notice.event, notice.details["message"], notice.actor, notice.kind) == (
        STEP_OF[verb][1],
        words.get("message", ""),
        None,
        "partnership",
    )


@pytest.mark.parametrize("verb", [verb for verb in Verb if verb not in STEP_OF])
def test_decide_with_an_illegal_step_is_refused(verb, waiting, broker):
    with pytest.raises(ActionRefused, match="t possible here"):
        decide(partnership_request=waiting, verb=verb, by=broker, **WORDS)


@pytest.mark.parametrize("verb", [Verb.REQUEST_CHANGES, Verb.DECLINE])
def test_decide_without_a_message_is_refused(verb, waiting, broker):
    for words in ({}, {"reason": "other"}, {"reason": "other", "message": " "}):
        with pytest.raises(ActionRefused, match="Choose a reason"):
            decide(partnership_request=waiting, verb=verb, by=broker, **words)
    assert not Decision.objects.exists()


def test_decide_about_ones_own_city_is_refused(waiting, broker):
    RepresentationFactory(member=broker, city=waiting.city)
    with pytest.raises(ActionRefused, match="nother broker"):
        decide(partnership_request=waiting, verb=Verb.APPROVE, by=broker)


def test_decide_about_ones_own_request_is_refused_after_resigning(city, broker):
    waiting = PartnershipRequestFactory(city=city, submitted=True, created_by=broker)
    with pytest.raises(ActionRefused, match="nother broker"):
        decide(partnership_request=waiting, verb=Verb.APPROVE, by=broker)


def test_decide_about_a_changed_request_is_refused(waiting, broker):
    seen = fingerprint(waiting)
    waiting.save()
    with pytest.raises(ActionRefused, match="The text changed after you opened this page"):
        decide(partnership_request=waiting, verb=Verb.APPROVE, by=broker, seen=seen)
    decide(partnership_request=waiting, verb=Verb.APPROVE, by=broker, seen=fingerprint(waiting))


def test_decide_while_another_broker_has_taken_it_is_refused(waiting, broker, administrator):
    until = timezone.now() + timedelta(minutes=5)
    Claim.objects.create(subject=waiting, by=administrator, until=until)
    with pytest.raises(ActionRefused, match="has claimed this"):
        decide(partnership_request=waiting, verb=Verb.APPROVE, by=broker)
    decide(partnership_request=waiting, verb=Verb.APPROVE, by=administrator)
    assert not Claim.objects.exists()


def test_note_does_not_change_the_fingerprint(waiting, broker):
    seen = fingerprint(waiting)
    note(partnership_request=waiting, by=broker, words=" Ask for\r\nthe shops. ")
    now = PartnershipRequest.objects.get()
    assert (now.broker_note, fingerprint(now)) == ("Ask for\nthe shops.", seen)
    with pytest.raises(ActionRefused, match="3,000 characters or fewer"):
        note(partnership_request=waiting, by=broker, words="x" * 3001)
