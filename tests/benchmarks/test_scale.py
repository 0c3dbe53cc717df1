"""What the benchmark with a hundred times the content fills in, at a small scale."""

import json
from dataclasses import asdict

import pytest
from django.db import IntegrityError, transaction

from benchmarks.scale import Measured, stored, table
from benchmarks.scale_fill import SECTIONS, fill, fill_search
from community.models import Comment, User
from repository.cases.facets import FACETS, facet_index
from repository.models import CaseStudy, City, Evidence, TaggedItem
from repository.pages import lists
from repository.search.queries import search
from tests.factories import CountryFactory, PracticeFactory, TagFactory, ThemeFactory

pytestmark = pytest.mark.django_db

# Filling in takes most of a second for each test.
FILLED = pytest.mark.proof(group="filled in", sample=2)
MODELS = [CaseStudy, City, User, Comment, Evidence]


@pytest.fixture
def filled():
    CountryFactory(iso2="CN", latitude=35, longitude=105)
    for factory in (ThemeFactory, PracticeFactory, TagFactory):
        factory.create_batch(4)
    fill(0.003)
    fill_search()


@FILLED
def test_fill_rows_and_their_relations(filled):
    assert [model.objects.count() for model in MODELS] == [30, 3, 30, 300, 60]
    index = facet_index(1)
    assert len(index.cases) == 30
    for facet in set(FACETS) - {"region"}:
        assert index.having_any(facet) == index.everything
    assert TaggedItem.objects.count() > 30
    assert all(getattr(case, name) for case in CaseStudy.objects.all() for name in SECTIONS)


@FILLED
def test_find_what_was_filled_in(filled):
    case = CaseStudy.objects.filter(language="en").first()
    assert case.slug in [hit.url.split("/")[2] for hit in search(case.title).hits]


@FILLED
def test_keep_constraints_and_triggers(filled):
    case = CaseStudy.objects.first()
    with pytest.raises(IntegrityError), transaction.atomic():
        CaseStudy.objects.create(slug=case.slug)
    with pytest.raises(IntegrityError, match="case_published_has_date"), transaction.atomic():
        CaseStudy.objects.filter(pk=case.pk).update(published_at=None)
    case.title = "Changed"
    case.save()
    assert [hit.url for hit in search("Changed").hits] == [case.get_absolute_url()]


@FILLED
def test_fill_more(filled):
    fill(0.001)
    assert [model.objects.count() for model in MODELS] == [40, 4, 40, 400, 80]


@FILLED
def test_show_large_numbers_as_more_than_the_limit(filled, client, monkeypatch):
    monkeypatch.setattr(lists, "MOST_COUNTED", 20)
    response = client.get("/cases/")
    assert response.context["count"] == "20+ cases"
    counts = {
        row["count"]: row["label"] for group in response.context["facets"] for row in group["rows"]
    }
    assert counts[27] == "English"
    assert "<span>20+</span>" in response.text
    assert "<span>27</span>" not in response.text


def test_show_results_beside_those_with_fewer_cases(tmp_path):
    file = tmp_path / "scale-1.json"
    assert stored(file) == {}
    small = {"case": Measured(80.0, [10.0, 20.0], 8.0, 13, 150.0)}
    large = {"case": Measured(900.0, [20.0, 40.0], 9.0, 13, 300.0)}
    file.write_text(json.dumps({name: asdict(each) for name, each in small.items()}))
    assert stored(file) == small
    assert table(large, stored(file)).splitlines()[2] == (
        "| case | 900 | 30 | 39 | 9 | 13 | 300 | 20 | 8 |"
    )
    assert table(large, {}).splitlines()[2] == "| case | 900 | 30 | 39 | 9 | 13 | 300 |"


@FILLED
def test_draw_texts_in_the_language_of_the_case(filled):
    by_language = {case.language: case for case in CaseStudy.objects.order_by("-pk")}
    assert by_language.keys() == {"en", "fr", "es", "zh"}
    assert by_language["zh"].challenge.endswith("。")
    assert "。" not in by_language["en"].challenge
    assert len({case.challenge for case in CaseStudy.objects.all()}) > 20
    assert {len(case.rendered) for case in CaseStudy.objects.all()} == {len(SECTIONS)}
