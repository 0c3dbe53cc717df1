import pytest

from repository.models import Edition, Practice
from tests.factories import (
    AppearanceFactory,
    CaseStudyFactory,
    CityFactory,
    CountryFactory,
    OrganizationFactory,
    PracticeFactory,
    SpeakerFactory,
    WebinarFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def zhengzhou():
    return CityFactory(
        slug="zhengzhou",
        name="Zhengzhou",
        names={"fr": "Tcheng-tcheou", "zh": "郑州"},
        province="Henan",
        kind="prefecture",
        summary="A rail hub.",
        population=1260000,
        population_source="Census",
        population_year=2020,
        has_rail_hub=True,
        has_sea_port=False,
        spelling_languages=["zh"],
    )


# Cities


def test_list_cities_with_most_cases_first(read, zhengzhou):
    CityFactory(name="Aba", country__iso2="NG", slug="aba")
    busy = CityFactory(name="Ningbo", slug="ningbo")
    for _ in range(2):
        CaseStudyFactory(published=True, cities=[busy])
    CaseStudyFactory(published=True, cities=[zhengzhou])
    CaseStudyFactory(cities=[zhengzhou])
    CaseStudyFactory(published=True, countries=[CountryFactory(iso2="BR")])
    CaseStudyFactory(published=True, countries=[CountryFactory(iso2="BJ")])
    page = read("/cities/")
    assert page.main.after("Cities and counties", 6) == [
        "Ningbo, China · 2 cases",
        "Zhengzhou, Henan, China · 1 case",
        "Aba, Nigeria",
        "Countries and areas with national cases",
        "Benin",
        "Brazil",
    ]
    assert ("Ningbo", "/cities/ningbo/") in page.main.links
    assert ("Benin", "/countries/bj/") in page.main.links


def test_list_no_city(read):
    page = read("/cities/")
    assert page.main.links[-1] == ("All cases", "/cases/")


def test_turn_pages_of_cities(read):
    country = CountryFactory(iso2="CN")
    for number in range(61):
        CityFactory(name=f"City {number:02}", country=country)
    first, last = read("/cities/"), read("/cities/?page=2")
    assert len(first.response.context["page"].object_list) == 60
    assert last.main.after("Cities and counties") == ["City 60, China"]
    assert last.main.links[-1] == ("Previous page", "?page=1")
    assert read("/cities/?page=3").main.lines == last.main.lines


def test_enlarge_a_part_of_the_map(read):
    china, benin = (
        CountryFactory(iso2="CN", region="Asia"),
        CountryFactory(iso2="BJ", region="Africa"),
    )
    for number in range(4):
        city = CityFactory(
            name=f"City {number}", country=china, latitude=30 + number, longitude=110
        )
        CaseStudyFactory(published=True, cities=[city])
    porto_novo = CityFactory(name="Porto-Novo", country=benin, latitude=6.5, longitude=2.6)
    CaseStudyFactory(published=True, cities=[porto_novo])
    world = read("/cities/")
    assert [
        (link["href"], "aria-current" in link.attributes) for link in world.select(".areas a")
    ] == [
        ("/cities/", True),
        ("?region=africa", False),
        ("?region=asia", False),
        ("?country=cn", False),
    ]
    for query in ("region=asia", "country=cn"):
        part = read(f"/cities/?{query}")
        assert len(part.select("#list li")) == 4
        assert part.one(".areas [aria-current]")["href"] == f"?{query}"
        marked = {mark["href"] for mark in part.select(".map a")}
        assert marked
        assert porto_novo.get_absolute_url() not in marked
    assert [item.text for item in read("/cities/?region=africa").select("#list li")] == [
        "Porto-Novo, Benin · 1 case"
    ]


@pytest.mark.parametrize("query", ["region=nowhere", "country=x", "country=%00", "region=%00"])
def test_show_the_world_for_an_unknown_part(read, zhengzhou, query):
    assert len(read(f"/cities/?{query}").select("#list li")) == 1


def test_link_all_cities_from_a_part_without_cities(read, zhengzhou):
    for query in ("country=zz", "region=oceania"):
        page = read(f"/cities/?{query}")
        assert page.one(".empty a")["href"] == "/cities/"
        assert page.one(".areas [aria-current]")["href"] == f"?{query}"


def test_show_city(read, zhengzhou):
    practice = PracticeFactory(name="Rail corridor", slug="rail")
    presenter = SpeakerFactory(name="Sun Qi", organization=OrganizationFactory(name="The Bureau"))
    local = SpeakerFactory(name="Li Wei", organization=OrganizationFactory(city=zhengzhou))
    WebinarFactory(number=7, title="By rail", cities=[zhengzhou])
    CaseStudyFactory(
        published=True, title="Trains", cities=[zhengzhou], practices=[practice],
        speakers=[presenter],
    )  # fmt: skip
    CaseStudyFactory(title="Draft", cities=[zhengzhou], practices=[PracticeFactory(name="Hidden")])
    other = SpeakerFactory(name="Other")
    CaseStudyFactory(published=True, title="Elsewhere", speakers=[other])
    for speaker in (presenter, local, other):
        AppearanceFactory(speaker=speaker)
    page = read("/cities/zhengzhou/")
    assert page.one("h1").text == "Zhengzhou 郑州"
    lines = page.main.lines
    assert "A rail hub." in lines
    for text in ("Prefecture", "Trains", "Webinar 7, By rail"):
        assert text in lines
    population, cases, practices = (item.text for item in page.select(".trio li"))
    assert population.split()[0] == "1,260,000"
    assert "Census, 2020" in population
    assert (cases.split()[0], practices.split()[0]) == ("1", "1")
    # Known facts only: the dry port and the airport are unknown.
    assert [item.classes for item in page.select("dd.transport")] == [
        {"transport", "lacks"},
        {"transport"},
    ]
    assert page.main.after("Practices") == ["Rail corridor"]
    assert page.main.after("People", 2) == [
        f"Li Wei, {local.organization.name}",
        "Sun Qi, The Bureau",
    ]
    for hidden in ("Draft", "Hidden", "Elsewhere", "Other"):
        assert hidden not in page.main.text
    assert page.json_ld[0]["@type"] == "City"


def test_show_city_in_french(read, zhengzhou):
    page = read("/fr/cities/zhengzhou/")
    assert page.main.lines[1:3] == ["Henan, Chine", "Tcheng-tcheou 郑州"]


def test_link_the_country_of_a_city_without_cases(read, zhengzhou):
    page = read("/cities/zhengzhou/")
    assert page.one(".empty a")["href"] == "/countries/cn/"


def test_know_what_a_city_has(client, read, zhengzhou, django_assert_num_queries):
    practice = PracticeFactory(name="Bonded import")
    CaseStudyFactory(published=True, cities=[zhengzhou], practices=[practice])
    client.get("/cities/zhengzhou/")
    # The edition, the city, its newest cases and their practices, six for the cards, its people and
    # webinars, whether members added anything, its profile, what it offers and needs, and what the
    # editors suggest to it.
    with django_assert_num_queries(16):
        assert read("/cities/zhengzhou/").main.after("Practices") == ["Bonded import"]
    Practice.objects.update(name="Bonded parcels")
    # The test is one transaction, which raises the number once.
    Edition.objects.renew()
    assert read("/cities/zhengzhou/").main.after("Practices") == ["Bonded parcels"]
    french = read("/fr/cities/zhengzhou/")
    assert french.main.after("Pratiques") == ["Bonded parcels"]


def test_turn_pages_of_a_city(read, zhengzhou):
    for number in range(13):
        CaseStudyFactory(published=True, title=f"Case {number:02}", cities=[zhengzhou])
    page = read("/cities/zhengzhou/?page=2")
    assert [case.title for case in page.response.context["page"].object_list] == ["Case 00"]


def test_answer_404_for_an_unknown_city(client):
    assert client.get("/cities/unknown/").status_code == 404


# Countries


def test_show_country(read, zhengzhou):
    china = zhengzhou.country
    china.sources = {"income_group": {"source": "World Bank", "as_of": "2024-07-01"}}
    china.save()
    CityFactory(name="Ningbo", slug="ningbo")
    CityFactory(name="Kigali", country__iso2="RW")
    AppearanceFactory(speaker=SpeakerFactory(name="Sun Qi", country=china))
    WebinarFactory(number=7, title="By rail", countries=[china])
    CaseStudyFactory(
        published=True, title="Trains", cities=[zhengzhou], practices=[PracticeFactory(name="Rail")]
    )
    CaseStudyFactory(published=True, title="Whole", countries=[china])
    CaseStudyFactory(
        published=True, title="Both", slug="both", countries=[china], cities=[zhengzhou]
    )
    CaseStudyFactory(published=True, title="Elsewhere", countries=[CountryFactory(iso2="RW")])
    CaseStudyFactory(title="Draft", countries=[china])
    page = read("/countries/cn/")
    assert (page.one("h1").text, page.one(".cover .eyebrow").text) == ("China", "Asia")
    assert [item.text.split()[0] for item in page.select(".trio li")] == ["3", "2", "1"]
    assert [case.title for case in page.response.context["page"].object_list] == [
        "Both",
        "Whole",
        "Trains",
    ]
    assert ("Both", "/cases/both/") in page.main.links
    # The one with most cases first.
    assert [city.name for city in page.response.context["cities"]] == ["Zhengzhou", "Ningbo"]
    assert page.main.after("Practices") == ["Rail"]
    assert page.main.after("People") == ["Sun Qi"]
    assert page.main.after("Income group") == ["Upper middle income World Bank, 1 July 2024"]
    assert page.main.after("Webinars") == ["Webinar 7, By rail"]
    urls = [url for _name, url in page.main.links]
    assert {"/cities/zhengzhou/", "/cities/ningbo/"} <= {*urls}
    assert "/cities/kigali/" not in urls
    assert page.json_ld[0]["identifier"] == "CN"


def test_show_country_in_french(read):
    CountryFactory(
        iso2="CN", sources={"income_group": {"source": "World Bank", "as_of": "2024-07-01"}}
    )
    page = read("/fr/countries/cn/")
    assert page.main.lines[page.main.lines.index("Groupe de revenu") + 1] == (
        "Revenu intermédiaire, tranche supérieure World Bank, 1 juillet 2024"
    )
    # Said in French, but for the name of the source.
    assert page.one("small.source [lang=en]").text == "World Bank"


def test_link_all_cases_on_a_country_without_cases(read):
    CountryFactory(iso2="CI")
    page = read("/countries/ci/")
    assert page.one(".empty a")["href"] == "/cases/"


@pytest.mark.parametrize("code", ["CN", "Cn", "xx", "china", "c-n"])
def test_answer_404_for_a_country_under_another_address(client, code):
    CountryFactory(iso2="CN")
    assert client.get(f"/countries/{code}/").status_code == 404


def test_show_that_the_country_of_a_city_has_no_coast(read):
    inland, coast = (CityFactory(country=CountryFactory(iso2=iso2)) for iso2 in ("BY", "NG"))
    [line] = read(f"/cities/{inland.slug}/").main.after("Access to the sea")
    assert line == "Landlocked, no sea port the country has no coast"
    assert "Access to the sea" not in read(f"/cities/{coast.slug}/").main.lines
