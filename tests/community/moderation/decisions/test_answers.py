"""Undoing of answers about proposed practices, tags and verifications of policymakers."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.utils import timezone

from community.models import (
    Appeal,
    Claim,
    Decision,
    Follow,
    Membership,
    Notification,
    ProposedPractice,
    TagProposal,
)
from community.moderation.appeals.actions import appeal, can_appeal, decide_appeal
from community.moderation.claims.actions import claim
from community.moderation.decisions.rules import UNDONE_WITHIN, latest_decision
from community.moderation.decisions.undo import undo
from community.moderation.reviewable import reviewable_of
from community.profiles import verification
from community.profiles.actions import change_profile
from community.tagging import actions as tagging_actions
from community.writing.proposed_practices import actions as proposed_practices_actions
from repository.models import Practice
from repository.workflow import ActionRefused
from tests.conftest import staff
from tests.factories import CaseStudyFactory, CommentFactory, PracticeFactory, ThemeFactory
from tests.races import race

pytestmark = pytest.mark.django_db

NO = {"reason": "unclear", "message": "Say how it differs."}
SINCE = "has changed since th"


@dataclass
class Asked:
    """An open request of a member, and the ways to answer it."""

    subject: Any
    verbs: dict[str, Callable]
    state: Callable[[], str]

    def decide(self, verb: str, by) -> Decision:
        self.verbs[verb](by=by)
        return Decision.objects.about(self.subject).first()


@pytest.fixture
def practice(member) -> Asked:
    case = CaseStudyFactory(published=True, authors=[member], themes=[ThemeFactory()])
    row = ProposedPractice.objects.create(case=case, by=member, name="One window", summary="Port.")
    decide = partial(proposed_practices_actions.decide, proposed=row)
    return Asked(
        row,
        {
            "approve": partial(decide, verb="approve"),
            "merge": lambda by: decide(verb="merge", practice=PracticeFactory(), by=by),
            "decline": partial(decide, verb="decline", **NO),
        },
        lambda: ProposedPractice.objects.get(pk=row.pk).outcome or "waiting",
    )


@pytest.fixture
def tag(member, colleague) -> Asked:
    case = CaseStudyFactory(published=True, authors=[colleague], tags=["rail"])
    row = tagging_actions.propose(subject=case, name="port", by=member)
    return Asked(
        row,
        {
            "approve": partial(tagging_actions.accept, proposal=row),
            "decline": partial(tagging_actions.decline, proposal=row, **NO),
        },
        lambda: TagProposal.objects.get(pk=row.pk).status,
    )


@pytest.fixture
def mark(member) -> Asked:
    membership = Membership.objects.create(
        member=member, kind="policymaker", organization="Port authority"
    )
    verification.ask(member=member, by=member, proof="See our page.")

    def withdraw(by):
        verification.verify(member=member, by=by)
        verification.withdraw(member=member, by=by, **NO)

    return Asked(
        member,
        {
            "approve": partial(verification.verify, member=member),
            "decline": partial(verification.decline, member=member, **NO),
            "remove": withdraw,
        },
        lambda: Membership.objects.get(pk=membership.pk).mark,
    )


@pytest.fixture(params=["practice", "tag", "mark"])
def asked(request) -> Asked:
    return request.getfixturevalue(request.param)


@pytest.fixture
def another(db):
    return staff("Moderators", "another")


def events_of(member) -> list[str]:
    return [
        *Notification.objects.filter(member=member).order_by("pk").values_list("event", flat=True)
    ]


def names(subject) -> list[str]:
    return sorted(tag.name for tag in subject.tags.all())


# All kinds


def test_undo_each_answer_and_answer_again(asked, member, moderator):
    kind = reviewable_of(asked.subject)
    assert {*asked.verbs} == {*kind.results}
    for verb in asked.verbs:
        decision = asked.decide(verb, moderator)
        assert asked.state() == (kind.results[verb] or "waiting"), verb
        undoing = undo(decision=decision, by=moderator, message=" Sorry. ")
        decision.refresh_from_db()
        assert decision.undone_at is not None
        assert (undoing.verb, undoing.concerns, undoing.message) == ("undo", member, "Sorry.")
        assert events_of(member)[-1] == kind.undone_event
        assert asked.state() == ("verified" if verb == "remove" else "waiting"), verb
        with pytest.raises(ActionRefused, match="This decision has already been undone"):
            undo(decision=decision, by=moderator)


def test_undo_is_for_who_decided_or_an_administrator(asked, moderator, another, administrator):
    decision = asked.decide("decline", moderator)
    with pytest.raises(ActionRefused, match="Only"):
        undo(decision=decision, by=another)
    claim(subject=asked.subject, by=another)
    with pytest.raises(ActionRefused, match="has claimed this"):
        undo(decision=decision, by=moderator)
    assert asked.state() != "waiting"
    Claim.objects.all().delete()
    undo(decision=decision, by=administrator)
    assert asked.state() == "waiting"


def test_undo_within_a_day(asked, moderator):
    decision = asked.decide("decline", moderator)
    Decision.objects.update(created_at=timezone.now() - UNDONE_WITHIN - timedelta(minutes=1))
    with pytest.raises(ActionRefused, match="within 24 hours"):
        undo(decision=decision, by=moderator)


def test_undo_about_oneself_is_refused(asked, member, moderator, administrator):
    decision = asked.decide("decline", moderator)
    Decision.objects.update(concerns=administrator)
    with pytest.raises(ActionRefused, match="your own contribution"):
        undo(decision=decision, by=administrator)


def test_appeal_is_answered_by_another(asked, member, stranger, moderator, another):
    decision = asked.decide("decline", moderator)
    assert (can_appeal(decision, member), can_appeal(decision, stranger)) == (True, False)
    words = appeal(decision=decision, by=member, words="Look again.")
    with pytest.raises(ActionRefused, match=SINCE):
        undo(decision=decision, by=moderator)
    for by, refused in ((moderator, "original decision"), (member, "your own")):
        with pytest.raises(ActionRefused, match=refused):
            decide_appeal(appeal=words, by=by, outcome="restored", answer="Yes.")
    decide_appeal(appeal=words, by=another, outcome="restored", answer="Yes.")
    assert asked.state() == "waiting"
    assert events_of(member)[-1] == reviewable_of(asked.subject).appealed_event
    assert latest_decision(asked.subject).verb == "restore"
    # After the review another answer may follow, and an appeal against it.
    assert can_appeal(asked.decide("decline", moderator), member)


def test_rejected_appeal_keeps_the_answer(asked, member, moderator, another):
    decision = asked.decide("decline", moderator)
    before = asked.state()
    words = appeal(decision=decision, by=member, words="Look again.")
    decide_appeal(appeal=words, by=another, outcome="upheld", answer="It is right.")
    assert (asked.state(), can_appeal(decision, member)) == (before, False)
    with pytest.raises(ActionRefused, match=SINCE):
        undo(decision=decision, by=moderator)


def test_appeal_against_a_favourable_answer_is_refused(asked, member, moderator):
    assert not can_appeal(asked.decide("approve", moderator), member)


def test_all_actions_with_answers_are_in_the_table():
    assert {*reviewable_of(ProposedPractice()).results} == {*proposed_practices_actions.EVENTS}
    assert {*reviewable_of(TagProposal()).results} == {*tagging_actions.STEPS}


# Practices


def test_undo_deletes_the_new_practice(practice, moderator):
    case = practice.subject.case
    decision = practice.decide("approve", moderator)
    assert [each.name for each in case.practices.all()] == ["One window"]
    undo(decision=decision, by=moderator)
    assert (Practice.objects.count(), case.practices.count()) == (0, 0)


@pytest.mark.parametrize("use", ["case", "comment", "follow", "words", "proposal", "unlinked"])
def test_undo_is_refused_for_a_used_practice(use, practice, moderator, stranger):
    decision = practice.decide("approve", moderator)
    made = Practice.objects.get()
    if use == "case":
        CaseStudyFactory(practices=[made])
    elif use == "comment":
        CommentFactory(subject=made)
    elif use == "follow":
        Follow.objects.create(subject=made, member=stranger)
    elif use == "words":
        made.summary = "Better words."
        made.save()
    elif use == "unlinked":
        practice.subject.case.practices.clear()
    else:
        ProposedPractice.objects.create(
            case=CaseStudyFactory(), name="Same", practice=made, outcome="accepted"
        )
    with pytest.raises(ActionRefused, match=SINCE):
        undo(decision=decision, by=moderator)
    assert (Practice.objects.count(), practice.state()) == (1, "accepted")


@pytest.mark.django_db(transaction=True)
def test_undo_keeps_a_practice_that_the_case_had_before(practice, moderator):
    known, case = PracticeFactory(), practice.subject.case
    merge = partial(
        proposed_practices_actions.decide, proposed=practice.subject, verb="merge", practice=known
    )
    undo(decision=merge(by=moderator), by=moderator)
    assert list(case.practices.all()) == []
    case.practices.add(known)
    undo(decision=merge(by=moderator), by=moderator)
    assert list(case.practices.all()) == [known]


# Tags


def test_decline_of_a_moderator_needs_a_reason(tag, colleague, moderator):
    with pytest.raises(ActionRefused, match="Choose a reason"):
        tagging_actions.decline(proposal=tag.subject, by=moderator)
    tagging_actions.decline(proposal=tag.subject, by=colleague)
    assert (tag.state(), Decision.objects.count()) == ("declined", 0)


def test_undo_removes_only_the_accepted_tag(tag, moderator, member):
    case = tag.subject.subject
    decision = tag.decide("approve", moderator)
    assert names(case) == ["port", "rail"]
    undo(decision=decision, by=moderator)
    assert names(case) == ["rail"]
    tag.decide("approve", moderator)
    # A notice of each answer, not only of the first.
    assert events_of(member) == ["tag.accepted", "tag.undone", "tag.accepted"]


def test_undo_is_refused_for_a_changed_tag(tag, colleague, stranger, moderator):
    case = tag.subject.subject
    accepted = tag.decide("approve", moderator)
    case.tags.clear()
    with pytest.raises(ActionRefused, match=SINCE):
        undo(decision=accepted, by=moderator)
    case.tags.add("port")
    undo(decision=accepted, by=moderator)
    declined = tag.decide("decline", moderator)
    tagging_actions.propose(subject=case, name="Port", by=stranger)
    with pytest.raises(ActionRefused, match=SINCE):
        undo(decision=declined, by=moderator)


def test_appeal_for_a_tag_added_since(tag, member, moderator, another):
    words = appeal(decision=tag.decide("decline", moderator), by=member, words="Look again.")
    tag.subject.subject.tags.add("port")
    with pytest.raises(
        ActionRefused, match="This has changed since the decision, so it can’t be restored"
    ):
        decide_appeal(appeal=words, by=another, outcome="restored", answer="Yes.")
    decide_appeal(appeal=words, by=another, outcome="upheld", answer="It is there by now.")


def test_authors_cannot_answer_during_a_claim(tag, colleague, moderator):
    claim(subject=tag.subject, by=moderator)
    with pytest.raises(ActionRefused, match="A moderator is reviewing"):
        tagging_actions.accept(proposal=tag.subject, by=colleague)


# The verification


def membership() -> Membership:
    return Membership.objects.get()


def test_undo_restores_the_proof(mark, moderator):
    decision = mark.decide("decline", moderator)
    assert membership().proof == ""
    undo(decision=decision, by=moderator)
    assert (membership().proof, mark.state()) == ("See our page.", "waiting")


def test_appeal_restores_a_withdrawn_verification(mark, member, moderator, another):
    words = appeal(decision=mark.decide("remove", moderator), by=member, words="I am in office.")
    with pytest.raises(ActionRefused, match="appeal is being reviewed"):
        verification.ask(member=member, by=member, proof="Look.")
    with pytest.raises(ActionRefused, match="Decide the appeal"):
        verification.verify(member=member, by=moderator)
    decide_appeal(appeal=words, by=another, outcome="restored", answer="You are.")
    assert mark.state() == "verified"


@pytest.mark.parametrize("verb", ["decline", "remove"])
def test_undo_verification_is_refused_after_the_profile_has_changed(verb, mark, member, moderator):
    decision = mark.decide(verb, moderator)
    change_profile(
        user=member,
        by=member,
        display_name="Member",
        handle="member",
        language="en",
        about={"organization": "Another office"},
    )
    with pytest.raises(ActionRefused, match=SINCE):
        undo(decision=decision, by=moderator)


@pytest.mark.parametrize("verb", ["decline", "remove"])
def test_undo_verification_is_refused_after_a_new_request(verb, mark, member, moderator):
    decision = mark.decide(verb, moderator)
    verification.ask(member=member, by=member, proof="A letter.")
    with pytest.raises(ActionRefused, match=SINCE):
        undo(decision=decision, by=moderator)
    verification.withdraw_request(member=member, by=member)
    with pytest.raises(ActionRefused, match=SINCE):
        undo(decision=decision, by=moderator)


def test_decision_does_not_hold_without_a_profile(mark, member, moderator):
    decision = mark.decide("decline", moderator)
    Membership.objects.all().delete()
    member = type(member).objects.get(pk=member.pk)
    assert (reviewable_of(member).holds(decision, member), can_appeal(decision, member)) == (
        False,
        False,
    )
    assert not Appeal.objects.exists()


# At the same moment


@pytest.mark.django_db(transaction=True)
def test_undo_while_the_member_appeals(asked, member, moderator):
    """Both wait for the first lock of their kind: without it, an appeal waits for nobody."""
    decision = asked.decide("decline", moderator)
    subject = asked.subject
    first = {ProposedPractice: "case", TagProposal: "subject"}.get(type(subject), "membership")
    outcomes = race(
        getattr(subject, first),
        lambda: undo(decision=decision, by=moderator),
        lambda: appeal(decision=decision, by=member, words="Look again."),
    )
    undone = Decision.objects.filter(pk=decision.pk, undone_at__isnull=False).count()
    assert (outcomes, undone + Appeal.objects.count()) == (["done", "refused"], 1)
