"""The queue of brokers."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from benchmarks.fill import fill_partnerships
from community.models import Appeal, Decision, Verb
from community.moderation.queue import entries
from partnerships.desk import queue as desk_queue
from partnerships.models import (
    MatchOrigin,
    MatchStatus,
    PartnershipStatus,
)
from tests.desk_client import DeskClient
from tests.factories import CityFactory, CountryFactory
from tests.factories import partnerships as p
from tests.page import page_of

pytestmark = pytest.mark.django_db
URL = "/admin/partnerships/pipeline/"
TODAY = timezone.localdate
AGO = timedelta(days=1)


@pytest.fixture
def desk(broker):
    client = DeskClient()
    client.force_login(broker)
    return client


def asked_twice():
    """A request whose first candidate said no; the second is a candidate."""
    partnership_request = p.PartnershipRequestFactory(opened=True)
    p.MatchFactory(
        request=partnership_request, status=MatchStatus.DECLINED, ended_at=timezone.now() - AGO
    )
    p.MatchFactory(request=partnership_request, status=MatchStatus.CANDIDATE)
    return partnership_request


def of_match(**question):
    return p.QuestionFactory(match__reply_by=TODAY() + timedelta(days=9), **question).match


def partnership_with(**values):
    match = p.MatchFactory(introduced=True)
    return p.PartnershipFactory(match=match, status=PartnershipStatus.ACTIVE, **values)


def with_report(days: int):
    partnership = partnership_with()
    p.ProgressReportFactory(partnership=partnership, due_on=TODAY() - timedelta(days=days))
    return partnership


def stalled():
    partnership = partnership_with()
    type(partnership).objects.filter(pk=partnership.pk).update(status="stalled", reason="Floods")
    return partnership


def to_follow_up(day, **values):
    """A request with something to follow up; nothing else is to be done about it."""
    return p.TimelineEntryFactory(
        request=p.PartnershipRequestFactory(closed=True), follow_up_on=day, **values
    ).request


THEN = {"passed_at": p.THEN, "passed_words": "Who pays?"}


def appealed():
    """An appeal of a member whose request to speak for a city was declined."""
    row = p.RepresentationFactory(status="declined")
    words = {"verb": Verb.DECLINE, "reason": "fit", "message": "Not so.", "before": "asked"}
    decision = Decision.objects.create(subject=row, concerns=row.member, **words)
    return Appeal.objects.create(decision=decision, by=row.member, words="Yes, it is.")


ONE_OF_EACH = {
    "representation": lambda: p.RepresentationFactory(asked=True),
    # Changed after it was read.
    "offer": lambda: p.OfferFactory(),
    "need": lambda: p.NeedFactory(pending=True),
    "request": lambda: p.PartnershipRequestFactory(submitted=True),
    "cluster-application": lambda: p.ClusterApplicationFactory(),
    "appeal": appealed,
    "candidates": lambda: p.PartnershipRequestFactory(opened=True),
    "interest": lambda: p.MatchFactory(origin=MatchOrigin.INTEREST),
    "propose": asked_twice,
    "question": of_match,
    "answer": lambda: of_match(answer="You do.", answered_at=p.THEN, **THEN),
    "reply": lambda: p.MatchFactory(proposed=True, reply_by=TODAY() - AGO),
    "introduction": lambda: p.MatchFactory(introduced=True),
    "follow-up": lambda: to_follow_up(TODAY()),
    "agreement": lambda: p.RecordedAgreementFactory().match,
    "stalled": stalled,
    "report": lambda: with_report(1),
}


def items(**filters):
    return entries.items(desk_queue.kinds(), entries.Filters(**filters), start=0, stop=50)


def test_list_the_kinds_in_the_order_of_the_work():
    assert [kind.word for kind in desk_queue.kinds()] == list(ONE_OF_EACH)


@pytest.mark.parametrize("word", ONE_OF_EACH)
def test_each_kind_is_in_the_queue(desk, word):
    made = ONE_OF_EACH[word]()
    [item] = items()
    assert (item.kind.word, item.key) == (word, made.pk)
    assert sum(entries.counts(desk_queue.kinds()).values()) == 1
    assert entries.totals(desk_queue.kinds()) == (1, int(item.is_late))
    page = page_of(desk.get(f"{URL}?todo={word}"))
    assert {href for _text, href in page.one(".due-rows").links} == {item.url}
    assert desk.get(item.url).status_code in (200, 302)


NOTHING = {
    "approved": lambda: p.RepresentationFactory(),
    "read": lambda: p.OfferFactory(reviewed_at=timezone.now() + AGO),
    "draft": lambda: p.PartnershipRequestFactory(),
    "introduced": lambda: p.MatchFactory(introduced=True, introduced_at=timezone.now() - AGO),
    "introduced, but snoozed": lambda: p.HandlingFactory(
        request=p.MatchFactory(introduced=True).request,
        snoozed_until=TODAY() + AGO,
        snooze_reason="city",
    ),
    "to follow up tomorrow": lambda: to_follow_up(TODAY() + AGO),
    "followed up": lambda: to_follow_up(TODAY(), followed_up_at=timezone.now()),
    "just asked": lambda: p.MatchFactory(proposed=True),
    "closed": lambda: p.MatchFactory(
        origin=MatchOrigin.INTEREST, request=p.PartnershipRequestFactory(closed=True)
    ),
    "passed on": lambda: of_match(**THEN),
    "returned": lambda: of_match(answer="You.", answered_at=p.THEN, returned_at=p.THEN, **THEN),
    "no longer introduced": lambda: p.RecordedAgreementFactory(
        match__status=MatchStatus.WITHDRAWN, match__request=p.PartnershipRequestFactory(closed=True)
    ),
    "due today": lambda: with_report(0),
}


@pytest.mark.parametrize("name", NOTHING)
def test_completed_tasks_are_not_in_the_queue(name):
    NOTHING[name]()
    assert items() == []
    assert not entries.counts(desk_queue.kinds())
    assert entries.totals(desk_queue.kinds()) == (0, 0)


def test_count_all_and_the_late_ones_in_one_query(django_assert_num_queries):
    for make in ONE_OF_EACH.values():
        make()
    found = items()
    assert {item.is_late for item in found} == {True, False}
    with django_assert_num_queries(1):
        totals = entries.totals(desk_queue.kinds())
    assert totals == (len(found), sum(item.is_late for item in found))


def test_each_question_of_a_match_waits_by_itself():
    match = of_match()
    second = p.QuestionFactory(match=match)
    answered = p.QuestionFactory(match=match, answer="You do.", answered_at=p.THEN, **THEN)
    p.QuestionFactory(match=match, **THEN)
    assert {(item.kind.word, item.key) for item in items()} == {
        ("question", match.pk),
        ("answer", match.pk),
    }
    questions = items(kind="question")
    assert [item.since for item in questions] == [
        question.created_at for question in match.questions.filter(passed_at=None).order_by("pk")
    ]
    assert questions[1].since == second.created_at
    [answer] = items(kind="answer")
    assert answer.since == answered.answered_at


def test_list_new_entries_although_the_statement_is_kept(monkeypatch):
    assert items(kind="request") == []
    asked = p.PartnershipRequestFactory(submitted=True)
    monkeypatch.setattr(entries, "described", None)
    assert [item.key for item in items(kind="request")] == [asked.pk]


def test_look_for_candidates_again_after_a_snooze():
    """Also with a statement that was made earlier on the same day."""
    asked = p.PartnershipRequestFactory(opened=True)
    today = timezone.localdate()
    handling = p.HandlingFactory(
        request=asked,
        nobody_suits_at=timezone.now() - timedelta(days=40),
        snoozed_until=today + timedelta(days=9),
        snooze_reason="no-match",
    )
    assert items() == []
    for days, waiting in ((1, []), (0, [asked.pk])):
        type(handling).objects.update(snoozed_until=today + timedelta(days=days))
        assert [item.key for item in items()] == waiting


def test_a_request_whose_candidates_all_said_no_waits_for_others():
    match = p.MatchFactory(status=MatchStatus.DECLINED, ended_at=timezone.now())
    [item] = items()
    assert (item.kind.word, item.key, item.since) == (
        "candidates",
        match.request_id,
        match.ended_at,
    )


def test_oldest_first_with_filters():
    africa = CityFactory(country=CountryFactory(iso2="BJ", region="Africa"), name="Cotonou")
    old = p.PartnershipRequestFactory(submitted=True, city=africa, title="Old")
    p.PartnershipRequestFactory(submitted=True, submitted_at=timezone.now(), title="New")
    p.MatchFactory(proposed=True, reply_by=TODAY() + AGO, request__title="Soon")
    over = p.MatchFactory(
        proposed=True, reply_by=TODAY() - AGO, proposed_at=timezone.now(), request__title="Over"
    )

    def titles(**filters):
        return [item.title for item in items(**filters)]

    assert sorted(titles()) == ["New", "Old", "Over", "Soon"]
    assert titles()[-2:] == ["Over", "New"] or titles()[-2:] == ["New", "Over"]
    assert titles(kind="request") == ["Old", "New"]
    assert titles(region="Africa") == ["Old"]
    assert sorted(titles(is_late=True)) == ["Old", "Over"]
    late = {item.key for item in items() if item.is_late}
    assert late == {old.pk, over.pk}


def ranked(points: int) -> dict:
    return {"total": points, "factors": [{"factor": "fit", "points": points, "most": 40}]}


def test_show_owner_and_best_fit(desk, broker):
    asked = p.PartnershipRequestFactory(submitted=True, title="Owned")
    p.HandlingFactory(request=asked, owner=broker)
    proposed = p.MatchFactory(proposed=True, reply_by=TODAY() + AGO, request__title="Submitted")
    type(proposed).objects.filter(pk=proposed.pk).update(ranking=ranked(28))
    ready = p.MatchFactory(status=MatchStatus.CANDIDATE, request__title="Ready")
    type(ready).objects.filter(pk=ready.pk).update(ranking=ranked(20))
    page = page_of(desk.get(URL))
    rows = {row.one("div > a").text: row for row in page.select(".requests > li")}
    fits = {name: row.one(".next").text.replace("\xa0", " ") for name, row in rows.items()}
    assert "70 %" in fits["Submitted"]
    assert "50 %" in fits["Ready"]
    owners = {name: row.one(".owner").text for name, row in rows.items()}
    assert owners == {"Owned": "Mine", "Submitted": "No owner", "Ready": "No owner"}
    assert page.one(".due-rows .quiet").text.endswith(str(broker))


def test_turn_the_pages_of_the_queue(desk):
    p.PartnershipRequestFactory.create_batch(51, submitted=True)
    page = page_of(desk.get(f"{URL}?todo=request"))
    queue = page.one("[aria-labelledby=due]")
    assert len(queue.select(".due-rows > li")) == 50
    [following] = [url for _text, url in queue.links if "page=2" in url]
    second = page_of(desk.get(f"{URL}{following}")).one("[aria-labelledby=due]")
    assert len(second.select(".due-rows > li")) == 1


def test_moderators_do_not_see_it(moderator):
    client = DeskClient()
    client.force_login(moderator)
    p.RepresentationFactory(asked=True)
    response = client.get("/admin/")
    assert "due_for_brokers" not in response.context
    assert "queue" in response.context
    assert client.get(URL).status_code == 403


def test_hostile_filters_find_nothing(desk):
    p.RepresentationFactory(asked=True)
    for query in ("todo=%00", "region=%00%27", "page=0", "page=99999999", "page=%C2%B2", "late=1"):
        assert desk.get(f"{URL}?{query}").status_code == 200


def test_take_a_fixed_number_of_queries(desk):
    counts = []
    for size in (1, 3, 2000):
        if size < 9:
            p.PartnershipRequestFactory.create_batch(size, submitted=True)
        else:
            fill_partnerships(cities=50, offers=50, requests=size)
        desk.get(URL)
        with CaptureQueriesContext(connection) as queries:
            response = desk.get(URL)
        counts.append(len(queries))
        assert response.context["brokering"]["total"] >= size
    assert len(set(counts)) == 1
    assert counts[0] <= 14


def test_name_the_task_and_its_action(desk):
    p.OfferFactory(pending=True, title="Warehouse")
    row = page_of(desk.get(f"{URL}?todo=offer")).one(".due-rows > li")
    assert row.one(".kind").text == "Offers to review"
    assert row.one(".button").text == "Review: Warehouse"


def test_lead_brokers_from_the_index_to_the_requests(desk, administrator):
    """The models are one link away; those who moderate too stay at the queue of moderators."""
    answer = desk.get("/admin/")
    assert (answer.status_code, answer.url) == (302, URL)
    [records] = [href for text, href in page_of(desk.get(URL)).links if text == "All records"]
    assert page_of(desk.get(records)).select(".app-partnerships, [class*=module]")
    of_all = DeskClient()
    of_all.force_login(administrator)
    page = page_of(of_all.get("/admin/"))
    assert ("Requests", URL) in page.links


def test_show_first_what_is_due_today(desk):
    late = p.PartnershipRequestFactory(submitted=True, submitted_at=p.THEN, title="Late")
    p.PartnershipRequestFactory(submitted=True, submitted_at=timezone.now(), title="New")
    p.MatchFactory(proposed=True, reply_by=TODAY(), request__title="By tonight")
    p.MatchFactory(proposed=True, reply_by=TODAY() + AGO, request__title="By tomorrow")
    page = page_of(desk.get(URL))
    titles = [each.text for each in page.select(".due-rows div a")]
    assert sorted(titles) == ["By tonight", late.title]
    assert page.one("#due").text == "Due today 2"
