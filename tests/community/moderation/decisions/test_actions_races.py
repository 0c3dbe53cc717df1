"""Concurrent actions of moderation: only one of them succeeds, with one notice and one row.

Without the locks more do, so the tests would notice if they were missing.
"""

import threading
import time

import pytest
from django.db import connection, transaction

from community.models import Appeal, Claim, Comment, Decision, Flag, Notification, User, Verb
from community.moderation.appeals.actions import appeal, decide_appeal, reopen
from community.moderation.claims.actions import claim
from community.moderation.decisions.actions import decide
from community.moderation.decisions.undo import undo
from community.moderation.flags.actions import flag
from community.moderation.reviews import case_review
from repository.workflow import ActionRefused
from tests.conftest import staff
from tests.factories import CaseStudyFactory, CommentFactory, UserFactory
from tests.races import race

pytestmark = pytest.mark.django_db(transaction=True)

WORDS = {"reason": "spam", "message": "This is advertising."}


@pytest.fixture
def another(db):
    return staff("Moderators", "another")


def decide_at_once(member, moderator, another) -> tuple:
    subject = CommentFactory(author=member, pending=True)
    outcomes = race(
        subject,
        lambda: decide(subject=subject, verb=Verb.APPROVE, by=moderator),
        lambda: decide(subject=subject, verb=Verb.DECLINE, by=another, **WORDS),
    )
    changed = subject.events.filter(pgh_label="update").count()
    return outcomes, Decision.objects.count(), Notification.objects.count(), changed


def test_decide_at_the_same_moment_once(member, moderator, another):
    assert decide_at_once(member, moderator, another) == (["done", "refused"], 1, 1, 1)


def test_decide_at_the_same_moment_without_locks(member, moderator, another, without_locks):
    assert decide_at_once(member, moderator, another) == (["done", "done"], 2, 2, 2)


def claim_at_once(moderator, another) -> list[str]:
    subject = CommentFactory()
    held = claim(subject=subject, by=UserFactory(staff=True))
    Claim.objects.update(until="2020-01-01T00:00Z")
    return race(
        held,
        lambda: claim(subject=subject, by=moderator),
        lambda: claim(subject=subject, by=another),
    )


def test_claim_at_the_same_moment_once(moderator, another):
    assert claim_at_once(moderator, another) == ["done", "refused"]


def test_claim_at_the_same_moment_without_locks(moderator, another, without_locks):
    assert claim_at_once(moderator, another) == ["done", "done"]


def test_claim_for_the_first_time_at_the_same_moment_once(moderator, another):
    """There is no row to lock yet: the unique constraint decides."""
    subject = CommentFactory()
    outcomes = []
    together = threading.Barrier(2)

    def attempt(by):
        try:
            together.wait()
            claim(subject=subject, by=by)
            outcomes.append("done")
        except ActionRefused:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=attempt, args=[by]) for by in (moderator, another)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    assert (sorted(outcomes), Claim.objects.count()) == (["done", "refused"], 1)


def flag_at_once(member, before: int) -> tuple:
    subject = CommentFactory(author=member)
    for _number in range(before):
        flag(subject=subject, by=UserFactory(), reason="spam")
    people = UserFactory.create_batch(2)
    outcomes = race(
        subject,
        *(lambda by=by: flag(subject=subject, by=by, reason="spam") for by in people),
    )
    return (
        outcomes,
        Flag.objects.count(),
        Decision.objects.count(),
        Notification.objects.count(),
        Comment.objects.get().standing,
    )


def test_flag_as_second_and_third_at_the_same_moment(member):
    assert flag_at_once(member, 1) == (["done", "done"], 3, 1, 1, "hidden")


def test_flag_as_third_and_fourth_at_the_same_moment(member):
    assert flag_at_once(member, 2) == (["done", "refused"], 3, 1, 1, "hidden")


def test_flag_as_third_and_fourth_without_locks(member, without_locks):
    assert flag_at_once(member, 2) == (["done", "done"], 4, 2, 2, "hidden")


def decide_appeal_at_once(member, moderator, another, administrator) -> tuple:
    subject = CommentFactory(author=member)
    hidden = decide(subject=subject, verb=Verb.HIDE, by=moderator, **WORDS)
    made = appeal(decision=hidden, by=member, words="Why?")
    outcomes = race(
        subject,
        lambda: decide_appeal(appeal=made, by=another, outcome="restored", answer="Right."),
        lambda: decide_appeal(appeal=made, by=administrator, outcome="restored", answer="Yes."),
    )
    return (
        outcomes,
        Notification.objects.filter(event="appeal.decided").count(),
        made.events.count(),
    )


def test_decide_an_appeal_at_the_same_moment_once(member, moderator, another, administrator):
    found = decide_appeal_at_once(member, moderator, another, administrator)
    assert found == (["done", "refused"], 1, 2)


def test_decide_an_appeal_at_the_same_moment_without_locks(
    member, moderator, another, administrator, without_locks
):
    outcomes, _told, events = decide_appeal_at_once(member, moderator, another, administrator)
    assert (outcomes, events) == (["done", "done"], 3)


