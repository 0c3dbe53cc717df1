from datetime import date, timedelta

import pytest
from django.utils import timezone

from repository.history.object_history import History
from repository.models import WebinarStatus
from repository.webinars import actions as webinars_actions
from repository.webinars.actions import STEPS
from repository.workflow import ActionRefused
from tests.factories import WebinarFactory

pytestmark = pytest.mark.django_db

ACTS = {
    "announce": webinars_actions.announce,
    "go_live": webinars_actions.go_live,
    "hold": webinars_actions.hold,
    "cancel": lambda **given: webinars_actions.cancel(reason="A  storm.", **given),
}
NOTIFIED = {"announce": ["announced"], "cancel": ["cancelled"], "hold": ["held"]}


@pytest.fixture
def reported(monkeypatch):
    """What apps that stand on this one hear of."""
    heard = []
    monkeypatch.setattr(
        webinars_actions, "changed", [lambda row, verb: heard.append((row.pk, row.status, verb))]
    )
    return heard


def going_on(**given):
    """A webinar of which every step is possible, as far as time goes."""
    start = timezone.now() - timedelta(minutes=5)
    return WebinarFactory(planned=True, starts_at=start, cancelled_because="Storm.", **given)


@pytest.mark.parametrize("verb", STEPS)
def test_take_each_step_from_where_it_is_legal_and_once(verb, reported, moderator):
    for status in WebinarStatus.values:
        row = going_on(status=status, date=None)
        reported.clear()
        if status not in STEPS[verb].sources:
            with pytest.raises(ActionRefused) as refusal:
                ACTS[verb](webinar=row, by=moderator)
            label = WebinarStatus(status).label
            assert str(refusal.value) == STEPS[verb].refusal % {
                "title": row.title,
                "status": label,
            }
            continue
        done = ACTS[verb](webinar=row, by=moderator)
        row.refresh_from_db()
        assert (row.status, done.status) == (STEPS[verb].target,) * 2
        assert reported == [(row.pk, row.status, what) for what in NOTIFIED.get(verb, [])]
        assert History(row)[0:1][0].by == str(moderator)
        with pytest.raises(ActionRefused):
            ACTS[verb](webinar=row, by=moderator)
        row.delete()
        with pytest.raises(ActionRefused, match="This no longer exists"):
            ACTS[verb](webinar=done, by=moderator)


def test_announce_on_the_day_of_its_own_zone(moderator):
    start = timezone.now().replace(hour=23, minute=30) + timedelta(days=3)
    row = WebinarFactory(draft=True, planned=True, starts_at=start, date=None)
    row = webinars_actions.announce(webinar=row, by=moderator)
    # Half past two in Nairobi.
    assert row.date == date.fromordinal(start.date().toordinal() + 1)


def test_announce_a_cancelled_one_again(moderator):
    row = webinars_actions.cancel(
        webinar=WebinarFactory(announced=True), reason="Storm.", by=moderator
    )
    assert row.cancelled_because == "Storm."
    assert webinars_actions.announce(webinar=row, by=moderator).cancelled_because == ""


@pytest.mark.parametrize(
    ("verb", "given", "words"),
    [
        (
            "announce",
            {"draft": True},
            "To announce this webinar, add a date, a start time, a time",
        ),
        (
            "announce",
            {"draft": True, "planned": True, "starts_at": timezone.now() - timedelta(minutes=90)},
            "At this date and time, the webinar would already be over.",
        ),
        ("go_live", {"announced": True}, "It starts on "),
        ("go_live", {}, "This webinar has no date and time yet."),
        (
            "go_live",
            {"planned": True, "starts_at": timezone.now() - timedelta(days=3)},
            "At this date and time, the webinar would already be over.",
        ),
        ("hold", {"announced": True}, "This webinar hasn’t started yet"),
    ],
)
def test_refuse_what_the_time_does_not_allow(verb, given, words, moderator, reported):
    row = WebinarFactory(**given)
    with pytest.raises(ActionRefused, match=words):
        ACTS[verb](webinar=row, by=moderator)
    assert type(row).objects.get(pk=row.pk).status == row.status
    assert reported == []


def test_hold_one_of_the_past_of_which_no_day_is_known(moderator):
    assert webinars_actions.hold(webinar=WebinarFactory(draft=True), by=moderator).status == "held"


@pytest.mark.parametrize("reason", ["", " \n ", "x" * 301])
def test_refuse_to_cancel_without_a_reason(reason, moderator, reported):
    with pytest.raises(ActionRefused, match="1 to 300 characters"):
        webinars_actions.cancel(webinar=WebinarFactory(announced=True), reason=reason, by=moderator)
    assert reported == []


@pytest.mark.parametrize(
    ("change", "heard"),
    [
        ({"title": "Other"}, []),
        ({"starts_at": timezone.now() + timedelta(days=9)}, ["moved"]),
        ({"time_zone": "Asia/Kolkata"}, []),
        ({"capacity": 11}, ["capacity"]),
        ({"capacity": None}, ["capacity"]),
        ({"capacity": 9}, []),
        ({"starts_at": timezone.now() + timedelta(days=9), "capacity": 11}, ["moved", "capacity"]),
    ],
)
@pytest.mark.parametrize("status", ["draft", "announced", "held"])
def test_report_changes_of_announced_webinars(change, heard, status, moderator, reported):
    row = WebinarFactory(planned=True, status=status, capacity=10)
    for name, value in change.items():
        setattr(row, name, value)
    # The change began before somebody else took a step.
    row.status = "cancelled"
    webinars_actions.replan(webinar=row, by=moderator)
    assert [what for _pk, _status, what in reported] == (heard if status == "announced" else [])
    row.refresh_from_db()
    assert row.status == status
    assert row.date == row.local_start.date()
    reported.clear()
    webinars_actions.replan(webinar=row, by=moderator)
    assert reported == []


@pytest.mark.parametrize("before", [timezone.now() - timedelta(days=2), None])
def test_refuse_to_move_what_was_held_and_is_over_to_a_time_to_come(before, moderator):
    """It could go live again, and seats that are counted would change."""
    row = WebinarFactory(starts_at=before, minutes=60, time_zone="UTC")
    row.starts_at = timezone.now() - timedelta(minutes=59)
    with pytest.raises(ActionRefused, match="You can’t move a past webinar to a future date"):
        webinars_actions.replan(webinar=row, by=moderator)
    row.starts_at = timezone.now() - timedelta(minutes=61)
    assert webinars_actions.replan(webinar=row, by=moderator).starts_at == row.starts_at


def test_move_what_was_called_held_too_early(moderator):
    row = WebinarFactory(planned=True, status="held")
    row.starts_at = timezone.now() + timedelta(minutes=5)
    assert webinars_actions.replan(webinar=row, by=moderator).starts_at == row.starts_at


def test_refuse_to_move_what_is_announced_into_the_past(moderator, reported):
    row = WebinarFactory(announced=True)
    row.starts_at = timezone.now() - timedelta(days=1)
    with pytest.raises(
        ActionRefused, match="At this date and time, the webinar would already be over"
    ):
        webinars_actions.replan(webinar=row, by=moderator)
    assert reported == []
