"""The search finds translations, and shows results in the reader's language."""

import pytest
from django.core.management import call_command
from django.utils.translation import override

from repository.cases import actions
from repository.models import (
    CaseStatus,
    SearchEntry,
    SearchTranslation,
    SearchWord,
    TranslatedParagraph,
    Translation,
)
from repository.search.queries import case_ids, search
from repository.translations.kinds import kinds
from tests.factories import (
    CaseStudyFactory,
    CityFactory,
    EvidenceFactory,
    GlossaryTermFactory,
    PracticeFactory,
)
from tests.page import page_of

pytestmark = pytest.mark.django_db


def translate(name, row, language, **texts):
    """Translate all paragraphs of some fields of an object; the others stay as they are."""
    translation, _is_new = Translation.objects.get_or_create(
        kind=name, object_id=row.pk, language=language
    )
    for position, unit in enumerate(kinds[name].units(row)):
        text = texts.get(unit.field.replace("-", "_"), unit.paragraph.text)
        TranslatedParagraph.objects.create(
            translation=translation,
            field=unit.field,
            position=position,
            source=unit.paragraph.text,
            text=text,
        )
    return translation


def found(text, language="es", **kwargs):
    with override(language):
        return search(text, language=language, **kwargs)


def hits(text, language="es"):
    return [hit.object_id for hit in found(text, language).hits]


@pytest.fixture
def case(db):
    case = CaseStudyFactory(
        published=True,
        title="Parcels by mule",
        summary="How a village sends parcels.",
        challenge="The road was closed.",
        solution="A train of mules.\n\nIt leaves at dawn.",
        results="",
    )
    EvidenceFactory(case=case, label="Mules")
    translate(
        "case",
        case,
        "es",
        title="Paquetes en mula",
        summary="Cómo envía paquetes una aldea.",
        challenge="El camino estaba cortado por innovaciones.",
        figure_label="Acémilas",
    )
    return case


@pytest.mark.parametrize(
    "typed",
    [
        "paquete",
        "innovación",
        "innovacion",
        "innovaci",
        '"camino estaba cortado"',
        "acemilas",
        "paquetes aldea",
        "paquetes -burro",
    ],
)
def test_a_translation_is_found_by_its_words_stems_beginnings_and_phrases(case, typed):
    assert hits(typed) == [str(case.pk)]


@pytest.mark.parametrize("typed", ['"paquetes camino"', "paquetes -camino", '"mula cómo"', "burro"])
def test_a_translation_is_not_found_by_what_it_does_not_say(case, typed):
    assert hits(typed) == []


def test_the_original_is_found_too(case):
    assert hits("parcels") == [str(case.pk)]
    assert hits("mules dawn") == [str(case.pk)]


def test_results_are_in_the_language_of_the_reader(case):
    [hit] = found("innovación").hits
    assert (hit.title, hit.language, hit.text_language) == ("Paquetes en mula", "es", "es")
    assert hit.text.startswith("El camino estaba cortado por <mark>innovaciones</mark>. A train of")
    [hit] = found("paquetes").hits
    assert hit.title == "<mark>Paquetes</mark> en mula"
    assert hit.text == "Cómo envía <mark>paquetes</mark> una aldea."
    [hit] = found("parcels", "fr").hits
    assert (hit.title, hit.language) == ("<mark>Parcels</mark> by mule", "en")


def test_words_of_another_language_are_found_only_if_nothing_else_is(case):
    # "Road" in a French text must not come before the roads of an English reader.
    other = PracticeFactory(name="Roads")
    translate("case", case, "fr", title="Road movie", summary="Le road movie.")
    assert hits("roads", "en") == [str(other.pk), str(case.pk)]
    assert hits("movie", "en") == [str(case.pk)]
    [hit] = found("paquetes", "en").hits
    assert (hit.title, hit.language) == ("Parcels by mule", "en")


def test_a_sample_does_not_take_the_place_of_translations_into_other_languages(case):
    sample = CaseStudyFactory(
        published=True, is_sample=True, language="es", title="Paquetes en barco"
    )
    assert hits("paquetes", "en") == [str(case.pk), str(sample.pk)]
    assert case_ids("paquetes", language="en") == [case.pk, sample.pk]


def test_words_that_look_alike_in_another_language_do_not_count():
    case = CaseStudyFactory(published=True, title="Parcels")
    translate("case", case, "fr", title="Colis, car tout change")
    other = CaseStudyFactory(published=True, title="Car sharing")
    assert hits("car", "en") == [str(other.pk)]
    assert case_ids("car", language="en") == [other.pk]
    assert sorted(hits("car", "fr")) == sorted([str(case.pk), str(other.pk)])


def test_scripts_without_spaces_are_found_by_fragments(case):
    translate("case", case, "zh", title="骡队运送包裹", summary="村庄如何寄送包裹。")
    assert hits("包裹", "zh") == [str(case.pk)]
    assert hits("运送", "ar") == [str(case.pk)]
    [hit] = found("包裹", "zh").hits
    assert hit.title == "骡队运送<mark>包裹</mark>"


@pytest.mark.parametrize(
    ("language", "title", "typed"),
    [
        ("fr", "Coopératives villageoises", "cooperative villageois"),
        ("pt", "Entregas em aldeias", "entrega aldeia"),
        ("ru", "Посылки для деревень", "посылка деревня"),
        ("ar", "الطرود في القرى", "طرود"),
    ],
)
def test_each_language_has_its_stemmer(case, language, title, typed):
    translate("case", case, language, title=title)
    assert hits(typed, language) == [str(case.pk)]


