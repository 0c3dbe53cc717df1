"""Registrations for a series by country, city and gender, without counts below five."""

from collections import Counter
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from community.models import Gender, RegistrationStatus
from community.webinars.attendance_figures import Seats, people, summed, summed_cities
from community.webinars.suppression import suppress
from tests.community.webinars.surveys.surveys import register
from tests.factories import CityFactory, CountryFactory, SeriesFactory, WebinarFactory
from tests.sampling import examples

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 26)
HELD = date(2026, 11, 20)


@pytest.fixture
def series():
    return SeriesFactory(slug="series")


@pytest.fixture
def webinar(series):
    return WebinarFactory(series=series, number=1, date=HELD)


def rows(series, key, before=TODAY):
    return next((table.rows for table in people(series, before).tables if table.key == key), None)


def test_count_registrations_by_webinar_country_city_and_gender(series, webinar):
    kenya, benin = CountryFactory(iso2="KE"), CountryFactory(iso2="BJ")
    kisumu = CityFactory(name="Kisumu", country=kenya, longitude=34.8, latitude=-0.1)
    cotonou = CityFactory(name="Cotonou", country=benin, longitude=None, latitude=None)
    second = WebinarFactory(series=series, number=2, date=HELD)
    register(webinar, 7, country=kenya, city=kisumu, gender=Gender.WOMAN)
    register(webinar, 6, country=benin, city=cotonou, gender=Gender.MAN)
    register(second, 5, country=kenya, city=kisumu, gender=Gender.WOMAN)
    register(second, 6, country=kenya, place="Nakuru")
    assert rows(series, "registrations") == (("Webinar 1", 13), ("Webinar 2", 11))
    assert rows(series, "gender") == (("women", 12), ("men", 6), ("prefer not to say", 6))
    assert rows(series, "countries") == (("Kenya", 18), ("Benin", 6))
    assert rows(series, "cities") == (("Kisumu", "Kenya", 12), ("Cotonou", "Benin", 6))
    made = people(series, TODAY)
    assert made.headlines == (
        ("registrations for past webinars", 24),
        ("countries and areas represented", 2),
        ("cities represented", 2),
    )
    assert [(point.label, point.weight) for point in made.points] == [("Kisumu", 12)]


def test_publish_nothing_about_fewer_than_five(series, webinar):
    register(webinar, 4, country=CountryFactory(iso2="KE"), gender=Gender.WOMAN)
    made = people(series, TODAY)
    assert (made.tables, made.headlines, made.points) == ((), (), ())


def test_hide_another_cell_if_a_small_one_could_be_computed(series, webinar):
    register(webinar, 20, gender=Gender.WOMAN)
    register(webinar, 9, gender=Gender.MAN)
    register(webinar, 2, gender=Gender.OTHER)
    assert rows(series, "gender") == (("women", 20),)
    assert rows(series, "registrations") == (("Webinar 1", 31),)


def test_counts_of_countries_and_cities_do_not_depend_on_hidden_people(series, webinar):
    """If five countries were counted for five hidden people, each would have one of them."""
    kenya = CountryFactory(iso2="KE")
    register(webinar, 10, country=kenya, city=CityFactory(country=kenya))
    for iso2 in ("BJ", "GH", "TG", "SN", "ML"):
        register(webinar, 1, country=CountryFactory(iso2=iso2))
    for _turn in range(5):
        register(webinar, 1, country=kenya, city=CityFactory(country=kenya))
    expected = (
        ("registrations for past webinars", 20),
        ("country or area represented", 1),
        ("city represented", 1),
    )
    assert people(series, TODAY).headlines == expected
    # A webinar without published figures does not change the counts either.
    second = WebinarFactory(series=series, number=2, date=HELD)
    register(second, 1, country=CountryFactory(iso2="VN"))
    assert people(series, TODAY).headlines == expected


def test_hide_a_city_that_the_total_of_its_country_would_reveal(series, webinar):
    kenya = CountryFactory(iso2="KE")
    kisumu, nakuru = CityFactory(country=kenya), CityFactory(country=kenya)
    register(webinar, 9, country=kenya, city=kisumu)
    register(webinar, 3, country=kenya, city=nakuru)
    assert rows(series, "countries") == (("Kenya", 12),)
    assert rows(series, "cities") == ()


