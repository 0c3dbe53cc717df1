import pytest
from django.urls import reverse

from repository.models import CaseStudy
from tests.factories import CaseStudyFactory, CityFactory, CountryFactory
from tests.page import page_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def search(client):
    def search(text):
        return page_of(client.get(reverse("repository:search"), {"q": text}))

    return search


@pytest.fixture
def benin():
    return CountryFactory(iso2="BJ", name="Benin")


@pytest.mark.parametrize("typed", ["Cotonou", "cotonou", "  COTONOU "])
def test_show_cases_of_the_country_of_an_unlisted_city(search, benin, typed):
    CaseStudyFactory(published=True, title="Food online", slug="food", countries=[benin])
    CaseStudyFactory(title="Draft", countries=[benin])
    CaseStudyFactory(published=True, title="Elsewhere")
    page = search(typed)
    status = page.one(".found")["data-status"]
    assert status.index("Cotonou") < status.index("Benin")
    assert [card.text for card in page.select("main .grid h3")] == ["Food online"]
    assert "/countries/bj/" in [url for _name, url in page.main.links]


def test_name_city_and_country_without_cases(search, benin):
    page = search("Cotonou")
    status = page.one(".empty .found")["data-status"]
    assert "Cotonou" in status
    assert "Benin" in status
    assert page.select(".grid") == []


def test_prefer_the_named_city_to_a_corrected_spelling(search):
    CountryFactory(iso2="LA", name="Laos")
    CountryFactory(iso2="NG", name="Nigeria")
    assert "Nigeria" in search("Lagos").one(".found")["data-status"]


@pytest.mark.parametrize("typed", ["quokka", "Co", '"Cotonou"', "Cotono", "Nairobi -port"])
def test_show_no_other_place(search, benin, typed):
    CountryFactory(iso2="KE")
    assert search(typed).response.context["elsewhere"] is None


def test_show_what_mentions_the_city(search, benin):
    CaseStudyFactory(published=True, title="Food", setting="Shops in Cotonou.", countries=[benin])
    page = search("Cotonou")
    assert page.response.context["elsewhere"] is None
    assert len(page.select(".hits li")) == 1


def test_show_no_place_that_is_in_the_collection(search, benin):
    # Under another name, so that the search does not find it.
    CityFactory(name="The port", country=benin, geoname_id=2394819)
    assert search("Cotonou").response.context["elsewhere"] is None


@pytest.mark.parametrize("count", [1, 3, 9])
def test_look_elsewhere_in_a_fixed_number_of_queries(
    client, benin, count, django_assert_num_queries
):
    for _ in range(count):
        CaseStudyFactory(published=True, countries=[benin])
    assert CaseStudy.objects.count() == count
    client.get(reverse("repository:search"), {"q": "warm"})
    # One of them counts all cases, once for an edition.
    with django_assert_num_queries(13):
        client.get(reverse("repository:search"), {"q": "Cotonou"})
