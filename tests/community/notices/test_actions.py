import pytest

from community.discussion.actions import post
from community.experiences.actions import report
from community.models import Comment, Follow, Notification, User, Verb
from community.moderation.reviews.case_review import decide
from community.notices import actions
from community.notices.actions import follow, unfollow
from community.notices.notify import followers, notify_followers_of_case
from community.notices.wording import shown_to
from repository.workflow import ActionRefused
from tests.factories import (
    CaseStudyFactory,
    CityFactory,
    CommentFactory,
    PracticeFactory,
    TagFactory,
    ThemeFactory,
    WebinarFactory,
)
from tests.page import page_of

pytestmark = pytest.mark.django_db


def followed_by(user) -> list:
    return [row.subject for row in Follow.objects.filter(member=user)]


@pytest.mark.parametrize(
    "make",
    [
        lambda: CaseStudyFactory(published=True),
        PracticeFactory,
        CityFactory,
        ThemeFactory,
        TagFactory,
    ],
)
def test_follow_and_stop(make, member):
    subject = make()
    follow(subject=subject, by=member)
    assert followed_by(member) == [subject]
    unfollow(subject=subject, by=member)
    assert followed_by(member) == []


def test_follow_twice_is_once(member, colleague):
    follow(subject=colleague, by=member)
    follow(subject=colleague, by=member)
    assert followed_by(member) == [colleague]
    unfollow(subject=colleague, by=member)
    unfollow(subject=colleague, by=member)
    assert followed_by(member) == []


def test_follow_refuses_oneself_a_draft_and_a_closed_account(member, stranger):
    User.objects.filter(pk=stranger.pk).update(is_active=False)
    for subject, by in [
        (member, member),
        (CaseStudyFactory(authors=[member]), member),
        (PracticeFactory(), stranger),
    ]:
        with pytest.raises(ActionRefused):
            follow(subject=subject, by=by)
    assert Follow.objects.count() == 0


def test_follow_refuses_more_than_the_limit(member, monkeypatch):
    monkeypatch.setattr(actions, "MAX_FOLLOWED", 2)
    for subject in [PracticeFactory(), PracticeFactory()]:
        follow(subject=subject, by=member)
    with pytest.raises(ActionRefused):
        follow(subject=PracticeFactory(), by=member)
    assert len(followed_by(member)) == 2


def notified() -> list[tuple[str, str]]:
    return sorted(Notification.objects.values_list("member__handle", "event"))


@pytest.mark.parametrize("belongs", ["themes", "cities", "practices", "tags", "authors"])
def test_notify_followers_of_everything_a_new_case_belongs_to(belongs, member, colleague, stranger):
    make = {
        "themes": ThemeFactory,
        "cities": CityFactory,
        "practices": PracticeFactory,
        "tags": TagFactory,
        "authors": lambda: colleague,
    }[belongs]
    subject = make()
    follow(subject=subject, by=member)
    follow(subject=PracticeFactory(), by=stranger)
    case = CaseStudyFactory(published=True, **{belongs: [subject]})
    notify_followers_of_case(case)
    notify_followers_of_case(case)
    assert notified() == [("member", "case.new")]


def test_notify_a_follower_of_several_once_and_not_the_author(member, colleague):
    theme, practice = ThemeFactory(), PracticeFactory()
    for subject in (theme, practice):
        follow(subject=subject, by=member)
        follow(subject=subject, by=colleague)
    assert followers(theme, practice) == {member.pk, colleague.pk}
    notify_followers_of_case(
        CaseStudyFactory(published=True, themes=[theme], practices=[practice], authors=[colleague])
    )
    assert notified() == [("member", "case.new")]


def test_notify_followers_when_a_moderator_publishes(member, colleague, moderator):
    theme = ThemeFactory()
    follow(subject=theme, by=member)
    case = CaseStudyFactory(status="submitted", themes=[theme], authors=[colleague])
    decide(case=case, verb=Verb.APPROVE, by=moderator)
    assert notified() == [("colleague", "case.published"), ("member", "case.new")]


@pytest.fixture
def trusted(colleague):
    """The colleague, whose contributions are published at once."""
    CommentFactory.create_batch(3, author=colleague, subject=WebinarFactory())
    return colleague


def test_notify_followers_of_a_city_of_its_reports(member, trusted):
    city, practice = CityFactory(), PracticeFactory()
    follow(subject=city, by=member)
    report(
        subject=practice, place=city, year=2023, tags=[], by=trusted, status="adopted", worked="Y"
    )
    assert notified() == [("member", "experience.new")]
    notice = Notification.objects.get()
    assert notice.subject == practice
    (shown,) = shown_to(member, [notice])
    assert shown.path == f"{practice.get_absolute_url()}#experience-{notice.details['experience']}"


def test_notify_followers_of_a_member_of_contributions(member, trusted):
    follow(subject=trusted, by=member)
    case = CaseStudyFactory(published=True)
    report(
        subject=case,
        place=CityFactory(),
        year=2023,
        tags=[],
        by=trusted,
        status="adopted",
        worked="Y",
    )
    comment = post(subject=case, body="We did it by rail.", by=trusted)
    assert notified() == [("member", "comment.by"), ("member", "experience.new")]
    notices = list(Notification.objects.filter(event="comment.by"))
    (shown,) = shown_to(member, notices)
    said = page_of(shown.html)
    assert said.text == f"Colleague, who you follow, commented on {case.title}."
    assert said.links == [(case.title, f"/comments/{comment.pk}/")]
    # What was hidden in the meantime is left out.
    Comment.objects.filter(pk=comment.pk).update(standing="hidden")
    assert shown_to(member, notices) == []


def test_notify_no_followers_of_pending_contributions(member, colleague):
    follow(subject=colleague, by=member)
    comment = post(subject=PracticeFactory(), body="My first.", by=colleague)
    assert (comment.standing, notified()) == ("pending", [])


def test_notify_followers_of_subject_and_member_once(member, trusted):
    case = CaseStudyFactory(published=True)
    for subject in (trusted, case):
        follow(subject=subject, by=member)
    post(subject=case, body="We did it by rail.", by=trusted)
    assert notified() == [("member", "comment.new")]
