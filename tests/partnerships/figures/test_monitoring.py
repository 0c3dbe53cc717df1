import csv
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation
from hypothesis import example, given
from hypothesis import strategies as st

from community.webinars.suppression import FEW
from partnerships.figures import monitoring
from partnerships.figures.periods import Period
from partnerships.figures.requests import Asked, requests_by_end
from partnerships.figures.suppression import Speakers
from partnerships.models import ClosingReason, Match, PartnershipRequest
from repository.models import City, Goal
from repository.pages.http import SHARED
from tests.community.writing.drafts.cases import as_user
from tests.factories import (
    CaseStudyFactory,
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
    RepresentationFactory,
    SeriesFactory,
    SuggestionFactory,
    ThemeFactory,
)
from tests.page import page_of
from tests.partnerships.figures.cases import DAY, DESK, SENT, introduced, steps
from tests.partnerships.figures.tables import worlds
from tests.sampling import examples

pytestmark = pytest.mark.django_db

HIDDEN = "not shown: protects groups of fewer than 5 people"
FEW_INTRODUCED = "not shown: fewer than 5 introductions"


def rows(key: str, *, for_brokers: bool = False) -> dict:
    table = monitoring.report(on=DAY, for_brokers=for_brokers).table(key)
    return {row[:-1]: row[-1] for row in table.rows}


def test_follow_the_path_from_request_to_partnership():
    for days in (10, 30, 80):
        introduced(days)
    PartnershipFactory(match=introduced(20))
    PartnershipRequestFactory(opened=True)
    PartnershipRequestFactory()  # a draft, which nobody was asked about
    PartnershipRequestFactory(opened=True, status="expired")
    assert list(rows("path", for_brokers=True).values()) == [6, 1, 1, 4, 1, 25, 25]
    # A share or a median of four would reveal single values.
    assert list(rows("path").values()) == [6, 1, 1, 4, 1, FEW_INTRODUCED, FEW_INTRODUCED]
    introduced(20)
    assert list(rows("path").values()) == [7, 1, 1, 5, 1, 20, 20]


def facts(page) -> list[str]:
    return [fact.text for fact in page.select("#facts .panel-card")]


def test_show_no_empty_figures_to_the_public(broker):
    assert list(rows("path").values()) == [0, 0, 0, 0, 0, None, None]
    assert list(rows("funnel").values()) == [0, 0, 0, 0]
    page = page_of(Client().get("/monitoring/"))
    assert page.select("main figure, main table, #facts") == []
    assert "No data yet." in page.lines
    assert "not known yet" not in page.text
    # Brokers see the empty tables too.
    assert page_of(as_user(broker).get(DESK)).one("#flows").text
    introduced(5)
    page = page_of(Client().get("/monitoring/"))
    assert steps(page) == ["1", "1", "1", "0"]
    # A share or a median of one introduction, and zeros, are left out.
    assert facts(page) == []
    assert [figure["id"] for figure in page.select("main figure")] == ["funnel", "times", "regions"]
    assert [table["id"] for table in page.select(".more-tables section")] == [
        "requests",
        "introductions",
        "countries",
        "requests-by-year",
        "introductions-by-year",
    ]


def test_compare_each_step_with_the_one_before():
    PartnershipFactory(match=introduced(20))
    introduced(20)
    PartnershipRequestFactory.create_batch(2, opened=True)
    figure = page_of(Client().get("/monitoring/")).one("#funnel")
    assert figure.one("h2").text == "1 of 4 requests led to a partnership"
    assert [step.text for step in figure.select(".funnel li")] == [
        "Requests opened 4",
        "Proposed to both cities 2 50 % of the previous step",
        "Cities introduced 2 100 % of the previous step",
        "Partnerships agreed 1 50 % of the previous step",
    ]
    assert [rect["width"] for rect in figure.select("rect.i")] == [
        "100.0%",
        "50.0%",
        "50.0%",
        "25.0%",
    ]
    assert figure.one("summary").text == "Show as table"
    assert [row[-1] for row in figure.one("tbody").rows] == ["4", "2", "2", "1"]


