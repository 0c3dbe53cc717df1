"""Two machines whose clocks differ: what one has written, the other reads as it was meant."""

import time as system
from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.core.cache.backends import db as cache_table
from django.db import connection
from django.utils import timezone

from community.accounts import spam_protection
from community.discussion import actions as comments
from community.discussion.trust import check_rate
from community.models import Claim, Comment
from community.moderation.claims import actions as claims
from repository.dates import clock
from repository.workflow import ActionRefused
from tests.factories import CommentFactory, WebinarFactory

AHEAD = [600, 86_400]


class Machine:
    """A process whose clock is some seconds ahead of the database's."""

    def __init__(self, seconds):
        self.seconds = seconds

    def __enter__(self):
        self.patch = pytest.MonkeyPatch()
        self.patch.setattr(clock, "difference", clock.Difference())
        real_time, real_now = system.time, timezone.now
        self.patch.setattr(system, "time", lambda: real_time() + self.seconds)
        now = lambda: real_now() + timedelta(seconds=self.seconds)  # noqa: E731
        self.patch.setattr(timezone, "now", now)
        self.patch.setattr(cache_table, "tz_now", now)
        clock.difference.measure(connection=connection)

    def __exit__(self, *error):
        self.patch.undo()


class Form(spam_protection.GuardedForm):
    pass


def seconds_waited(stamp: str) -> list[int]:
    waits: list[float] = []
    form = Form({"website": "", "stamp": stamp}, user=AnonymousUser())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(spam_protection, "sleep", waits.append)
        assert form.is_valid()
    return [round(seconds) for seconds in waits]


@pytest.mark.django_db
@pytest.mark.parametrize("seconds", AHEAD)
def test_take_a_form_that_another_machine_has_stamped_in_the_future(seconds):
    """Also one from before the difference was measured."""
    stamp = spam_protection.stamp_for(AnonymousUser(), at=system.time() + seconds)
    assert seconds_waited(stamp) == []


@pytest.mark.django_db
@pytest.mark.parametrize("seconds", AHEAD)
def test_stamp_a_form_by_the_clock_of_the_database(seconds):
    with Machine(seconds):
        stamp = spam_protection.stamp_for(AnonymousUser())
    assert seconds_waited(stamp) in ([1], [2], [3])
    earlier = spam_protection.stamp_for(AnonymousUser(), at=system.time() - 10)
    with Machine(seconds):
        assert seconds_waited(earlier) == []
        assert seconds_waited(spam_protection.stamp_for(AnonymousUser())) != []


@pytest.mark.django_db
@pytest.mark.parametrize("seconds", AHEAD)
def test_hold_what_is_taken_for_half_an_hour_everywhere(seconds, moderator, administrator):
    comment = CommentFactory(pending=True)
    with Machine(seconds):
        held = claims.claim(subject=comment, by=moderator)
    assert abs((held.until - timezone.now()).total_seconds() - 1800) < 30
    with Machine(seconds):
        assert Claim.objects.get().is_live
        assert Claim.objects.live().count() == 1
        with pytest.raises(ActionRefused, match="has claimed this"):
            claims.check_free(comment, administrator)


@pytest.mark.django_db
@pytest.mark.parametrize("seconds", AHEAD)
def test_count_what_was_sent_within_an_hour_everywhere(seconds, member):
    with Machine(seconds):
        comment = CommentFactory(author=member)
    assert abs((comment.created_at - timezone.now()).total_seconds()) < 30
    Comment.objects.update(created_at=timezone.now() - timedelta(minutes=61))
    check_rate(Comment.objects.filter(author=member), most=1, hours=1)
    Comment.objects.update(created_at=timezone.now() - timedelta(minutes=59))
    with Machine(seconds), pytest.raises(ActionRefused):
        check_rate(Comment.objects.filter(author=member), most=1, hours=1)


@pytest.mark.django_db
@pytest.mark.parametrize("seconds", AHEAD)
def test_edit_a_comment_and_register_on_a_machine_that_is_ahead(seconds, member):
    comment = CommentFactory(author=member, body="First.")
    webinar = WebinarFactory(
        announced=True, starts_at=timezone.now() + timedelta(minutes=5), minutes=5
    )
    with Machine(seconds):
        comments.edit(comment=comment, body="Second.", by=member)
        assert webinar.takes_registrations
        assert type(webinar).objects.upcoming().count() == 1
    assert Comment.objects.get().body == "Second."


@pytest.mark.django_db
@pytest.mark.parametrize("seconds", AHEAD)
def test_keep_in_the_cache_table_for_as_long_as_was_meant(seconds):
    with Machine(seconds):
        cache.set("key", 1, 60)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT extract(epoch FROM expires - clock_timestamp()) FROM cache"
            " WHERE cache_key = %s",
            [cache.make_key("key")],
        )
        assert 30 < cursor.fetchone()[0] <= 61


@pytest.mark.django_db
@pytest.mark.parametrize("seconds", [*AHEAD, -600])
def test_read_the_cache_table_by_the_clock_of_the_database(seconds):
    """A machine that is ahead must not lift the limits that others count."""
    cache.set("limit", [1, 2, 3], 60)
    cache.set("over", 1, 60)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE cache SET expires = clock_timestamp() - interval '1 second'"
            " WHERE cache_key = %s",
            [cache.make_key("over")],
        )
    with Machine(seconds):
        assert cache.get_many(["limit", "over"]) == {"limit": [1, 2, 3]}
        assert (cache.has_key("limit"), cache.has_key("over")) == (True, False)
    assert cache.get("limit") == [1, 2, 3]


@pytest.mark.django_db
def test_measure_once_a_minute_and_report_a_large_difference(caplog):
    with Machine(600):
        assert -601 < clock.difference.seconds < -599
        clock.difference.measure(connection=connection)
        assert abs(clock.time() - (system.time() - 600)) < 1
        assert clock.today() == timezone.localdate(clock.now())
    assert [record.getMessage() for record in caplog.records] == [
        "This machine's clock is 600 seconds from the database's."
    ]
    small = clock.Difference()
    small.measure(connection=connection)
    assert small.seconds == 0.0


@pytest.mark.django_db
def test_measure_again_where_the_machine_stopped_in_between(monkeypatch):
    """Half of the pause would pass for a difference of the clocks for a minute."""
    real = system.time
    pauses = iter([0, 600])
    difference = clock.Difference()
    monkeypatch.setattr(system, "time", lambda: real() + next(pauses, 600) - 600)
    difference.measure(connection=connection)
    assert difference.seconds == 0.0
    difference.measure(connection=connection)
    assert (difference.seconds, difference.measured_at is None) == (0.0, False)
