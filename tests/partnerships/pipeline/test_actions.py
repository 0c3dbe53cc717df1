"""What brokers note about a request on the board."""

from datetime import timedelta

import pghistory
import pytest
from django.utils import timezone

from community.models import Notification
from partnerships.models import Handling, MatchStatus, RequestStatus
from partnerships.pipeline.actions import (
    STEPS,
    assign,
    look_again,
    nobody_suits,
    possible,
    remind,
    snooze,
    wake,
)
from repository.workflow import ActionRefused
from tests.collection import signed_in
from tests.conftest import staff
from tests.factories import RepresentationFactory
from tests.factories import partnerships as p
from tests.page import page_of
from tests.races import race

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def asked():
    return p.PartnershipRequestFactory(opened=True)


def tomorrow():
    return timezone.localdate() + DAY


VERBS = {
    "assign": lambda row, by: assign(partnership_request=row, owner=by, by=by),
    "snooze": lambda row, by: snooze(partnership_request=row, until=tomorrow(), by=by),
    "wake": lambda row, by: wake(partnership_request=row, by=by),
    "nobody_suits": lambda row, by: nobody_suits(partnership_request=row, by=by),
    "look_again": lambda row, by: look_again(partnership_request=row, by=by),
    "remind": lambda row, by: remind(partnership_request=row, by=by),
}


def in_status(status: str):
    """A request in a state, with what its reminder needs."""
    dates = {"submitted_at": p.THEN, "opened_at": p.THEN, "expires_at": p.THEN}
    if status == RequestStatus.CLOSED:
        dates |= {"closed_at": p.THEN, "closing_reason": "changed"}
    return p.PartnershipRequestFactory(status=status, **dates)


@pytest.mark.parametrize("status", RequestStatus)
@pytest.mark.parametrize("verb", STEPS)
def test_each_verb_in_each_state(verb, status, broker):
    row = in_status(status)
    if verb == "remind" and status == RequestStatus.OPEN:
        p.MatchFactory(request=row, proposed=True)
    if status in STEPS[verb].sources:
        VERBS[verb](row, broker)
        return
    with pytest.raises(ActionRefused, match="You can’t do this with"):
        VERBS[verb](row, broker)
    assert not Handling.objects.exists()


@pytest.mark.parametrize("verb", STEPS)
def test_each_verb_is_for_brokers(verb, asked, member, moderator):
    for by in (member, moderator):
        with pytest.raises(ActionRefused, match="Only brokers"):
            VERBS[verb](asked, by)
    assert not Handling.objects.exists()


def test_assign_notifies_the_new_owner_once(asked, broker):
    other = staff("Brokers", "other")
    for _time in range(2):
        assign(partnership_request=asked, owner=other, by=broker)
    assert Handling.objects.get().owner == other
    notice = Notification.objects.get()
    assert (notice.member, notice.event, notice.subject) == (other, "request.assigned", asked)
    assign(partnership_request=asked, owner=broker, by=broker)
    assign(partnership_request=asked, owner=None, by=broker)
    assert Handling.objects.get().owner is None
    assert Notification.objects.count() == 1


def test_assign_to_who_is_no_broker_is_refused(asked, broker, moderator):
    with pytest.raises(ActionRefused, match="must be a broker"):
        assign(partnership_request=asked, owner=moderator, by=broker)
    assert not Handling.objects.exists()


@pytest.mark.parametrize("days", [-1, 0, 367])
def test_snooze_until_an_impossible_day_is_refused(days, asked, broker):
    until = timezone.localdate() + days * DAY
    with pytest.raises(ActionRefused, match="Choose a date from tomorrow up to a year from now"):
        snooze(partnership_request=asked, until=until, by=broker)


def test_snooze_and_wake_leave_the_request_as_it_is(asked, broker):
    before = asked.updated_at
    snooze(partnership_request=asked, until=tomorrow(), by=broker)
    assert Handling.objects.get().snoozed_until == tomorrow()
    for _time in range(2):
        wake(partnership_request=asked, by=broker)
    assert Handling.objects.get().snoozed_until is None
    asked.refresh_from_db()
    assert (asked.updated_at, asked.events.count()) == (before, 1)