def test_hide_how_many_cities_did_not_answer():
    """It is the difference of two steps; and it could be the difference of two years."""
    MatchFactory.create_batch(4, proposed=True, status="expired")
    step = ("Proposed to both cities",)
    assert (rows("funnel")[step], rows("funnel", for_brokers=True)[step]) == (HIDDEN, 4)
    MatchFactory(proposed=True, status="expired")
    assert rows("funnel")[step] == 5
    # Five requests, but the same city was asked each time.
    city = CityFactory()
    Match.objects.update(city=city)
    assert rows("funnel")[step] == HIDDEN
    figure = page_of(Client().get("/monitoring/")).one("#funnel")
    assert [len(figure.select(each)) for each in ("rect.unk", "rect.i", ".hidden-number")] == [
        1,
        1,
        1,
    ]
    year = Period.of_year(PartnershipRequest.objects.first().opened_at.year)
    of_year = monitoring.report(on=DAY, period=year).table("funnel")
    assert [row[0] for row in of_year.rows] == [
        "Requests opened",
        "Cities introduced",
        "Partnerships agreed",
    ]


def test_hide_a_step_from_which_a_suppressed_answer_could_be_derived():
    """Five declined and one not answered: six in vain would give away the one."""
    MatchFactory.create_batch(5, proposed=True, status="declined")
    step, declined, silent = ("Proposed to both cities",), ("Declined",), ("No answer in time",)
    assert (rows("funnel")[step], rows("matches")[declined]) == (5, 5)
    MatchFactory(proposed=True, status="expired")
    assert (rows("matches")[declined], rows("matches")[silent]) == (5, HIDDEN)
    assert (rows("funnel")[step], rows("funnel", for_brokers=True)[step]) == (HIDDEN, 6)
    # Candidates that nobody was asked about are no part of it.
    Match.objects.filter(status="expired").update(status="candidate", proposed_at=None)
    assert (rows("funnel")[step], rows("matches")["Candidate",]) == (5, HIDDEN)


def test_show_share_and_median_beside_the_funnel():
    for _each in range(5):
        introduced(20)
    PartnershipFactory(match=introduced(20))
    PartnershipRequestFactory(opened=True)
    assert facts(page_of(Client().get("/monitoring/"))) == [
        "17 % of introductions led to an agreement",
        "20 days from submission to introduction (median)",
        "1 request is open",
    ]


@pytest.mark.usefixtures("countries")
def test_no_table_mixes_numbers_about_people_with_others():
    """A rule about five people under a table with a 1 would contradict it."""
    closed("changed", 1)
    found = PartnershipRequestFactory(closed=True, closing_reason="partnered")
    PartnershipFactory(match=MatchFactory(introduced=True, request=found))
    MatchFactory(proposed=True, status="expired")
    introduced(5)
    partnership("CN", "BJ")
    report = monitoring.report(on=DAY)
    for table in report.public:
        numbers = [cell for row in table.rows for cell in row[1:]]
        has_rule = "5 people" in table.counted or HIDDEN in numbers
        if has_rule and table.key != "funnel":
            assert not [n for n in numbers if isinstance(n, int) and 0 < n < FEW], table.key
    texts = page_of(Client().get("/monitoring/")).text
    assert HIDDEN in texts


def test_count_each_state():
    PartnershipRequestFactory.create_batch(2)
    PartnershipRequestFactory(opened=True)
    counted = rows("requests", for_brokers=True)
    assert (counted["Draft",], counted["Open",], counted["Closed",]) == (2, 1, 0)
    # Drafts and pending requests are only counted for brokers.
    assert rows("requests") == {("Open",): 1, ("Matched",): 0, ("Closed",): 0, ("Expired",): 0}
    PartnershipRequestFactory(closed=True)
    assert rows("ends", for_brokers=True)["Our plans changed",] == 1
    # The table of states shows that one was closed, so all its reasons are hidden.
    assert set(rows("ends").values()) == {HIDDEN}


