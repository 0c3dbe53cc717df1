"""People who speak for a city, and what they send."""

import pytest
from django.db import models

from partnerships import request_text
from tests.factories.partnerships import RepresentationFactory


@pytest.fixture
def city(focal_point):
    """The city that `focal_point` speaks for."""
    return RepresentationFactory(member=focal_point).city


@pytest.fixture
def second(city, colleague):
    """`colleague`, who speaks for the same city as `focal_point`."""
    RepresentationFactory(member=colleague, city=city)
    return colleague


@pytest.fixture
def without_locks(monkeypatch):
    """No row is locked: a test of what meets at the same moment has to go wrong."""
    monkeypatch.setattr(models.QuerySet, "select_for_update", lambda rows, **kwargs: rows.all())


def values_of(request, **changes) -> dict:
    """What the form of a request gives when it is saved with these changes."""
    links = {name: list(getattr(request, name).all()) for name in request_text.LINKS}
    columns = {name: getattr(request, name) for name in request_text.COLUMNS}
    return columns | links | changes