def test_history_names_the_broker(asked, broker):
    assign(partnership_request=asked, owner=broker, by=broker)
    nobody_suits(partnership_request=asked, by=broker)
    look_again(partnership_request=asked, by=broker)
    events = pghistory.models.Events.objects.tracks(Handling.objects.get())
    assert [
        (event.pgh_label, event.pgh_context["user"]) for event in events.order_by("pgh_id")
    ] == [("insert", broker.pk), ("update", broker.pk), ("update", broker.pk)]


def test_nobody_suits_while_there_are_candidates_is_refused(asked, broker):
    match = p.MatchFactory(request=asked)
    with pytest.raises(ActionRefused, match="has candidates"):
        nobody_suits(partnership_request=asked, by=broker)
    match.status, match.ended_at = MatchStatus.WITHDRAWN, timezone.now()
    match.save()
    assert nobody_suits(partnership_request=asked, by=broker).nobody_suits_at is not None


def test_remind_cities_that_have_not_answered_once_a_day(asked, broker, member, colleague):
    match = p.MatchFactory(
        request=asked, proposed=True, requester_answer="yes", requester_answered_at=p.THEN
    )
    RepresentationFactory(member=member, city=asked.city)
    RepresentationFactory(member=colleague, city=match.city)
    assert possible(asked, [match]) == {"remind"}
    for is_first in (True, False):
        assert remind(partnership_request=asked, by=broker) is is_first
        assert possible(asked, [match]) == set()
    notice = Notification.objects.get()
    assert (notice.member, notice.event, notice.details) == (
        colleague,
        "match.reminded",
        {"match": str(match.pk)},
    )
    # The deadline may be weeks away.
    said = f"Your city hasn’t answered about {asked.title} yet. Accept or decline."
    assert page_of(signed_in(colleague).get("/notifications/")).text.count(said) == 1


def test_remind_without_anybody_to_answer_is_refused(asked, broker):
    p.MatchFactory(request=asked)
    with pytest.raises(ActionRefused, match="No city is due to answer about"):
        remind(partnership_request=asked, by=broker)


def test_remind_of_changes(broker, focal_point):
    row = in_status("changes-requested")
    RepresentationFactory(member=focal_point, city=row.city)
    assert possible(row, []) == {"remind"}
    for is_first in (True, False):
        assert remind(partnership_request=row, by=broker) is is_first
        assert possible(row, []) == set()
    notice = Notification.objects.get()
    assert (notice.member, notice.event) == (focal_point, "request.reminded")


@pytest.mark.django_db(transaction=True)
def test_two_brokers_at_once_make_one_row(asked, broker, administrator):
    attempts = [
        lambda: assign(partnership_request=asked, owner=broker, by=broker),
        lambda: snooze(partnership_request=asked, until=tomorrow(), by=administrator),
    ]
    assert race(asked, *attempts) == ["done", "done"]
    handling = Handling.objects.get()
    assert (handling.owner, handling.snoozed_until) == (broker, tomorrow())
    assert handling.events.count() == 2


@pytest.mark.django_db(transaction=True)
def test_nobody_suits_while_a_candidate_is_added(asked, broker, administrator):
    """Of the two the first wins: a note never stands beside a candidate that was there before."""
    from partnerships.matches.actions import suggest
    from tests.factories import RepresentationFactory

    city = RepresentationFactory().city
    outcomes = race(
        asked,
        lambda: nobody_suits(partnership_request=asked, by=broker),
        lambda: suggest(partnership_request=asked, city=city, origin="staff", by=administrator),
    )
    noted = Handling.objects.filter(nobody_suits_at__isnull=False).exists()
    assert asked.matches.count() == 1
    assert outcomes == (["done", "done"] if noted else ["done", "refused"])
