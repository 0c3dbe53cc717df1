"""The board and the list of requests, bulk actions and downloads."""

import csv
from datetime import timedelta
from io import BytesIO, StringIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook

from community.moderation.queue import entries
from partnerships.desk import queue
from partnerships.models import Handling
from repository.dates.days import OUT_OF_RANGE
from tests.conftest import staff
from tests.factories import CityFactory, PracticeFactory, ThemeFactory
from tests.factories import partnerships as p
from tests.page import page_of

pytestmark = pytest.mark.django_db
URL = "/admin/partnerships/pipeline/"
BOARD = f"{URL}?view=board"
DAY = timedelta(days=1)


@pytest.fixture
def desk(client, broker):
    client.force_login(broker)
    return client


def request_of(title: str, **options):
    return p.PartnershipRequestFactory(title=title, **({"opened": True} | options))


def test_the_board_has_a_lane_for_each_stage(desk, broker):
    row = request_of("Loans on customs data", city=CityFactory(name="Vale Verde"))
    p.HandlingFactory(request=row, owner=broker)
    page = page_of(desk.get(BOARD))
    heads = [lane.one("h2").text for lane in page.select(".lane")]
    assert heads == [
        "New 0",
        "Open 1",
        "Proposed 0",
        "Introduced 0",
        "Agreed 0",
        "Stalled 0",
    ]
    ticket = page.one(".ticket")
    assert "late" in ticket.node.attributes["class"]
    candidates = f"/admin/partnerships/requests/{row.pk}/candidates/"
    propose = f"/admin/partnerships/requests/{row.pk}/propose/"
    assert ticket.links == [("Loans on customs data", propose), ("Candidates", candidates)]
    assert "Vale Verde" in ticket.text
    assert "No candidates yet (overdue)" in ticket.text
    assert str(broker) in ticket.text


def test_a_long_lane_leads_to_its_list(desk):
    for number in range(10):
        request_of(f"Number {number}")
    page = page_of(desk.get(f"{BOARD}&late=on"))
    lane = page.select(".lane")[1]
    assert len(lane.select(".ticket")) == 8
    [href] = [href for text, href in lane.links if text == "All 10 requests"]
    assert href == "?late=on&stage=open"
    assert len(page_of(desk.get(URL + href)).select(".requests > li")) == 10


def test_the_list_has_pages(desk):
    for number in range(51):
        request_of(f"Number {number}")
    page = page_of(desk.get(URL))
    assert len(page.select(".requests > li")) == 50
    href = dict(page.one(".queue-pages").links)["Next page"]
    page = page_of(desk.get(URL + href))
    assert len(page.select(".requests > li")) == 1
    assert dict(page.one(".queue-pages").links) == {"Previous page": "?p=1"}


def test_filters_are_parameters(desk, broker):
    customs = ThemeFactory(slug="customs")
    mine = request_of("Mine", themes=[customs])
    p.HandlingFactory(request=mine, owner=broker)
    request_of("Another")
    for query in ("owner=me", f"owner={broker.pk}", "theme=customs"):
        page = page_of(desk.get(f"{BOARD}&{query}"))
        assert [link.text for link in page.select(".ticket > a")] == ["Mine"]
        assert ("Show all", "?view=board") in page.links
    page = page_of(desk.get(f"{BOARD}&owner=nobody&no_candidate=on"))
    assert [link.text for link in page.select(".ticket > a")] == ["Another"]


@pytest.mark.parametrize("query", ["owner=%00", "owner=me%27", "theme=%00", "stage=lost", "p=²"])
def test_hostile_filters_are_ignored(desk, query):
    request_of("Here")
    for view in ("", "&view=board"):
        assert "Here" in page_of(desk.get(f"{URL}?{query}{view}")).text


def send(desk, act: str, *rows, query: str = "", **sent):
    data = {"act": act, "selected": [row.pk for row in rows], **sent}
    return page_of(desk.post(URL + query, data, follow=True))


def test_assign_and_snooze_several(desk, broker):
    rows = [request_of("One"), request_of("Two")]
    until = timezone.localdate() + DAY
    page = send(desk, "assign", *rows, query="?view=board&owner=nobody", owner=broker.pk)
    assert page.messages == ["2 requests updated."]
    assert page.select(".ticket") == []
    send(desk, "snooze", *rows, until=until, why="city")
    assert [*Handling.objects.values_list("owner", "snoozed_until")] == [(broker.pk, until)] * 2
    page = page_of(desk.get(BOARD))
    assert [each.node.attributes["class"].split()[-1] for each in page.select(".ticket")] == [
        "snoozed",
        "snoozed",
    ]
    send(desk, "wake", *rows)
    send(desk, "assign", *rows)
    assert [*Handling.objects.values_list("owner", "snoozed_until")] == [(None, None)] * 2


