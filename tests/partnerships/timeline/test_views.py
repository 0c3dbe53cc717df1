from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from community.models import Decision
from partnerships.matches import actions as matches
from partnerships.models import TimelineEntry
from partnerships.pipeline import actions as handling
from tests.desk_client import DeskClient
from tests.factories import TimelineEntryFactory
from tests.page import page_of
from tests.partnerships.matches.pairs import pair, rival

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(broker):
    client = DeskClient()
    client.force_login(broker)
    return client


@pytest.fixture
def both(db):
    return pair(proposed=True)


def url_of(asked) -> str:
    return f"/admin/partnerships/requests/{asked.pk}/"


def lines(desk, asked) -> list[str]:
    return [line.text for line in page_of(desk.get(url_of(asked))).select(".timeline li strong")]


def today(days: int = 0):
    return timezone.localdate() + timedelta(days=days)


def test_show_next_step_and_everything_that_happened(desk, broker, both):
    handling.assign(partnership_request=both.request, owner=broker, by=broker)
    matches.extend(match=both.match, by=broker, reply_by=today(40))
    Decision.objects.create(subject=both.request, by=broker, verb="approve", message="Welcome.")
    page = page_of(desk.get(url_of(both.request)))
    assert "0 of 2 cities have answered" in page.one(".next-step p").text
    # Moments of the history are those of the transaction, which is the same in a test.
    assert sorted(lines(desk, both.request)) == [
        "Approved",
        "Deadline extended",
        f"{both.city.localized_name} became a candidate",
        f"Owner: {broker}",
    ]


def test_record_a_call_and_follow_up(desk, broker, both):
    url = url_of(both.request)
    wrong = {"kind": "email", "words": "", "follow_up_on": ""}
    assert page_of(desk.post(url, wrong)).wrong_fields == ["kind", "words"]
    late = {"kind": "call", "words": "Spoke to the office.", "follow_up_on": str(today(-1))}
    assert page_of(desk.post(url, late)).wrong_fields == [""]
    sent = late | {"follow_up_on": str(today(3))}
    assert page_of(desk.post(url, sent, follow=True)).messages == ["Recorded."]
    [entry] = TimelineEntry.objects.all()
    assert (entry.kind, entry.words, entry.by) == ("call", "Spoke to the office.", broker)
    assert lines(desk, both.request)[0] == "Call"
    done = f"/admin/partnerships/follow-ups/{entry.pk}/"
    assert desk.get(done).status_code == 405
    for _twice in range(2):
        assert desk.post(done).headers["Location"] == url
    entry.refresh_from_db()
    assert entry.followed_up_at is not None
    assert not page_of(desk.get(url)).select(".follow-ups")


def test_take_as_many_queries_for_three_entries_as_for_one(desk, both):
    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            desk.get(url_of(both.request))
        return len(queries)

    TimelineEntryFactory(request=both.request, city=both.city, kind="email")
    rival(both)
    count()
    before = count()
    TimelineEntryFactory.create_batch(2, request=both.request, city=both.city, kind="email")
    rival(both)
    assert count() == before


def test_is_not_found_for_a_draft(desk, both):
    both.request.status = "draft"
    both.request.save()
    assert desk.get(url_of(both.request)).status_code == 404
