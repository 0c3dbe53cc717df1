"""The pages of a timetable for brokers."""

from datetime import time

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from partnerships.models import Call, Match, Meeting, WorkingHours
from partnerships.timetables import actions
from tests.desk_client import DeskClient
from tests.page import page_of
from tests.partnerships.timetables.pairs import VALUES, introduce, round_of

pytestmark = pytest.mark.django_db
POSTED = {
    "act": "plan",
    "first_day": "2030-03-04",
    "last_day": "2030-03-04",
    "begins_at": "00:00",
    "ends_at": "23:00",
    "zone": "Africa/Nairobi",
    "minutes": "30",
    "parallel": "3",
    "rooms": "",
}


@pytest.fixture
def both():
    return introduce(1)


@pytest.fixture
def desk(broker):
    client = DeskClient()
    client.force_login(broker)
    return client


def hours(*pairs, **changes) -> dict:
    """What the page posts for the working hours of cities."""
    cities = {city for pair in pairs for city in (pair.request.city, pair.city)}
    values = {"begins_at": "09:00", "ends_at": "17:00"}
    return {
        f"city-{city.pk}-{name}": value for city in cities for name, value in values.items()
    } | changes


def url_of(round) -> str:
    return f"/admin/partnerships/round/{round.pk}/timetable/"


def test_arrange_calls_and_send_invitations(desk, both):
    other = introduce(2, country="ID", name="No such city")
    round = round_of(both, other)
    link = page_of(desk.get(f"/admin/partnerships/round/{round.pk}/result/"))
    assert link.link("Timetable") == url_of(round)
    page = page_of(desk.get(url_of(round)))
    assert page.one("#calls").text == "0 calls"
    assert page.one(f"[name=city-{other.city.pk}-zone]")["list"] == "time-zones"
    answer = desk.post(url_of(round), POSTED | hours(both, other), follow=True)
    page = page_of(answer)
    assert page.messages == ["Calls scheduled."]
    [row] = page.select("[aria-labelledby=calls] tbody tr")
    # 8:00 in UTC, the first slot in which both work.
    assert row.one("th").lines == ["Monday 4 March 2030", "11:00 Africa/Nairobi"]
    assert row.select("td")[0].lines[:2] == [
        "Cotonou 1: Mon 4 Mar, 09:00",
        "Nairobi: Mon 4 Mar, 11:00",
    ]
    assert row.select("td")[1].text == "Not sent yet"
    assert len(page.select("[aria-labelledby=nowhere] li")) == 1
    stated = {f"city-{other.city.pk}-zone": "Asia/Jakarta"}
    page = page_of(desk.post(url_of(round), POSTED | hours(both, other, **stated), follow=True))
    assert page.one("#calls").text == "2 calls"
    assert WorkingHours.objects.get().zone == "Asia/Jakarta"
    [button] = page.one("[aria-labelledby=calls]").buttons
    assert "2" in button.split()
    page = page_of(desk.post(url_of(round), {"act": "send"}, follow=True))
    assert page.outcomes == ["success"]
    assert Meeting.objects.count() == 2
    assert page.select("[value=send]") == []
    desk.post(url_of(round), {"act": "send"})
    assert Meeting.objects.count() == 2


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"last_day": "2030-03-03"}, "The last day must not be before the first."),
        ({"last_day": "2030-04-04"}, "A timetable can have up to 31 days."),
        ({"ends_at": "00:00"}, "The end must be after the start."),
        (
            {"first_day": "2030-03-02", "last_day": "2030-03-03"},
            "No call fits into these days and hours.",
        ),
        ({"zone": "Nowhere"}, "“Nowhere” is not a time zone."),
        ({"minutes": "5"}, "Ensure this value is greater than or equal to 10."),
        ({"parallel": "0"}, "Ensure this value is greater than or equal to 1."),
        ({"rooms": "x" * 301}, "A link must have 300 characters or fewer."),
        ({"first_day": "x\0"}, "Enter a valid date."),
    ],
)
def test_invalid_settings_are_refused(desk, both, changes, error):
    round = round_of(both)
    page = page_of(desk.post(url_of(round), POSTED | hours(both) | changes))
    assert any(found.startswith(error) for found in page.errors)
    assert not Call.objects.exists()


def test_invalid_hours_of_a_city_are_refused(desk, both):
    round = round_of(both)
    wrong = {f"city-{both.city.pk}-ends_at": "08:00"}
    page = page_of(desk.post(url_of(round), POSTED | hours(both, **wrong)))
    assert page.one(f"#city-{both.city.pk}").errors
    assert not Call.objects.exists()


def test_move_and_cancel_a_call(desk, both, broker):
    round = round_of(both)
    actions.plan(round=round, by=broker, values=VALUES, hours={})
    actions.send_all(round=round, by=broker)
    call = Call.objects.get()
    page = page_of(desk.get(url_of(round)))
    link = page.one("[aria-labelledby=calls] tbody td:last-child a")
    assert link["href"] == f"{url_of(round)}{call.pk}/"
    assert link.text == "Move or cancel: Cotonou 1"
    page = page_of(desk.get(link["href"]))
    options = [option["value"] for option in page.select("[name=at] option")]
    # All slots in which both work, but the present one.
    assert (len(options), options[0]) == (11, "2030-03-04T08:30:00+00:00")
    page = page_of(desk.post(link["href"], {"act": "move", "at": "2030-03-04T07:00:00+00:00"}))
    assert page.errors != []
    page = page_of(desk.post(link["href"], {"act": "move", "at": options[0]}, follow=True))
    assert page.messages == ["Call moved."]
    call.refresh_from_db()
    assert call.meeting.at == call.at
    page = page_of(desk.post(link["href"], {"act": "cancel"}, follow=True))
    assert page.messages == ["Call cancelled."]
    assert page.select("[aria-labelledby=calls] tbody td")[1].text == "Cancelled"
    call.refresh_from_db()
    assert call.meeting.is_cancelled
    # Nothing to do with another round.
    elsewhere = link["href"].replace(f"/{round.pk}/", f"/{round_of(introduce(3)).pk}/")
    assert desk.get(elsewhere).status_code == 404


def test_a_call_without_its_introduction_cannot_be_changed(desk, both, broker):
    round = round_of(both)
    actions.plan(round=round, by=broker, values=VALUES, hours={})
    Match.objects.update(status="withdrawn")
    page = page_of(desk.get(url_of(round)))
    assert page.select("[aria-labelledby=calls] tbody td")[1].text == "The introduction has ended"
    call = f"{url_of(round)}{Call.objects.get().pk}/"
    assert page_of(desk.get(call)).select("[name=act]") == []
    page = page_of(desk.post(call, {"act": "cancel"}, follow=True))
    assert page.outcomes == ["error"]


def test_pages_have_a_fixed_number_of_queries(desk, broker):
    counts = []
    pairs = [introduce(number) for number in range(1, 5)]
    for chosen in (pairs[:1], pairs[1:]):
        round = round_of(*chosen)
        values = VALUES | {"ends_at": time(20)}
        actions.plan(round=round, by=broker, values=values, hours={})
        actions.send(call=Call.objects.filter(timetable__round=round).first(), by=broker)
        call = f"{url_of(round)}{Call.objects.filter(timetable__round=round).last().pk}/"
        for url in (url_of(round), call):
            desk.get(url)
            with CaptureQueriesContext(connection) as queries:
                desk.get(url)
            counts.append(len(queries))
    assert counts[:2] == counts[2:]
