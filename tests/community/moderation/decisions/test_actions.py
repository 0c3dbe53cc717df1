from datetime import timedelta

import pytest
from django.utils import timezone

from community.models import (
    Claim,
    Comment,
    Decision,
    Experience,
    Flag,
    Notification,
    Standing,
    Verb,
)
from community.moderation.appeals.actions import appeal
from community.moderation.claims.actions import claim
from community.moderation.decisions.actions import (
    CORRECTABLE,
    READ,
    STEPS,
    decide,
    fingerprint,
    open_verbs,
    steps_from,
)
from community.moderation.decisions.undo import undo
from community.moderation.flags.actions import flag
from repository.workflow import ActionRefused
from tests.factories import CommentFactory, ExperienceFactory, UserFactory

pytestmark = pytest.mark.django_db

WORDS = {"reason": "off-topic", "message": "Post it where it fits."}
STATES = [(standing, flagged) for standing in Standing.values for flagged in (False, True)]
# What a moderator can do, written independently of the code.
TABLE = {
    ("pending", False): {"approve": "published", "decline": "declined"},
    ("pending", True): {"approve": "published", "decline": "declined"},
    ("published", False): {"hide": "hidden", "remove": "removed"},
    ("published", True): {"hide": "hidden", "remove": "removed", "dismiss": "published"},
    ("hidden", False): {"remove": "removed", "restore": "published"},
    ("hidden", True): {"hide": "hidden", "remove": "removed", "restore": "published"},
    ("declined", False): {"restore": "published"},
    ("declined", True): {"restore": "published"},
    ("removed", False): {"restore": "published"},
    ("removed", True): {"restore": "published"},
}
UPHELD = {"hide", "remove", "decline"}
NOTIFICATIONS = {
    "approve": ["contribution.approved"],
    "decline": ["contribution.declined"],
    "hide": ["contribution.hidden"],
    "remove": ["contribution.removed"],
    "restore": ["contribution.restored"],
    "dismiss": [],
}


def words(verb: str) -> dict:
    return {} if verb == "approve" else WORDS


def events_of(member) -> list[str]:
    return list(member.notifications.order_by("pk").values_list("event", flat=True))


def mark_removed(subject) -> None:
    """Mark it as removed by staff, not by its author."""
    Decision.objects.create(subject=subject, verb="remove", before="published", **WORDS)


def now(subject) -> str:
    return type(subject).objects.get(pk=subject.pk).standing


@pytest.mark.parametrize("made_by", [CommentFactory, ExperienceFactory])
@pytest.mark.parametrize(("standing", "flagged"), STATES)
@pytest.mark.parametrize("verb", Verb.values)
def test_decide_only_as_the_table_allows(made_by, standing, flagged, verb, member, moderator):
    subject = made_by(author=member, standing=standing)
    if flagged:
        Flag.objects.create(subject=subject, by=UserFactory(), reason="spam")
    if standing == "removed":
        mark_removed(subject)
    target = TABLE[standing, flagged].get(verb)
    if target is None:
        with pytest.raises(ActionRefused):
            decide(subject=subject, verb=Verb(verb), by=moderator, **words(verb))
        assert (now(subject), events_of(member)) == (standing, [])
        assert not Decision.objects.filter(by=moderator).exists()
        return
    decision = decide(subject=subject, verb=Verb(verb), by=moderator, **words(verb))
    assert now(subject) == target
    assert (decision.verb, decision.before, decision.by, decision.concerns) == (
        verb,
        standing,
        moderator,
        member,
    )
    assert events_of(member) == NOTIFICATIONS[verb]
    outcome = "upheld" if verb in UPHELD else "dismissed"
    assert set(Flag.objects.values_list("outcome", "decision")) == (
        {(outcome, decision.pk)} if flagged else set()
    )
    assert subject.events.count() == (2 if target != standing else 1)
    assert decision.events.get().pgh_context.metadata["user"] == moderator.pk


@pytest.mark.parametrize(("standing", "flagged"), STATES)
def test_open_verbs_are_those_of_the_table(standing, flagged):
    assert set(steps_from(standing, has_flags=flagged)) == set(TABLE[standing, flagged])


def test_table_has_all_steps():
    assert {verb for row in TABLE.values() for verb in row} == {verb.value for verb in STEPS}


@pytest.mark.parametrize("verb", ["decline", "hide", "remove", "restore"])
@pytest.mark.parametrize("given", [{}, {"reason": "spam"}, {"reason": "spam", "message": " "}])
def test_decide_without_words_is_refused(verb, given, moderator):
    standing = next(iter(STEPS[verb].sources or STEPS[verb].needs_flags))
    subject = CommentFactory(standing=standing)
    mark_removed(subject)
    Flag.objects.create(subject=subject, by=UserFactory(), reason="spam")
    with pytest.raises(ActionRefused, match="Choose a reason and write a message"):
        decide(subject=subject, verb=Verb(verb), by=moderator, **given)
    assert now(subject) == standing


