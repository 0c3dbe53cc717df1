import csv
from datetime import UTC, date, datetime, timedelta
from io import StringIO

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from partnerships import monitoring
from partnerships.flows import draw_flows
from tests.factories import (
    CityFactory,
    CountryFactory,
    EvidenceFactory,
    MatchFactory,
    OfferFactory,
    OrganizationFactory,
    PartnershipFactory,
    PartnershipRequestFactory,
    PartyFactory,
    PracticeFactory,
    ReferenceFactory,
    SeriesFactory,
    ThemeFactory,
)

pytestmark = pytest.mark.django_db

DAY = date(2026, 11, 25)
SENT = datetime(2026, 3, 2, 9, tzinfo=UTC)


def rows(key: str) -> dict:
    return {row[:-1]: row[-1] for row in monitoring.report(on=DAY).table(key).rows}


def introduced(days: int, **fields):
    request = PartnershipRequestFactory(opened=True, status="matched", submitted_at=SENT)
    return MatchFactory(
        introduced=True,
        request=request,
        introduced_at=SENT + timedelta(days=days),
        **fields,
    )


def test_follow_the_path_from_request_to_partnership():
    for days in (10, 30, 80):
        introduced(days)
    PartnershipFactory(match=introduced(20))
    PartnershipRequestFactory(opened=True)
    PartnershipRequestFactory()  # a draft, which nobody was asked about
    assert list(rows("path").values()) == [5, 1, 4, 1, 25, 25]


def test_say_what_is_not_known():
    assert list(rows("path").values()) == [0, 0, 0, 0, None, None]
    assert "not known yet" in Client().get("/monitoring/").text


def test_count_each_state():
    PartnershipRequestFactory.create_batch(2)
    PartnershipRequestFactory(opened=True)
    counted = rows("requests")
    assert (counted["Draft",], counted["Open",], counted["Closed",]) == (2, 1, 0)
    MatchFactory(proposed=True)
    assert rows("matches")["Both cities are asked",] == 1


def test_count_themes_and_regions_of_opened_requests():
    trade, benin = ThemeFactory(name="Trade"), CountryFactory(iso2="BJ", region="Africa")
    city = CityFactory(country=benin)
    PartnershipRequestFactory(opened=True, city=city, themes=[trade])
    PartnershipRequestFactory(city=city, themes=[trade])
    assert rows("themes") == {("Trade",): 1}
    assert rows("regions") == {("Africa",): 1}


def partnership(giver: str, taker: str, helper=None, **fields):
    """One between cities of two countries; `helper` is a country, or "" for an organisation."""
    cities = [CityFactory(country=CountryFactory(iso2=code)) for code in (taker, giver)]
    made = PartnershipFactory(parties=[(cities[0], "requester"), (cities[1], "provider")], **fields)
    if helper is not None:
        country = CountryFactory(iso2=helper) if helper else None
        bank = OrganizationFactory(country=country)
        PartyFactory(partnership=made, city=None, organization=bank, role="facilitator")
    return made


@pytest.fixture
def countries():
    CountryFactory(iso2="BJ", region="Africa")
    CountryFactory(iso2="CN", region="Asia")
    CountryFactory(iso2="BR", region="Americas")
    CountryFactory(iso2="DE", region="Europe", development="developed")


@pytest.mark.usefixtures("countries")
def test_count_kinds_and_flows():
    partnership("CN", "BJ")
    partnership("CN", "BJ", "")
    partnership("BR", "BJ", "DE")
    partnership("DE", "BJ")
    kinds = rows("kinds")
    assert {key[0]: n for key, n in kinds.items() if n} == {
        "South-South": 1,
        "Triangular": 2,
        "North-South": 1,
    }
    assert rows("flows") == {
        ("Asia", "Africa"): 2,
        ("Americas", "Africa"): 1,
        ("Europe", "Africa"): 1,
    }


@pytest.mark.usefixtures("countries")
def test_draw_flows_and_tell_them():
    partnership("CN", "BJ")
    report = monitoring.report(on=DAY)
    drawn = draw_flows(report.flows)
    assert sorted(mark.names for mark in drawn.layers[0].marks) == [["Africa 1"], ["Asia 1"]]
    assert len(drawn.layers[0].links) == 1
    assert [monitoring.told(flow) for flow in report.flows] == [
        "1 partnership: Asia gives, Africa takes"
    ]
    assert draw_flows([]) is None


def test_count_how_partnerships_go():
    PartnershipFactory(status="active")
    PartnershipFactory(status="stalled", reason="No visas.")
    assert rows("partnerships") == {("Active", "On track"): 1, ("Stalled", "Stuck"): 1}


def test_find_what_nobody_offers():
    offered, lacking, closed = (PracticeFactory(name=name) for name in ("A", "B", "C"))
    OfferFactory(practices=[offered])
    OfferFactory(practices=[lacking], pending=True)
    PartnershipRequestFactory(opened=True, practices=[offered, lacking])
    PartnershipRequestFactory(opened=True, status="expired", practices=[lacking])
    PartnershipRequestFactory(closed=True, practices=[closed])
    assert rows("gaps") == {("B",): 2}


def test_begin_with_what_the_report_counted():
    EvidenceFactory(
        case=None,
        series=SeriesFactory(title="The series of 2020"),
        label="said the webinars had brought them a partnership",
        value=15,
        reference=ReferenceFactory(),
    )
    assert rows("baseline") == {("The series of 2020", "Bureau of Commerce (2020)"): 15}


@pytest.mark.usefixtures("countries")
def test_give_the_same_numbers_on_the_page_and_in_files():
    partnership("CN", "BJ")
    PartnershipRequestFactory(opened=True, practices=[PracticeFactory(name="=1+1")])
    page = Client().get("/monitoring/")
    report = page.context["report"]
    for table in report.tables:
        response = Client().get(f"/monitoring/{table.key}.csv")
        head, *told = csv.reader(StringIO(response.text.removeprefix("\ufeff")))
        assert head == [*table.columns, "As of"]
        expected = [["" if cell is None else str(cell) for cell in row] for row in table.rows]
        if table.key == "gaps":
            expected = [["'=1+1", "1"]]
        assert told == [[*row, report.on.isoformat()] for row in expected]


def test_answer_unknown_tables_with_404():
    assert Client().get("/monitoring/nothing.csv").status_code == 404
    assert Client().post("/monitoring/").status_code == 405


def test_answer_an_unchanged_page_with_304():
    first = Client().get("/monitoring/")
    again = {"if-none-match": first.headers["ETag"]}
    assert Client(headers=again).get("/monitoring/").status_code == 304
    PartnershipRequestFactory()
    assert Client(headers=again).get("/monitoring/").status_code == 200


@pytest.mark.usefixtures("countries")
def test_ask_the_same_queries_for_little_and_much():
    counted = []
    for number in (1, 3):
        for _each in range(number):
            partnership("CN", "BJ", "")
            introduced(5)
            practices, themes = [PracticeFactory()], [ThemeFactory()]
            PartnershipRequestFactory(opened=True, practices=practices, themes=themes)
        with CaptureQueriesContext(connection) as found:
            assert Client().get("/monitoring/").status_code == 200
        counted.append(len(found))
    assert counted[0] == counted[1] <= 12
