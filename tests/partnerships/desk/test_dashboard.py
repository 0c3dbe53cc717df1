"""What the desk of a member shows of their cities."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from partnerships.models import Offer, Partnership, ProgressReport, Representation
from repository.dates import clock
from tests.community.writing.drafts.cases import as_user
from tests.desk_client import DeskClient
from tests.factories import CaseStudyFactory, CityFactory, ExperienceFactory, PracticeFactory
from tests.factories.partnerships import (
    CityProfileFactory,
    ClusterApplicationFactory,
    MatchFactory,
    MeetingFactory,
    NeedFactory,
    OfferFactory,
    PartnershipFactory,
    PartnershipRequestFactory,
    PartyFactory,
    ProgressReportFactory,
    QuestionFactory,
    RecordedAgreementFactory,
    RepresentationFactory,
    SuggestionFactory,
)
from tests.page import page_of
from tests.partnerships.matches.pairs import pair

pytestmark = pytest.mark.django_db
URL = "/desk/"


@pytest.fixture
def city(member):
    city = CityFactory(name="Kisumu", slug="kisumu")
    RepresentationFactory(member=member, city=city)
    return city


@pytest.fixture
def running(city) -> Partnership:
    running = PartnershipFactory(title="Parcels by bus", status="active")
    PartyFactory(partnership=running, city=city)
    return running


def cards(user) -> list[str]:
    return [card.title for card in as_user(user).get(URL).context["waiting"]]


def days(user) -> list[tuple[str, int]]:
    """The dates of a member: what, and in how many days."""
    found = as_user(user).get(URL).context["days"]
    return [(day.title, (day.day - clock.today()).days) for day in found]


def test_ask_for_a_report_two_weeks_before_it_is_due(member, running, stranger):
    report = ProgressReportFactory(
        partnership=running, month=6, due_on=clock.today() + timedelta(days=15)
    )
    assert (cards(member), days(member)) == ([], [("Report: Parcels by bus", 15)])
    ProgressReport.objects.update(due_on=clock.today() + timedelta(days=14))
    assert (cards(member), days(member)) == (["Parcels by bus"], [("Report: Parcels by bus", 14)])
    page = page_of(as_user(member).get(URL))
    path = f"/partnerships/{running.pk}/reports/{report.pk}/"
    assert page.link("Write report Parcels by bus") == path
    assert as_user(member).get(path).status_code == 200
    ProgressReport.objects.update(due_on=clock.today() - timedelta(days=1))
    # A date that is over is in no list of dates; the card stays.
    assert (cards(member), days(member)) == (["Parcels by bus"], [])
    assert (cards(stranger), days(stranger)) == ([], [])
    Representation.objects.update(status="ended")
    assert cards(member) == []


def test_show_calls_and_answers_among_the_dates(stranger):
    both = pair(introduced=True)
    MeetingFactory(match=both.match, title="Call", at=timezone.now() + timedelta(days=3))
    MeetingFactory(match=both.match, title="Over", at=timezone.now() - timedelta(days=3))
    MeetingFactory(
        match=both.match,
        title="Cancelled",
        at=timezone.now() + timedelta(days=4),
        cancelled_at=timezone.now(),
    )
    call = f"Call: {both.match.request.title}"
    assert [what for what, _days in days(both.asking) if not what.startswith("Request")] == [call]
    assert days(both.asked) == [(call, 3)]
    assert days(stranger) == []
    Representation.objects.filter(member=both.asked).update(status="ended")
    assert days(both.asked) == []


def test_show_how_complete_the_profile_of_a_city_is(member, city, colleague):
    CityProfileFactory(city=city, partners_a_year=3)
    client = as_user(member)
    page = page_of(client.get(URL))
    [panel] = page.by_role("region", "Cities")
    bar = panel.one("progress")
    assert panel.one(".progress b").text == f"{bar['value']} of {bar['max']}"
    assert panel.link("Complete the profile of Kisumu") == "/partnerships/cities/kisumu/profile/"
    assert page_of(as_user(colleague).get(URL)).by_role("region", "Cities") == []


def test_offer_to_request_a_partner_to_those_who_represent_a_city(member, city, colleague):
    def calls(user) -> list[str]:
        return [text for text, _href in page_of(as_user(user).get(URL)).one(".call").links]

    assert calls(member) == ["Request a partner", "Share your city’s case", "Help translate"]
    assert calls(colleague) == ["Share your city’s case", "Help translate"]
    Representation.objects.update(status="asked")
    assert calls(member) == ["Share your city’s case", "Help translate"]


def test_take_the_same_queries_for_one_and_many_cities(
    member, city, running, django_assert_num_queries
):
    client = as_user(member)
    ProgressReportFactory(partnership=running, month=6, due_on=clock.today())
    client.get(URL)
    # The session and the user, their notices, which kinds of rows there are, the cities, their
    # partnerships and reports; for cases, the cities again, the edition, what they need, and the
    # facets of cases.
    with django_assert_num_queries(11):
        client.get(URL)
    for name in ("Mombasa", "Nakuru"):
        other = CityFactory(name=name)
        RepresentationFactory(member=member, city=other)
        more = PartnershipFactory(title=name, status="active")
        PartyFactory(partnership=more, city=other)
        ProgressReportFactory(partnership=more, month=6, due_on=clock.today())
    # What cases are compared by is read once for each edition.
    client.get(URL)
    with django_assert_num_queries(11):
        client.get(URL)


def test_take_the_same_queries_for_one_and_many_matches(
    member, city, colleague, django_assert_num_queries
):
    client = as_user(member)

    def add() -> None:
        mine = PartnershipRequestFactory(opened=True, city=city)
        MeetingFactory(match=MatchFactory(introduced=True, request=mine))
        RecordedAgreementFactory(
            match=MatchFactory(introduced=True, city=city), by=colleague, title="Agreed"
        )
        QuestionFactory(
            match=MatchFactory(proposed=True, city=city),
            side="requester",
            passed_words="Who pays?",
            passed_at=timezone.now(),
        )
        OfferFactory(city=city, status="changes-requested")
        NeedFactory(city=city, status="changes-requested")
        SuggestionFactory(city=city)
        ClusterApplicationFactory(city=city)

    add()
    client.get(URL)
    # As above without the two of partnerships, and nine kinds of rows with the decisions.
    with django_assert_num_queries(19):
        client.get(URL)
    add()
    add()
    client.get(URL)
    with django_assert_num_queries(19):
        page = page_of(client.get(URL))
    assert len(page.select("[aria-labelledby=matches] li")) == 6
    assert len(page.select("[aria-labelledby=requests] li")) == 3


def test_show_one_line_for_each_request_with_its_partners(member, city):
    mine = PartnershipRequestFactory(opened=True, city=city, title="Parcels by rail")
    for name, traits in {
        "Pune": {"introduced": True},
        "Lagos": {"proposed": True},
        "Candidate": {},
        "Declined": {"proposed": True, "status": "declined"},
    }.items():
        MatchFactory(request=mine, city=CityFactory(name=name), **traits)
    page = page_of(as_user(member).get(URL))
    [line] = page.select("[aria-labelledby=requests] li")
    assert line.text.startswith("Parcels by rail")
    assert "Kisumu · Lagos (Waiting for answers), Pune (Introduced)" in line.text
    assert page.select("[aria-labelledby=matches]") == []
    # The page of the request lists those that ended too.
    listed = page_of(as_user(member).get(mine.get_absolute_url()))
    lines = [each.text for each in listed.select("[aria-labelledby=partners] li")]
    assert lines == [
        "Declined (China) · Declined",
        "Lagos (China) · Waiting for answers",
        "Pune (China) · Introduced",
    ]


def test_show_no_partners_of_a_request_to_others(member, city, stranger):
    mine = PartnershipRequestFactory(opened=True, city=city)
    MatchFactory(request=mine, proposed=True)
    page = page_of(as_user(stranger).get(mine.get_absolute_url()))
    assert page.select("[aria-labelledby=partners]") == []


@pytest.mark.parametrize(
    ("year", "status", "standing", "is_asked"),
    [
        (2026, "abandoned", "published", True),
        (2024, "abandoned", "published", False),
        (2026, "adopted", "published", False),
        (2026, "abandoned", "pending", False),
    ],
)
@pytest.mark.parametrize("is_about_a_case", [True, False])
def test_ask_to_review_an_offer_of_what_the_city_abandoned(
    member, city, stranger, year, status, standing, is_asked, is_about_a_case
):
    practice = PracticeFactory()
    about = CaseStudyFactory(published=True, practices=[practice]) if is_about_a_case else practice
    changed_at = datetime(2025, 6, 1, tzinfo=UTC)
    offer = OfferFactory(city=city, title="Parcels", practices=[practice], changed_at=changed_at)
    OfferFactory(city=city, title="Something else", changed_at=changed_at)
    ExperienceFactory(city=city, subject=about, year=year, status=status, standing=standing)
    # What another city abandoned says nothing about this one.
    ExperienceFactory(subject=about, year=2026, status="abandoned", standing="published")
    assert cards(member) == (["Parcels"] if is_asked else [])
    assert cards(stranger) == []
    if is_asked:
        path = f"/partnerships/offers/{offer.pk}/edit/"
        assert page_of(as_user(member).get(URL)).link("Review offer Parcels") == path
        # Its edit is newer than what the city reported.
        Offer.objects.update(changed_at=datetime(2026, 12, 31, tzinfo=UTC))
        assert cards(member) == []


def test_show_brokers_their_queue(broker, member):
    PartnershipRequestFactory(submitted=True, submitted_at=timezone.now() - timedelta(days=3))
    PartnershipRequestFactory(submitted=True, submitted_at=timezone.now())
    client = DeskClient()
    client.force_login(broker)
    [waiting] = client.get(URL).context["waiting"]
    assert (waiting.title, waiting.what, waiting.url) == (
        "2 items in the queue",
        "Partnerships (late: 1)",
        "/admin/partnerships/pipeline/",
    )
    client.force_login(member)
    assert client.get(URL).context["waiting"] == []
