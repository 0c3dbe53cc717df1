"""What the benchmark of matching fills in and tells, with few rows."""

from dataclasses import asdict

import pytest
from django.db import connection

from benchmarks import matching
from partnerships.models import Need, Offer, PartnershipRequest
from repository.models import City
from tests.factories import CountryFactory, PracticeFactory, ThemeFactory


@pytest.fixture
def subjects(db):
    CountryFactory.create_batch(2)
    PracticeFactory.create_batch(3)
    ThemeFactory.create_batch(2)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def rows() -> list[int]:
    return [model.objects.count() for model in (City, Offer, Need, PartnershipRequest)]


@pytest.mark.usefixtures("subjects")
def test_fill_up_to_a_number():
    matching.fill(cities=4, offers=10, requests=2)
    assert rows() == [4, 10, 2, 2]
    matching.fill(cities=6, offers=20, requests=8)
    assert rows() == [6, 20, 4, 8]
    matching.fill(cities=6, offers=20, requests=8)
    assert rows() == [6, 20, 4, 8]


@pytest.mark.usefixtures("subjects")
def test_report_time_of_matching(monkeypatch):
    monkeypatch.setattr(matching, "ROUND_REQUESTS", 3)
    matching.fill(cities=6, offers=30, requests=8)
    figures = asdict(matching.measure())
    assert 0 < figures["ranking_median"] <= figures["ranking_slowest"]
    assert (figures["requests"], figures["cities"]) == (3, 6)
    # With the one that compares texts.
    assert (figures["ranking_queries"], figures["round_queries"]) == (5, 4)
    assert 0 < figures["assigned"] <= 3
