"""The mark of verified policymakers."""

import pytest
from django.contrib.auth.models import Permission
from django.utils import timezone

from community.models import Decision, Membership, Notification
from community.profiles import verification
from repository.workflow import ActionRefused

WORDS = {"reason": "other", "message": "The page does not name you."}


@pytest.fixture
def moderator(moderator):
    permission = Permission.objects.get(codename="moderate", content_type__app_label="community")
    moderator.user_permissions.add(permission)
    return type(moderator).objects.get(pk=moderator.pk)


@pytest.fixture
def membership(member):
    return Membership.objects.create(
        member=member, kind="policymaker", organization="Port authority"
    )


def state(membership) -> tuple[bool, bool, str]:
    membership.refresh_from_db()
    return membership.asked_at is not None, membership.is_verified, membership.proof


def decided(member) -> list[tuple[str, str]]:
    return list(Decision.objects.filter(concerns=member).order_by("pk").values_list("verb", "by"))


def notices_for(member) -> list[str]:
    return list(
        Notification.objects.filter(member=member).order_by("pk").values_list("event", flat=True)
    )


def ask(membership):
    verification.ask(member=membership.member, by=membership.member, proof=" See our page. ")


# verb: (words, asked before, verified before, state after)
STEPS = {
    "verify": ({}, True, False, (False, True, "")),
    "decline": (WORDS, True, False, (False, False, "")),
    "withdraw": (WORDS, False, True, (False, False, "")),
}
EVENTS = {"verify": "given", "decline": "declined", "withdraw": "withdrawn"}


def put(membership, asked, verified):
    now = timezone.now()
    Membership.objects.filter(pk=membership.pk).update(
        asked_at=now if asked else None, verified_at=now if verified else None
    )


def perform(verb, membership, moderator):
    member = membership.member
    if verb in ("ask", "withdraw_request"):
        extra = {"proof": "See our page."} if verb == "ask" else {}
        return getattr(verification, verb)(member=member, by=member, **extra)
    return getattr(verification, verb)(member=member, by=moderator, **STEPS[verb][0])


@pytest.mark.parametrize("verb", STEPS)
def test_decide_about_the_mark(membership, member, moderator, verb):
    _words, asked, verified, after = STEPS[verb]
    put(membership, asked, verified)

    perform(verb, membership, moderator)

    assert state(membership) == after
    decision = Decision.objects.get(concerns=member)
    assert (decision.by, decision.subject) == (moderator, member)
    assert notices_for(member) == [f"verification.{EVENTS[verb]}"]


@pytest.mark.parametrize("verb", STEPS)
def test_decide_is_refused_to_others(membership, member, stranger, broker, verb):
    _words, asked, verified, _after = STEPS[verb]
    put(membership, asked, verified)

    for somebody in (member, stranger, broker):
        with pytest.raises(ActionRefused):
            perform(verb, membership, somebody)
    assert state(membership)[:2] == (asked, verified)


def test_refuse_a_decision_about_oneself(moderator):
    membership = Membership.objects.create(
        member=moderator, kind="policymaker", organization="Port authority"
    )

    with pytest.raises(ActionRefused, match="different moderator"):
        verification.verify(member=moderator, by=moderator)
    assert state(membership)[1] is False


def test_refuse_to_ask_for_somebody_else(membership, stranger):
    with pytest.raises(ActionRefused):
        verification.ask(member=membership.member, by=stranger, proof="See our page.")
    with pytest.raises(ActionRefused):
        verification.withdraw_request(member=membership.member, by=stranger)


@pytest.mark.parametrize("words", [WORDS | {"reason": ""}, WORDS | {"message": " "}])
def test_refuse_a_decision_without_reason_or_message(membership, moderator, words):
    put(membership, asked=True, verified=False)

    with pytest.raises(ActionRefused):
        verification.decline(member=membership.member, by=moderator, **words)
    assert state(membership)[0] is True


def test_wait_only_while_active(membership, member):
    ask(membership)
    assert list(Membership.objects.waiting_for_verification()) == [membership]

    type(member).objects.update(is_active=False)
    assert list(Membership.objects.waiting_for_verification()) == []


def test_keep_the_mark_in_the_history(membership, moderator):
    ask(membership)
    verification.verify(member=membership.member, by=moderator)

    events = membership.events.order_by("pgh_id").values_list("pgh_label", "verified_at")
    assert [(label, at is not None) for label, at in events] == [
        ("insert", False),
        ("update", False),
        ("update", True),
    ]
