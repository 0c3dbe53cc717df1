"""The places of cases are the same object until something in them changes."""

import pytest

from partnerships.cases_for_cities.collection import places
from partnerships.models import CityProfile
from repository.models import CaseStatus, CaseStudy, City
from repository.pages.editions import forget_all
from repository.pages.http import versions
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
