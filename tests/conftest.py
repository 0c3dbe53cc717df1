"""The fixed cast and what every test may use."""

import pytest
from django.contrib.auth.models import Group

from community import roles
from tests import collection as collections
from tests.factories import UserFactory


@pytest.fixture(autouse=True)
def _english(settings):
    """Tests read English unless they ask for another language."""
    settings.LANGUAGE_CODE = "en"


@pytest.fixture
def member(db):
    """A person with a verified account: the one a test is about."""
    return UserFactory(email="member@example.org", handle="member", display_name="Member")


@pytest.fixture
def colleague(db):
    """Another member, who works on the same things as `member` where a test says so."""
    return UserFactory(email="colleague@example.org", handle="colleague", display_name="Colleague")


@pytest.fixture
def stranger(db):
    """A member who has no part in what a test is about."""
    return UserFactory(email="stranger@example.org", handle="stranger", display_name="Stranger")


@pytest.fixture
def focal_point(db):
    """A member who speaks for a city."""
    return UserFactory(
        email="focal-point@example.org", handle="focal-point", display_name="Focal point"
    )


def staff(role: str, name: str):
    return UserFactory(
        staff=True,
        email=f"{name}@example.org",
        handle=name,
        display_name=name.capitalize(),
        groups=[Group.objects.get(name=role)],
    )


@pytest.fixture
def moderator(db):
    """Staff who edit and publish the collection."""
    return staff(roles.MODERATORS, "moderator")


@pytest.fixture
def broker(db):
    """Staff who bring cities together. At the desk they read cases and keep cities."""
    return staff(roles.BROKERS, "broker")


@pytest.fixture
def administrator(db):
    """Staff who may do everything."""
    return UserFactory(
        superuser=True,
        email="administrator@example.org",
        handle="administrator",
        display_name="Administrator",
    )


@pytest.fixture(scope="session")
def series_database(django_db_setup, django_db_blocker):
    """The name of a database that holds the 2020 series, for `collection` to copy."""
    with django_db_blocker.unblock():
        name = collections.copy_database("series")
        with collections.database(name):
            collections.fill()
        yield name
        collections.drop_database(name)


@pytest.fixture(scope="module")
def collection(series_database, django_db_blocker):
    """The tests of the module find the 2020 series in the database, and people who can sign in."""
    with django_db_blocker.unblock(), collections.database(series_database):
        name = collections.copy_database("module")
        with collections.database(name):
            yield
        collections.drop_database(name)
