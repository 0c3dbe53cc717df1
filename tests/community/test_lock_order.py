"""Two at the same moment who tell each other: nobody waits in a circle."""

import pytest

from community.discussion import actions as discussion_actions
from community.experiences import actions as experiences_actions
from community.models import Appeal, Comment, Follow, Notification, Revision, User, Verb
from community.moderation.appeals import actions as appeals_actions
from community.moderation.decisions import actions as decisions_actions
from community.moderation.reviews import case_review, case_steps
from community.privacy import actions as privacy_actions
from community.tagging import actions as tagging_actions
from community.writing.revisions import actions as revisions_actions
from repository.models import CaseStudy, Edition
from repository.workflow import ActionRefused
from tests import races
from tests.community.writing.revisions.revisions import proposed, published_case
from tests.conftest import staff
from tests.factories import (
    CaseStudyFactory,
    CityFactory,
    CommentFactory,
    PracticeFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def another(db):
    return staff("Moderators", "another")


def together(*attempts, at: str = "FOR KEY SHARE") -> list:
    """Let two threads meet where each has locked members for a notice; what went wrong."""
    return races.together(*attempts, after=at)


def approve_at_once(member, colleague, moderator, another) -> list:
    rows = []
    for author, named in ((member, colleague), (colleague, member)):
        row = CommentFactory(author=author, pending=True, subject=CityFactory())
        row.mentioned.set([named])
        rows.append(row)
    return together(
        lambda: decisions_actions.decide(subject=rows[0], verb=Verb.APPROVE, by=moderator),
        lambda: decisions_actions.decide(subject=rows[1], verb=Verb.APPROVE, by=another),
    )


def test_approve_what_two_wrote_to_each_other(member, colleague, moderator, another):
    assert approve_at_once(member, colleague, moderator, another) == []
    assert sorted(Notification.objects.values_list("member__handle", "event")) == [
        ("colleague", "comment.mention"),
        ("colleague", "contribution.approved"),
        ("member", "comment.mention"),
        ("member", "contribution.approved"),
    ]


def publish_at_once(member, colleague, moderator, another) -> list:
    Follow.objects.create(member=member, subject=colleague)
    Follow.objects.create(member=colleague, subject=member)
    cases = [CaseStudyFactory(status="submitted", authors=[one]) for one in (member, colleague)]
    return together(
        lambda: case_steps.publish(case=cases[0], by=moderator),
        lambda: case_steps.publish(case=cases[1], by=another),
    )


def test_publish_for_authors_who_follow_each_other(member, colleague, moderator, another):
    assert publish_at_once(member, colleague, moderator, another) == []
    assert sorted(Notification.objects.values_list("member__handle", "event")) == [
        ("colleague", "case.new"),
        ("colleague", "case.published"),
        ("member", "case.new"),
        ("member", "case.published"),
    ]


def trusted(*members):
    for member in members:
        CommentFactory.create_batch(3, author=member, subject=CityFactory())


def test_report_for_members_who_follow_each_other(member, colleague):
    trusted(member, colleague)
    Follow.objects.create(member=member, subject=colleague)
    Follow.objects.create(member=colleague, subject=member)

    def report(by, city, subject):
        experiences_actions.report(
            subject=subject, place=city, year=2023, tags=[], by=by, status="adopted", worked="Yes."
        )

    first, second = (CityFactory(), PracticeFactory()), (CityFactory(), PracticeFactory())
    errors = together(lambda: report(member, *first), lambda: report(colleague, *second))
    assert errors == []
    assert sorted(Notification.objects.values_list("member__handle", "event")) == [
        ("colleague", "experience.new"),
        ("member", "experience.new"),
    ]


def test_withdraw_what_two_wrote_to_each_other(member, colleague):
    trusted(member, colleague)
    city = CityFactory()
    rows = [
        discussion_actions.post(subject=city, body=f"@{to.handle} yes", by=by)
        for by, to in (
            (member, colleague),
            (colleague, member),
        )
    ]
    assert Notification.objects.count() == 2
    errors = together(
        lambda: discussion_actions.withdraw(comment=rows[0], by=member),
        lambda: discussion_actions.withdraw(comment=rows[1], by=colleague),
    )
    assert (errors, Notification.objects.count()) == ([], 0)


# An account is deleted while somebody decides about what is the member's.

WORDS = {"reason": "off-topic", "message": "Post it where it fits."}
LOCKED = r"FOR (NO KEY )?UPDATE"
PEOPLE_LOCKED = rf'FROM "community_user".* {LOCKED}'


@pytest.fixture(autouse=True)
def _edition(db, settings, tmp_path):
    Edition.objects.get_or_create(pk=1)
    settings.DELETIONS_FILE = tmp_path / "deletions"


def hide(member, colleague, moderator, another):
    row = CommentFactory(author=member, subject=CityFactory())
    return lambda: decisions_actions.decide(subject=row, verb=Verb.HIDE, by=moderator, **WORDS)


def decide_appeal(member, colleague, moderator, another):
    row = CommentFactory(author=member, subject=CityFactory())
    decision = decisions_actions.decide(subject=row, verb=Verb.HIDE, by=moderator, **WORDS)
    made = appeals_actions.appeal(decision=decision, by=member, words="Why?")
    return lambda: appeals_actions.decide_appeal(
        appeal=made, by=another, outcome="restored", answer="Yes."
    )


def accept_edit(member, colleague, moderator, another):
    row = proposed(published_case(colleague, by=moderator), by=member, results="Three days.")
    return lambda: revisions_actions.accept(revision=row, by=colleague)


def accept_tag(member, colleague, moderator, another):
    case = published_case(colleague, by=moderator)
    row = tagging_actions.propose(subject=case, name="ports", by=member)
    return lambda: tagging_actions.accept(proposal=row, by=colleague)


def decline_case(member, colleague, moderator, another):
    case = CaseStudyFactory(status="submitted", authors=[member])
    return lambda: case_review.decide(case=case, verb=Verb.DECLINE, by=moderator, **WORDS)


DECIDING = [hide, decide_appeal, accept_edit, accept_tag, decline_case]


def delete_while(deciding, *cast) -> list:
    """Let one who decides meet who leaves: there each holds what the other will ask for."""
    member = cast[0]
    act = deciding(*cast)
    meeting = races.Meeting()

    def decide():
        with meeting.after(LOCKED):
            act()

    def leave():
        with meeting.after(PEOPLE_LOCKED):
            privacy_actions.delete_account(member=member, by=member, erase=True)

    return meeting.together(decide, leave)


@pytest.mark.parametrize("deciding", DECIDING)
def test_delete_an_account_while_somebody_decides(deciding, member, colleague, moderator, another):
    errors = delete_while(deciding, member, colleague, moderator, another)
    # The second one may find that what they decide about is gone.
    assert [error for error in errors if not isinstance(error, ActionRefused)] == []
    assert not User.objects.filter(pk=member.pk).exists()
    assert not Comment.objects.filter(author=member.pk).exists()
    assert not Appeal.objects.exists()
    assert not Revision.objects.exclude(status="accepted").exists()
    assert not CaseStudy.objects.filter(status="submitted").exists()


def test_delete_an_account_without_the_order(member, colleague, moderator, another, monkeypatch):
    monkeypatch.setattr(privacy_actions, "lock_belongings", lambda member: None)
    (error,) = delete_while(hide, member, colleague, moderator, another)
    assert "deadlock detected" in str(error)


def test_two_administrators_leave_at_once(administrator):
    other = UserFactory(superuser=True)
    errors = together(
        lambda: privacy_actions.delete_account(member=administrator, by=administrator, erase=True),
        lambda: privacy_actions.delete_account(member=other, by=other, erase=True),
        at=PEOPLE_LOCKED,
    )
    assert [type(error) for error in errors] == [ActionRefused]
    assert User.objects.filter(is_superuser=True).count() == 1
