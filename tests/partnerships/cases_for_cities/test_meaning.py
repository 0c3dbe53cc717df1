"""Cases close in meaning to what a city wrote, with the embedded engine."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.html import strip_tags

from partnerships.cases_for_cities import needs
from partnerships.cases_for_cities.loading import cities_of, for_own, for_page_of, with_titles
from partnerships.cases_for_cities.ranking import CLOSE, PRACTICE, SETTING_POINTS, THEME
from partnerships.cases_for_cities.sentences import sentences
from partnerships.models import PartnershipRequest, Visibility
from repository.embeddings.stored import nearest_to_each, vectors_of
from repository.models import CaseStudy
from repository.pages.editions import forget_all
from tests.engines import embed_everything
from tests.factories import (
    CityFactory,
    CountryFactory,
    NeedFactory,
    PartnershipRequestFactory,
    RepresentationFactory,
    UserFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("embedded_collection", "engine")]

# What Qingdao’s case is about.
FRENCH = {
    "language": "fr",
    "title": "Des prêts bancaires d’après les données douanières",
    "description": "Les petites entreprises du commerce électronique transfrontalier n’ont pas de "
    "garantie : la banque pourrait leur prêter d’après leurs données douanières.",
}


@pytest.fixture
def here():
    bare = {"region": "", "subregion": "", "income_group": ""}
    country = CountryFactory(iso2="TV")
    for name, value in bare.items():
        setattr(country, name, value)
    country.save()
    return CityFactory(slug="here", name="Here", country=country)


def found_for(city) -> dict[str, str]:
    forget_all()
    return {
        entry.case.slug: strip_tags(sentences(entry.suggested.reasons))
        for entry in with_titles(for_page_of("edition", city.pk))
    }


def test_find_cases_close_to_a_need_in_another_language(here):
    NeedFactory(city=here, **FRENCH)
    assert found_for(here) == {}
    embed_everything()
    found = found_for(here)
    assert "qingdao" in found
    assert found["qingdao"].startswith(
        "Close to what Here wrote: “Des prêts bancaires d’après les données douanières”."
    )


def test_find_nothing_for_a_need_about_something_else(here):
    NeedFactory(
        city=here,
        title="Dog licences",
        description="How should dogs be registered, and who vaccinates them?",
    )
    embed_everything()
    assert found_for(here) == {}


def test_compare_no_private_request_for_others(here):
    focal_point, member = UserFactory.create_batch(2)
    RepresentationFactory(member=focal_point, city=here)
    request = PartnershipRequestFactory(
        city=here,
        opened=True,
        title=FRENCH["title"],
        challenge=FRENCH["description"],
        language="fr",
        visibility=Visibility.BROKERS,
    )
    embed_everything()
    assert found_for(here) == {}
    assert cities_of(member) == []
    found = for_own(cities_of(focal_point), "edition")
    slugs = CaseStudy.objects.in_bulk([each.case for each in found])
    assert "qingdao" in {case.slug for case in slugs.values()}
    PartnershipRequest.objects.filter(pk=request.pk).update(visibility=Visibility.PUBLIC)
    assert "qingdao" in found_for(here)


def test_compare_no_text_changed_since_it_was_embedded(here):
    need = NeedFactory(city=here, **FRENCH)
    embed_everything()
    assert found_for(here)
    need.description = "Chiens"
    need.save()
    assert found_for(here) == {}


def test_use_stored_vectors_only(here, settings):
    NeedFactory(city=here, **FRENCH)
    embed_everything()
    # Nothing answers at this address.
    settings.EMBEDDINGS_URL = "http://127.0.0.1:9/v1"
    assert "qingdao" in found_for(here)
    settings.EMBEDDINGS_URL = ""
    assert found_for(here) == {}


def test_take_three_queries_for_any_number_of_texts(here):
    def count() -> int:
        NeedFactory(city=here, **FRENCH)
        embed_everything()
        wanted = needs.wanted_by([here.pk], needs.public_rows())
        with CaptureQueriesContext(connection) as asked:
            assert needs.close_cases(wanted)
        return len([query for query in asked if "SAVEPOINT" not in query["sql"]])

    assert [count() for _number in range(3)] == [3, 3, 3]


def test_find_the_passages_nearest_to_each_text(here):
    rows = [NeedFactory(city=here, **FRENCH), NeedFactory(city=here, title="Loans for small firms")]
    embed_everything()
    vectors = vectors_of([("need", row.pk) for row in rows])
    assert set(vectors) == {("need", row.pk) for row in rows}
    nearest = nearest_to_each(vectors, kind="case", most=5)
    for key, passages in nearest.items():
        similarities = [near.similarity for near in passages]
        assert len(passages) == 5
        assert similarities == sorted(similarities, reverse=True)
        # As computed one by one.
        alone = nearest_to_each({key: vectors[key]}, kind="case", most=5)
        assert alone == {key: passages}
    assert nearest_to_each({}, kind="case", most=5) == vectors_of([]) == {}


def test_a_needed_practice_outweighs_everything_else():
    assert PRACTICE > THEME + CLOSE + SETTING_POINTS
