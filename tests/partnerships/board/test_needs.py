"""Do readers find offers, needs, requests and experiences by what they mean?"""

from pathlib import Path

import pytest
import yaml
from django.test import override_settings

from community.models import Experience
from partnerships.board.search_section import find
from partnerships.models import Need, Offer, PartnershipRequest
from repository.models import Practice
from tests.engines import embed_everything

pytestmark = [
    pytest.mark.proof(in_turn=True),
    pytest.mark.django_db,
    pytest.mark.slow(20),
]

NEEDS = yaml.safe_load((Path(__file__).parent / "needs.yaml").read_text(encoding="utf-8"))
LANGUAGES = ["en", "fr", "es", "pt", "ar", "zh", "ru"]
# The share of `NEEDS`, in all languages together, with an answer among the first three. Words alone
# find none: hardly a text has all the words of a question.
REACHED = 0.3
FIRST = 3
MODELS = {"offer": Offer, "need": Need, "request": PartnershipRequest}


@pytest.fixture(scope="module")
def embedded(sample_data, engine_url, django_db_blocker):
    with django_db_blocker.unblock(), override_settings(EMBEDDINGS_URL=engine_url):
        embed_everything()


def urls_of(expected: str) -> set[str]:
    """The page of a row, given by kind, city and practice: "offer:porto-ibire/live-streaming"."""
    kind, _, rest = expected.partition(":")
    city, practice = rest.split("/")
    of_city = {"city__slug": f"sample-{city}"}
    if kind == "experience":
        of_practice = Practice.objects.filter(slug=practice).values("pk")
        rows = Experience.objects.filter(**of_city, object_id__in=of_practice)
    else:
        rows = MODELS[kind].objects.filter(**of_city, practices__slug=practice)
    found = {row.get_absolute_url() for row in rows}
    assert found, expected
    return found


def is_answered(need: dict, language: str) -> bool:
    expected = set().union(*map(urls_of, need["expect"]))
    hits = find(need[language], "edition")[:FIRST]
    return bool(expected & {hit.url for hit in hits})


def answered() -> list[tuple[str, str]]:
    """The needs, by their language, that have an answer."""
    return [
        (need["id"], language)
        for need in NEEDS
        for language in LANGUAGES
        if is_answered(need, language)
    ]


@pytest.mark.usefixtures("embedded", "engine")
def test_find_what_is_meant():
    found = answered()
    assert len(found) >= REACHED * len(NEEDS) * len(LANGUAGES), found
    assert {language for _need, language in found} == {*LANGUAGES}


@pytest.mark.usefixtures("sample_data")
def test_find_nothing_of_it_by_words_alone():
    assert answered() == []
