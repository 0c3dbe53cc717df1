"""Names of countries and areas, in the languages of the United Nations and Portuguese."""

import datetime as dt

import pytest
from django.core.management import call_command
from django.utils import translation

from repository.models import Country
from repository.places.country_names import (
    NAME_LANGUAGES,
    country_name,
    country_names,
    names_source,
)
from repository.search.queries import search
from tests.factories import CaseStudyFactory, CountryFactory

NAMES = {
    "BO": {"en": "Bolivia (Plurinational State of)"},
    "BY": {"en": "Belarus", "fr": "Bélarus", "pt": "Belarus"},
    "CD": {"en": "Democratic Republic of the Congo"},
    "HK": {
        "en": "China, Hong Kong Special Administrative Region",
        "fr": "Chine, région administrative spéciale de Hong Kong",
        "pt": "China, Região Administrativa Especial de Hong Kong",
        "zh": "中国香港特别行政区",
    },
    "KP": {
        "en": "Democratic People's Republic of Korea",
        "pt": "República Popular Democrática da Coreia",
    },
    "KR": {"en": "Republic of Korea", "fr": "République de Corée", "ru": "Республика Корея"},
    "PS": {
        "ar": "دولة فلسطين",
        "en": "State of Palestine",
        "es": "Estado de Palestina",
        "pt": "Estado da Palestina",
    },
    "TW": {
        "ar": "مقاطعة تايوان الصينية",
        "en": "Taiwan Province of China",
        "es": "Provincia china de Taiwán",
        "fr": "Province chinoise de Taiwan",
        "pt": "Taiwan (Província da China)",
        "ru": "Тайвань (провинция Китая)",
        "zh": "中国台湾省",
    },
}


@pytest.mark.parametrize(
    ("iso2", "language", "name"),
    [(iso2, *pair) for iso2, names in NAMES.items() for pair in names.items()],
)
def test_use_the_names_of_the_united_nations(iso2, language, name):
    with translation.override(language):
        assert str(Country(iso2=iso2, name="Another")) == country_name(iso2) == name


def test_use_the_names_of_a_language_for_its_variants_and_english_for_others():
    assert country_names("pt-br") == country_names("pt")
    assert country_names("zh-hans") == country_names("zh")
    assert country_names("sw") == country_names("en")


def test_name_the_source_of_the_names():
    assert names_source("fr").source.startswith("United Nations Statistics Division")
    assert names_source("fr").as_of == dt.date(2024, 9, 25)
    assert "editors" in names_source("pt").source
    assert names_source("sw") == names_source("en")


@pytest.mark.django_db
def test_find_a_country_by_its_name_in_every_language():
    CaseStudyFactory(published=True, countries=[CountryFactory(iso2="BY")])
    for name in NAMES["BY"].values():
        assert [hit.object_id for hit in search(name).hits if hit.kind == "country"] == ["BY"]


@pytest.mark.django_db
def test_bring_stored_names_up_to_date_when_preparing(settings):
    settings.PLAIN_STATIC_FILES = True
    CountryFactory(iso2="BY")
    CountryFactory(iso2="CN")
    Country.objects.filter(iso2="BY").update(names={"fr": "Biélorussie"})
    call_command("prepare", verbosity=0)
    assert Country.objects.get(iso2="BY").names["fr"] == "Bélarus"
    assert Country.objects.refresh_names() == 0


@pytest.mark.usefixtures("collection")
@pytest.mark.django_db
def test_every_country_of_the_collection_has_a_name_in_every_language():
    rows = Country.objects.all()
    assert len(rows) == 249
    for country in rows:
        assert sorted(country.names) == NAME_LANGUAGES
        assert all(country.names.values())
        assert country.names["en"] == country.name