def test_open_and_decline_several(desk):
    rows = [p.PartnershipRequestFactory(submitted=True, title=name) for name in ("A", "B", "C")]
    open_already = request_of("D")
    page = send(desk, "open", rows[0], rows[1], open_already)
    assert page.outcomes == ["success", "error"]
    assert page.messages[0] == "2 requests updated."
    assert "“D”" in page.messages[1]
    refused = send(desk, "decline", rows[2])
    assert refused.outcomes == ["error"]
    send(desk, "decline", rows[2], reason="fit", message="Not a subject of this exchange.")
    for row in rows:
        row.refresh_from_db()
    assert [row.status for row in rows] == ["open", "open", "declined"]
    closed = page_of(desk.get(f"{URL}?closed=on"))
    assert [link.text for link in closed.select(".requests > li > div > a")] == ["C"]


def test_a_broker_decides_on_no_request_of_the_own_city(desk, broker):
    row = p.PartnershipRequestFactory(submitted=True, title="Ours", created_by=broker)
    page = send(desk, "open", row)
    assert page.outcomes == ["error"]
    assert page.messages[0].startswith("Ours: ")
    row.refresh_from_db()
    assert row.status == "submitted"


def test_what_is_refused_is_said(desk):
    free, with_candidate = request_of("Free"), request_of("Taken")
    p.MatchFactory(request=with_candidate)
    page = send(desk, "snooze", free, with_candidate, why="no-match")
    assert page.outcomes == ["success", "error"]
    assert "“Taken”" in page.messages[1]
    assert send(desk, "wake", free).outcomes == ["success"]
    assert send(desk, "remind", free).outcomes == ["error"]
    drafts = [p.PartnershipRequestFactory() for _number in range(7)]
    assert "2" in send(desk, "wake", *drafts).messages[-1].split()


def test_reminders_are_told_from_those_sent_before(desk, focal_point):
    first, second = (
        p.PartnershipRequestFactory(submitted=True, status="changes-requested") for _n in range(2)
    )
    for row in (first, second):
        p.RepresentationFactory(member=focal_point, city=row.city)
    sent = "Reminders sent for 1 request."
    before = "Reminders for 1 request were already sent today."
    assert send(desk, "remind", first).messages == [sent]
    assert send(desk, "remind", first).messages == [before]
    page = send(desk, "remind", first, second)
    assert (page.messages, page.outcomes) == ([sent, before], ["success", "info"])


@pytest.mark.parametrize(
    ("sent", "message"),
    [
        ({"act": "assign"}, "Select at least one request."),
        ({"act": "assign", "selected": ["x", "0", "999999"]}, "Select at least one request."),
        (
            {"act": "snooze", "why": "other", "selected": ["1"]},
            "Choose a date from tomorrow up to a year from now.",
        ),
        ({"act": "snooze", "until": "2030-01-01"}, "Give a reason for the snooze."),
        ({"act": "snooze", "until": "1999-01-01"}, str(OUT_OF_RANGE)),
        ({"act": "lost"}, "Select a valid choice. lost is not one of the available choices."),
        (
            {"act": "assign", "owner": "0"},
            "Select a valid choice. 0 is not one of the available choices.",
        ),
    ],
)
def test_incomplete_forms_are_refused(desk, sent, message):
    [shown] = page_of(desk.post(URL, sent, follow=True)).messages
    assert shown == message
    assert not Handling.objects.exists()


def test_return_to_the_page_of_the_form(desk):
    row = request_of("One")
    page = f"/admin/partnerships/requests/{row.pk}/candidates/"
    data = {"act": "wake", "selected": row.pk}
    assert desk.post(URL, data | {"next": page}).url == page
    for hostile in ("https://elsewhere.example/", "//elsewhere.example/", "0"):
        assert desk.post(f"{URL}?late=on", data | {"next": hostile}).url == f"{URL}?late=on"


def table_of(response) -> list[list]:
    """The rows of a downloaded file."""
    if response.headers["Content-Disposition"].endswith('.csv"'):
        text = response.content.decode("utf-8-sig")
        return [*csv.reader(StringIO(text))]
    sheet = load_workbook(BytesIO(response.content)).worksheets[0]
    return [list(row) for row in sheet.iter_rows(values_only=True)]


TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@pytest.mark.parametrize("extension", TYPES)
def test_download_requests_without_formulas(desk, broker, extension):
    row = request_of("=HYPERLINK(1)", city=CityFactory(name="Kisumu"))
    p.HandlingFactory(request=row, owner=broker)
    request_of("Another", themes=[ThemeFactory(slug="customs")])
    response = desk.get(f"{URL}requests.{extension}?owner=me")
    assert response.headers["Content-Type"] == TYPES[extension]
    head, *rows = table_of(response)
    assert (head[1], head[2], head[6]) == ("Request", "City", "Owner")
    assert [(each[1], each[2], each[6]) for each in rows] == [
        ("'=HYPERLINK(1)", "Kisumu", str(broker))
    ]
    # The same of what is ticked.
    response = desk.post(URL, {"act": extension, "selected": [row.pk]})
    assert table_of(response) == [head, *rows]