def test_hide_answers_of_few_cities_from_the_public():
    said = ("No answer in time",)
    MatchFactory.create_batch(4, proposed=True, status="expired")
    assert rows("matches", for_brokers=True)[said] == 4
    few = HIDDEN
    assert (rows("matches")[said], rows("matches")["Declined",]) == (few, 0)
    silent = MatchFactory(proposed=True, status="expired").city
    assert rows("matches")[said] == 5
    # Several answers of the same city count once.
    Match.objects.update(city=silent)
    assert rows("matches")[said] == few


def test_hide_the_number_of_ended_introductions():
    """It could be derived from the number of all introductions and of current ones."""
    introduced(5)
    type(introduced(9)).objects.filter(introduced_at__day=11).update(status="withdrawn")
    brokers = rows("matches", for_brokers=True)
    assert (brokers["Introduced",], brokers["Withdrawn",]) == (1, 1)
    assert rows("matches")["Withdrawn",] == 0
    assert ("Introduced",) not in rows("matches")
    assert rows("path")["introductions",] == 2


def closed(reason: str, number: int, **fields) -> list:
    fields = {"closed": True, "closing_reason": reason} | fields
    return PartnershipRequestFactory.create_batch(number, **fields)


def test_show_reasons_of_at_least_five_cities():
    closed("changed", 6)
    closed("elsewhere", 5)
    assert rows("ends")["Our plans changed",] == 6
    closed("no-match", 1)
    found = rows("ends")
    assert [found[key] for key in found] == [0, HIDDEN, 6, HIDDEN, 0]
    # Several requests of the same city count once.
    same = CityFactory()
    PartnershipRequest.objects.filter(closing_reason="changed").update(city=same)
    assert rows("ends")["Our plans changed",] == HIDDEN
    assert rows("ends", for_brokers=True)["Our plans changed",] == 6


def test_count_cities_of_one_representative_once():
    """Answers of five cities, two of them with the same member, may be those of four people."""
    silent = [match.city for match in MatchFactory.create_batch(5, proposed=True, status="expired")]
    asked = [partnership_request.city for partnership_request in closed("changed", 5)]
    said = ("No answer in time",)
    assert (rows("matches")[said], rows("ends")["Our plans changed",]) == (5, 5)
    for cities in (silent, asked):
        first = RepresentationFactory(city=cities[0])
        # Ended representations count too: the answer may be from that time.
        RepresentationFactory(city=cities[1], member=first.member, status="ended")
    assert rows("matches")[said] == HIDDEN
    assert rows("ends")["Our plans changed",] == HIDDEN
    assert rows("matches", for_brokers=True)[said] == 5


def test_hidden_requests_change_no_public_figure():
    """Neither a total nor the difference of two."""

    def public_tables() -> list:
        report = monitoring.report(on=DAY)
        years = map(Period.of_year, report.years)
        of_years = [monitoring.report(on=DAY, period=year) for year in years]
        tables = [*report.tables, *report.trend, *(row for each in of_years for row in each.tables)]
        return [(table.key, table.rows) for table in tables]

    introduced(5)
    closed("changed", 5)
    before = public_tables()
    for visibility in ("members", "brokers"):
        hidden = {"visibility": visibility, "themes": [ThemeFactory()]}
        closed("changed", 5, practices=[PracticeFactory()], **hidden)
        asked = PartnershipRequestFactory(opened=True, status="matched", **hidden)
        PartnershipFactory(match=MatchFactory(introduced=True, request=asked), is_public=False)
        MatchFactory.create_batch(5, request=asked, status="expired", proposed=True)
    assert public_tables() == before
    assert rows("requests", for_brokers=True)["Closed",] == 15


def ends(numbers: Sequence[int], agreed: int) -> list:
    """Return the public numbers of the reasons why requests were closed.

    `numbers` are those of the reasons; `agreed` more found a partner and are public partnerships.
    """
    reasons = [*ClosingReason, ClosingReason.PARTNERED]
    made = [
        Asked("closed", "", reason.value, True, is_agreed, is_agreed, n, range(n))
        for reason, n, is_agreed in zip(
            reasons, (*numbers, agreed), (False,) * 5 + (True,), strict=True
        )
    ]
    return [row[-1] for row in requests_by_end(made, Speakers(), for_brokers=False).rows]


