from datetime import timedelta

import pytest
from django.utils import timezone

from partnerships.matches.actions import extend
from partnerships.matches.answers import answer, expire, expire_due, remind_due
from partnerships.models import Answer, Match, Representation, Side
from repository.workflow import ActionRefused
from tests.factories.partnerships import RepresentationFactory
from tests.partnerships.matches.pairs import Pair, notified, pair, rival

pytestmark = pytest.mark.django_db

WEEK = timedelta(days=7)
YES, NO = Answer.YES, Answer.NO
SIDES = [Side.REQUESTER, Side.CANDIDATE]


def today(days: int = 0):
    return timezone.localdate() + timedelta(days=days)


def give_answer(both: Pair, side: str, value: str, **words) -> Match:
    by = both.asked if side == Side.CANDIDATE else both.asking
    return answer(match=both.match, side=Side(side), value=Answer(value), by=by, **words)


@pytest.mark.parametrize("side", SIDES)
def test_answer_yes_waits_for_the_other(side, broker):
    both = pair(proposed=True)
    give_answer(both, side, "yes", words="Gladly.")
    found = both.now()
    assert (found.status, getattr(found, f"{side}_answer"), getattr(found, f"{side}_words")) == (
        "proposed",
        "yes",
        "Gladly.",
    )
    assert getattr(found, f"{side}_answered_by") in (both.asked, both.asking)
    assert notified() == []


@pytest.mark.parametrize("first", SIDES)
def test_answer_yes_by_both_introduces(first, broker):
    both = pair(proposed=True)
    second = SIDES[1 - SIDES.index(first)]
    give_answer(both, first, "yes")
    give_answer(both, second, "yes")
    found = both.now()
    assert (found.status, found.request.status, found.introduced_at is not None) == (
        "introduced",
        "matched",
        True,
    )
    assert notified() == [
        ("asked-1", "match.introduced"),
        ("asking-1", "match.introduced"),
        ("broker", "match.made"),
    ]
    assert [event.status for event in found.events.order_by("pgh_id")] == [
        "proposed",
        "proposed",
        "introduced",
    ]


def test_introduction_withdraws_the_rivals():
    both = pair(proposed=True)
    other = pair(request=both.request, proposed=True)
    suggested = rival(both)
    declined = rival(both, status="declined")
    give_answer(both, "requester", "yes")
    give_answer(both, "candidate", "yes")
    states = [Match.objects.get(pk=row.pk).status for row in (other.match, suggested, declined)]
    assert states == ["withdrawn", "withdrawn", "declined"]
    assert ("asked-2", "match.withdrawn") in notified()


@pytest.mark.parametrize("side", SIDES)
def test_answer_no_ends_it(side, broker):
    both = pair(proposed=True)
    give_answer(both, side, "no", refusal="capacity", words="Next year.")
    found = both.now()
    assert (found.status, getattr(found, f"{side}_refusal"), found.request.status) == (
        "declined",
        "capacity",
        "open",
    )
    other = "asking-1" if side == "candidate" else "asked-1"
    assert notified() == [(other, "match.declined"), ("broker", "match.next")]
    for again in SIDES:
        with pytest.raises(ActionRefused, match="because its status is “Declined”"):
            give_answer(both, again, "yes")


@pytest.mark.parametrize("refusal", ["", "rain"])
def test_answer_no_without_a_reason(refusal):
    both = pair(proposed=True)
    with pytest.raises(ActionRefused, match="Choose a reason"):
        give_answer(both, "candidate", "no", refusal=refusal)
    assert both.now().status == "proposed"


def test_answer_twice():
    both = pair(proposed=True)
    give_answer(both, "candidate", "yes")
    for value in ("yes", "no"):
        with pytest.raises(ActionRefused, match="already answered"):
            give_answer(both, "candidate", value, refusal="fit")
    assert both.now().events.filter(pgh_label="update").count() == 1


