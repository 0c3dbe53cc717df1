from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from community.models import Decision, Notification
from partnerships.matches import actions as matches
from partnerships.models import TimelineEntry
from partnerships.pipeline import actions as handling
from partnerships.timeline import actions
from repository.workflow import ActionRefused
from tests.community.conftest import run_queue
from tests.desk_client import DeskClient
from tests.factories import RepresentationFactory, TimelineEntryFactory
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
    wrong = {"act": "record", "kind": "email", "words": "", "follow_up_on": ""}
    assert page_of(desk.post(url, wrong)).wrong_fields == ["kind", "words"]
    late = {
        "act": "record",
        "kind": "call",
        "words": "Spoke to the office.",
        "follow_up_on": str(today(-1)),
    }
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


def email(desk, asked, **texts):
    sent = {"act": "email", "requester": "Bonjour", "candidate": "Hello"} | texts
    return page_of(desk.post(url_of(asked), sent, follow=True))


def test_email_both_cities_each_in_its_language(desk, broker, both):
    both.asking.language = "fr"
    both.asking.save()
    page = page_of(desk.get(url_of(both.request)))
    form = page.one("form#email")
    texts = [each.text for each in form.select("textarea")]
    assert texts[0].strip().startswith("Nous avons proposé un partenariat avec Kisumu")
    assert texts[1].strip().startswith("We have proposed a partnership with Cotonou")
    assert page_of(desk.post(url_of(both.request), {"act": "email"})).wrong_fields == [
        "requester",
        "candidate",
    ]
    assert email(desk, both.request).messages == ["Emails sent to both cities."]
    assert {
        (notice.member, notice.event, notice.details["message"])
        for notice in Notification.objects.all()
    } == {(both.asking, "match.message", "Bonjour"), (both.asked, "match.message", "Hello")}
    assert lines(desk, both.request)[:2] == ["Email to Kisumu", "Email to Cotonou"]


def test_email_reveals_no_address(desk, both):
    email(desk, both.request)
    sent = run_queue()
    assert sorted(message.to[0] for message in sent) == [
        both.asked.email,
        both.asking.email,
    ]
    for message in sent:
        others = {both.asked.email, both.asking.email} - set(message.to)
        assert not any(other in str(message.message()) for other in others)


def test_email_to_introduced_cities_is_one_click_when_overdue(desk):
    both = pair(introduced=True, introduced_at=timezone.now() - timedelta(days=90))
    both.request.status = "matched"
    both.request.save()
    page = page_of(desk.get(url_of(both.request)))
    [button] = page.select(".next-step button")
    assert (button.text, button["form"], button["value"]) == ("Email both cities", "email", "email")


def test_refuse_email_of_a_broker_of_one_of_the_cities(desk, broker, both):
    RepresentationFactory(member=broker, city=both.city)
    page = email(desk, both.request)
    assert page.wrong_fields == [""]
    assert not Notification.objects.exists()


def test_ask_again_after_the_deadline(desk, broker, both):
    match = both.match
    match.status, match.message, match.ended_at = "expired", "You are alike.", timezone.now()
    match.reply_by = today(-1)
    match.save()
    page = page_of(desk.get(url_of(both.request)))
    assert [button.text for button in page.select(".next-step button")] == ["Ask both cities again"]
    sent = {"act": "ask-again"}
    page = page_of(desk.post(url_of(both.request), sent, follow=True))
    assert page.messages == ["Both cities have been asked again."]
    again = both.request.matches.exclude(pk=match.pk).get()
    assert (again.status, again.city, again.message) == ("proposed", both.city, "You are alike.")
    assert again.reply_by > today()
    # Repeated: nothing is late any more.
    desk.post(url_of(both.request), sent)
    assert both.request.matches.count() == 2


def test_ask_again_extends_a_passed_deadline(broker, both):
    both.match.reply_by = today(-1)
    both.match.save()
    actions.ask_again(match=both.match, by=broker)
    assert both.now().reply_by > today()
    both.match.status = "declined"
    with pytest.raises(ActionRefused):
        actions.ask_again(match=both.match, by=broker)
