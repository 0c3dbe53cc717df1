"""The places of cases are the same object until something in them changes."""

import pytest

from partnerships.cases_for_cities import collection
from partnerships.cases_for_cities.collection import places
from partnerships.models import CityProfile
from repository.cases.facets import facet_index
from repository.models import CaseStatus, CaseStudy, City
from repository.pages.editions import forget_all
from repository.pages.http import versions
from repository.places.with_cases import places_with_cases
from tests.factories import CaseStudyFactory, CityFactory, CountryFactory

pytestmark = pytest.mark.django_db(transaction=True)


def read():
    return places(versions("/").edition)


@pytest.fixture
def city(db):
    forget_all()
    city = CityFactory(slug="lagos", name="Lagos")
    CaseStudyFactory.create_batch(2, published=True, cities=[city])
    yield city
    forget_all()


def test_keep_places_if_another_of_their_cases_is_published(city):
    before = read()
    CaseStudyFactory(published=True, cities=[city])
    assert read() is before
    CaseStudy.objects.filter(pk=CaseStudy.objects.latest("pk").pk).update(status=CaseStatus.DRAFT)
    assert read() is before


def test_read_only_profiles_after_another_publication(city, django_assert_num_queries):
    before = read()
    CaseStudyFactory(published=True, cities=[city])
    edition = versions("/").edition
    facet_index(edition)
    with django_assert_num_queries(1):
        assert places(edition) is before


def test_read_places_again_if_only_an_old_index_is_known(city, monkeypatch):
    before = read()
    monkeypatch.setattr(collection, "is_made_of_old_values", lambda: True)
    CaseStudyFactory(published=True, cities=[city])
    after = read()
    assert after is not before
    assert after == before


def test_of_very_many_cities_the_same_are_chosen_by_the_index(city):
    # A hyphen sorts before letters only by code.
    for slug in ("la-z", "laa", "lb"):
        CaseStudyFactory.create_batch(2, published=True, cities=[CityFactory(slug=slug)])
    edition = versions("/").edition
    for most in (1, 2, 3):
        chosen = City.objects.with_most_cases(most).values_list("slug", flat=True)
        assert set(chosen) == places_with_cases(edition, most).cities


@pytest.mark.parametrize(
    "change",
    [
        lambda city: CaseStudyFactory(published=True, cities=[CityFactory()]),
        lambda city: CaseStudyFactory(published=True, countries=[CountryFactory()]),
        lambda city: CaseStudy.objects.update(status=CaseStatus.DRAFT),
        lambda city: City.objects.update(name="Ibadan"),
        lambda city: (
            CityProfile.objects.create(city=city, setting="urban"),
            CaseStudyFactory(published=True, cities=[city]),
        ),
    ],
)
def test_read_places_again_after_other_changes(city, change):
    before = read()
    change(city)
    after = read()
    assert after is not before
    forget_all()
    assert read() == after