def test_appeal_is_refused_to_the_first_moderator_at_the_same_moment(member, moderator, another):
    subject = CommentFactory(author=member)
    hidden = decide(subject=subject, verb=Verb.HIDE, by=moderator, **WORDS)
    made = appeal(decision=hidden, by=member, words="Why?")
    outcomes = race(
        subject,
        lambda: decide_appeal(appeal=made, by=moderator, outcome="upheld", answer="No."),
        lambda: decide_appeal(appeal=made, by=another, outcome="restored", answer="Right."),
    )
    assert outcomes == ["done", "refused"]
    assert Appeal.objects.get().decided_by == another


def test_undo_and_appeal_at_the_same_moment(member, moderator):
    subject = CommentFactory(author=member)
    hidden = decide(subject=subject, verb=Verb.HIDE, by=moderator, **WORDS)
    outcomes = race(
        subject,
        lambda: undo(decision=hidden, by=moderator),
        lambda: appeal(decision=hidden, by=member, words="Why?"),
    )
    assert outcomes == ["done", "refused"]
    state = (Comment.objects.get().standing, Appeal.objects.count())
    assert state in {("published", 0), ("hidden", 1)}


def appeal_at_once(member, colleague, moderator) -> tuple:
    """Two authors of one case appeal, each on behalf of both."""
    case = CaseStudyFactory(status="submitted", authors=[member, colleague])
    words = WORDS | {"reason": "incomplete"}
    declined = case_review.decide(case=case, verb=Verb.DECLINE, by=moderator, **words)
    attempts = [
        lambda by=by: appeal(decision=declined, by=by, words="Why?") for by in (member, colleague)
    ]
    outcomes = race(case, *attempts)
    return outcomes, Notification.objects.filter(event="case.appealed").count()


def test_authors_appeal_at_the_same_moment_once(member, colleague, moderator):
    assert appeal_at_once(member, colleague, moderator) == (["done", "refused"], 1)


def test_undo_and_decide_again_concurrently(member, moderator, another):
    subject = CommentFactory(author=member)
    hidden = decide(subject=subject, verb=Verb.HIDE, by=moderator, **WORDS)
    made = appeal(decision=hidden, by=member, words="Why?")
    restored = decide_appeal(appeal=made, by=another, outcome="restored", answer="Right.")
    outcomes = race(
        subject,
        lambda: reopen(decision=restored, by=another),
        lambda: decide(subject=subject, verb=Verb.REMOVE, by=moderator, **WORDS),
    )
    state = (*outcomes, Comment.objects.get().standing, Appeal.objects.get().outcome)
    # After undoing it is hidden and can be removed; in the other order it cannot.
    assert state in {
        ("done", "done", "removed", ""),
        ("done", "refused", "removed", "restored"),
    }


def undo_an_answer_at_once(member, moderator, another, administrator) -> tuple:
    subject = CommentFactory(author=member)
    hidden = decide(subject=subject, verb=Verb.HIDE, by=moderator, **WORDS)
    made = appeal(decision=hidden, by=member, words="Why?")
    restored = decide_appeal(appeal=made, by=another, outcome="restored", answer="Right.")
    outcomes = race(
        subject,
        lambda: reopen(decision=restored, by=another),
        lambda: reopen(decision=restored, by=administrator),
    )
    notices = Notification.objects.filter(event="appeal.reopened")
    return outcomes, notices.count(), Decision.objects.filter(verb=Verb.UNDO).count()


def test_undo_an_answer_at_the_same_moment_once(member, moderator, another, administrator):
    found = undo_an_answer_at_once(member, moderator, another, administrator)
    assert found == (["done", "refused"], 1, 1)


def test_undo_an_answer_at_the_same_moment_without_locks(
    member, moderator, another, administrator, without_locks
):
    found = undo_an_answer_at_once(member, moderator, another, administrator)
    assert found == (["done", "done"], 2, 2)


def test_undo_twice_at_the_same_moment_once(member, moderator, administrator):
    subject = CommentFactory(author=member)
    hidden = decide(subject=subject, verb=Verb.HIDE, by=moderator, **WORDS)
    outcomes = race(
        subject,
        lambda: undo(decision=hidden, by=moderator),
        lambda: undo(decision=hidden, by=administrator),
    )
    assert (outcomes, Decision.objects.count()) == (["done", "refused"], 2)


def test_two_flag_each_other_at_the_same_moment(member, colleague):
    """Each locks what the other needs next; this must not deadlock."""
    theirs, mine = CommentFactory(author=colleague), CommentFactory(author=member)
    for subject in (theirs, mine):
        for _number in range(2):
            flag(subject=subject, by=UserFactory(), reason="spam")
    with transaction.atomic():
        User.objects.select_for_update().get(pk=member.pk)
        outcomes = []

        def attempt(subject, by):
            try:
                flag(subject=subject, by=by, reason="spam")
                outcomes.append("done")
            except Exception as error:
                outcomes.append(repr(error))
            finally:
                connection.close()

        pairs = [(theirs, member), (mine, colleague)]
        threads = [threading.Thread(target=attempt, args=pair) for pair in pairs]
        for thread in threads:
            thread.start()
        time.sleep(0.2)
    for thread in threads:
        thread.join(timeout=120)
    assert outcomes == ["done", "done"]