def test_decide_about_ones_own_is_refused(moderator):
    subject = CommentFactory(author=moderator, pending=True)
    with pytest.raises(ActionRefused, match="Another moderator"):
        decide(subject=subject, verb=Verb.APPROVE, by=moderator)


def test_decide_about_a_changed_text_is_refused(moderator):
    subject = CommentFactory(pending=True, body="Harmless.")
    seen = fingerprint(subject)
    Comment.objects.filter(pk=subject.pk).update(body="Buy at once.")
    with pytest.raises(ActionRefused, match="The text changed after you opened this page"):
        decide(subject=subject, verb=Verb.APPROVE, by=moderator, seen=seen)
    assert now(subject) == "pending"


def test_decide_about_a_deleted_object_is_refused(moderator):
    subject = CommentFactory(pending=True)
    Comment.objects.all().delete()
    with pytest.raises(ActionRefused, match="no longer exists"):
        decide(subject=subject, verb=Verb.APPROVE, by=moderator)


def test_decide_twice_is_refused_and_notifies_once(member, moderator):
    subject = CommentFactory(author=member, pending=True)
    decide(subject=subject, verb=Verb.APPROVE, by=moderator)
    with pytest.raises(ActionRefused, match=r"“Approve” because the status is “Published”\."):
        decide(subject=subject, verb=Verb.APPROVE, by=moderator)
    assert (Decision.objects.count(), events_of(member)) == (1, ["contribution.approved"])


def test_decide_about_something_claimed_by_another_is_refused(moderator, administrator):
    subject = CommentFactory(pending=True)
    claim(subject=subject, by=administrator)
    with pytest.raises(ActionRefused, match="Administrator has claimed this"):
        decide(subject=subject, verb=Verb.APPROVE, by=moderator)
    decide(subject=subject, verb=Verb.APPROVE, by=administrator)
    assert not Claim.objects.exists()


def test_approve_notifies_the_members_concerned_once(member, colleague, moderator):
    first = CommentFactory(author=colleague)
    answer = CommentFactory(subject=first.subject, parent=first, author=member, pending=True)
    decision = decide(subject=answer, verb=Verb.APPROVE, by=moderator)
    undo(decision=decision, by=moderator)
    decide(subject=answer, verb=Verb.APPROVE, by=moderator)
    assert events_of(colleague) == ["comment.reply"]


def test_decide_about_a_text_of_a_former_member(moderator):
    subject = CommentFactory(author=None)
    assert decide(subject=subject, verb=Verb.HIDE, by=moderator, **WORDS).concerns is None
    assert not Notification.objects.exists()


def test_edit_then_approve(moderator):
    subject = CommentFactory(pending=True, body="We sea the same.")
    decide(
        subject=subject,
        verb=Verb.APPROVE,
        by=moderator,
        changes={"body": "We see the same.", "language": "xx"},
    )
    changed = Comment.objects.get()
    assert (changed.body, changed.standing, changed.language) == (
        "We see the same.",
        "published",
        "en",
    )
    assert changed.rendered == {"body": "<p>We see the same.</p>\n"}
    assert changed.edited_at is not None


def test_edit_without_a_change_is_not_marked(moderator):
    subject = ExperienceFactory(pending=True)
    decide(subject=subject, verb=Verb.APPROVE, by=moderator, changes={"worked": subject.worked})
    assert Experience.objects.get().edited_at is None


def test_edit_with_another_verb_is_refused(moderator):
    subject = CommentFactory(pending=True)
    with pytest.raises(ActionRefused):
        decide(subject=subject, verb=Verb.DECLINE, by=moderator, changes={"body": "X"}, **WORDS)
    assert Comment.objects.get().body == subject.body


def test_edit_to_nothing_is_refused(moderator):
    for subject, changes in (
        (ExperienceFactory(pending=True), {"worked": ""}),
        (CommentFactory(pending=True), {"body": ""}),
        (CommentFactory(pending=True), {"body": "x" * 5001}),
    ):
        with pytest.raises(ActionRefused):
            decide(subject=subject, verb=Verb.APPROVE, by=moderator, changes=changes)
        assert now(subject) == "pending"


def test_correctable_fields_are_part_of_the_fingerprint():
    assert all(set(names) <= set(READ[model]) for model, names in CORRECTABLE.items())


def test_restore_a_withdrawn_text_is_refused(member, moderator):
    subject = CommentFactory(author=member, pending=True)
    decide(subject=subject, verb=Verb.APPROVE, by=moderator)
    Comment.objects.update(standing=Standing.REMOVED)
    with pytest.raises(ActionRefused, match="“Restore” because"):
        decide(subject=subject, verb=Verb.RESTORE, by=moderator, **WORDS)
    assert open_verbs(Comment.objects.get()) == []


# Undoing


