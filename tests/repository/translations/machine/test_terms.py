import pytest
from hypothesis import given
from hypothesis import strategies as st

from repository.models import Origin
from repository.translations.machine.terms import NotKept, glossary, protect
from tests.factories import GlossaryTermFactory
from tests.repository.translations.test_originals import translated

TERMS = {"city network": "red de ciudades", "city": "ciudad", "sdg": "ODS"}


def test_terms_and_addresses_are_replaced_by_numbers():
    text = "A City network of each city: [see](/cases/one/) https://example.org, {name} and SDG."
    protected = protect(text, TERMS)
    assert protected.text == "A {1} of each {2}: [see{3} {4}, {5} and {6}."
    assert protected.restore(protected.text) == (
        "A Red de ciudades of each ciudad: [see](/cases/one/) https://example.org, {name} and ODS."
    )


def test_numbers_may_change_places():
    protected = protect("city of SDG", TERMS)
    assert protected.restore("{2} de la { 1 }") == "ODS de la ciudad"


@pytest.mark.parametrize("answer", ["{1}", "{1} {1} {2}", "{1} {2} {3}", "1 2", ""])
def test_an_answer_without_the_numbers_is_refused(answer):
    with pytest.raises(NotKept):
        protect("city of SDG", TERMS).restore(answer)


def test_parts_of_words_are_no_terms():
    assert protect("cityscape, intercity, cities", TERMS).kept == []


@given(
    st.text(max_size=60)
    | st.lists(st.sampled_from([*TERMS, "{1}", "{ 1 }", "{", "](/a)", "`x`"])).map(" ".join)
)
def test_without_terms_an_unchanged_answer_is_the_text(text):
    protected = protect(text, {})
    assert protected.restore(protected.text) == text


@pytest.mark.django_db
def test_the_glossary_has_what_people_have_translated(django_assert_num_queries):
    translated("term", GlossaryTermFactory(term="City network"))
    by_machine = translated("term", GlossaryTermFactory(term="Policy transfer"))
    by_machine.paragraphs.update(origin=Origin.MACHINE)
    renamed = GlossaryTermFactory(term="Old name")
    translated("term", renamed)
    renamed.term = "New name"
    renamed.save()
    with django_assert_num_queries(2):
        assert glossary("es") == {"city network": "ES City network"}
    assert glossary("fr") == {}
