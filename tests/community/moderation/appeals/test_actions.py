from datetime import timedelta

import pytest
from django.utils import timezone

from community.models import Appeal, Claim, Comment, Decision, Flag, Notification, Verb
from community.moderation.appeals.actions import APPEALED, appeal, can_appeal, decide_appeal, reopen
from community.moderation.claims.actions import claim
from community.moderation.decisions.actions import STEPS, decide
from community.moderation.decisions.undo import undo
from community.moderation.flags.actions import flag
from community.moderation.reviews import case_review
from repository.models import CaseStudy
from repository.workflow import ActionRefused
from tests.conftest import staff
from tests.factories import CaseStudyFactory, CommentFactory, UserFactory

pytestmark = pytest.mark.django_db

WORDS = {"reason": "off-topic", "message": "Post it where it fits."}


@pytest.fixture
def another(db):
    """A moderator who was not involved."""
    return staff("Moderators", "another")


@pytest.fixture
def hidden(member, moderator):
    """A decision to hide a comment of the member."""
    return decide(subject=CommentFactory(author=member), verb=Verb.HIDE, by=moderator, **WORDS)


@pytest.fixture
def appealed(hidden, member):
    return appeal(decision=hidden, by=member, words=" It is on topic. ")


def standing():
    return Comment.objects.get().standing


@pytest.mark.parametrize("verb", STEPS)
def test_appeal_only_against_adverse_decisions(verb, member, moderator):
    step = STEPS[verb]
    sources = step.sources - {"removed"} or step.needs_flags
    subject = CommentFactory(author=member, standing=min(sources))
    Flag.objects.create(subject=subject, by=UserFactory(), reason="spam")
    decision = decide(subject=subject, verb=verb, by=moderator, **WORDS)
    assert can_appeal(decision, member) == (verb in APPEALED)
    if verb in APPEALED:
        assert appeal(decision=decision, by=member, words=" Why? ").words == "Why?"
    else:
        with pytest.raises(ActionRefused, match="You can’t appeal this decision"):
            appeal(decision=decision, by=member, words="Why?")


def test_appeal_once(appealed, hidden, member):
    with pytest.raises(ActionRefused, match="You can’t appeal this decision"):
        appeal(decision=hidden, by=member, words="Again.")
    assert Appeal.objects.count() == 1


def test_appeal_of_a_stranger_is_refused(hidden, stranger, moderator):
    for person in (stranger, moderator):
        assert not can_appeal(hidden, person)
        with pytest.raises(ActionRefused, match="Only the member concerned can appeal"):
            appeal(decision=hidden, by=person, words="Why?")


def test_appeal_without_a_text_is_refused(hidden, member):
    with pytest.raises(ActionRefused, match="Explain why this decision should be reviewed"):
        appeal(decision=hidden, by=member, words="  ")


def test_appeal_after_undoing_is_refused(hidden, member, moderator):
    undo(decision=hidden, by=moderator)
    with pytest.raises(ActionRefused, match="You can’t appeal this decision"):
        appeal(decision=hidden, by=member, words="Why?")


def test_appeal_against_the_latest_decision_only(hidden, member, moderator):
    removal = decide(subject=Comment.objects.get(), verb=Verb.REMOVE, by=moderator, **WORDS)
    with pytest.raises(ActionRefused, match="You can’t appeal this decision"):
        appeal(decision=hidden, by=member, words="Why?")
    appeal(decision=removal, by=member, words="Why?")


def test_appeal_after_a_later_decision_was_undone(hidden, member, moderator):
    subject = Comment.objects.get()
    undo(decision=decide(subject=subject, verb=Verb.REMOVE, by=moderator, **WORDS), by=moderator)
    made = appeal(decision=hidden, by=member, words="Why?")
    assert (made.decision, made.by, made.outcome) == (hidden, member, "")


def test_appeal_against_hiding_by_flags(member, moderator):
    subject = CommentFactory(author=member)
    for _number in range(3):
        flag(subject=subject, by=UserFactory(), reason="spam")
    made = appeal(decision=Decision.objects.get(), by=member, words="They mob me.")
    decide_appeal(appeal=made, by=moderator, outcome="restored", answer="So it is.")
    assert (standing(), set(Flag.objects.values_list("outcome", flat=True))) == (
        "published",
        {"dismissed"},
    )


def test_restored_on_appeal(appealed, member, another):
    decision = decide_appeal(appeal=appealed, by=another, outcome="restored", answer=" Right. ")
    assert standing() == "published"
    assert (decision.verb, decision.reason, decision.message, decision.concerns) == (
        "restore",
        "mistake",
        "Right.",
        member,
    )
    appealed.refresh_from_db()
    assert (appealed.outcome, appealed.decided_by, appealed.answer) == (
        "restored",
        another,
        "Right.",
    )
    assert list(Notification.objects.order_by("pk").values_list("event", flat=True)) == [
        "contribution.hidden",
        "appeal.decided",
    ]
    assert appealed.events.count() == 2