@examples(0.5)
@example([0, 5, 5, 1, 0], 0)
@example([1, 0, 0, 5, 0], 3)
@given(
    # Few in all, as each of the possible worlds is counted.
    st.lists(st.integers(0, 6), min_size=5, max_size=5).filter(lambda each: sum(each) <= 15),
    st.integers(0, 7),
)
def test_hidden_reasons_are_ambiguous(numbers, agreed):
    """Even with the number of closed requests, of partnerships and the other numbers."""
    shown = ends(numbers, agreed)
    alike = [world for world in worlds(sum(numbers), 5) if ends(world, agreed) == shown]
    assert tuple(numbers) in alike
    for place, number in enumerate(shown):
        possible = {world[place] for world in alike}
        assert not isinstance(number, int) or len(possible) == 1
        assert isinstance(number, int) or len(possible) > 1
        assert not (isinstance(number, int) and 0 < number < FEW)


@pytest.mark.usefixtures("countries")
def test_public_tables_of_places_and_subjects_leave_out_hidden_rows():
    practice, theme = PracticeFactory(name="Secret"), ThemeFactory(name="Trade")
    benin = CityFactory(country=CountryFactory(iso2="BJ"))
    hidden = {"city": benin, "practices": [practice], "themes": [theme], "visibility": "brokers"}
    asked = PartnershipRequestFactory(opened=True, **hidden)
    MatchFactory(introduced=True, request=asked, city=CityFactory())
    made = partnership("CN", "BJ", is_public=False, themes=[theme])
    PartnershipFactory(status="stalled", reason="No visas.", is_public=False)
    keys = ["themes", "regions", "gaps", "introductions", "flows", "partnership-themes"]
    assert [rows(key) for key in [*keys, "partnerships"]] == [{}] * 7
    assert [len(rows(key, for_brokers=True)) for key in keys] == [1] * 6
    assert rows("partnerships", for_brokers=True)["Stalled", "Off track"] == 1
    for key in keys:
        assert "Secret" not in Client().get(f"/monitoring/{key}.csv").text
    type(made).objects.update(is_public=True)
    assert rows("flows") == {("Asia", "Africa"): 2}


def test_count_pairs_of_regions(countries):
    made = introduced(5, city=CityFactory(country=CountryFactory(iso2="CN")))
    type(made.request.city).objects.filter(pk=made.request.city_id).update(country="BR")
    # The city that was asked shares with the one that asks.
    assert rows("introductions") == {("Asia", "Americas"): 1}


@pytest.mark.usefixtures("countries")
@pytest.mark.parametrize(
    ("direction", "pair"),
    [
        ("seek", ("Asia", "Africa")),
        ("both", ("Asia", "Africa")),
        # The city that asks for partners offers something.
        ("offer", ("Africa", "Asia")),
    ],
)
def test_count_the_direction_of_introductions_and_partnerships_alike(direction, pair):
    asking, asked = (CityFactory(country=CountryFactory(iso2=code)) for code in ("BJ", "CN"))
    request = PartnershipRequestFactory(
        opened=True, status="matched", city=asking, direction=direction
    )
    match = MatchFactory(introduced=True, request=request, city=asked, introduced_at=SENT)
    assert rows("introductions") == {pair: 1}
    PartnershipFactory(match=match, parties=[(asking, "requester"), (asked, "provider")])
    assert rows("flows") == {pair: 1}


def test_count_outcomes_of_partnerships():
    case = CaseStudyFactory(published=True)
    done = {"status": "completed", "started_on": DAY, "ended_on": DAY}
    PartnershipFactory(outcome="Three days.", resulting_case=case, **done)
    draft = CaseStudyFactory()
    PartnershipFactory(outcome="Four days.", baseline="", resulting_case=draft, **done)
    PartnershipFactory(status="discontinued", reason="No money.", ended_on=DAY)
    assert list(rows("outcomes").values()) == [2, 2, 1, 1, 1]


