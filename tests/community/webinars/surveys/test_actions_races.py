"""Concurrent actions on surveys, with the locks and, to show that the tests detect it, without.

The threads meet once each has read its data, and holds its locks if there are any.
"""

import pytest
from django.db import IntegrityError, OperationalError

from community.discussion import trust
from community.models import Registration, Survey, SurveyAnswer, User, Verb, Words
from community.privacy import actions as privacy_actions
from community.webinars.surveys import actions as surveys_actions
from repository.models import Edition
from repository.workflow import ActionRefused
from tests import races
from tests.community.webinars.surveys.surveys import (
    answer,
    answer_data,
    guest,
    held,
    seat,
    survey_of,
)

pytestmark = pytest.mark.django_db(transaction=True)

SURVEY_READ = r'FROM "community_survey" WHERE'
ANSWER_READ = r'^SELECT "community_surveyanswer"\."id".* FROM "community_surveyanswer"'
GROWTH_COUNTED = r'^SELECT "community_surveyanswer"\."knowledge"'
SEAT_HELD = r'FROM "community_registration".* FOR UPDATE'
PEOPLE_HELD = r'FROM "community_user".* FOR UPDATE'
CLAIM_READ = r'FROM "community_claim"'


@pytest.fixture(autouse=True)
def _edition(db, settings, tmp_path):
    Edition.objects.get_or_create(pk=1)
    settings.DELETIONS_FILE = tmp_path / "deletions"


@pytest.fixture
def own(db):
    """The seat of a guest in a webinar whose survey is open."""
    webinar = held()
    survey_of(webinar)
    return guest(webinar)


def send(own: Registration, **changed) -> None:
    """Answer as the page of the survey does: nothing is read before the locks."""
    registration = Registration.objects.get(pk=own.pk)
    surveys_actions.answer(
        registration=registration,
        data=answer_data(**changed),
        extra={},
        seen=surveys_actions.fingerprint([]),
    )


def meeting(meets: races.Meeting, pattern: str, act) -> None:
    with meets.after(pattern):
        act()


# Answering and closing


def answer_and_close(own) -> tuple[list, int, int]:
    """Return the errors, the number of answers, and how many of them were counted."""
    meets, asked = races.Meeting(), Survey.objects.get()
    errors = meets.together(
        lambda: meeting(meets, SURVEY_READ, lambda: send(own)),
        lambda: meeting(meets, GROWTH_COUNTED, lambda: surveys_actions.close(survey=asked)),
    )
    counts = Survey.objects.get().counts
    return errors, SurveyAnswer.objects.count(), counts["tables"]["knowledge"].get("much", 0)


def test_count_or_refuse_an_answer_while_closing(own):
    errors, answers, counted = answer_and_close(own)
    assert (answers, counted) in {(1, 1), (0, 0)}
    assert [type(error) for error in errors] == [ActionRefused] * (1 - answers)


def test_answer_while_closing_without_locks(own, without_locks):
    assert answer_and_close(own) == ([], 1, 0)


# Answering and deleting the account


def answer_and_leave(member) -> list:
    webinar = held()
    survey_of(webinar)
    own = seat(webinar, member=member)
    meets = races.Meeting()

    def leave():
        privacy_actions.delete_account(member=member, by=member, erase=False)

    words = {"comment": "Good.", "may_show": True, "brokered": "yes", "partner": "Kisumu"}
    return meets.together(
        lambda: meeting(meets, SEAT_HELD, lambda: send(own, **words)),
        lambda: meeting(meets, PEOPLE_HELD, leave),
    )


def test_nothing_remains_of_an_answer_while_the_account_is_deleted(member):
    errors = answer_and_leave(member)
    assert [error for error in errors if not isinstance(error, ActionRefused)] == []
    assert not User.objects.filter(pk=member.pk).exists()
    assert not Registration.objects.exists()
    # If the answer came first, its choices remain.
    assert SurveyAnswer.objects.count() == 1 - len(errors)
    for left in SurveyAnswer.objects.all():
        assert (left.comment, left.partner, left.words) == ("", "", Words.UNSHOWN)
        assert (left.member, left.registration) == (None, None)


def test_deadlock_if_the_deletion_does_not_take_turns(member, monkeypatch):
    for module in (trust, privacy_actions):
        monkeypatch.setattr(module, "lock_contributions", lambda user: None)
    (error,) = answer_and_leave(member)
    assert isinstance(error, OperationalError)
    assert "deadlock detected" in str(error)


# Concurrent answers


def answer_twice(own) -> list:
    return races.together(
        lambda: send(own, knowledge="much"),
        lambda: send(own, knowledge="none", comment="Good."),
        after=ANSWER_READ,
    )


@pytest.mark.parametrize("is_member", [False, True])
def test_store_one_of_two_concurrent_answers(is_member, own, member):
    if is_member:
        own = seat(own.webinar, member=member)
    assert answer_twice(own) == []
    [given] = SurveyAnswer.objects.all()
    assert (given.knowledge, given.comment) in {("much", ""), ("none", "Good.")}


def test_concurrent_answers_without_locks(own, without_locks):
    (error,) = answer_twice(own)
    assert isinstance(error, IntegrityError)


# A comment that changes while a moderator reads it


def show_and_change(own, moderator) -> tuple[list, str, str]:
    words = answer(own, comment="Good.", may_show=True)
    both_read, is_written = races.Meeting(), races.Meeting()

    def show():
        # It goes on once the other has written, or waits for it.
        with both_read.after(ANSWER_READ), is_written.after(CLAIM_READ):
            surveys_actions.review(
                answer=words, verb=Verb.APPROVE, by=moderator, seen=surveys_actions.mark("Good.")
            )

    def change():
        with both_read.after(ANSWER_READ):
            send(own, comment="Bad.", may_show=True)

    errors = is_written.together(show, change)
    words.refresh_from_db()
    return errors, words.comment, words.words


def test_do_not_publish_an_unread_comment(own, moderator):
    errors, comment, state = show_and_change(own, moderator)
    assert [error for error in errors if not isinstance(error, ActionRefused)] == []
    assert (comment, state) == ("Bad.", Words.WAITING)


def test_publish_an_unread_comment_without_locks(own, moderator, without_locks):
    assert show_and_change(own, moderator) == ([], "Bad.", Words.SHOWN)