def test_upheld_on_appeal(appealed, another):
    decision = decide_appeal(appeal=appealed, by=another, outcome="upheld", answer="Off topic.")
    assert (standing(), decision.verb, decision.reason) == ("hidden", "uphold", "off-topic")
    with pytest.raises(ActionRefused, match="You can’t appeal this decision"):
        appeal(decision=appealed.decision, by=appealed.by, words="Again.")


def test_restoring_on_appeal_dismisses_upheld_flags(member, moderator, another):
    subject = CommentFactory(author=member)
    Flag.objects.create(subject=subject, by=UserFactory(), reason="spam")
    hidden = decide(subject=subject, verb=Verb.HIDE, by=moderator, **WORDS)
    made = appeal(decision=hidden, by=member, words="Why?")
    decision = decide_appeal(appeal=made, by=another, outcome="restored", answer="Right.")
    assert list(Flag.objects.values_list("outcome", "decision")) == [("dismissed", decision.pk)]


def test_appeal_is_not_decided_by_the_first_moderator(appealed, moderator):
    with pytest.raises(ActionRefused, match="You made the original decision"):
        decide_appeal(appeal=appealed, by=moderator, outcome="upheld", answer="No.")
    with pytest.raises(ActionRefused, match="There is an open appeal about this"):
        decide(subject=Comment.objects.get(), verb=Verb.RESTORE, by=moderator, **WORDS)
    assert (Appeal.objects.get().outcome, standing()) == ("", "hidden")


def test_appeal_is_not_decided_by_the_appellant(moderator, another):
    subject = CommentFactory(author=another)
    hidden = decide(subject=subject, verb=Verb.HIDE, by=moderator, **WORDS)
    made = appeal(decision=hidden, by=another, words="Why?")
    with pytest.raises(ActionRefused, match="your own contribution"):
        decide_appeal(appeal=made, by=another, outcome="restored", answer="Yes.")


def test_appeal_decided_without_an_answer_is_refused(appealed, another):
    with pytest.raises(ActionRefused, match="Enter an answer"):
        decide_appeal(appeal=appealed, by=another, outcome="upheld", answer=" ")


def test_appeal_claimed_by_another_is_refused(appealed, another, administrator):
    claim(subject=appealed, by=administrator)
    with pytest.raises(ActionRefused, match="Administrator has claimed this"):
        decide_appeal(appeal=appealed, by=another, outcome="upheld", answer="No.")
    decide_appeal(appeal=appealed, by=administrator, outcome="upheld", answer="No.")
    assert not Claim.objects.exists()


@pytest.mark.parametrize(("outcome", "status"), [("restored", "submitted"), ("upheld", "declined")])
def test_appeal_against_the_declining_of_a_case(outcome, status, member, moderator, another):
    case = CaseStudyFactory(status="submitted", authors=[member])
    declined = case_review.decide(case=case, verb=Verb.DECLINE, by=moderator, **WORDS)
    made = appeal(decision=declined, by=member, words="Why?")
    with pytest.raises(ActionRefused, match="You made the original decision"):
        decide_appeal(appeal=made, by=moderator, outcome=outcome, answer="No.")
    decide_appeal(appeal=made, by=another, outcome=outcome, answer="So it is.")
    case.refresh_from_db()
    assert case.status == status
    with pytest.raises(ActionRefused):
        undo(decision=declined, by=moderator)
    events = member.notifications.order_by("pk").values_list("event", flat=True)
    assert list(events) == ["case.declined", "appeal.decided"]


@pytest.fixture
def declined(member, colleague, moderator):
    """A decision to decline the case of two authors."""
    case = CaseStudyFactory(status="submitted", authors=[member, colleague])
    return case_review.decide(case=case, verb=Verb.DECLINE, by=moderator, **WORDS)


def events_of(*people):
    return [[row.event for row in person.notifications.order_by("pk")[1:]] for person in people]


def test_appeal_by_one_author_for_all(declined, member, colleague, another):
    assert (can_appeal(declined, member), can_appeal(declined, colleague)) == (True, True)
    made = appeal(decision=declined, by=colleague, words="Why?")
    with pytest.raises(ActionRefused, match="You can’t appeal this decision"):
        appeal(decision=declined, by=member, words="And why?")
    decide_appeal(appeal=made, by=another, outcome="restored", answer="So it is.")
    assert events_of(member, colleague) == [
        ["case.appealed", "case.appeal-decided"],
        ["appeal.decided"],
    ]


def test_appeal_by_a_former_author_is_refused(declined, member):
    declined.subject.authors.remove(member)
    with pytest.raises(ActionRefused, match="Only the member concerned can appeal"):
        appeal(decision=declined, by=member, words="Why?")


def test_appeal_is_not_decided_by_another_author(declined, member, another):
    made = appeal(decision=declined, by=member, words="Why?")
    declined.subject.authors.add(another)
    with pytest.raises(ActionRefused, match="your own contribution"):
        decide_appeal(appeal=made, by=another, outcome="restored", answer="Yes.")