def test_count_themes_and_regions_of_opened_requests():
    trade, benin = ThemeFactory(name="Trade"), CountryFactory(iso2="BJ", region="Africa")
    city = CityFactory(country=benin)
    PartnershipRequestFactory(opened=True, city=city, themes=[trade])
    PartnershipRequestFactory(city=city, themes=[trade])
    assert rows("themes") == {("Trade",): 1}
    assert rows("regions") == {("Africa",): 1}


def test_count_goals_and_practices_of_requests_and_what_they_led_to():
    trade = PracticeFactory(name="Single window")
    made = introduced(5)
    made.request.goals.set([Goal.objects.get_or_create(number=n)[0] for n in (9, 17)])
    made.request.practices.set([trade])
    PartnershipFactory(match=made, practices=[trade], agreed_on=DAY)
    hidden = PartnershipRequestFactory(opened=True, visibility="brokers")
    hidden.goals.set([Goal.objects.get(number=9)])
    nine, last = "9. Industry, innovation and infrastructure", "17. Partnerships for the Goals"
    assert rows("goals") == {(nine,): 1, (last,): 1}
    assert rows("partnership-goals") == {(nine,): 1, (last,): 1}
    assert rows("goals", for_brokers=True)[nine,] == 2
    assert rows("practices") == rows("partnership-practices") == {("Single window",): 1}
    [_head, *body] = csv.reader(StringIO(Client().get("/monitoring/goals.csv").text))
    assert [row[:2] for row in body] == [[last, "1"], [nine, "1"]]


def test_show_the_time_to_each_step_from_five_introductions():
    for number in range(4):
        match = introduced(20 + number)
        Match.objects.filter(pk=match.pk).update(proposed_at=SENT + timedelta(days=9))
        opened = PartnershipRequest.objects.filter(pk=match.request_id)
        opened.update(opened_at=SENT + timedelta(days=2))
        PartnershipFactory(match=match, agreed_on=(SENT + timedelta(days=50)).date())
    assert list(rows("times", for_brokers=True).values()) == [2, 9, 22, 28]
    few_agreed = "not shown: fewer than 5 agreements"
    assert list(rows("times").values()) == [FEW_INTRODUCED] * 3 + [few_agreed]
    introduced(30)
    # Only four agreements.
    assert list(rows("times").values())[2:] == [22, few_agreed]


def partnership(giver: str, taker: str, helper=None, **fields):
    """Create a partnership; `helper` is the country of its facilitator, "" if it has none."""
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
        "With a developed economy": 1,
    }
    assert rows("flows") == {
        ("Asia", "Africa"): 2,
        ("Americas", "Africa"): 1,
        ("Europe", "Africa"): 1,
    }


def test_compute_once_a_minute_for_each_language(settings, monkeypatch, django_assert_num_queries):
    settings.FIGURES_KEPT_FOR = 60
    now = 1000.0
    monkeypatch.setattr(monitoring.time, "monotonic", lambda: now)
    get = monitoring.ReportCache().get
    with django_assert_num_queries(5):
        first = get(DAY)
    with django_assert_num_queries(0):
        assert get(DAY) is first
    with django_assert_num_queries(5), translation.override("fr"):
        assert get(DAY).table("kinds").title != first.table("kinds").title
    with django_assert_num_queries(5):
        assert get(DAY + timedelta(days=1)).on != first.on
    now += 60
    with django_assert_num_queries(5):
        assert get(DAY + timedelta(days=1)) is not first