@pytest.mark.parametrize("extension", ["csv", "xlsx"])
def test_download_candidates(desk, extension):
    rail = PracticeFactory(slug="rail", name="=Rail")
    city = CityFactory(name="+Zhengzhou")
    p.OfferFactory(city=city, practices=[rail])
    row = request_of("Rail", practices=[rail])
    ended = p.MatchFactory(request=row, status="declined", ended_at=p.THEN)
    head, *rows = table_of(
        desk.get(f"/admin/partnerships/requests/{row.pk}/candidates.{extension}")
    )
    assert head[:5] == ["City", "Country or area", "Status", "Points", "Practices and themes"]
    assert [(each[0], each[2] or "") for each in rows] == [
        (ended.city.name, "Declined"),
        ("'+Zhengzhou", ""),
    ]
    assert float(rows[1][3]) > 0


def add(count: int) -> None:
    """Requests in all stages with owners, candidates and themes."""
    owner = staff("Brokers", f"owner-{count}")
    theme = ThemeFactory()
    for number in range(count):
        row = request_of(f"{count}-{number}", themes=[theme], submitted_at=p.THEN)
        p.HandlingFactory(request=row, owner=owner)
        p.MatchFactory(request=row, proposed=bool(number % 2))
        p.MatchFactory(introduced=True)


@pytest.mark.parametrize(
    "query", ["", "?view=board", "?owner=me&theme=customs&region=Asia&late=on"]
)
def test_take_a_fixed_number_of_queries(desk, query):
    taken = []
    for count in (3, 60):
        add(count)
        desk.get(URL + query)
        with CaptureQueriesContext(connection) as queries:
            desk.get(URL + query)
        taken.append(len(queries))
    assert taken[0] == taken[1] <= 14


def test_the_review_page_shows_and_changes_how_it_is_handled(desk, broker):
    row = request_of("One")
    url = f"/admin/review/request/{row.pk}/"
    page = page_of(desk.get(url))
    assert ("Candidates", f"/admin/partnerships/requests/{row.pk}/candidates/") in page.links
    assert "No owner." in page.lines
    form = page.form(URL)
    assert form.fields["next"] == url
    data = form.fields | {"act": "assign-to-me", "until": ""}
    page = page_of(desk.post(URL, data, follow=True))
    assert page.messages == ["1 request updated."]
    assert f"Owner: {broker}" in page.lines
    assert Handling.objects.get().owner == broker


def test_no_match_is_said_on_the_page_of_candidates(desk):
    row = request_of("One")
    url = f"/admin/partnerships/requests/{row.pk}/candidates/"
    page = page_of(desk.get(url))
    for extension in ("csv", "xlsx"):
        assert url.replace("/candidates/", f"/candidates.{extension}") in [
            href for _text, href in page.links
        ]
    data = page.form(URL).fields | {"act": "snooze", "why": "no-match", "until": ""}
    response = desk.post(URL, data, follow=True)
    assert response.redirect_chain == [(url, 302)]
    assert "1 request updated." in page_of(response).messages
    handling = Handling.objects.get()
    assert handling.snoozed_until == timezone.localdate() + 30 * DAY
    assert handling.nobody_suits_at is not None
    assert "No match for now" in page_of(response).text


def test_the_queue_leaves_out_what_is_snoozed_or_suits_nobody(desk):
    def waiting() -> list[str]:
        found = entries.items(queue.kinds(), entries.Filters(), start=0, stop=9)
        return [item.title for item in found]

    row, new = request_of("Open"), p.PartnershipRequestFactory(submitted=True, title="New")
    assert sorted(waiting()) == ["New", "Open"]
    send(desk, "snooze", row, new, until=timezone.localdate() + DAY, why="other")
    assert waiting() == []
    send(desk, "wake", row, new)
    send(desk, "snooze", row, new, why="no-match")
    assert waiting() == ["New"]
    # Another city has said no since: the note is about others.
    p.MatchFactory(request=row, status="declined", ended_at=timezone.now())
    assert sorted(waiting()) == ["New", "Open"]


def test_snooze_needs_a_reason_and_a_day(desk):
    row = request_of("Open")
    until = timezone.localdate() + DAY
    wrong = [{"until": until}, {"until": until, "why": "lost"}, {"why": "other"}]
    for sent in wrong:
        assert len(send(desk, "snooze", row, **sent).messages) == 1
    assert not Handling.objects.exists()
