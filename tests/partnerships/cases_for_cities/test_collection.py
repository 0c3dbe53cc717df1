"""Of very many cities, places of cases are those with most cases."""

import pytest

from repository.models import City
from repository.places.with_cases import places_with_cases
from tests.factories import CaseStudyFactory, CityFactory


@pytest.mark.usefixtures("search_changes_at_once")
def test_of_very_many_cities_the_same_are_chosen():
    # A hyphen sorts before letters only by code.
    for slug in ("lagos", "la-z", "laa", "lb"):
        CaseStudyFactory.create_batch(2, published=True, cities=[CityFactory(slug=slug)])
    for most in (1, 2, 3):
        chosen = City.objects.with_most_cases(most).values_list("slug", flat=True)
        assert set(chosen) == places_with_cases("edition", most).cities
