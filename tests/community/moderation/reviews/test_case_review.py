from datetime import timedelta

import pytest
from django.utils import timezone

from community.models import Claim, Decision, Verb
from community.moderation.decisions.undo import undo
from community.moderation.reviews.case_review import STEPS, decide, fingerprint
from repository.models import CaseStatus, CaseStudy
from repository.workflow import ActionRefused
from tests.factories import CaseStudyFactory, UserFactory
from tests.races import race

WORDS = {"reason": "incomplete", "message": "Say what did not work."}
NOTIFIED = {
    Verb.APPROVE: "case.published",
    Verb.REQUEST_CHANGES: "case.changes-requested",
    Verb.DECLINE: "case.declined",
}


def words(verb) -> dict:
    return {} if verb == Verb.APPROVE else WORDS


def status(case) -> str:
    return CaseStudy.objects.get(pk=case.pk).status


@pytest.fixture
def submitted(member, colleague):
    return CaseStudyFactory(status="submitted", authors=[member, colleague])


@pytest.mark.parametrize("verb", Verb)
@pytest.mark.parametrize("before", CaseStatus.values)
def test_decide_only_about_submitted_cases(before, verb, db, member, moderator):
    case = CaseStudyFactory(archived=True, status=before, authors=[member])
    if before == "submitted" and verb in STEPS:
        decision = decide(case=case, verb=verb, by=moderator, **words(verb))
        assert status(case) == STEPS[verb].target
        assert (decision.by, decision.concerns, decision.before) == (moderator, member, before)
        assert [notice.event for notice in member.notifications.all()] == [NOTIFIED[verb]]
        assert case.events.count() == 2
        return
    with pytest.raises(ActionRefused, match="You can’t choose"):
        decide(case=case, verb=verb, by=moderator, **words(verb))
    assert (status(case), Decision.objects.count()) == (before, 0)


@pytest.mark.parametrize("verb", STEPS)
def test_decide_notifies_each_author_once(verb, submitted, member, colleague, moderator):
    decide(case=submitted, verb=verb, by=moderator, **words(verb))
    with pytest.raises(ActionRefused):
        decide(case=submitted, verb=verb, by=moderator, **words(verb))
    assert [person.notifications.count() for person in (member, colleague)] == [1, 1]


def test_decide_without_words_is_refused(submitted, moderator):
    for verb in (Verb.REQUEST_CHANGES, Verb.DECLINE):
        with pytest.raises(ActionRefused, match="Choose a reason"):
            decide(case=submitted, verb=verb, by=moderator)


def test_decide_about_ones_own_is_refused(submitted, moderator):
    submitted.authors.add(moderator)
    with pytest.raises(ActionRefused, match="Another moderator"):
        decide(case=submitted, verb=Verb.APPROVE, by=moderator)


def test_decide_about_a_changed_case_is_refused(submitted, moderator):
    seen = fingerprint(submitted)
    submitted.title = "Changed"
    submitted.save()
    with pytest.raises(ActionRefused, match="The text changed after you opened this page"):
        decide(case=submitted, verb=Verb.APPROVE, by=moderator, seen=seen)
    decide(case=submitted, verb=Verb.APPROVE, by=moderator, seen=fingerprint(submitted))


def test_decide_about_a_case_claimed_by_another_is_refused(submitted, moderator, administrator):
    Claim.objects.create(
        subject=submitted, by=administrator, until=timezone.now() + timedelta(minutes=5)
    )
    with pytest.raises(ActionRefused, match="has claimed this"):
        decide(case=submitted, verb=Verb.APPROVE, by=moderator)


@pytest.mark.parametrize("verb", [Verb.REQUEST_CHANGES, Verb.DECLINE])
def test_undo_resubmits_the_case(verb, submitted, member, moderator):
    decision = decide(case=submitted, verb=verb, by=moderator, **WORDS)
    undoing = undo(decision=decision, by=moderator)
    assert (status(submitted), undoing.verb) == ("submitted", "undo")
    assert member.notifications.filter(event="contribution.undone").count() == 1
    with pytest.raises(ActionRefused, match="This decision has already been undone"):
        undo(decision=decision, by=moderator)


def test_undo_by_another_late_or_after_a_change_is_refused(submitted, moderator, administrator):
    decision = decide(case=submitted, verb=Verb.DECLINE, by=moderator, **WORDS)
    with pytest.raises(
        ActionRefused,
        match="Only the person who made this decision, or an administrator, can undo it",
    ):
        undo(decision=decision, by=UserFactory(staff=True))
    CaseStudy.objects.update(status="draft")
    with pytest.raises(ActionRefused, match="This has changed since the decision"):
        undo(decision=decision, by=administrator)
    CaseStudy.objects.update(status="declined")
    Decision.objects.update(created_at=timezone.now() - timedelta(hours=25))
    with pytest.raises(ActionRefused, match="within 24 hours"):
        undo(decision=decision, by=administrator)


@pytest.mark.django_db(transaction=True)
def test_decide_at_the_same_moment_once(submitted, member, moderator, administrator):
    outcomes = race(
        submitted,
        lambda: decide(case=submitted, verb=Verb.DECLINE, by=moderator, **WORDS),
        lambda: decide(case=submitted, verb=Verb.REQUEST_CHANGES, by=administrator, **WORDS),
    )
    assert (outcomes, Decision.objects.count(), member.notifications.count()) == (
        ["done", "refused"],
        1,
        1,
    )