def test_count_suggestions_separately():
    OfferFactory()
    SuggestionFactory.create_batch(2)
    SuggestionFactory(kind="need", declined=True)
    SuggestionFactory(adopted=True)
    assert rows("suggestions") == {
        ("Suggested offer", "Open"): 2,
        ("Suggested need", "Open"): 0,
    }
    for_brokers = monitoring.report(on=DAY, for_brokers=True).table("suggestions")
    assert {row[:-1]: row[-1] for row in for_brokers.rows if row[-1]} == {
        ("Suggested offer", "Open"): 2,
        ("Suggested offer", "Adopted by the city"): 1,
        ("Suggested need", "Declined"): 1,
    }


def test_count_partnerships_by_status_and_progress():
    PartnershipFactory(status="active")
    PartnershipFactory(status="stalled", reason="No visas.")
    assert rows("partnerships") == {("Active", "Not reported yet"): 1, ("Stalled", "Off track"): 1}


def test_list_requested_practices_without_an_offer():
    offered, lacking, closed = (PracticeFactory(name=name) for name in ("A", "B", "C"))
    OfferFactory(practices=[offered])
    OfferFactory(practices=[lacking], pending=True)
    PartnershipRequestFactory(opened=True, practices=[offered, lacking])
    PartnershipRequestFactory(opened=True, status="expired", practices=[lacking])
    PartnershipRequestFactory(closed=True, practices=[closed])
    assert rows("gaps") == {("B",): 2}


def test_show_the_baseline_of_the_report():
    EvidenceFactory(
        case=None,
        series=SeriesFactory(title="The series of 2020"),
        label="said that they brokered partnerships because of the webinars",
        value=15,
        reference=ReferenceFactory(),
    )
    assert rows("baseline") == {("The series of 2020", "Bureau of Commerce (2020)"): 15}


@pytest.mark.usefixtures("countries")
def test_page_and_files_have_the_same_numbers():
    partnership("CN", "BJ")
    PartnershipRequestFactory(opened=True, practices=[PracticeFactory(name="=1+1")])
    page = Client().get("/monitoring/")
    report = page.context["report"]
    for table in report.public:
        response = Client().get(f"/monitoring/{table.key}.csv")
        head, *body = csv.reader(StringIO(response.text.removeprefix("\ufeff")))
        assert head == [*table.columns, "As of"]
        expected = [["" if cell is None else str(cell) for cell in row] for row in table.rows]
        if table.key in ("gaps", "practices"):
            expected = [["'=1+1", "1"]]
        assert body == [[*row, report.on.isoformat()] for row in expected]


def of_two_years():
    """Requests, introductions and partnerships in 2024 and 2026."""
    for year, number in ((2024, 1), (2026, 2)):
        opened_at = datetime(year, 5, 2, 9, tzinfo=UTC)
        for _each in range(number):
            match = introduced(20)
            PartnershipFactory(match=match, agreed_on=opened_at.date())
            PartnershipRequest.objects.filter(pk=match.request_id).update(opened_at=opened_at)
            Match.objects.filter(pk=match.pk).update(introduced_at=opened_at)
    MatchFactory.create_batch(5, proposed=True, status="expired")


@pytest.fixture
def in_november(monkeypatch):
    """It is DAY, in 2026."""
    monkeypatch.setattr(timezone, "localdate", lambda value=None, timezone=None: DAY)


@pytest.mark.usefixtures("in_november")
def test_show_the_trend_over_years():
    of_two_years()
    trend = ("requests-by-year", "introductions-by-year", "partnerships-by-year")
    numbers = {("2024",): 1, ("2025",): 0, ("2026",): 2}
    assert [rows(key) | {("2026",): 2} for key in trend] == [numbers] * 3
    table = page_of(Client().get("/monitoring/")).one("#partnerships-by-year")
    assert table.one("h2").text == "Partnerships agreed by year"
    assert [cell.text for cell in table.select("tbody th")] == ["2024", "2025", "2026"]
    assert [cell.text for cell in table.select("tbody td")] == ["1", "0", "2"]


