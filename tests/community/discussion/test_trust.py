import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from community.discussion import actions as comments
from community.discussion.trust import accepted, check_rate, first_standing, lock_author
from community.models import Comment, Notification, Standing, User
from repository.models import Edition
from repository.workflow import ActionRefused
from tests.factories import CaseStudyFactory, CommentFactory, ExperienceFactory, UserFactory

LINK = "See https://example.org/port for more."


@pytest.mark.django_db
def test_count_what_others_can_read_to_three(member):
    assert accepted(member) == 0
    CommentFactory(author=member, standing=Standing.PENDING)
    CommentFactory(author=member, standing=Standing.HIDDEN)
    CommentFactory(standing=Standing.PUBLISHED)
    CaseStudyFactory().authors.add(member)
    assert accepted(member) == 0
    CaseStudyFactory(published=True).authors.add(member)
    ExperienceFactory(author=member, standing=Standing.PUBLISHED)
    assert accepted(member) == 2
    CommentFactory.create_batch(3, author=member, standing=Standing.PUBLISHED)
    assert accepted(member) == 3


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("before", "text", "standing"),
    [
        (0, "Plain words.", Standing.PENDING),
        (1, "Plain words.", Standing.PUBLISHED),
        (1, LINK, Standing.PENDING),
        (2, "Look at www.example.org", Standing.PENDING),
        (2, "buy at shop-here.xyz", Standing.PENDING),
        (2, "It took 3.5 days, i.e. less.", Standing.PUBLISHED),
        (3, LINK, Standing.PUBLISHED),
    ],
)
def test_first_contributions_of_newcomers_are_pending(member, before, text, standing):
    CommentFactory.create_batch(before, author=member, standing=Standing.PUBLISHED)
    assert first_standing(member, "Nothing here.", text) == standing


@pytest.mark.django_db
def test_contributions_of_staff_are_published(moderator):
    assert first_standing(moderator, LINK) == Standing.PUBLISHED


@pytest.mark.django_db
def test_refuse_more_than_the_limit(member):
    own = Comment.objects.filter(author=member)
    CommentFactory.create_batch(2, author=member)
    check_rate(own, most=3, hours=1)
    CommentFactory(author=member)
    with pytest.raises(ActionRefused):
        check_rate(own, most=3, hours=1)
    own.update(created_at=timezone.now() - timedelta(minutes=61))
    check_rate(own, most=3, hours=1)


@pytest.mark.django_db
def test_refuse_an_account_that_was_closed(member):
    assert lock_author(member) == member
    User.objects.filter(pk=member.pk).update(is_active=False)
    with pytest.raises(ActionRefused, match="Your account is closed"):
        lock_author(member)


# Concurrent posts


def at_once(*acts) -> list:
    """The result of each function, started at the same moment in a thread of its own."""
    outcomes, started = [], threading.Barrier(len(acts))

    def attempt(act):
        try:
            started.wait()
            outcomes.append(act())
        except ActionRefused:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=attempt, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    assert not any(thread.is_alive() for thread in threads)
    return outcomes


@pytest.fixture
def case():
    Edition.objects.get_or_create(pk=1)
    return CaseStudyFactory(published=True)


@pytest.mark.django_db(transaction=True)
def test_concurrent_posts_stay_within_the_limit(case):
    member = UserFactory()
    CommentFactory.create_batch(9, author=member)

    def posting(body):
        return lambda: comments.post(subject=case, body=body, by=member).standing

    assert sorted(at_once(posting("One."), posting("Two."))) == ["published", "refused"]
    assert Comment.objects.filter(author=member).count() == 10


@pytest.mark.django_db(transaction=True)
def test_concurrent_posts_of_the_same_text_are_one_comment(case):
    member = UserFactory()

    def posting():
        return comments.post(subject=case, body="Once.", by=member).pk

    first, second = at_once(posting, posting)
    assert first == second
    assert Comment.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_answer_each_other_concurrently(case):
    """Each holds their own lock and notifies the other, without a deadlock."""
    amina, bo = UserFactory(handle="amina"), UserFactory(handle="bo")
    heads = {
        author: CommentFactory(subject=case, author=author, standing=Standing.PUBLISHED)
        for author in (amina, bo)
    }

    def posting(by, to):
        return lambda: (
            comments.post(
                subject=case, body=f"@{to.handle} Yes.", by=by, answered=heads[to]
            ).standing
        )

    for _ in range(5):
        assert at_once(posting(amina, bo), posting(bo, amina)) == ["published"] * 2
        Comment.objects.filter(parent__isnull=False).delete()
    assert Notification.objects.count() == 10


@pytest.mark.django_db(transaction=True)
def test_hold_the_lock_of_an_author_until_the_commit():
    """The lock is what makes the second one wait."""
    member, order, held = UserFactory(), [], threading.Event()

    def second():
        try:
            held.wait()
            with transaction.atomic():
                lock_author(member)
                order.append("second")
        finally:
            connection.close()

    thread = threading.Thread(target=second)
    thread.start()
    with transaction.atomic():
        lock_author(member)
        held.set()
        thread.join(timeout=0.3)
        order.append("first")
    thread.join(timeout=120)
    assert order == ["first", "second"]
