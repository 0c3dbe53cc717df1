import pytest

from repository.models import City
from repository.pages.editions import current_edition
from repository.places.with_cases import places_with_cases
from tests.factories import CaseStudyFactory, CityFactory

pytestmark = pytest.mark.django_db


def test_of_very_many_cities_the_same_are_chosen_by_the_index():
    # A hyphen sorts before letters only by code.
    for slug in ("lagos", "la-z", "laa", "lb"):
        CaseStudyFactory.create_batch(2, published=True, cities=[CityFactory(slug=slug)])
    edition = current_edition()
    for most in (1, 2, 3):
        chosen = City.objects.with_most_cases(most).values_list("slug", flat=True)
        assert set(chosen) == places_with_cases(edition, most).cities
