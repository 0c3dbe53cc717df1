"""The admin page where brokers decide about a representation of a city."""

from datetime import timedelta

import pytest
from django.utils import timezone

from partnerships import permissions
from partnerships.models import Representation
from repository.models import City
from tests.desk_client import DeskClient
from tests.factories import (
    AddressCheckFactory,
    CityFactory,
    CommentFactory,
    CountryFactory,
    RepresentationFactory,
)
from tests.page import page_of

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate
LIST = "/admin/partnerships/representation/"
APPROVE = {"verb": "approve", "without_evidence": "on"}
REFUSED = {"reason": "incomplete", "message": "Send us a letter of your office."}


@pytest.fixture
def kisumu(db):
    return CityFactory(
        slug="kisumu", name="Kisumu", country=CountryFactory(iso2="KE", name="Kenya")
    )


@pytest.fixture
def asked(member, kisumu):
    return RepresentationFactory(
        member=member, city=kisumu, place="Kisumu", country=kisumu.country, asked=True
    )


@pytest.fixture
def desk(broker):
    return as_user(broker)


def as_user(user) -> DeskClient:
    client = DeskClient()
    client.force_login(user)
    return client


def path(row) -> str:
    return f"/admin/review/representation/{row.pk}/"


def choices(response) -> list[str]:
    return [key for key, _label in response.context["form"].fields["city"].choices]


def test_show_the_domain_and_whether_it_is_confirmed(desk, member, asked):
    member.emailaddress_set.create(email="trade@city.example", verified=False)
    page = page_of(desk.get(path(asked)))
    assert "city.example · not confirmed" in page.one("article dl").text
    assert "trade@city.example" not in page.html
    member.emailaddress_set.update(verified=True)
    record = page_of(desk.get(path(asked))).one("article dl")
    assert "city.example · confirmed for the member’s account" in record.lines


def test_name_no_domain_where_there_is_no_official_address(desk, asked):
    Representation.objects.update(official_email="")
    lines = page_of(desk.get(path(asked))).one("article dl").lines
    at = lines.index("Official email address")
    assert lines[at : at + 2] == ["Official email address", "None"]


def test_approve(desk, member, asked, kisumu):
    day = TODAY() + timedelta(days=30)
    sent = {**APPROVE, "city": f"city-{kisumu.pk}", "until": day.isoformat()}
    response = desk.post(path(asked), sent)
    assert (response.status_code, response.headers["Location"]) == (302, "/admin/")
    asked.refresh_from_db()
    assert (asked.status, asked.until) == ("approved", day)
    assert permissions.speaks_for(member, kisumu)


def test_approve_a_place_of_the_gazetteer(desk, member):
    CountryFactory(iso2="RW", name="Rwanda")
    row = RepresentationFactory(
        member=member, city=None, place="Kigali", country_id="RW", geoname_id=202061, asked=True
    )
    page = desk.get(path(row))
    assert (choices(page), page.context["form"]["city"].value()) == (
        ["place-202061", "new"],
        "place-202061",
    )
    desk.post(path(row), {**APPROVE, "city": "place-202061"})
    assert City.objects.get().geoname_id == 202061


def test_approve_a_new_place_under_a_better_name(desk, member, kisumu):
    row = RepresentationFactory(
        member=member, city=None, place="ndhiwa", country=kisumu.country, asked=True
    )
    assert choices(desk.get(path(row))) == ["new"]
    desk.post(path(row), {**APPROVE, "city": "new", "name": "Ndhiwa"})
    assert permissions.speaks_for(member, City.objects.get(name="Ndhiwa"))


def test_search_the_city_under_another_name(desk, member, kisumu):
    row = RepresentationFactory(
        member=member, city=None, place="Port Florence", country=kisumu.country, asked=True
    )
    found = desk.get(f"{path(row)}?look_for=kisumu, kenya")
    assert choices(found) == [f"city-{kisumu.pk}", "new"]
    # The form is sent to the same URL.
    desk.post(f"{path(row)}?look_for=kisumu", {**APPROVE, "city": f"city-{kisumu.pk}"})
    assert permissions.speaks_for(member, kisumu)


def test_decline_and_end(desk, asked):
    desk.post(path(asked), {"verb": "decline", **REFUSED})
    asked.refresh_from_db()
    assert asked.status == "declined"
    Representation.objects.update(status="approved", since=TODAY())
    desk.post(path(asked), {"verb": "end", **REFUSED})
    asked.refresh_from_db()
    assert asked.status == "ended"


