"""Practices that a text suggests, with those of the series of 2020."""

import pytest
import yaml
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from repository.models import Practice
from repository.practices.word_suggestions import MAX_CHARACTERS, SYNONYMS, suggest_practices
from tests.factories import PracticeFactory, ThemeFactory
from tests.partnerships.ranking.examples import EXAMPLES

pytestmark = pytest.mark.django_db
SERIES = settings.BASE_DIR / "repository" / "content" / "series-2020"


def entries(name):
    return yaml.safe_load((SERIES / name).read_text(encoding="utf-8"))


@pytest.fixture
def practices():
    """The practices and themes of the series."""
    themes = {
        entry["slug"]: ThemeFactory(
            slug=entry["slug"], name=entry["name"], names=entry.get("names", {})
        )
        for entry in entries("themes.yaml")
    }
    for entry in entries("practices.yaml"):
        PracticeFactory(
            slug=entry["slug"],
            name=entry["name"],
            summary=entry["summary"],
            description=entry["description"],
            needs=entry["needs"],
            themes=[themes[slug] for slug in entry["themes"]],
        )


def slugs(text, most=5):
    return [suggested.slug for suggested in suggest_practices(text, most)]


def test_synonyms_are_of_practices_of_the_series():
    given = yaml.safe_load(SYNONYMS.read_text(encoding="utf-8"))
    assert given.keys() == {entry["slug"] for entry in entries("practices.yaml")}
    languages = {code for code, _name in settings.LANGUAGES}
    assert all({"en", "fr"} <= words.keys() <= languages for words in given.values())


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("We want common customs rules with our neighbours", "common-customs-rules"),
        ("Small exporters cannot get a loan from a bank", "customs-data-loans"),
        ("Our festival cannot gather a crowd", "online-festival"),
        ("Goods should go by train", "rail-corridor"),
        ("Nous voulons un guichet unique", "single-window"),
        ("Les colis vers les villages coûtent trop cher", "parcel-consolidation"),
        ("LES PETITS EXPORTATEURS NE PEUVENT PAS EMPRUNTER", "customs-data-loans"),
        ("Des garanties publiques pour les prêts", "loan-guarantees"),
    ],
)
def test_words_in_each_language_of_the_site(practices, text, first):
    assert slugs(text)[0] == first


EXPECTED = {
    name: example["practices"]
    for name, example in EXAMPLES.items()
    if name
    in (
        "logistics for agricultural e-commerce in Benin",
        "a landlocked city wants to trade by rail",
        "a port city wants loans on customs data",
        "parcels to villages",
        "the partner must be landlocked",
        "nobody offers what is asked",
        "a port wants to be faster",
        "visitors first, then an online shop",
        "a festival that cannot gather",
        "Qingdao offers what it knows",
    )
}


@pytest.mark.parametrize("name", EXPECTED)
def test_words_of_the_examples_suggest_their_practices(practices, name):
    assert {*slugs(EXAMPLES[name]["words"])} & {*EXPECTED[name]}


def test_best_first_and_at_most(practices):
    text = EXAMPLES["logistics for agricultural e-commerce in Benin"]["words"]
    found = suggest_practices(text)
    assert [each.points for each in found] == sorted((each.points for each in found), reverse=True)
    assert 1 < len(found) <= 5
    assert suggest_practices(text, 1) == found[:1]
    assert suggest_practices(text, 0) == []


@pytest.mark.parametrize(
    "text", ["", "  ", "\0", "the of and", "nous cherchons une ville", "bananas", "!?", "a b c"]
)
def test_ignore_common_words(practices, text):
    assert slugs(text) == []


def test_a_practice_without_synonyms_is_found_by_its_name(practices):
    PracticeFactory(slug="drones", name="Drones for medicine", summary="They fly over floods.")
    assert slugs("Could drones bring medicine?") == ["drones"]
    Practice.objects.filter(slug="drones").delete()
    assert slugs("Could drones bring medicine?") == []


def test_any_text_is_accepted(practices):
    hostile = [
        "\ud800 village",
        "a \0village",
        "\u202evillage",
        "%s %(text)s village",
        "');--village",
    ]
    for text in [*hostile, "village " * MAX_CHARACTERS]:
        assert "village-service-stations" in slugs(text)


def test_take_one_query(practices):
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    with CaptureQueriesContext(connection) as queries:
        slugs("Goods should go by train")
    assert len([query for query in queries if "SET CONSTRAINTS" not in query["sql"]]) == 1