@pytest.mark.parametrize("verb", STEPS)
def test_undo_restores_the_standing_and_reopens_flags(verb, member, moderator):
    step = STEPS[verb]
    before = next(iter(step.sources or step.needs_flags))
    subject = CommentFactory(author=member, standing=before)
    if before == Standing.REMOVED:
        mark_removed(subject)
    Flag.objects.create(subject=subject, by=UserFactory(), reason="spam")
    decision = decide(subject=subject, verb=verb, by=moderator, **words(verb))
    undoing = undo(decision=decision, by=moderator)
    assert now(subject) == before
    assert (undoing.verb, undoing.by, undoing.concerns) == ("undo", moderator, member)
    assert Decision.objects.get(pk=decision.pk).undone_at is not None
    assert list(Flag.objects.values_list("outcome", "decision")) == [("", None)]
    assert events_of(member) == [
        *NOTIFICATIONS[verb],
        *(["contribution.undone"] if NOTIFICATIONS[verb] else []),
    ]
    with pytest.raises(ActionRefused):
        undo(decision=decision, by=moderator)
    with pytest.raises(ActionRefused):
        undo(decision=undoing, by=moderator)


def test_undo_of_others_is_for_administrators(moderator, administrator):
    subject = CommentFactory(pending=True)
    decision = decide(subject=subject, verb=Verb.APPROVE, by=moderator)
    with pytest.raises(
        ActionRefused,
        match="Only the person who made this decision, or an administrator, can undo it",
    ):
        undo(decision=decision, by=UserFactory(staff=True))
    undo(decision=decision, by=administrator)
    assert now(subject) == "pending"


def test_undo_after_a_day_is_refused(moderator):
    decision = decide(subject=CommentFactory(pending=True), verb=Verb.APPROVE, by=moderator)
    late = timezone.now() - timedelta(hours=24, minutes=1)
    Decision.objects.update(created_at=late)
    with pytest.raises(ActionRefused, match="within 24 hours"):
        undo(decision=decision, by=moderator)


def test_undo_after_a_later_decision_is_refused(moderator):
    subject = CommentFactory(pending=True)
    decision = decide(subject=subject, verb=Verb.APPROVE, by=moderator)
    decide(subject=subject, verb=Verb.HIDE, by=moderator, **WORDS)
    with pytest.raises(ActionRefused, match="This has changed since the decision"):
        undo(decision=decision, by=moderator)


def test_undo_after_enough_new_flags_is_refused(moderator):
    subject = CommentFactory()
    for member in (UserFactory(), UserFactory()):
        flag(subject=subject, by=member, reason="spam")
    decision = decide(subject=subject, verb=Verb.DISMISS, by=moderator, **WORDS)
    flag(subject=subject, by=UserFactory(), reason="spam")
    with pytest.raises(ActionRefused, match="This has changed since the decision"):
        undo(decision=decision, by=moderator)
    assert (now(subject), Flag.objects.open().count()) == ("published", 1)


def test_undo_after_another_change_of_standing_is_refused(moderator):
    subject = CommentFactory(pending=True)
    decision = decide(subject=subject, verb=Verb.APPROVE, by=moderator)
    Comment.objects.update(standing=Standing.REMOVED)
    with pytest.raises(ActionRefused, match="This has changed since the decision"):
        undo(decision=decision, by=moderator)


def test_undo_during_an_appeal_is_refused(member, moderator):
    subject = CommentFactory(author=member)
    decision = decide(subject=subject, verb=Verb.HIDE, by=moderator, **WORDS)
    appeal(decision=decision, by=member, words="It is on topic.")
    with pytest.raises(ActionRefused, match="This has changed since the decision"):
        undo(decision=decision, by=moderator)


def test_undo_hiding_by_flags_is_refused(moderator, administrator):
    subject = CommentFactory()
    for _number in range(3):
        flag(subject=subject, by=UserFactory(), reason="spam")
    with pytest.raises(ActionRefused, match="t be undone"):
        undo(decision=Decision.objects.get(), by=administrator)


def test_undo_twice_in_a_row_goes_back_two_steps(moderator):
    subject = CommentFactory(pending=True)
    first = decide(subject=subject, verb=Verb.APPROVE, by=moderator)
    second = decide(subject=subject, verb=Verb.HIDE, by=moderator, **WORDS)
    undo(decision=second, by=moderator)
    undo(decision=first, by=moderator)
    assert now(subject) == "pending"


def test_dismiss_flags_without_a_reason_and_a_message(moderator, member):
    subject = CommentFactory(author=member)
    Flag.objects.create(subject=subject, by=UserFactory(), reason="spam")
    decision = decide(subject=subject, verb=Verb.DISMISS, by=moderator)
    assert (decision.by, decision.verb, decision.reason, decision.message) == (
        moderator,
        "dismiss",
        "",
        "",
    )
    assert Flag.objects.get().decision == decision
    assert list(member.notifications.all()) == []
