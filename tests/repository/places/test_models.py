import pytest
from django.utils import translation

from repository.models import City, Country
from tests.factories import CaseStudyFactory, CityFactory


@pytest.mark.django_db
def test_cities_with_published_cases_stand_once():
    shown, drafted, gone = (CityFactory(name=name) for name in ("Shown", "Drafted", "Gone"))
    for _ in range(2):
        CaseStudyFactory(published=True, cities=[shown])
    CaseStudyFactory(cities=[drafted])
    CaseStudyFactory(archived=True, cities=[gone])
    assert list(City.objects.with_published_cases()) == [shown]


@pytest.mark.django_db
def test_cities_on_map_have_coordinates():
    placed = CityFactory(latitude=0, longitude=0)
    CityFactory(unplaced=True)
    assert list(City.objects.on_map()) == [placed]


def test_city_names_in_the_language_of_the_page():
    city = City(name="Geneva", names={"fr": "Genève", "zh": "日内瓦"})
    assert (str(city), city.localized_name) == ("Geneva", "Geneva")
    with translation.override("fr"):
        assert city.localized_name == "Genève"


def test_local_name_of_city():
    names = {"fr": "Calcutta", "hi": "कोलकाता", "bn": "কলকাতা"}
    assert City(name="Kolkata", names=names, spelling_languages=["bn", "ur"]).own_names == [
        ("bn", "কলকাতা")
    ]
    geneva = City(name="Geneva", names={"fr": "Genève", "zh": "日内瓦"}, spelling_languages=["fr"])
    assert geneva.own_names == [("fr", "Genève")]
    with translation.override("fr"):
        assert geneva.own_names == []
    # Which of the names is its own is not known.
    assert City(name="Kolkata", names=names).own_names == []


def test_known_hubs_of_city():
    city = City(has_sea_port=True, has_dry_port=False, has_rail_hub=None, has_air_hub=True)
    assert city.hubs == ["sea port", "air hub"]


def test_name_country_as_the_united_nations_do():
    country = Country(iso2="CI", name="Ivory Coast", region="Africa")
    assert (str(country), country.region_name) == ("Côte d’Ivoire", "Africa")
    with translation.override("fr"):
        assert str(Country(iso2="CN", name="China")) == "Chine"
    # A code without an entry keeps the name in the row.
    assert str(Country(iso2="QZ", name="Nowhere")) == "Nowhere"
    assert Country(iso2="CI").get_absolute_url() == "/countries/ci/"


def test_groups_of_country_with_sources():
    country = Country(
        income_group="low",
        development="developing",
        is_ldc=True,
        is_lldc=True,
        is_sids=True,
        sources={
            "income_group": {"source": "World Bank", "as_of": "2024-07-01"},
            "ldc": {"source": "UN DESA"},
            "lldc": {"source": "UN-OHRLLS", "as_of": "2024"},
        },
    )
    assert country.groups == [
        ("Income group", "Low income", "World Bank", "1 July 2024"),
        ("Development status", "Developing economy (UNCTAD)", "", ""),
        ("United Nations group", "Least developed country", "UN DESA", ""),
        ("United Nations group", "Landlocked developing country", "UN-OHRLLS", "2024"),
        ("United Nations group", "Small island developing State", "", ""),
    ]
    with translation.override("fr"):
        assert country.source_of("income_group") == ("World Bank", "1 juillet 2024")
    assert Country().groups == []