def test_a_title_in_any_language_is_an_exact_name(case):
    for _number in range(3):
        CaseStudyFactory(published=True, title="Paquetes en mula y en burro", language="es")
    assert hits("paquetes en mula")[0] == str(case.pk)


def test_misspelled_words_of_translations_are_corrected_for_their_readers(case):
    results = found("paquettes")
    assert results.corrected == "paquetes"
    assert [hit.object_id for hit in results.hits] == [str(case.pk)]
    assert found("paquettes", "en").corrected == ""


def test_names_of_places_are_in_the_language_of_the_reader():
    city = CityFactory(name="Zhengzhou", names={"zh": "郑州", "es": "Chengchow"})
    case = CaseStudyFactory(published=True, title="Parcels", cities=[city])
    by_kind = {hit.kind: hit for hit in found("zhengzhou").hits}
    assert (by_kind["city"].title, by_kind["city"].language) == ("Chengchow", "es")
    assert by_kind["case"].object_id == str(case.pk)
    assert by_kind["case"].place == "Chengchow"
    assert {hit.place for hit in found("parcels", "en").hits} == {"Zhengzhou"}


def test_a_glossary_term_is_found_by_its_translation():
    term = GlossaryTermFactory(term="Demurrage", abbreviation="", definition="A fee.")
    translate("term", term, "es", term="Demora", definition="Una tarifa.")
    [hit] = found("tarifas").hits
    assert (hit.title, hit.text) == ("Demora", "Una <mark>tarifa</mark>.")


def test_the_list_of_cases_finds_translations(case, client):
    page = page_of(client.get("/es/cases/?q=innovaciones"))
    assert [" ".join(title.text.split()) for title in page.select(".tile h3")] == [
        "Paquetes en mula"
    ]


# What is shown


def test_a_changed_paragraph_is_shown_as_on_its_page(case):
    case.title, case.solution = "Parcels by donkey", "A train of donkeys.\n\nIt leaves at dawn."
    case.save()
    [hit] = found("paquetes").hits
    assert hit.title == "<mark>Paquetes</mark> en mula"


def test_what_the_original_no_longer_has_is_not_found(case):
    case.challenge = ""
    case.save()
    assert hits("innovaciones") == []


def test_pages_without_a_translated_title_show_the_original(case):
    TranslatedParagraph.objects.filter(field="title").delete()
    assert hits("innovaciones") == []


def test_a_summary_that_is_not_translated_is_the_original(case):
    TranslatedParagraph.objects.filter(field="summary").delete()
    [hit] = found("paquetes").hits
    assert (hit.language, hit.text_language) == ("es", "en")
    assert hit.text == "How a village sends parcels."


def test_a_translation_into_the_language_of_the_original_is_not_found(case):
    case.language = "es"
    case.save()
    assert hits("innovaciones") == []


def test_changes_of_a_translation_are_found_at_once(case):
    row = TranslatedParagraph.objects.get(field="challenge")
    row.text = "Llovía."
    row.save()
    assert hits("innovaciones") == []
    assert hits("llovía") == [str(case.pk)]
    Translation.objects.all().delete()
    assert hits("llovía") == []
    assert not SearchTranslation.objects.exists()


# Visibility


def test_the_translation_of_a_hidden_original_leaves_no_trace(case, administrator):
    assert hits("innovaciones") == [str(case.pk)]
    assert SearchWord.objects.filter(word="es=innovaciones").exists()
    actions.archive(case=case, by=administrator, reason="It has ended.")
    for language in ("es", "en"):
        results = found("innovaciones", language)
        assert (results.count.total, results.counts, results.hits) == (0, {}, [])
        results = found("innovasiones", language)
        assert (results.corrected, results.suggestion) == ("", "")
    assert case_ids("innovaciones", language="es") == []
    assert not SearchTranslation.objects.exists()
    assert not SearchWord.objects.filter(word__contains="=").exists()
    actions.restore(case=case, by=administrator)
    assert hits("innovaciones") == [str(case.pk)]


def test_the_translation_of_a_draft_is_not_found():
    case = CaseStudyFactory(title="Parcels", status=CaseStatus.SUBMITTED)
    translate("case", case, "es", title="Paquetes")
    assert hits("paquetes") == []
    assert not SearchTranslation.objects.exists()


def test_a_rebuilt_search_is_the_same(case):
    search("anything")
    columns = "title_keys", "title_words", "head_words", "all_words"
    entries = list(SearchEntry.objects.order_by("kind", "object_id").values_list(*columns))
    texts = list(SearchTranslation.objects.values_list("language", "title", "summary", "body"))
    words = set(SearchWord.objects.values_list("word", "entries"))
    call_command("rebuild_search", verbosity=0)
    assert list(SearchEntry.objects.order_by("kind", "object_id").values_list(*columns)) == entries
    assert (
        list(SearchTranslation.objects.values_list("language", "title", "summary", "body")) == texts
    )
    assert set(SearchWord.objects.values_list("word", "entries")) == words
    assert texts == [("es", "Paquetes en mula", "Cómo envía paquetes una aldea.", texts[0][3])]


def test_more_results_need_no_more_queries(django_assert_num_queries):
    for number in range(3):
        case = CaseStudyFactory(published=True, title=f"Parcels {number}")
        translate("case", case, "es", title=f"Paquetes {number}")
        with override("es"), django_assert_num_queries(2):
            assert search("paquetes", language="es").count.total == number + 1