@pytest.mark.parametrize(
    "status", ["interest", "candidate", "introduced", "declined", "expired", "withdrawn"]
)
def test_answer_in_the_wrong_state(status):
    both = pair(introduced=True)
    Match.objects.update(status=status)
    for value in ("yes", "no"):
        with pytest.raises(ActionRefused, match="You can’t answer"):
            give_answer(both, "candidate", value, refusal="fit")
    assert both.now().status == status


@pytest.mark.parametrize("side", SIDES)
def test_answer_without_the_right_is_refused(side, stranger, broker):
    both = pair(proposed=True)
    wrong = both.asking if side == Side.CANDIDATE else both.asked
    for by in (stranger, broker, wrong):
        with pytest.raises(ActionRefused, match="You don’t represent"):
            answer(match=both.match, side=side, value=YES, by=by)


def test_answer_after_the_right_has_ended():
    both = pair(proposed=True)
    Representation.objects.filter(member=both.asked).update(until=today(-1))
    with pytest.raises(ActionRefused, match="You don’t represent Kisumu"):
        give_answer(both, "candidate", "yes")


def test_answer_by_another_focal_point_of_the_city(member):
    both = pair(proposed=True)
    RepresentationFactory(member=member, city=both.city)
    answer(match=both.match, side=Side.CANDIDATE, value=NO, by=member, refusal="fit")
    assert ("asked-1", "match.declined") in notified()


def test_answer_when_the_request_is_no_longer_open():
    both = pair(proposed=True)
    type(both.request).objects.update(status="expired")
    with pytest.raises(ActionRefused, match="isn’t looking for partners"):
        give_answer(both, "candidate", "yes")


def test_answer_on_the_last_day():
    both = pair(proposed=True, reply_by=today())
    give_answer(both, "candidate", "yes")
    assert both.now().candidate_answer == "yes"


def test_answer_too_late_lets_it_expire(broker):
    both = pair(proposed=True, reply_by=today(-1))
    with pytest.raises(ActionRefused, match="The deadline to answer has passed"):
        give_answer(both, "candidate", "yes")
    found = both.now()
    assert (found.status, found.candidate_answer) == ("expired", "")
    assert notified() == [
        ("asked-1", "match.expired"),
        ("asking-1", "match.expired"),
        ("broker", "match.next"),
    ]


def test_answer_with_too_long_a_text():
    both = pair(proposed=True)
    with pytest.raises(ActionRefused, match="characters or fewer"):
        give_answer(both, "candidate", "yes", words="x" * 1001)


def test_expire_what_is_due(broker):
    late = pair(proposed=True, reply_by=today(-1))
    open_one = pair(proposed=True, reply_by=today())
    assert (expire_due(), expire_due()) == (1, 0)
    assert (late.now().status, open_one.now().status) == ("expired", "proposed")
    assert notified() == [
        ("asked-1", "match.expired"),
        ("asking-1", "match.expired"),
        ("broker", "match.next"),
    ]


def test_remind_once_members_who_have_not_answered(broker):
    soon = {"proposed": True, "reply_by": today(3), "proposed_at": timezone.now() - WEEK}
    both = pair(**soon, requester_answer="yes", requester_answered_at=timezone.now())
    pair(**soon | {"reply_by": today(4)})
    pair(**soon | {"proposed_at": timezone.now()})
    pair(**soon | {"reply_by": today(-1)})
    for _time in range(2):
        remind_due()
    assert notified() == [("asked-1", "match.reminded")]
    # With another deadline there is another reminder.
    extend(match=both.match, by=broker, reply_by=today(9))
    remind_due()
    Match.objects.filter(pk=both.match.pk).update(reply_by=today(1))
    remind_due()
    assert notified().count(("asked-1", "match.reminded")) == 2


def test_expire_too_early_or_twice():
    both = pair(proposed=True, reply_by=today())
    with pytest.raises(ActionRefused, match="not passed yet"):
        expire(match=both.match)
    Match.objects.update(reply_by=today(-1))
    expire(match=both.match)
    with pytest.raises(ActionRefused, match="has not expired: its status is “No answer in time”"):
        expire(match=both.match)