@pytest.mark.usefixtures("in_november")
def test_filter_by_year():
    of_two_years()
    page = page_of(Client().get("/monitoring/?year=2024"))
    assert page.one(".tabs").links == [
        ("All years", "/monitoring/"),
        ("2026", "/monitoring/?year=2026"),
        ("2025", "/monitoring/?year=2025"),
        ("2024", "/monitoring/?year=2024"),
    ]
    assert page.one(".tabs [aria-current]").text == "2024"
    assert steps(page) == ["1", "1", "1"]
    table = page.one("#partnerships")
    assert "1 January 2024 to 31 December 2024" in table.one(".source").text
    file = table.link("Download CSV (Partnerships by status and progress)")
    assert file == "/monitoring/partnerships.csv?year=2024"
    response = Client().get(file)
    assert [row[-2] for row in csv.reader(StringIO(response.text))] == ["Partnerships", "1"]
    assert "partnerships-2024-" in response.headers["Content-Disposition"]


@pytest.mark.usefixtures("in_november")
def test_filter_by_days():
    of_two_years()
    query = "?start=2024-05-02&end=2025-01-31"
    page = page_of(Client().get(f"/monitoring/{query}"))
    assert steps(page) == ["1", "1", "1"]
    assert page.select(".tabs [aria-current]") == []
    [form] = [form for form in page.forms if "start" in form.fields]
    assert (form.fields["start"], form.fields["end"]) == ("2024-05-02", "2025-01-31")
    file = page.one("#regions").links[-1][1]
    assert file == f"/monitoring/regions.csv{query}"
    name = "regions-2024-05-02-2025-01-31-2026-11-25.csv"
    assert name in Client().get(file).headers["Content-Disposition"]
    # The first and the last day are part of the period.
    for end, number in (("2024-05-01", None), ("2024-05-02", ["1", "1", "1"])):
        page = page_of(Client().get(f"/monitoring/?start=2024-01-01&end={end}"))
        assert steps(page) == (number or [])


@pytest.mark.usefixtures("in_november")
@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("start=2024-05-02", "Enter both the first and the last day."),
        ("end=2024-05-02", "Enter both the first and the last day."),
        ("start=2024-05-02&end=2024-05-01", "The last day must not be before the first."),
        ("start=1999-12-31&end=2024-05-01", "Choose days from 1 January 2000 on."),
        ("start=2024-05-02&end=2026-11-26", "Choose a last day that is not in the future."),
        ("start=2024-05-02&end=2024-02-30", "Enter a valid date."),
        ("start=soon&end=2024-02-28", "Enter a valid date."),
        ("year=1999", "Ensure this value is greater than or equal to 2000."),
        ("year=2027", "Ensure this value is less than or equal to 2026."),
        *((f"year={year}", "Enter a whole number.") for year in ("x", "9" * 5000)),
        ("year=-1", "Ensure this value is greater than or equal to 2000."),
    ],
)
def test_say_why_a_period_is_not_valid(query, said, broker):
    of_two_years()
    for client, path in ((Client(), "/monitoring/"), (as_user(broker), DESK)):
        response = client.get(f"{path}?{query}")
        page = page_of(response)
        assert page.one(".period .error").text == said
        assert response.context["report"].period is None
        assert client.get(f"{path}outcomes.csv?{query}").status_code == 404


def test_give_no_number_about_people_by_period(broker):
    """One that is suppressed in a period could be the difference of two others."""
    of_two_years()
    closed("changed", 6)
    about_people = {"ends", "matches", "contributions", "active-members", "comments", "moderation"}
    report = Client().get("/monitoring/?year=2026").context["report"]
    assert {table.key for table in report.public}.isdisjoint(about_people | {"times"})
    assert len(report.table("path").rows) == 5
    assert Client().get("/monitoring/ends.csv?year=2026").status_code == 404
    # Brokers see all introductions, and so their times.
    report = as_user(broker).get(f"{DESK}?year=2026").context["report"]
    assert {table.key for table in report.public}.isdisjoint(about_people)
    assert report.table("times").rows[2][-1] is not None
    assert len(report.table("path").rows) == 7


