"""Cases and practices similar to a draft, with the series and the embedding engine."""

import socket
import time
from pathlib import Path

import pytest
import yaml
from django.db import connection
from django.test.utils import CaptureQueriesContext

from community.writing.drafts import actions, documents
from community.writing.drafts.similar import SHARES, similar_cases, similar_to, suggestions
from repository.embeddings import engine
from repository.models import CaseStudy, Practice
from repository.practices.suggestions import SHOWS
from tests import engines
from tests.community.writing.drafts.cases import as_user
from tests.factories import UserFactory
from tests.page import page_of

pytestmark = pytest.mark.django_db

DRAFTS = yaml.safe_load(Path(__file__).with_name("drafts.yaml").read_text(encoding="utf-8"))
FOOD, TOURISTS, OFF_TOPIC = DRAFTS["food"], DRAFTS["tourists"], DRAFTS["off-topic"]
TOURISM = {"tourism-led-sales", "online-festival"}


def draft(**texts) -> dict:
    return documents.empty() | texts


@pytest.fixture
def member():
    return UserFactory()


def slugs(similar) -> list[str]:
    found = CaseStudy.objects.in_bulk([*similar.cases])
    return [found[pk].slug for pk in similar.cases]


@pytest.mark.usefixtures("embedded_collection", "engine")
class TestWithTheSeries:
    @pytest.mark.parametrize("language", FOOD)
    def test_food_delivery_gets_no_tourism(self, language):
        similar = similar_to(draft(language=language, **FOOD[language]))
        assert "farm-home-delivery" in similar.practices
        assert TOURISM.isdisjoint(similar.practices)
        assert slugs(similar)[0] == "benin"

    def test_tourism_gets_tourism(self):
        similar = similar_to(draft(**TOURISTS))
        assert next(iter(similar.practices)) == "tourism-led-sales"
        assert slugs(similar)[0] == "chengkou"

    def test_nothing_below_the_threshold(self):
        similar = similar_to(draft(**OFF_TOPIC))
        assert (similar.practices, similar.cases) == ({}, {})
        assert similar_cases(draft(**OFF_TOPIC)) == []

    def test_nothing_for_an_empty_draft(self):
        assert similar_to(draft()) == similar_to(draft(**dict.fromkeys(TOURISTS, " ")))
        assert similar_to(draft()).cases == {}

    def test_ticked_practice_is_not_suggested_and_is_a_reason(self):
        ticked = draft(practices=["farm-home-delivery"], **FOOD["zh"])
        similar = similar_to(ticked)
        assert "farm-home-delivery" not in similar.practices
        alone = similar_to(draft(practices=["paperless-port"]))
        [[pk, reason]] = alone.cases.items()
        assert CaseStudy.objects.get(pk=pk).slug == "tianjin"
        name = Practice.objects.get(slug="paperless-port").name
        assert (reason.kind, reason.text, reason.language) == (SHARES, name, "en")

    def test_own_case_is_not_similar_to_itself(self):
        case = CaseStudy.objects.get(slug="chengkou")
        document = documents.document_of(case)
        assert case.pk in similar_to(document).cases
        assert case.pk not in similar_to(document, case=case).cases

    def test_without_the_engine_by_words(self, settings):
        settings.EMBEDDINGS_URL = ""
        found = similar_cases(draft(**TOURISTS | {"title": "Tourism and e-commerce in Chengkou"}))
        assert [(card.slug, reason.kind) for card, reason in found][:1] == [("chengkou", SHOWS)]
        assert TOURISM.isdisjoint(similar_to(draft(**FOOD["en"])).practices)

    def test_form_and_last_page_show_both_with_the_reason(self, member):
        document = draft(**FOOD["fr"] | {"language": "fr"})
        case = actions.create_draft(document=document, by=member, token="first")
        client = as_user(member)
        form = page_of(client.get(f"/cases/{case.slug}/edit/?step=practices"))
        [box] = [
            label
            for label in form.select(".suggest label")
            if label.one("input")["value"] == "farm-home-delivery"
        ]
        assert "Your text is close to" in " ".join(box.lines)
        assert [url for _title, url in form.one(".similar").links][:1] == ["/cases/benin/"]
        submit = client.get(f"/fr/cases/{case.slug}/submit/")
        [[first, why], *_others] = submit.context["cases"]
        assert first.slug == "benin"
        assert '<q lang="en" dir="ltr">' in why

    def test_form_asks_nothing_on_other_steps(self, member):
        case = actions.create_draft(document=draft(**TOURISTS), by=member, token="first")
        client = as_user(member)
        client.get(f"/cases/{case.slug}/edit/?step=1")
        numbers = {}
        for step in ("1", "5"):
            with CaptureQueriesContext(connection) as queries:
                page = client.get(f"/cases/{case.slug}/edit/?step={step}")
            numbers[step] = sum("repository_passage" in query["sql"] for query in queries)
            assert bool(page.context["similar_cases"]) == (step == "5")
        assert numbers == {"1": 0, "5": 1}


@pytest.mark.usefixtures("embedded_collection")
def test_engine_that_hangs_is_soon_abandoned(settings, monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"http://127.0.0.1:{server.getsockname()[1]}/v1"
        with engines.asking(settings, url):
            monkeypatch.setattr(engine, "QUERY_TIMEOUT", 0.3)
            began = time.monotonic()
            similar = suggestions(draft(**TOURISTS))
            took = time.monotonic() - began
    assert took < engine.BATCH_TIMEOUT / 2
    assert similar.cases == []
