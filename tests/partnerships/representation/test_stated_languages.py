"""What one column held before: languages of spelling, and those that a focal point stated."""

from importlib import import_module

import pghistory
import pytest
from django.db import connection

from repository.models import City
from tests.factories import CityFactory, RepresentationFactory, UserFactory

pytestmark = pytest.mark.django_db

STATED = import_module("partnerships.migrations.0014_stated_languages").STATED


def change(city, by, languages) -> None:
    """As the desk form did, and the admin, when there was one column."""
    with pghistory.context(user=by.pk):
        row = City.objects.get(pk=city.pk)
        row.spelling_languages = languages
        row.save()


def languages_of(city) -> tuple[list[str], list[str]]:
    with connection.cursor() as cursor:
        cursor.execute(STATED)
    city.refresh_from_db()
    return city.spelling_languages, city.working_languages


@pytest.fixture
def city(member):
    made = CityFactory(spelling_languages=["zh"])
    RepresentationFactory(member=member, city=made)
    return made


def test_take_what_the_collection_set_for_languages_of_spelling(city):
    change(city, UserFactory(), ["zh", "mn"])
    assert languages_of(city) == (["zh", "mn"], [])


def test_take_what_a_focal_point_stated_for_working_languages(city, member):
    change(city, member, ["en"])
    change(city, member, ["en", "zh"])
    assert languages_of(city) == (["zh"], ["en", "zh"])


def test_keep_what_an_editor_set_after_a_focal_point(city, member):
    change(city, member, ["en"])
    change(city, UserFactory(), ["zh", "mn"])
    assert languages_of(city) == (["zh", "mn"], ["en"])


def test_change_nothing_where_a_focal_point_changed_something_else(city, member):
    with pghistory.context(user=member.pk):
        city.has_rail_hub = True
        city.save()
    assert languages_of(city) == (["zh"], [])
