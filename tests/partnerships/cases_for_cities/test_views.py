"""Cases for a city on its page, on the home page and on the desk: who sees what, and when."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from partnerships.cases_for_cities.loading import with_titles
from partnerships.cases_for_cities.ranking import Suggested
from partnerships.city_profiles import actions as profiles_actions
from partnerships.models import CityProfile, Visibility
from partnerships.requests import actions as requests_actions
from repository.pages.editions import forget_all
from tests.factories import (
    CaseStudyFactory,
    CityFactory,
    CityProfileFactory,
    CountryFactory,
    NeedFactory,
    PartnershipRequestFactory,
    PracticeFactory,
    RepresentationFactory,
)
from tests.page import page_of

pytestmark = pytest.mark.django_db

SECTION = "[aria-labelledby=cases-for-city]"
BARE = {"region": "", "subregion": "", "income_group": ""}


@pytest.fixture
def here(focal_point):
    """The city of `focal_point`; nothing is known of its country."""
    city = CityFactory(slug="here", name="Here", country=CountryFactory(iso2="KE", **BARE))
    RepresentationFactory(member=focal_point, city=city)
    return city


@pytest.fixture
def rail():
    """A practice with a case in another city."""
    practice = PracticeFactory(name="Rail")
    case_of("There", practices=[practice])
    return practice


def case_of(name, *, practices=(), **facts):
    city = CityFactory(name=name, country=CountryFactory(iso2="BJ", **BARE), **facts)
    return CaseStudyFactory(published=True, title=name, cities=[city], practices=practices)


def section(client, path) -> list[str]:
    """The lines of the section on a page; none without it."""
    forget_all()
    return [line for part in page_of(client.get(path)).select(SECTION) for line in part.lines]


PAGES = ["/cities/here/", "/", "/desk/"]


@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("/cities/here/", "For a city like Here"),
        ("/", "For a city like yours"),
        ("/desk/", "For a city like yours"),
    ],
)
def test_show_cases_with_reasons(client, focal_point, here, rail, path, title):
    NeedFactory(city=here, practices=[rail])
    client.force_login(focal_point)
    lines = section(client, path)
    assert lines[0] == title
    assert "There" in lines
    assert lines[-1] == "Shows “Rail”, which Here is looking for."


@pytest.mark.parametrize("path", PAGES)
def test_show_no_section_without_a_reason(client, focal_point, here, rail, path):
    client.force_login(focal_point)
    assert section(client, path) == []


def test_show_nothing_to_others_on_the_home_page(client, member, here, rail):
    NeedFactory(city=here, practices=[rail])
    assert section(client, "/") == []
    client.force_login(member)
    assert section(client, "/") == section(client, "/desk/") == []


@pytest.mark.parametrize("visibility", [Visibility.MEMBERS, Visibility.BROKERS])
def test_show_private_requests_to_their_own_city_only(
    client, focal_point, member, broker, here, rail, visibility
):
    def page_of_city(reader=None):
        browser = Client()
        if reader:
            browser.force_login(reader)
        forget_all()
        return page_of(browser.get("/cities/here/"))

    readers = (None, member, focal_point, broker)
    before = [page_of_city(reader).select(SECTION) for reader in readers]
    asked = PartnershipRequestFactory(
        city=here, opened=True, practices=[rail], visibility=visibility
    )
    assert before == [page_of_city(reader).select(SECTION) for reader in readers] == [[]] * 4
    client.force_login(focal_point)
    assert len(section(client, "/")) > 1
    assert len(section(client, "/desk/")) > 1
    # Public, everybody reads the same.
    asked.visibility = Visibility.PUBLIC
    asked.save()
    texts = {page_of_city(reader).one(SECTION).text for reader in readers}
    assert len(texts) == 1


def test_show_no_requests_in_review(client, focal_point, here, rail):
    PartnershipRequestFactory(city=here, submitted=True, practices=[rail])
    PartnershipRequestFactory(city=here, practices=[rail])
    PartnershipRequestFactory(city=here, closed=True, practices=[rail])
    client.force_login(focal_point)
    assert [section(client, path) for path in PAGES] == [[], [], []]


def test_choose_for_several_cities(client, focal_point, here, rail):
    other = CityFactory(name="Other", country=here.country)
    RepresentationFactory(member=focal_point, city=other)
    CaseStudyFactory(published=True, title="Own", practices=[rail], cities=[other])
    NeedFactory(city=here, practices=[rail])
    client.force_login(focal_point)
    lines = section(client, "/desk/")
    assert lines[0] == "For a city like yours"
    # The case of the other city is left out.
    assert [line for line in lines if line in ("There", "Own")] == ["There"]
    loans = PracticeFactory(name="Loans")
    case_of("Bank", practices=[loans])
    NeedFactory(city=other, practices=[loans])
    lines = section(client, "/desk/")
    assert lines[0] == "For cities like yours"
    assert "Shows “Loans”, which Other is looking for." in lines
    assert "Shows “Rail”, which Here is looking for." in lines


def test_show_nothing_when_a_representation_has_ended(client, focal_point, here, rail):
    NeedFactory(city=here, practices=[rail])
    yesterday = timezone.localdate() - timedelta(days=1)
    here.representations.update(since=yesterday, until=yesterday)
    client.force_login(focal_point)
    assert section(client, "/") == []


# Caches


def test_refresh_the_cached_page_of_a_city(pages, here, rail):
    def cached() -> list[str]:
        return [part.text for part in page_of(Client().get("/cities/here/")).select(SECTION)]

    assert cached() == []
    with CaptureQueriesContext(connection) as asked:
        assert cached() == []
    assert len(asked) == 1
    NeedFactory(city=here, practices=[rail])
    [text] = cached()
    with CaptureQueriesContext(connection) as asked:
        assert cached() == [text]
    assert len(asked) == 1


def test_refresh_the_home_page_when_a_private_request_ends(client, focal_point, here, rail):
    asked = PartnershipRequestFactory(
        city=here, opened=True, practices=[rail], visibility=Visibility.BROKERS
    )
    client.force_login(focal_point)
    first = client.get("/")
    assert page_of(first).select(SECTION)
    assert client.get("/", headers={"If-None-Match": first["ETag"]}).status_code == 304
    requests_actions.close(partnership_request=asked, by=focal_point, reason="changed")
    focal_point.refresh_from_db()
    second = client.get("/", headers={"If-None-Match": first["ETag"]})
    assert second.status_code == 200
    assert page_of(second).select(SECTION) == []


def test_refresh_other_pages_when_a_city_states_its_setting(focal_point, here):
    CityProfileFactory(city=here, setting="rural")
    there = case_of("There").cities.get()
    profile = CityProfile.objects.create(city=there, sectors="Tea")
    RepresentationFactory(member=focal_point, city=there)
    client = Client()
    first = client.get("/cities/here/")
    assert page_of(first).select(SECTION) == []

    def save(**changes):
        base = profiles_actions.values_of(there, CityProfile.objects.get(pk=profile.pk))
        profiles_actions.save(city=there, by=focal_point, values=base | changes, base=base)

    save(sectors="Coffee")
    assert client.get("/cities/here/", headers={"If-None-Match": first["ETag"]}).status_code == 304
    save(setting="rural")
    second = client.get("/cities/here/", headers={"If-None-Match": first["ETag"]})
    assert "Also mostly rural." in page_of(second).one(SECTION).text


# Queries


def captured(client, path) -> list[str]:
    with CaptureQueriesContext(connection) as asked:
        client.get(path)
    return [query["sql"] for query in asked.captured_queries]


def test_ask_the_same_number_of_queries_for_any_number_of_rows(client, focal_point, here, rail):
    client.force_login(focal_point)
    counts: dict[str, set[int]] = {path: set() for path in PAGES}
    for number in range(1, 4):
        PartnershipRequestFactory(city=here, opened=True, practices=[rail])
        NeedFactory(city=here, practices=[rail])
        case_of(f"Case {number}", practices=[rail])
        for path in PAGES:
            client.get(path)
            forget_all()
            counts[path].add(len(captured(client, path)))
    assert {path: len(each) for path, each in counts.items()} == dict.fromkeys(PAGES, 1)


def test_ask_nothing_about_visitors_and_one_query_about_members(client, member, here, rail):
    NeedFactory(city=here, practices=[rail])
    client.get("/")

    def about_cities() -> int:
        return len([sql for sql in captured(client, "/") if "partnerships_representation" in sql])

    assert about_cities() == 0
    client.force_login(member)
    client.get("/")
    assert about_cities() == 1


def test_ask_no_query_for_the_page_of_a_city_seen_before(client, here, rail):
    def about_practices() -> int:
        page = captured(client, "/cities/here/")
        return len([sql for sql in page if "partnerships_need_themes" in sql])

    NeedFactory(city=here, practices=[rail])
    assert about_practices() == 1
    assert about_practices() == 0


def test_leave_out_cases_withdrawn_since():
    """The index of facets may be older than the page."""
    shown, withdrawn = CaseStudyFactory(published=True), CaseStudyFactory()
    found = with_titles([Suggested(case.pk, 1.0, ()) for case in (shown, withdrawn)])
    assert [entry.case for entry in found] == [shown]
