from fractions import Fraction

import pytest
from django.utils.translation import get_language

from community.models import Comment, Decision, Flag, FlagOutcome, Notification
from community.moderation.flags import actions
from community.moderation.flags.actions import MAX_PER_DAY, flag
from community.moderation.flags.flag_weight import Record, records
from repository.workflow import ActionRefused
from tests.factories import CaseStudyFactory, CommentFactory, ExperienceFactory, UserFactory

pytestmark = pytest.mark.django_db


def flaggers(number: int, *, answered: int = 0, upheld: int = 0) -> list:
    """Members with a number of answered flags, some of them upheld."""
    people = UserFactory.create_batch(number)
    for person in people:
        for count in range(answered):
            outcome = FlagOutcome.UPHELD if count < upheld else FlagOutcome.DISMISSED
            Flag.objects.create(subject=CommentFactory(), by=person, reason="spam", outcome=outcome)
    return people


@pytest.mark.parametrize("made_by", [CommentFactory, ExperienceFactory])
def test_three_members_hide_at_once(made_by, member):
    subject = made_by(author=member)
    for number, person in enumerate(flaggers(3)):
        assert type(subject).objects.get(pk=subject.pk).standing == "published"
        flag(subject=subject, by=person, reason="abuse" if number else "spam")
    assert type(subject).objects.get(pk=subject.pk).standing == "hidden"
    decision = Decision.objects.get()
    assert (decision.by, decision.concerns, decision.verb, decision.reason, decision.before) == (
        None,
        member,
        "hide",
        "abuse",
        "published",
    )
    assert list(Notification.objects.values_list("member", "event")) == [
        (member.pk, "contribution.hidden")
    ]
    assert Flag.objects.open().count() == 3


def test_author_is_notified_of_hiding_in_their_language(member, monkeypatch):
    member.language = "fr"
    member.save()
    subject = CommentFactory(author=member)
    monkeypatch.setattr(actions, "_", lambda text: get_language())
    for person in flaggers(3):
        flag(subject=subject, by=person, reason="spam")
    assert Decision.objects.get().message == "fr"


def test_flags_do_not_hide_a_case(member):
    case = CaseStudyFactory(published=True)
    for person in flaggers(4):
        flag(subject=case, by=person, reason="wrong")
    case.refresh_from_db()
    assert (case.status, Flag.objects.open().count(), Decision.objects.count()) == (
        "published",
        4,
        0,
    )


@pytest.mark.parametrize(
    ("answered", "upheld", "weight"),
    [(0, 0, 1), (4, 0, 1), (5, 0, Fraction(1, 2)), (5, 1, Fraction(1, 2)), (5, 2, 1), (10, 3, 1)],
)
def test_flags_of_unreliable_members_count_half(answered, upheld, weight, member):
    [person] = flaggers(1, answered=answered, upheld=upheld)
    record = records([person.pk])[person.pk]
    assert (record, record.weight) == (Record(answered, upheld), weight)
    subject = CommentFactory(author=member)
    for other in [person, *flaggers(2)]:
        flag(subject=subject, by=other, reason="spam")
    is_hidden = Comment.objects.get(pk=subject.pk).standing == "hidden"
    assert is_hidden == (weight == 1)
    if not is_hidden:
        flag(subject=subject, by=UserFactory(), reason="spam")
        assert Comment.objects.get(pk=subject.pk).standing == "hidden"


def test_records_in_one_query(django_assert_num_queries):
    people = flaggers(3, answered=5, upheld=5)
    with django_assert_num_queries(1):
        found = records(person.pk for person in people)
    assert {record.percent for record in found.values()} == {100}
    assert Record().percent is None


def test_flag_for_another_reason_needs_a_note(member):
    subject = CommentFactory()
    with pytest.raises(ActionRefused, match="Describe the problem"):
        flag(subject=subject, by=member, reason="other", note=" ")
    assert flag(subject=subject, by=member, reason="other", note=" It is a poem. ").note == (
        "It is a poem."
    )


def test_flag_more_than_twenty_a_day_is_refused(member):
    Flag.objects.bulk_create(
        Flag(subject=CommentFactory(), by=member, reason="spam") for _number in range(MAX_PER_DAY)
    )
    with pytest.raises(ActionRefused, match="many of these"):
        flag(subject=CommentFactory(), by=member, reason="spam")


def test_flag_after_the_account_was_closed_is_refused(member):
    type(member).objects.update(is_active=False)
    with pytest.raises(ActionRefused, match="Your account is closed"):
        flag(subject=CommentFactory(), by=member, reason="spam")
