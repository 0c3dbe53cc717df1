import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.desk_client import DeskClient
from tests.factories import MatchFactory, PartnershipRequestFactory, RepresentationFactory
from tests.page import page_of
from tests.partnerships.matches.pairs import pair

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(broker):
    client = DeskClient()
    client.force_login(broker)
    return client


def url_of(city) -> str:
    return f"/admin/partnerships/cities/{city.pk}/"


def lines(page, name: str) -> list[str]:
    return [line.text for line in page.select(f"[aria-labelledby={name}] li")]


def test_show_requests_answers_partnerships_and_contacts(desk):
    both = pair(proposed=True)
    match = both.match
    match.candidate_answer, match.candidate_refusal = "no", "capacity"
    match.candidate_words, match.candidate_answered_at = "Next year.", timezone.now()
    match.save()
    PartnershipRequestFactory(city=both.city, title="Parcels by river", opened=True)
    PartnershipRequestFactory(city=both.city, title="Not submitted")
    page = page_of(desk.get(url_of(both.city)))
    [asked] = lines(page, "requests")
    assert asked.startswith("Parcels by river Open")
    [answer] = lines(page, "answers")
    assert answer.startswith(f"{both.request.title} ↔ Cotonou")
    assert "Declined · No capacity right now" in answer
    assert "Next year." in answer
    assert lines(page, "partnerships") == ["None"]
    [contact] = lines(page, "contacts")
    assert contact.startswith("Asked 1")
    # The address itself is not shown in reviews either.
    assert both.asked.email not in page.text
    assert "asked-1@city.example" not in page.text


def test_show_the_own_answer_of_the_requesting_city(desk):
    both = pair(proposed=True)
    match = both.match
    match.candidate_answer, match.candidate_answered_at = "yes", timezone.now()
    match.save()
    [answer] = lines(page_of(desk.get(url_of(both.request.city))), "answers")
    assert "↔ Kisumu" in answer
    assert "Accepted" not in answer
    match.status, match.ended_at = "expired", timezone.now()
    match.save()
    [answer] = lines(page_of(desk.get(url_of(both.request.city))), "answers")
    assert "No answer" in answer
    assert "Accepted" not in answer


def test_take_as_many_queries_for_three_rows_as_for_one(desk):
    both = pair(proposed=True)
    city = both.city

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            desk.get(url_of(city))
        return len(queries)

    PartnershipRequestFactory(city=city, opened=True)
    count()
    before = count()
    for _row in range(2):
        PartnershipRequestFactory(city=city, submitted=True)
        MatchFactory(city=city)
        RepresentationFactory(city=city)
    assert count() == before


def test_link_from_request_and_match(desk):
    both = pair(proposed=True)
    request_page = page_of(desk.get(f"/admin/partnerships/requests/{both.request.pk}/"))
    assert request_page.link(both.request.city.name) == url_of(both.request.city)
    match_page = page_of(desk.get(f"/admin/partnerships/matches/{both.match.pk}/"))
    assert match_page.one("#side-candidate a")["href"] == url_of(both.city)
    assert desk.get("/admin/partnerships/cities/999999/").status_code == 404
