from datetime import timedelta

import pytest
from django.utils import timezone

from community.discussion import actions
from community.models import Comment, Follow, Notification, Standing
from repository.workflow import ActionRefused
from tests.factories import (
    CaseStudyFactory,
    CityFactory,
    CommentFactory,
    PracticeFactory,
    RecommendationFactory,
    UserFactory,
    WebinarFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def case():
    return CaseStudyFactory(published=True, slug="parcels")


@pytest.fixture
def trusted(member):
    """The member, with three comments elsewhere that others can read."""
    city = CityFactory()
    CommentFactory.create_batch(3, author=member, subject=city, standing=Standing.PUBLISHED)
    Comment.objects.update(created_at=timezone.now() - timedelta(days=2))
    return member


def post(case, by, body="It worked for us.", **options):
    return actions.post(subject=case, body=body, by=by, **options)


def published(subject, author, **values):
    return CommentFactory(subject=subject, author=author, standing=Standing.PUBLISHED, **values)


def notices() -> list[tuple]:
    rows = Notification.objects.order_by("member__handle", "pk")
    return [*rows.values_list("member__handle", "kind", "event")]


# Posting


def test_post_by_a_trusted_member_is_published_at_once(case, trusted):
    comment = post(case, trusted, "It **worked**.", language="fr")
    comment.refresh_from_db()
    assert (comment.subject, comment.author, comment.parent) == (case, trusted, None)
    assert (comment.standing, comment.language) == (Standing.PUBLISHED, "fr")
    assert comment.rendered == {"body": "<p>It <strong>worked</strong>.</p>\n"}


def test_post_by_a_newcomer_is_pending_and_notifies_nobody(case, member, colleague):
    Follow.objects.create(member=colleague, subject=case)
    comment = post(case, member)
    assert (comment.standing, notices()) == (Standing.PENDING, [])


@pytest.mark.parametrize(
    "factory", [CityFactory, PracticeFactory, RecommendationFactory, WebinarFactory]
)
def test_post_about_each_kind(factory, trusted):
    subject = factory()
    comment = post(subject, trusted)
    assert comment.subject == subject


def test_post_twice_is_one_comment(case, trusted):
    first = post(case, trusted)
    assert post(case, trusted) == first
    assert post(case, trusted, "Other words.") != first
    assert post(CityFactory(), trusted) != first
    Comment.objects.filter(pk=first.pk).update(created_at=timezone.now() - timedelta(seconds=61))
    assert post(case, trusted) != first


@pytest.mark.parametrize("state", [{}, {"archived": True}])
def test_post_is_refused_on_unpublished_cases(state, trusted):
    with pytest.raises(ActionRefused):
        post(CaseStudyFactory(**state), trusted)


def test_post_is_refused_after_ten_in_an_hour(case, trusted, moderator):
    for number in range(10):
        post(case, trusted, f"Number {number}.")
    with pytest.raises(ActionRefused, match="many of these"):
        post(case, trusted, "One more.")
    for number in range(11):
        post(case, moderator, f"Number {number}.")


def test_answers_are_one_level_deep(case, trusted, colleague):
    head = published(case, colleague)
    answer = post(case, trusted, answered=head)
    deeper = post(case, trusted, "And more.", answered=answer)
    assert (answer.parent, deeper.parent) == (head, head)


@pytest.mark.parametrize("standing", [s for s in Standing if s != Standing.PUBLISHED])
def test_answers_are_refused_to_unpublished_comments(standing, case, trusted, colleague):
    head = CommentFactory(subject=case, author=colleague, standing=standing)
    with pytest.raises(ActionRefused):
        post(case, trusted, answered=head)


# Notices


def test_notify_each_member_once_of_the_closest_event(
    case, trusted, colleague, stranger, focal_point
):
    case.authors.add(focal_point)
    head = published(case, colleague)
    for follower in (trusted, colleague, stranger, focal_point):
        Follow.objects.create(member=follower, subject=case)
    comment = post(case, trusted, "Ask @stranger and @Stranger.", answered=head)
    assert [*comment.mentioned.all()] == [stranger]
    assert notices() == [
        ("colleague", "reply", "comment.reply"),
        ("focal-point", "reply", "comment.own"),
        ("stranger", "mention", "comment.mention"),
    ]
    notice = Notification.objects.first()
    assert (notice.subject, notice.details) == (case, {"comment": str(comment.pk)})
    actions.announce(comment)
    assert len(notices()) == 3


def test_notify_followers(case, trusted, stranger):
    Follow.objects.create(member=stranger, subject=case)
    Follow.objects.create(member=stranger, subject=CityFactory())
    post(case, trusted)
    assert notices() == [("stranger", "followed", "comment.new")]


def test_notify_the_author_answered_in_a_thread(case, trusted, colleague, stranger):
    head = published(case, colleague)
    answer = published(case, stranger, parent=head)
    post(case, trusted, answered=answer)
    assert [row[0] for row in notices()] == ["colleague", "stranger"]


def test_notify_no_closed_accounts_or_mentions_in_code(case, trusted):
    UserFactory(handle="gone", is_active=False)
    UserFactory(handle="named")
    comment = post(case, trusted, "@gone `@named` a@named [@named](https://example.org) @nobody")
    assert (comment.mentioned.count(), notices()) == (0, [])


def test_notify_ten_at_most(case, trusted):
    for number in range(12):
        UserFactory(handle=f"m{number}")
    comment = post(case, trusted, " ".join(f"@m{number}" for number in range(12)))
    assert (comment.mentioned.count(), len(notices())) == (10, 10)


# Changing


def test_edit_changes_the_text_and_notifies_new_mentions(case, trusted, stranger, colleague):
    comment = post(case, trusted, "Ask @stranger.")
    actions.edit(comment=comment, body="Ask @stranger or @colleague.", by=trusted)
    comment.refresh_from_db()
    assert comment.body == "Ask @stranger or @colleague."
    assert comment.rendered == {"body": "<p>Ask @stranger or @colleague.</p>\n"}
    assert comment.edited_at is not None
    assert [row[0] for row in notices()] == ["colleague", "stranger"]


def test_edit_is_refused_to_a_stranger(case, trusted, stranger, moderator):
    comment = post(case, trusted)
    for user in (stranger, moderator):
        with pytest.raises(ActionRefused):
            actions.edit(comment=comment, body="Mine.", by=user)
    assert Comment.objects.get(pk=comment.pk).body == "It worked for us."


def test_edit_is_refused_after_half_an_hour(case, trusted):
    comment = post(case, trusted)
    Comment.objects.filter(pk=comment.pk).update(created_at=timezone.now() - timedelta(minutes=31))
    with pytest.raises(ActionRefused, match="30 minutes"):
        actions.edit(comment=comment, body="Later.", by=trusted)


def test_edit_with_the_same_text_changes_nothing(case, trusted):
    comment = post(case, trusted)
    actions.edit(comment=comment, body=comment.body, by=trusted)
    comment.refresh_from_db()
    assert comment.edited_at is None


def test_edit_that_adds_a_link_is_pending_for_a_newcomer(case, member):
    comment = published(case, member, body="Plain words.")
    actions.edit(comment=comment, body="Other plain words.", by=member)
    comment.refresh_from_db()
    assert comment.standing == Standing.PUBLISHED
    actions.edit(comment=comment, body="See https://example.org/", by=member)
    comment.refresh_from_db()
    assert comment.standing == Standing.PENDING


# Withdrawing


def test_withdraw_removes_notices_and_is_harmless_twice(case, trusted, stranger):
    comment = post(case, trusted, "@stranger look")
    for _ in range(2):
        actions.withdraw(comment=comment, by=trusted)
    comment.refresh_from_db()
    assert (comment.standing, notices()) == (Standing.REMOVED, [])


def test_withdraw_is_refused_to_a_stranger_and_a_moderator(case, trusted, stranger, moderator):
    comment = post(case, trusted)
    for user in (stranger, moderator):
        with pytest.raises(ActionRefused):
            actions.withdraw(comment=comment, by=user)


def test_withdrawn_text_can_be_posted_again(case, trusted):
    first = post(case, trusted)
    actions.withdraw(comment=first, by=trusted)
    assert post(case, trusted) != first


# Helpful


def test_mark_and_unmark_helpful(case, trusted, stranger):
    comment = post(case, trusted)
    for is_helpful, count in [(True, 1), (True, 1), (False, 0), (False, 0)]:
        actions.mark_helpful(comment=comment, by=stranger, is_helpful=is_helpful)
        assert comment.helpful_marks.count() == count


def test_mark_helpful_is_refused_to_the_author(case, trusted):
    comment = post(case, trusted)
    with pytest.raises(ActionRefused):
        actions.mark_helpful(comment=comment, by=trusted, is_helpful=True)


# History


def test_each_action_is_recorded_in_the_history(case, trusted):
    comment = post(case, trusted)
    actions.edit(comment=comment, body="Other.", by=trusted)
    actions.withdraw(comment=comment, by=trusted)
    events = comment.events.order_by("pgh_id")
    assert [*events.values_list("pgh_label", "body", "standing")] == [
        ("insert", "It worked for us.", "published"),
        ("update", "Other.", "published"),
        ("update", "Other.", "removed"),
    ]
    assert {event.pgh_context.metadata["user"] for event in events} == {trusted.pk}
