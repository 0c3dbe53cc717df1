"""Practices and cases that a text suggests, by meaning and by words."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from partnerships.ranking.facts import Place
from partnerships.ranking.request_files import NOWHERE, read_request
from repository.embeddings import engine as embedding_engine
from repository.models import CaseStudy, City, EmbeddingModel, Passage, Practice
from repository.practices.suggestions import (
    CHALLENGE,
    MOST_CHARACTERS,
    SHORTEST_QUESTION,
    Compared,
    Reason,
    Suggested,
    pieces,
    suggest,
    suggested_cases,
)
from tests import engines
from tests.factories import PracticeFactory

pytestmark = pytest.mark.django_db
TESTS = Path(__file__).parents[1]
REQUESTS = yaml.safe_load((TESTS / "search" / "requests.yaml").read_text(encoding="utf-8"))
FILES = ["practices.yaml", "questions.yaml"]
OFF_TOPIC = {
    "en": ["How do I renew my passport?", "My cat scratches the sofa all day."],
    "fr": ["Une recette de crêpes sans œufs", "Qui a gagné le match de football hier soir ?"],
    "zh": ["怎样给自行车换轮胎？", "昨晚的足球比赛谁赢了？"],
}
BANK = [
    "Нет денег на новую партию",
    "Банк просит в залог землю или дом, а у маленьких экспортёров их нет.",
    "Банк выдаёт небольшие кредиты без залога.",
]


def slugs_of(suggested) -> list[str]:
    slugs = dict(Practice.objects.values_list("pk", "slug"))
    return [slugs[each.pk] for each in suggested]


def first_city(practices: list[str]) -> str:
    """Return the best candidate for a city of which nothing else is known."""
    read = read_request(json.dumps({"country": "KE", "practices": practices}))
    ask = replace(read.ask, requester=Place(pk=NOWHERE))
    _gathered, ranking = replace(read, ask=ask).ranked(most=1)
    return City.objects.get(pk=ranking.candidates[0].place).slug


def right_cities(request) -> list[str]:
    return request.get("cities", [request.get("city")])


def update_passages() -> None:
    engines.apply_search_changes()
    engines.embed_everything()


def challenge_of(practice, text: str) -> str | None:
    """Return the question that is the reason for suggesting a practice."""
    found = {each.pk: each.reason for each in suggest([text]).practices}
    reason = found.get(practice.pk)
    return reason.text if reason and reason.kind == CHALLENGE else None


@pytest.mark.usefixtures("embedded_collection", "engine")
class TestWithTheSeries:
    @pytest.mark.parametrize(
        ("requests", "practices", "cities"),
        [
            pytest.param(REQUESTS[::2], 12, 11, id="tuned"),
            pytest.param(REQUESTS[1::2], 12, 11, id="held out"),
        ],
    )
    def test_right_city_comes_first_for_the_first_two_practices(self, requests, practices, cities):
        found = {"practices": 0, "cities": 0}
        for request in requests:
            texts = [request["title"], request["challenge"], request["result"]]
            two = slugs_of(suggest(texts).practices)[:2]
            found["practices"] += two[:1] == request["practices"][:1]
            found["cities"] += bool(two) and first_city(two) in right_cities(request)
        assert found["practices"] >= practices
        assert found["cities"] >= cities >= 10

    @pytest.mark.parametrize("language", OFF_TOPIC)
    def test_nothing_for_other_subjects(self, language):
        found = suggest(OFF_TOPIC[language])
        assert (found.practices, found.cases) == ([], [])

    def test_reason_quotes_the_nearest_challenge_in_its_language(self):
        [first, *_others] = suggest(BANK).practices
        assert slugs_of([first]) == ["customs-data-loans"]
        assert (first.reason.kind, first.reason.language) == ("challenge", "en")
        assert first.reason.text in Practice.objects.get(pk=first.pk).questions.splitlines()

    def test_compared_with_long_questions_only(self):
        rare = "Our beekeepers cannot tell the buyers of honey which meadow or forest it comes from"
        assert len(rare) >= SHORTEST_QUESTION
        practice = PracticeFactory(name="Map of meadows", questions=rare[: SHORTEST_QUESTION - 1])
        update_passages()
        assert challenge_of(practice, rare) is None
        practice.questions = rare
        practice.save(update_fields=["questions"])
        update_passages()
        assert challenge_of(practice, rare) == rare

    def test_cases_with_a_passage_as_the_reason(self):
        text = "A village is far away, and the delivery of parcels is expensive for each company."
        [found, *_others] = suggest([text]).cases
        case = CaseStudy.objects.get(pk=found.pk)
        assert (case.slug, found.reason.kind, found.reason.language) == ("zhalantun", "case", "en")
        quoted = found.reason.text.removesuffix(" …")
        assert Passage.objects.filter(
            kind="case", object_id=str(case.pk), text__startswith=quoted
        ).exists()

    def test_unpublished_case_is_not_compared(self):
        before = {each.pk for each in suggest(BANK).cases}
        case = CaseStudy.objects.get(slug="qingdao")
        assert case.pk in before
        case.status = "draft"
        case.save(update_fields=["status"])
        engines.apply_search_changes()
        assert case.pk not in {each.pk for each in suggest(BANK).cases}

    def test_deleted_practice_is_not_suggested(self):
        Practice.objects.get(slug="customs-data-loans").delete()
        engines.apply_search_changes()
        assert "customs-data-loans" not in slugs_of(suggest(BANK).practices)

    def test_take_three_queries_and_one_request_to_the_engine(self, monkeypatch):
        engines.apply_search_changes()
        asked = []
        ask = embedding_engine.ask_engine
        monkeypatch.setattr(
            embedding_engine,
            "ask_engine",
            lambda texts, **options: asked.append(texts) or ask(texts, **options),
        )
        with CaptureQueriesContext(connection) as queries:
            assert suggest(BANK).practices
        sent = [query["sql"] for query in queries if "SET CONSTRAINTS" not in query["sql"]]
        assert (len(sent), asked) == (3, [BANK])

    def test_long_text_is_compared_in_pieces(self):
        long = " ".join(BANK[1:]) * 20
        assert slugs_of(suggest([BANK[0], long, long]).practices)[0] == "customs-data-loans"

    def test_words_alone_while_the_engine_fails(self, settings):
        settings.EMBEDDINGS_URL = "http://127.0.0.1:9/v1"
        found = suggest(["", "Les colis vers les villages coûtent trop cher", ""])
        [first, *_others] = found.practices
        assert slugs_of([first]) == ["parcel-consolidation"]
        assert first.reason == Reason("words", "colis, villages")
        assert found.cases == []

    def test_model_without_a_calibration_orders_what_words_suggest(self, settings):
        words = "Small exporters cannot get a loan from a bank"
        settings.EMBEDDINGS_MODEL = "another-model@1"
        by_words = slugs_of(suggest([words]).practices)
        EmbeddingModel.objects.update(name="another-model", version="1")
        found = suggest([words])
        assert {*slugs_of(found.practices)} <= {*by_words}
        assert slugs_of(found.practices)[0] == "customs-data-loans"
        assert found.practices[0].reason.kind == "words"
        assert found.cases == []


def test_case_that_shows_a_suggested_practice_comes_before_closer_ones():
    practice, close = Suggested(7, 0.5, Reason("summary")), Reason("case", "Close.", "en")
    cases = {
        1: Compared([0.26], 0.26, close, []),
        2: Compared([0.18], 0.18, close, [7, 8]),
        3: Compared([0.24], 0.24, close, [8]),
        4: Compared([0.31], 0.31, close, []),
    }
    found = suggested_cases({"case": cases, "practice": {}}, [practice], least=0.25)
    # 3 is not close, and 1 is less close than 4.
    assert [(each.pk, each.reason) for each in found] == [
        (2, Reason("shows", practices=(7,))),
        (4, close),
    ]


def test_practices_of_the_series_have_questions_to_compare():
    series = settings.BASE_DIR / "repository" / "content" / "series-2020"
    read = [yaml.safe_load((series / name).read_text(encoding="utf-8")) for name in FILES]
    practices, questions = read
    for entry in practices:
        lengths = [len(line) for line in questions["practice"][entry["slug"]]]
        assert sum(length >= SHORTEST_QUESTION for length in lengths) >= 3, entry["slug"]
        # A page quotes them in full.
        assert max(lengths) <= MOST_CHARACTERS


def test_words_of_the_text_are_the_reason_without_an_engine():
    practice = PracticeFactory(name="Drones for medicine", summary="They fly over floods.")
    engines.apply_search_changes()
    found = suggest(["Could drones bring medicine?"])
    assert [(each.pk, each.reason) for each in found.practices] == [
        (practice.pk, Reason("words", "drones, medicine"))
    ]


@pytest.mark.parametrize("texts", [[], ["", "  "], ["Bananas."]])
def test_nothing_without_words(texts):
    assert suggest(texts).practices == []


def test_sentence_that_never_ends_is_cut():
    """The engine would need seconds, be abandoned, and be left alone by everybody."""
    assert list(pieces("字" * 100_000)) == ["字" * 400]
    text = f"It rains. {'a' * 1_000}. It snows."
    assert [len(piece) for piece in pieces(text)] == [9, 400, 9]
