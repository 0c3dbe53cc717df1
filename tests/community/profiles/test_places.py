"""Places found by name."""

import pytest
from django.core.exceptions import ValidationError
from django.utils.translation import override

from community.profiles import places as profiles_places
from tests.factories import CityFactory, CountryFactory


@pytest.fixture
def countries(db):
    return {code: CountryFactory(iso2=code) for code in ("CN", "KE", "BJ", "BR", "CO", "IN")}


def where(text):
    found = profiles_places.resolve(text)
    return (
        found.city and found.city.name,
        found.place,
        found.country and found.country.pk,
    )


def test_find_a_city_of_the_collection_before_the_gazetteer(countries):
    CityFactory(name="Zhengzhou", names={"zh": "郑州"}, country=countries["CN"])

    for text in ("Zhengzhou", "zhengzhou, CHINA", "郑州"):
        assert where(text) == ("Zhengzhou", "", "CN")


def test_find_a_country_in_english_and_in_the_language_of_the_page(countries):
    assert where("Benin") == (None, "", "BJ")
    with override("fr"):
        assert where("Bénin") == where("benin") == (None, "", "BJ")


def test_find_a_place_of_the_gazetteer(countries):
    assert where("kisumu") == where("Kisumu, Kenya") == (None, "Kisumu", "KE")


@pytest.mark.parametrize(
    ("language", "text", "found"),
    [
        ("zh", "蒙巴萨，肯尼亚", (None, "Mombasa", "KE")),
        ("zh", "蒙巴萨、肯尼亚", (None, "Mombasa", "KE")),
        ("zh", "贝宁", (None, "", "BJ")),
        ("ar", "نيروبي، كينيا", (None, "Nairobi", "KE")),
        ("ar", "بنين", (None, "", "BJ")),
        ("ru", "Кисуму, Кения", (None, "Kisumu", "KE")),
    ],
)
def test_find_places_typed_in_other_scripts(countries, language, text, found):
    with override(language):
        assert where(text) == found


def test_find_nothing_for_empty_text(countries):
    assert where(" , ") == (None, "", None)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Barcelona, Nowhere", "recognise the country or area"),
        ("Nowhereatall", "recognise the place"),
        ("Kisumu, Benin", "recognise the place"),
        ("Cartagena, Kenya", "recognise the place"),
        ("\x00, Kenya", "recognise the place"),
    ],
)
def test_refuse_what_cannot_be_found(countries, text, said):
    with pytest.raises(ValidationError, match=said):
        profiles_places.resolve(text)


def test_ask_for_the_country_where_there_are_several(countries):
    for code in ("CO", "BR"):
        CityFactory(name="Santa Rosa", country=countries[code])

    with pytest.raises(ValidationError, match="Santa Rosa, Brazil; Santa Rosa, Colombia"):
        profiles_places.resolve("Santa Rosa")
    assert where("Santa Rosa, Brazil") == ("Santa Rosa", "", "BR")


@pytest.mark.parametrize(
    "text",
    [
        "Russian Federation",
        "Russia",
        "Federación de Rusia",
        "俄罗斯联邦",
    ],
)
def test_understand_official_and_customary_names_of_countries(db, text):
    CountryFactory(iso2="RU")
    assert where(text) == (None, "", "RU")


def test_understand_a_country_whose_name_contains_a_comma(countries):
    CountryFactory(iso2="HK")
    assert where("Hong Kong, China, Hong Kong Special Administrative Region") == (
        None,
        "Hong Kong",
        "HK",
    )
    assert where("China, Hong Kong Special Administrative Region") == (None, "", "HK")


def test_understand_a_name_without_what_stands_in_brackets(db):
    CountryFactory(iso2="BO")
    assert where("Bolivia") == where("Bolivia (Plurinational State of)") == (None, "", "BO")