def test_change_the_last_day(desk, asked):
    Representation.objects.update(status="approved", since=TODAY())
    day = TODAY() + timedelta(days=3)
    desk.post(path(asked), {**APPROVE, "until": day.isoformat()})
    asked.refresh_from_db()
    assert (asked.status, asked.until) == ("approved", day)


@pytest.mark.parametrize(
    "sent",
    [
        {"verb": "decline"},
        {**APPROVE, "city": "city-0"},
        {"verb": "approve"},
        {"verb": "burn"},
        {"verb": "hide", **REFUSED},
        {"verb": "end", **REFUSED},
        {**APPROVE, "city": "new", "name": " "},
        {**APPROVE, "city": "new", "name": "x", "until": "2020-01-01"},
    ],
)
def test_decide_with_a_mistake(desk, member, kisumu, sent):
    row = RepresentationFactory(
        member=member, city=None, place="Ndhiwa", country=kisumu.country, asked=True
    )
    response = desk.post(path(row), sent)
    row.refresh_from_db()
    assert (response.status_code, row.status) == (200, "asked")
    assert response.context["form"].errors != {}


def test_decide_after_another_broker(desk, asked, kisumu):
    Representation.objects.update(status="declined")
    response = desk.post(path(asked), {**APPROVE, "city": f"city-{kisumu.pk}"})
    page = page_of(response)
    assert (page.status, page.select("#decide")) == (200, [])
    assert "already been answered" in page.errors[0]


def test_decide_about_oneself(desk, broker, kisumu):
    row = RepresentationFactory(member=broker, city=kisumu, asked=True)
    assert page_of(desk.get(path(row))).select(".decide") == []
    response = desk.post(path(row), {**APPROVE, "city": f"city-{kisumu.pk}"})
    assert "nother broker" in page_of(response).errors[0]


@pytest.mark.parametrize("count", [1, 3])
def test_list_in_a_fixed_number_of_queries(desk, count, django_assert_num_queries):
    for number in range(count):
        RepresentationFactory(place=f"City {number}", asked=True)
    desk.get(LIST)
    with django_assert_num_queries(6):
        assert desk.get(LIST).context["cl"].result_count == count


def test_show_in_a_fixed_number_of_queries(desk, asked, kisumu, django_assert_max_num_queries):
    asked.city = kisumu
    asked.save()
    desk.get(path(asked))
    with django_assert_max_num_queries(12) as few:
        desk.get(path(asked))
    RepresentationFactory.create_batch(3, city=kisumu)
    CommentFactory.create_batch(3, author=asked.member)
    with django_assert_max_num_queries(len(few)):
        desk.get(path(asked))


@pytest.mark.parametrize("state", ["asked", "current", "over"])
def test_filter_by_state(desk, asked, kisumu, state):
    RepresentationFactory(city=kisumu, place="current")
    RepresentationFactory(city=kisumu, place="over", until=TODAY() - timedelta(days=1))
    asked.place = "asked"
    asked.save()
    shown = desk.get(f"{LIST}?state={state}").context["cl"].result_list
    assert [row.place for row in shown] == [state]


def test_approving_without_evidence_says_so_first(desk, kisumu):
    row = RepresentationFactory(asked=True, city=kisumu)
    page = page_of(desk.get(path(row)))
    assert page.one(".no-evidence").text.startswith("No evidence: there is no letter")
    sent = {"verb": "approve", "city": f"city-{kisumu.pk}"}
    assert page_of(desk.post(path(row), sent)).wrong_fields == ["without_evidence"]
    row.refresh_from_db()
    assert row.status == "asked"
    # A decline needs no evidence.
    desk.post(path(row), {"verb": "decline", "reason": "fit", "message": "No."})
    row.refresh_from_db()
    assert row.status == "declined"


def test_approve_with_a_confirmed_address_as_before(desk, kisumu):
    row = RepresentationFactory(asked=True, city=kisumu, official_email="office@kisumu.example")
    check = AddressCheckFactory(representation=row)
    check.confirmed_at = timezone.now()
    check.save()
    assert not page_of(desk.get(path(row))).select(".no-evidence")
    desk.post(path(row), {"verb": "approve", "city": f"city-{kisumu.pk}"})
    row.refresh_from_db()
    assert row.status == "approved"
