"""What brokers note about a request on the board."""

from datetime import timedelta
from importlib import import_module

import pghistory
import pytest
from django.db import connection
from django.utils import timezone

from community.models import Notification
from partnerships.models import (
    Handling,
    MatchStatus,
    PartnershipRequest,
    RequestStatus,
    SnoozeReason,
)
from partnerships.pipeline.actions import (
    STEPS,
    assign,
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


def snooze_for(reason, row, by):
    return snooze(partnership_request=row, until=tomorrow(), reason=SnoozeReason(reason), by=by)


def no_match(row, by):
    return snooze_for("no-match", row, by)


VERBS = {
    "assign": lambda row, by: assign(partnership_request=row, owner=by, by=by),
    "snooze": lambda row, by: snooze(
        partnership_request=row, until=tomorrow(), reason=SnoozeReason.OTHER, by=by
    ),
    "wake": lambda row, by: wake(partnership_request=row, by=by),
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
        snooze(partnership_request=asked, until=until, reason=SnoozeReason.OTHER, by=broker)


def test_snooze_and_wake_leave_the_request_as_it_is(asked, broker):
    before = asked.updated_at
    no_match(asked, broker)
    assert Handling.objects.get().snoozed_until == tomorrow()
    for _time in range(2):
        wake(partnership_request=asked, by=broker)
    handling = Handling.objects.get()
    assert (handling.snoozed_until, handling.snooze_reason, handling.nobody_suits_at) == (
        None,
        "",
        None,
    )
    asked.refresh_from_db()
    assert (asked.updated_at, asked.events.count()) == (before, 1)


def test_history_names_the_broker(asked, broker):
    assign(partnership_request=asked, owner=broker, by=broker)
    no_match(asked, broker)
    wake(partnership_request=asked, by=broker)
    events = pghistory.models.Events.objects.tracks(Handling.objects.get())
    assert [
        (event.pgh_label, event.pgh_context["user"]) for event in events.order_by("pgh_id")
    ] == [("insert", broker.pk), ("update", broker.pk), ("update", broker.pk)]


def test_no_match_while_there_are_candidates_is_refused(asked, broker):
    match = p.MatchFactory(request=asked)
    with pytest.raises(ActionRefused, match="has candidates"):
        no_match(asked, broker)
    match.status, match.ended_at = MatchStatus.WITHDRAWN, timezone.now()
    match.save()
    assert no_match(asked, broker).nobody_suits_at is not None
    assert snooze_for("other", asked, broker).nobody_suits_at is None


def test_no_match_ends_with_the_next_candidate_and_other_snoozes_do_not(asked, broker):
    p.MatchFactory(request=asked, status=MatchStatus.DECLINED, ended_at=p.THEN)
    for reason, wakes in (("no-match", True), ("other", False)):
        snooze_for(reason, asked, broker)
        match = p.MatchFactory(request=asked)
        for ended in (False, True):
            if ended:
                match.status, match.ended_at = MatchStatus.DECLINED, timezone.now()
                match.save()
            row = PartnershipRequest.objects.get()
            assert possible(row, row.matches.all()) == (set() if wakes else {"wake"})
            assert PartnershipRequest.objects.awake().exists() is wakes
        snooze_for(reason, asked, broker)
        row = PartnershipRequest.objects.get()
        assert possible(row, row.matches.all()) == {"wake"}
        assert not PartnershipRequest.objects.awake().exists()


@pytest.mark.parametrize("status", sorted({*RequestStatus.values} - {"draft", "open"}))
def test_no_match_is_a_reason_for_open_requests_alone(status, broker):
    row = in_status(status)
    with pytest.raises(ActionRefused, match="You can’t do this with"):
        no_match(row, broker)
    assert not Handling.objects.exists()


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
        lambda: snooze_for("other", asked, administrator),
    ]
    assert race(asked, *attempts) == ["done", "done"]
    handling = Handling.objects.get()
    assert (handling.owner, handling.snoozed_until) == (broker, tomorrow())
    assert handling.events.count() == 2


@pytest.mark.django_db(transaction=True)
def test_no_match_while_a_candidate_is_added(asked, broker, administrator):
    """Of the two the first wins: a note never stands beside a candidate that was there before."""
    from partnerships.matches.actions import suggest
    from tests.factories import RepresentationFactory

    city = RepresentationFactory().city
    outcomes = race(
        asked,
        lambda: no_match(asked, broker),
        lambda: suggest(partnership_request=asked, city=city, origin="staff", by=administrator),
    )
    noted = Handling.objects.filter(nobody_suits_at__isnull=False).exists()
    assert asked.matches.count() == 1
    assert outcomes == (["done", "done"] if noted else ["done", "refused"])


def test_notes_from_before_become_snoozes_with_a_reason():
    """What the migration does with the rows of the last release."""
    migration = import_module("partnerships.migrations.0007_snooze_reasons")
    noted = timezone.now() - 9 * DAY
    later = timezone.localdate() + 60 * DAY
    month = timezone.localdate() + 21 * DAY
    rows = {
        "note": ({"nobody_suits_at": noted}, (month, "no-match")),
        "snooze": ({"snoozed_until": later}, (later, "other")),
        "both": ({"nobody_suits_at": noted, "snoozed_until": later}, (later, "no-match")),
        "neither": ({}, (None, "")),
        "note before a candidate": ({"nobody_suits_at": noted}, (None, "")),
    }
    made = {name: p.HandlingFactory(**before) for name, (before, _after) in rows.items()}
    p.MatchFactory(request=made["note before a candidate"].request)
    p.MatchFactory(request=made["note"].request, status=MatchStatus.DECLINED, ended_at=noted - DAY)
    with connection.cursor() as cursor:
        for statement in (migration.END_NOTES, migration.GIVE_REASONS):
            cursor.execute(statement)
    for name, (_before, after) in rows.items():
        row = Handling.objects.get(pk=made[name].pk)
        assert (row.snoozed_until, row.snooze_reason) == after, name
