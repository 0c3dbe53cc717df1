"""The search with the real engine and the 2020 series: fused by words and meaning."""

import pytest

from repository.embeddings.nearest import Near
from repository.models import Origin, Passage, SearchEntry
from repository.search.meaning import MOST, Meaning, near_in_meaning
from repository.search.parsing import read_query
from repository.search.queries import case_ids, search, sum_of
from repository.translations.actions import store
from repository.translations.kinds import kinds
from tests import engines
from tests.factories import CaseStudyFactory, CityFactory, SeriesFactory, WebinarFactory
from tests.page import page_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("embedded_collection", "engine")]


def slugs(text, *, language="en", most=3):
    hits = search(text, language=language).hits[:most]
    entries = {(e.kind, e.object_id): e.slug for e in SearchEntry.objects.all()}
    return [entries[hit.kind, hit.object_id] for hit in hits]


@pytest.mark.parametrize(
    ("language", "question"),
    [
        ("zh", "农村快递怎么降低成本？"),
        ("fr", "Comment livrer les colis à moindre coût dans les villages ?"),
        ("ar", "كيف نخفض تكلفة توصيل الطرود إلى القرى؟"),
        ("ru", "Как удешевить доставку посылок в деревни?"),
    ],
)
def test_search_answers_a_question_in_another_language(language, question):
    found = search(question, language=language)
    assert {"zhalantun", "parcel-consolidation"} & set(slugs(question, language=language))
    assert found.hits[0].is_near_only
    assert found.count == sum_of(found.counts.values())
    assert case_ids(question)[0] in [int(hit.object_id) for hit in found.hits if hit.kind == "case"]


def test_nonsense_finds_nothing():
    assert search("zxqv blorf wug").count.total == 0


def test_samples_are_found_by_words_alone():
    """Invented texts, some of nothing but a name, are near to anything."""
    real, sample = (
        CaseStudyFactory(
            published=True,
            slug=slug,
            title=f"Cheap parcels for {slug} villages",
            summary="Delivering parcels to remote villages at a lower cost.",
            is_sample=slug == "invented",
        )
        for slug in ("real", "invented")
    )
    engines.apply_search_changes()
    engines.embed_everything()
    question = "Comment livrer les colis à moindre coût dans les villages ?"
    found = [int(hit.object_id) for hit in search(question).hits if hit.kind == "case"]
    assert real.pk in found
    assert sample.pk not in found
    assert sample.pk not in case_ids(question)
    assert case_ids("cheap parcels invented villages")[-1] == sample.pk


def test_nearer_samples_take_no_part_in_meaning():
    real = CaseStudyFactory(
        published=True,
        title="Cheap parcels for villages",
        summary="Delivering parcels to remote villages at a lower cost.",
    )
    engines.apply_search_changes()
    engines.embed_everything()
    question = "Comment livrer les colis à moindre coût dans les villages ?"
    near = near_in_meaning(read_query(question))
    assert ("case", str(real.pk)) in near.passages
    texts = {"title": question, "summary": question, "language": "fr"}
    CaseStudyFactory.create_batch(MOST + 1, published=True, is_sample=True, **texts)
    CityFactory(is_sample=True, name=question, summary=question)
    series = SeriesFactory(is_sample=True)
    WebinarFactory(series=series, status="held", title=question, summary=question)
    engines.apply_search_changes()
    engines.embed_everything()
    assert Passage.objects.filter(title=question).values("kind").distinct().count() == 3
    assert near_in_meaning(read_query(question)) == near
    assert real.pk in case_ids(question)
    assert search("zxqv blorf wug").count.total == 0


def test_question_about_something_else_finds_nothing():
    assert search("How do I make a good vegetable soup?").count.total == 0


@pytest.mark.parametrize("text", ['"rural parcels"', "parcels -village", "1210"])
def test_names_codes_and_quotations_are_found_by_words(text):
    assert not any(hit.is_near_only for hit in search(text).hits)


def test_exact_name_comes_first():
    assert slugs("Zhang Yanling")[0] == "zhang-yanling"


def test_same_question_has_the_same_order():
    question = "cheaper delivery for remote farmers"
    assert search(question) == search(question)


def searched(client, text, **parameters):
    return page_of(client.get("/search/", {"q": text, **parameters}))


def texts(page, selector):
    return [" ".join(found.text.split()) for found in page.select(selector)]


def test_page_quotes_passages_that_answer_a_question(client):
    page = searched(client, "Who can show older villagers how to order online?")
    quotes = texts(page, ".answers blockquote p")
    stored = set(Passage.objects.filter(is_question=False).values_list("text", flat=True))
    assert 1 <= len(quotes) <= 3
    # Quoted as written, never generated.
    assert set(quotes) <= {" ".join(text.split()) for text in stored}
    assert texts(page, ".answers figcaption a") == texts(page, ".hits h3 a")[: len(quotes)]


def test_page_corrects_no_word_of_a_question_that_is_answered(client):
    question = "How to deliver parcelz to remote villagez more cheaply?"
    assert search(question).suggestion
    page = searched(client, question)
    assert page.select(".answers") != []
    assert page.select(".notice") == []


def test_page_of_a_kind_quotes_nothing(client):
    page = searched(client, "Who can show older villagers how to order online?", kind="case")
    assert page.select(".answers") == []


def test_page_marks_what_is_related_in_meaning(client):
    page = searched(client, "农村快递怎么降低成本？")
    assert set(texts(page, ".hits .near")) == {"Related in meaning"}


def test_page_says_that_nothing_answers(client):
    page = searched(client, "How do I make a good vegetable soup?")
    assert page.select(".hits") == []
    assert "Nothing in the collection answers" in texts(page, ".empty h2")[0]


def test_page_found_without_the_engine_is_not_kept(client, settings):
    settings.EMBEDDINGS_URL = "http://127.0.0.1:9/v1"
    response = client.get("/search/", {"q": "cheaper delivery for remote farmers"})
    assert response.headers["Cache-Control"] == "no-store"
    assert page_of(response).select(".near") == []


def test_answers_are_in_the_language_of_the_reader(client):
    for name in ("case", "practice"):
        for row in kinds[name].public():
            about = kinds[name]
            written = {unit.key: f"ES {unit.paragraph.text}" for unit in about.units(row)}
            store(kind=about, row=row, language="es", texts=written, origin=Origin.EDITORS)
    page = page_of(client.get("/es/search/", {"q": "Who can show older villagers how to order?"}))
    quotes = texts(page, ".answers blockquote")
    assert quotes
    assert all(quote.startswith("ES ") for quote in quotes)
    # They need no mark, being in the language of the page.
    assert page.select(".answers blockquote[lang]") == []


def test_quote_the_nearest_passage_in_the_language_of_the_reader():
    def near(text, language="en", **fields):
        return Near("case", "1", 1, language, "A title", text, 0.5, 0.4, **fields)

    passages = [
        near("Who pays?", is_question=True),
        near("It needs three things:"),
        near("The city pays."),
        near("La ville paie.", "fr"),
    ]
    meaning = Meaning({("case", "1"): passages, ("case", "2"): passages[:1]})
    assert meaning.passage_for(("case", "1"), "en").text == "The city pays."
    assert meaning.passage_for(("case", "1"), "fr").text == "La ville paie."
    assert meaning.passage_for(("case", "1"), "zh").text == "The city pays."
    assert meaning.passage_for(("case", "2"), "en") is None
    assert meaning.passage_for(("case", "3"), "en") is None