def test_appeal_against_a_request_for_changes_is_refused(member, moderator):
    case = CaseStudyFactory(status="submitted", authors=[member])
    asked = case_review.decide(case=case, verb=Verb.REQUEST_CHANGES, by=moderator, **WORDS)
    with pytest.raises(ActionRefused, match="You can’t appeal this decision"):
        appeal(decision=asked, by=member, words="Why?")


# Undoing an answer


def answer(appealed, by, outcome="upheld"):
    return decide_appeal(appeal=appealed, by=by, outcome=outcome, answer="We looked again.")


@pytest.mark.parametrize("outcome", ["upheld", "restored"])
def test_undo_an_answer_reopens_the_appeal(outcome, appealed, member, another):
    undoing = reopen(decision=answer(appealed, another, outcome), by=another, message=" Oh. ")
    appealed.refresh_from_db()
    assert (appealed.outcome, appealed.answer, appealed.decided_by, appealed.decided_at) == (
        "",
        "",
        None,
        None,
    )
    assert (standing(), undoing.verb, undoing.message) == ("hidden", "undo", "Oh.")
    assert events_of(member) == [["appeal.decided", "appeal.reopened"]]
    with pytest.raises(ActionRefused, match="There is an open appeal about this"):
        decide(subject=Comment.objects.get(), verb=Verb.RESTORE, by=another, **WORDS)
    answer(appealed, another, "restored")
    assert (standing(), events_of(member)[0][-1]) == ("published", "appeal.decided")
    assert Decision.objects.filter(undone_at=None).exclude(verb=Verb.UNDO).count() == 2


@pytest.mark.parametrize(("by_staff", "before"), [(True, "upheld"), (False, "")])
def test_undo_an_answer_restores_the_outcome_of_flags(by_staff, before, member, moderator, another):
    subject = CommentFactory(author=member)
    for _number in range(2 if by_staff else 3):
        flag(subject=subject, by=UserFactory(), reason="spam")
    if by_staff:
        decide(subject=subject, verb=Verb.HIDE, by=moderator, **WORDS)
    first = Decision.objects.get()
    made = appeal(decision=first, by=member, words="Why?")
    reopen(decision=answer(made, another, "restored"), by=another)
    assert {*Flag.objects.values_list("outcome", "decision")} == {
        (before, first.pk if by_staff else None)
    }


def test_undo_an_answer_is_for_its_moderator_and_administrators(appealed, another, administrator):
    decision = answer(appealed, another)
    with pytest.raises(
        ActionRefused,
        match="Only the person who made this decision, or an administrator, can undo it",
    ):
        reopen(decision=decision, by=staff("Moderators", "third"))
    reopen(decision=decision, by=administrator)
    with pytest.raises(ActionRefused, match="This decision has already been undone"):
        reopen(decision=decision, by=another)


def test_undo_an_answer_within_a_day(appealed, another):
    decision = answer(appealed, another)
    Decision.objects.filter(pk=decision.pk).update(created_at=timezone.now() - timedelta(hours=25))
    with pytest.raises(ActionRefused, match="within 24 hours"):
        reopen(decision=decision, by=another)


def test_undo_an_answer_is_refused_to_the_first_moderator(member, another, administrator):
    hidden = decide(
        subject=CommentFactory(author=member), verb=Verb.HIDE, by=administrator, **WORDS
    )
    made = appeal(decision=hidden, by=member, words="Why?")
    decision = answer(made, another, "restored")
    with pytest.raises(ActionRefused, match="You made the original decision"):
        reopen(decision=decision, by=administrator)
    assert standing() == "published"


def test_undo_an_answer_after_a_later_decision_is_refused(appealed, another):
    decision = answer(appealed, another, "restored")
    decide(subject=Comment.objects.get(), verb=Verb.REMOVE, by=another, **WORDS)
    with pytest.raises(ActionRefused, match="This has changed since the decision"):
        reopen(decision=decision, by=another)


def test_undo_a_decision_without_an_appeal_is_refused(hidden, moderator):
    restored = decide(subject=Comment.objects.get(), verb=Verb.RESTORE, by=moderator, **WORDS)
    with pytest.raises(ActionRefused, match="t be undone"):
        reopen(decision=restored, by=moderator)
    undo(decision=restored, by=moderator)


def test_undo_resubmitting_a_case_is_refused(declined, member, colleague, another):
    """It is in the queue again: a mistake is corrected by a new decision, open to appeal."""
    made = appeal(decision=declined, by=member, words="Why?")
    decision = answer(made, another, "restored")
    with pytest.raises(ActionRefused, match="restored on appeal"):
        reopen(decision=decision, by=another)
    assert CaseStudy.objects.get().status == "submitted"


def test_undo_upholding_a_declined_case(declined, member, colleague, another):
    made = appeal(decision=declined, by=member, words="Why?")
    reopen(decision=answer(made, another), by=another)
    assert events_of(member, colleague) == [
        ["appeal.decided", "appeal.reopened"],
        ["case.appealed", "case.appeal-decided", "case.appeal-reopened"],
    ]
