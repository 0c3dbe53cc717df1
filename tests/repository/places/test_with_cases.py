import pytest

from repository.places.with_cases import places_with_cases
from tests.factories import CaseStudyFactory, CityFactory, CountryFactory

pytestmark = pytest.mark.usefixtures("search_changes_at_once")


def test_find_cities_with_published_cases():
    shown, drafted, gone = (CityFactory(slug=slug) for slug in ("shown", "drafted", "gone"))
    CaseStudyFactory.create_batch(2, published=True, cities=[shown])
    CaseStudyFactory(cities=[drafted])
    CaseStudyFactory(archived=True, cities=[gone])
    assert places_with_cases("edition", 9) == ({"shown"}, set())


def test_find_countries_with_published_cases_that_have_no_city():
    benin, brazil = CountryFactory(iso2="BJ"), CountryFactory(iso2="BR")
    CaseStudyFactory.create_batch(2, published=True, countries=[benin])
    city = CityFactory(slug="belem", country=brazil)
    CaseStudyFactory(published=True, countries=[brazil], cities=[city])
    CaseStudyFactory(countries=[CountryFactory(iso2="KE")])
    assert places_with_cases("edition", 9) == ({"belem"}, {"BJ"})


def test_choose_the_cities_with_most_cases():
    # Equal numbers in the order of slugs by code, in which a hyphen sorts before letters.
    for slug, number in (("lagos", 2), ("la-z", 2), ("laa", 2), ("lb", 3)):
        CaseStudyFactory.create_batch(number, published=True, cities=[CityFactory(slug=slug)])
    chosen = [places_with_cases("edition", most).cities for most in (1, 2, 3)]
    assert chosen == [{"lb"}, {"lb", "la-z"}, {"lb", "la-z", "laa"}]