def test_hide_the_cities_of_a_country_that_is_hidden(series, webinar):
    kenya, benin = CountryFactory(iso2="KE"), CountryFactory(iso2="BJ")
    register(webinar, 9, country=kenya, city=CityFactory(country=kenya))
    register(webinar, 3, country=benin)
    register(webinar, 20, country=CountryFactory(iso2="CN"))
    assert rows(series, "countries") == (("China", 20),)
    assert rows(series, "cities") == ()


def test_the_difference_of_two_webinars_reveals_nothing(series, webinar):
    """The sum never includes the two women at the second webinar, not even on the next day."""
    second = WebinarFactory(series=series, number=2, date=TODAY)
    register(webinar, 20, gender=Gender.WOMAN)
    register(second, 2, gender=Gender.WOMAN)
    register(second, 9, gender=Gender.MAN)
    register(second, 30, gender=Gender.UNSAID)
    assert rows(series, "gender") == (("women", 20),)
    tomorrow = date(2026, 11, 27)
    assert rows(series, "gender", tomorrow) == (("women", 20), ("prefer not to say", 30))


def test_count_one_person_at_five_webinars_as_one_person(series):
    for number in range(1, 6):
        attended = WebinarFactory(series=series, number=number, date=HELD)
        register(attended, 1, country=CountryFactory(iso2="KE"))
        register(attended, 8, country=CountryFactory(iso2="BJ"))
        register(attended, 9, country=CountryFactory(iso2="CN"))
    assert rows(series, "countries") == (("China", 45),)


def test_count_only_seats_of_webinars_that_were_held_before_the_day(series, webinar):
    for status in (
        *[RegistrationStatus.WAITING, RegistrationStatus.CANCELLED],
        RegistrationStatus.UNCONFIRMED,
    ):
        register(webinar, 6, status=status)
    register(WebinarFactory(series=series, announced=True), 6)
    register(WebinarFactory(series=series, date=TODAY), 6)
    register(WebinarFactory(date=HELD), 6)
    assert people(series, TODAY).tables == ()


def test_publish_figures_from_the_day_after_the_webinar(series):
    """An evening in Lima ends on the next day in UTC: until then seats may change."""
    evening = datetime(2026, 11, 25, 23, 30, tzinfo=ZoneInfo("America/Lima"))
    webinar = WebinarFactory(
        series=series, starts_at=evening, date=evening.date(), minutes=60, time_zone="America/Lima"
    )
    register(webinar, 6)
    assert people(series, TODAY).tables == ()
    assert rows(series, "registrations", TODAY + timedelta(days=1))


def test_do_not_name_deleted_cities(series, webinar):
    kenya = CountryFactory(iso2="KE")
    for city in (CityFactory(name="Kisumu", country=kenya), CityFactory(country=kenya)):
        register(webinar, 6, country=kenya, city=city)
    city.delete()
    assert rows(series, "countries") == (("Kenya", 12),)
    assert rows(series, "cities") == (("Kisumu", "Kenya", 6),)
    assert people(series, TODAY).headlines[2] == ("city represented", 1)


def test_query_count_is_constant(series, webinar):
    kenya = CountryFactory(iso2="KE")
    for _turn in range(4):
        register(webinar, 6, country=kenya, city=CityFactory(country=kenya))
    with CaptureQueriesContext(connection) as queries:
        people(series, TODAY)
    assert len(queries) == 2


# Countries of two cities each, at up to three webinars.
SOME = st.dictionaries(
    st.integers(1, 3),
    st.dictionaries(
        st.sampled_from(["BJ", "CN", "KE"]),
        st.dictionaries(st.sampled_from(["1", "2", ""]), st.integers(1, 12), min_size=1),
        min_size=1,
    ),
    min_size=1,
)


@examples(1.5)
@given(SOME)
def test_figures_of_a_series_are_the_sum_of_its_published_webinars(by_city):
    by_country = {
        number: Counter({country: sum(cities.values()) for country, cities in row.items()})
        for number, row in by_city.items()
    }
    found = Seats({}, by_country, by_city)
    alone = [summed({number: row}) for number, row in by_country.items()]
    assert summed(by_country) == sum(alone, Counter())
    for number, row in by_country.items():
        shown = {key: n for key, n in suppress(row).items() if n}
        # The unpublished rest of a webinar is nobody, or five people or more.
        left = row.total() - sum(shown.values())
        assert all(n >= 5 for n in shown.values())
        assert not shown or left == 0 or left >= 5
        cities = summed_cities(Seats({}, {number: row}, {number: by_city[number]}))
        assert all(n >= 5 for n in cities.values())
    assert summed_cities(found).total() <= summed(by_country).total()