def test_keep_a_limited_number_of_reports(settings, monkeypatch, django_assert_num_queries):
    """Any two days are a period of their own."""
    settings.FIGURES_KEPT_FOR = 60
    monkeypatch.setattr(monitoring, "MAX_REPORTS", 2)
    get = monitoring.ReportCache().get
    years = [Period.of_year(year) for year in (2024, 2025, 2026)]
    for year in (years[0], years[1], years[0], years[2]):
        get(DAY, year)
    with django_assert_num_queries(0):
        get(DAY, years[0])
        get(DAY, years[2])
    with django_assert_num_queries(1):
        get(DAY, years[1])


def test_answer_unknown_tables_with_404():
    assert Client().get("/monitoring/nothing.csv").status_code == 404
    assert Client().post("/monitoring/").status_code == 405


def test_answer_an_unchanged_page_with_304():
    first = Client().get("/monitoring/")
    again = {"if-none-match": first.headers["ETag"]}
    unchanged = Client(headers=again).get("/monitoring/")
    # A shared cache serves the stored page for longer only if the answer says so.
    assert (unchanged.status_code, unchanged.headers["Cache-Control"]) == (304, SHARED)
    assert first.headers["Cache-Control"] == SHARED
    # A request that only brokers see does not change the public page.
    PartnershipRequestFactory(submitted=True)
    assert Client(headers=again).get("/monitoring/").status_code == 304
    PartnershipRequestFactory(opened=True)
    assert Client(headers=again).get("/monitoring/").status_code == 200


@pytest.mark.parametrize("path", ["/monitoring/", "/monitoring/path.csv"])
def test_pages_for_members_are_not_cached_publicly(path, member):
    page = as_user(member).get(path)
    assert page.headers["Cache-Control"] == "private, max-age=0, must-revalidate"
    assert "private" not in Client().get(path).headers.get("Cache-Control", "")


@pytest.mark.usefixtures("countries")
def test_page_in_a_fixed_number_of_queries(broker):
    counted = []
    staff = as_user(broker)
    # Cached for all pages of a process.
    ContentType.objects.get_for_model(PartnershipRequest)
    for number in (1, 3):
        for _each in range(number):
            partnership("CN", "BJ", "")
            introduced(5)
            practices, themes = [PracticeFactory()], [ThemeFactory()]
            PartnershipRequestFactory(opened=True, practices=practices, themes=themes)
            MatchFactory(proposed=True)
        for client, path in ((Client(), "/monitoring/"), (staff, DESK)):
            with CaptureQueriesContext(connection) as found:
                assert client.get(path).status_code == 200
            counted.append(len(found))
    # For brokers also the session, the member, their groups, notices and three more tables.
    assert counted == [5, 12, 5, 12]


def test_head_the_tables_by_what_their_rows_are():
    partnership("CN", "BJ")
    report = monitoring.report(on=DAY, for_brokers=True)
    heads = {table.key: str(table.columns[0]) for table in report.tables + report.community}
    assert (heads["path"], heads["outcomes"]) == ("Measure", "Outcome")
    assert heads["contributions"] == "Contribution"
    assert "Milestone" not in heads.values()


@pytest.mark.usefixtures("in_november")
@pytest.mark.parametrize("query", ["", "?data=sample", "?year=2024&data=sample"])
def test_files_count_the_same_data_as_the_page(query):
    of_two_years()
    City.objects.filter(is_sample=False).update(is_sample="sample" in query)
    page = page_of(Client().get(f"/monitoring/{query}"))
    files = {href.partition("?")[::2] for _text, href in page.links if ".csv" in href}
    assert {path for path, _query in files} >= {
        f"/monitoring/{key}-by-year.csv" for key in ("requests", "introductions", "partnerships")
    }
    for path, sent in files:
        is_by_year = path.endswith("-by-year.csv")
        assert sent == ("data=sample" if is_by_year and query else query[1:])
    table = page.one("#requests-by-year")
    [_head, *body] = csv.reader(
        StringIO(Client().get(table.links[-1][1]).text.removeprefix("\ufeff"))
    )
    assert [row[1] for row in body] == [cell.text for cell in table.select("tbody td")]
