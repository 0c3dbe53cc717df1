"""The page of figures for brokers, and the tables that only they see."""

import csv
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.test import Client
from django.utils import timezone

from partnerships.figures import monitoring
from tests.community.writing.drafts.cases import as_user
from tests.factories import (
    CityFactory,
    MatchFactory,
    OfferFactory,
    PartnershipRequestFactory,
)
from tests.page import page_of
from tests.partnerships.figures.cases import DAY, DESK, SENT, introduced, steps

pytestmark = pytest.mark.django_db

OF_BROKERS = ["waiting", "replies", "load", "unmatched"]


def test_show_figures_of_brokers_on_their_own_page(member, moderator, broker):
    PartnershipRequestFactory(opened=True, title="Lonely", visibility="brokers")
    staff = as_user(broker)
    for client in (Client(), as_user(member), as_user(moderator), staff):
        assert "Lonely" not in page_of(client.get("/monitoring/")).html
        found = [client.get(f"/monitoring/{key}.csv").status_code for key in OF_BROKERS]
        assert found == [404] * 4
    response = staff.get(DESK)
    assert "no-store" in response.headers["Cache-Control"]
    page = page_of(response)
    part = page.by_role("region", "What waits, and who answers")[0]
    assert [table["id"] for table in part.select("section")] == OF_BROKERS
    assert part.one("#unmatched tbody th").text == "Lonely"
    assert steps(page)[0] == "1"
    file = staff.get(part.one("#unmatched").links[-1][1])
    assert [row[0] for row in csv.reader(StringIO(file.text))][1:] == ["Lonely"]
    assert "no-store" in file.headers["Cache-Control"]
    # It is one click away from the list of requests.
    assert page_of(staff.get("/admin/partnerships/pipeline/")).link("Figures for brokers") == DESK
    # Rights end in the next request.
    broker.groups.clear()
    assert staff.get(f"{DESK}unmatched.csv").status_code == 403


def test_shorten_the_lists_of_brokers(broker):
    for number in range(10):
        PartnershipRequestFactory(opened=True, title=f"Request {number}")
    client = as_user(broker)
    part = page_of(client.get(DESK)).one("#unmatched")
    assert len(part.select("tbody tr")) == 8
    assert "The file has 2 more rows." in part.text
    file = client.get(f"{DESK}unmatched.csv")
    assert len(list(csv.reader(StringIO(file.text)))) == 11


def test_count_waiting_tasks_and_their_age():
    PartnershipRequestFactory(submitted=True, submitted_at=timezone.now() - timedelta(days=9))
    PartnershipRequestFactory(submitted=True, submitted_at=timezone.now())
    MatchFactory(proposed=True, reply_by=timezone.localdate() - timedelta(days=1))
    report = monitoring.report(on=timezone.localdate(), for_brokers=True)
    found = {row[0]: row[1:] for row in report.table("waiting").rows if row[-1]}
    assert found["Requests to review"] == ("9 days", 1, 2)
    assert found["Deadlines to watch"][1:] == (1, 1)


def test_list_cities_by_replies():
    silent, quick = CityFactory(name="Silent"), CityFactory(name="Quick", slug="quick")
    asked = {"proposed": True, "status": "expired", "reply_by": DAY, "proposed_at": SENT}
    MatchFactory(city=silent, **asked)
    for days in (2, 4):
        at = SENT + timedelta(days=days)
        MatchFactory(city=quick, candidate_answer="yes", candidate_answered_at=at, **asked)
    MatchFactory(city=quick, proposed=True)  # may still be answered
    found = monitoring.report(on=DAY, for_brokers=True).table("replies")
    replies = {row[0]: row[1:] for row in found.rows}
    assert (replies["Silent"], replies["Quick"]) == ((1, 0, None), (2, 2, 3))
    assert found.rows[-1][0] == "Quick"
    assert found.urls[-1] == "/cities/quick/"


def test_list_the_load_of_cities():
    busy, other = CityFactory(name="Busy"), CityFactory(name="Other")
    OfferFactory(city=busy, capacity=2)
    OfferFactory(city=busy, capacity=1)
    for day in (DAY, DAY - timedelta(days=400)):
        at = datetime(day.year, day.month, day.day, tzinfo=UTC)
        MatchFactory(introduced=True, city=busy, introduced_at=at)
    MatchFactory(proposed=True, city=other)
    table = monitoring.report(on=DAY, for_brokers=True).table("load")
    assert table.rows == (("Busy", 0, 3, 1), ("Other", 1, None, 0))


def test_list_requests_without_a_match():
    at = datetime(2026, 11, 5, 9, tzinfo=UTC)
    city = CityFactory(name="Kisumu")
    lonely = PartnershipRequestFactory(opened=True, title="Lonely", city=city, opened_at=at)
    MatchFactory(request=lonely)
    introduced(5)
    PartnershipRequestFactory(submitted=True)
    table = monitoring.report(on=DAY, for_brokers=True).table("unmatched")
    assert table.rows == (("Lonely", "Kisumu", "Open", 1, 20),)
    assert table.urls == (f"/admin/partnerships/requests/{lonely.pk}/candidates/",)
