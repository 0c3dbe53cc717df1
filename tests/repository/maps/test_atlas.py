from unittest.mock import patch

import pytest
from django.utils import translation

from repository.cases.facets import all_counts
from repository.maps import atlas
from repository.models import CaseStudy, Country
from repository.pages.editions import forget_all
from tests.factories import CaseStudyFactory, CityFactory, CountryFactory, ThemeFactory

pytestmark = pytest.mark.usefixtures("search_changes_at_once")


def places(edition=1):
    """The places of each layer of the map, as (name, address, number of cases)."""
    return {
        layer.name: sorted(
            (point.label, point.url, point.weight) for mark in layer.marks for point in mark.members
        )
        for layer in atlas.draw_area(edition).layers
    }


@pytest.fixture
def zhengzhou(db):
    names = {"zh": "郑州", "fr": "Tcheng-tcheou"}
    return CityFactory(
        slug="zhengzhou", name="Zhengzhou", names=names, latitude=34.75, longitude=113.63
    )


@pytest.fixture
def brazil(db):
    return CountryFactory(iso2="BR", latitude=-10, longitude=-52)


@pytest.mark.django_db
def test_draw_nothing_without_cases(zhengzhou, brazil):
    assert places() == {"wide": [], "phone": []}


@pytest.mark.django_db
def test_draw_cities_and_countries_with_published_cases(zhengzhou, brazil):
    CaseStudyFactory(published=True, cities=[zhengzhou])
    CaseStudyFactory(published=True, cities=[zhengzhou])
    CaseStudyFactory(published=True, countries=[brazil])
    CaseStudyFactory(cities=[CityFactory()])
    CaseStudyFactory(archived=True, cities=[CityFactory()])
    CaseStudyFactory(published=True, cities=[CityFactory(unplaced=True)])
    CaseStudyFactory(published=True, countries=[CountryFactory(iso2="BJ")])
    found = [("Brazil", "/countries/br/", 1), ("Zhengzhou", "/cities/zhengzhou/", 2)]
    assert places() == {"wide": found, "phone": found}


@pytest.mark.django_db
def test_draw_no_country_for_a_case_of_a_city(zhengzhou, brazil):
    CaseStudyFactory(published=True, cities=[zhengzhou], countries=[brazil])
    assert places()["wide"] == [("Zhengzhou", "/cities/zhengzhou/", 1)]


@pytest.mark.django_db
def test_give_a_place_the_ink_of_its_newest_case(zhengzhou, brazil):
    themes = {slug: ThemeFactory(slug=slug, name=slug) for slug in ("finance", "customs", "rural")}
    CaseStudyFactory(published=True, cities=[zhengzhou], themes=[themes["rural"]])
    newest = CaseStudyFactory(
        published=True, cities=[zhengzhou], themes=[themes["finance"], themes["customs"]]
    )
    CaseStudyFactory(published=True, countries=[brazil], themes=[themes["finance"]])
    CaseStudyFactory(published=True, cities=[CityFactory(country=brazil)], themes=[themes["rural"]])
    inks = {mark.members[0].key: mark.ink for mark in atlas.draw_area(1).layers[0].marks}
    assert (inks["zhengzhou"], inks["BR"]) == ("money", "money")
    [card] = CaseStudy.objects.cards_of([newest.pk])
    assert card.cover.ink == inks["zhengzhou"]


@pytest.mark.django_db
def test_lay_out_a_map_only_for_other_places(zhengzhou):
    def draw(edition, theme):
        CaseStudyFactory(published=True, cities=[zhengzhou], themes=[theme])
        with patch.object(atlas, "draw_map", wraps=atlas.draw_map) as laid_out:
            [mark] = atlas.draw_area(edition).layers[0].marks
        return mark.ink, mark.members[0].weight, laid_out.call_count

    atlas.lay_out.cache_clear()
    rural, finance = ThemeFactory(slug="rural"), ThemeFactory(slug="finance")
    assert draw(1, rural) == ("soil", 1, 1)
    assert draw(2, rural) == ("soil", 2, 1)
    # Three cases have as many binary digits as two.
    assert draw(3, finance) == ("money", 2, 0)


@pytest.mark.django_db
def test_layers_share_their_places(zhengzhou):
    CaseStudyFactory(published=True, cities=[zhengzhou])
    [wide], [phone] = (layer.marks for layer in atlas.draw_area(1).layers)
    assert wide.members[0] is phone.members[0]


@pytest.mark.django_db
def test_mark_places_that_are_samples(zhengzhou, brazil):
    CaseStudyFactory(published=True, cities=[zhengzhou])
    assert not atlas.draw_area(1).has_samples
    sample = CityFactory(is_sample=True, latitude=10, longitude=10)
    CaseStudyFactory(published=True, cities=[sample], is_sample=True)
    drawn = atlas.draw_area(2)
    assert {mark.members[0].key: mark.is_sample for mark in drawn.layers[0].marks} == {
        "zhengzhou": False,
        sample.slug: True,
    }
    assert drawn.has_samples


@pytest.mark.django_db
def test_draw_names_in_the_language_of_the_page(zhengzhou, brazil):
    CaseStudyFactory(published=True, cities=[zhengzhou])
    CaseStudyFactory(published=True, countries=[brazil])
    with translation.override("fr"):
        assert [label for label, _url, _count in places()["wide"]] == ["Brésil", "Tcheng-tcheou"]
    assert [label for label, _url, _count in places()["wide"]] == ["Brazil", "Zhengzhou"]


@pytest.mark.django_db
def test_draw_once_for_each_edition_and_language(zhengzhou, django_assert_num_queries):
    CaseStudyFactory(published=True, cities=[zhengzhou])
    first = atlas.draw_area(1)
    with django_assert_num_queries(0):
        assert atlas.draw_area(1) is first
        with translation.override("fr"):
            assert atlas.draw_area(1) is not first
    CaseStudyFactory(published=True, cities=[CityFactory(name="Another")])
    assert places(1)["wide"] == [("Zhengzhou", "/cities/zhengzhou/", 1)]
    assert [label for label, *_ in places(2)["wide"]] == ["Another", "Zhengzhou"]


@pytest.mark.django_db
def test_draw_the_places_that_the_page_counts(brazil):
    # The cases of the edition are counted, then somebody publishes, then the map is drawn.
    all_counts(1)
    CaseStudyFactory(published=True, countries=[brazil])
    assert places(1)["wide"] == []
    forget_all()
    assert [name for name, _url, _count in places(1)["wide"]] == ["Brazil"]


@pytest.mark.django_db
def test_map_has_name_and_link_to_its_list(zhengzhou):
    drawn = atlas.draw_area(1)
    assert (str(drawn.label), drawn.list_url) == ("Map of places with cases", "/cities/#list")


@pytest.mark.django_db
def test_enlarge_where_places_crowd_together(zhengzhou, brazil):
    CaseStudyFactory(published=True, countries=[brazil])
    CaseStudyFactory(published=True, cities=[zhengzhou])
    world, part = atlas.draw_halves(1)
    assert part is None
    assert world.detail is None
    for number in range(4):
        beside = CityFactory(name=f"City {number}", latitude=34.75 + number, longitude=113.63)
        CaseStudyFactory(published=True, cities=[beside])
    world, part = atlas.draw_halves(2)
    [layer] = part.layers
    shown = {point.label for mark in layer.marks for point in mark.members}
    assert shown == {"Zhengzhou", "City 0", "City 1", "City 2", "City 3"}
    assert "scale(" in part.land
    # The world labels the places outside of the part only.
    labels = {mark.label.text for layer in world.layers for mark in layer.marks if mark.label}
    assert labels == {"Brazil"}


@pytest.mark.django_db
def test_draw_one_region_or_country(zhengzhou, brazil):
    Country.objects.filter(pk=brazil.pk).update(region="Americas")
    CaseStudyFactory(published=True, countries=[brazil])
    CaseStudyFactory(published=True, cities=[zhengzhou])
    for area in ({"region": "Asia"}, {"country": zhengzhou.country_id}):
        drawn = atlas.draw_area(1, **area)
        assert [point.label for mark in drawn.layers[0].marks for point in mark.members] == [
            "Zhengzhou"
        ]
    assert len(atlas.draw_area(1, region="Oceania").layers[0].marks) == 2


@pytest.mark.django_db
def test_draw_the_surroundings_of_a_city(zhengzhou, brazil):
    beside = CityFactory(name="Beside", latitude=34.76, longitude=113.64)
    near = CityFactory(name="Near", latitude=39, longitude=117)
    for place in (zhengzhou, beside, near):
        CaseStudyFactory(published=True, cities=[place])
    CaseStudyFactory(published=True, countries=[brazil])
    shown = atlas.surroundings(1, city=zhengzhou, country=zhengzhou.country)
    drawn = atlas.draw_surroundings(shown)
    # What would cover the city is left out, and what is far away.
    assert [[mark.names for mark in layer.marks] for layer in drawn.layers] == [
        [["Near"]],
        [["Zhengzhou"]],
    ]
    [mark] = drawn.layers[1].marks
    assert mark.label.text == "Zhengzhou"


@pytest.mark.django_db
def test_draw_the_surroundings_of_a_country(zhengzhou, brazil):
    CaseStudyFactory(published=True, cities=[zhengzhou])
    drawn = atlas.draw_surroundings(atlas.surroundings(1, country=zhengzhou.country))
    assert [mark.names for mark in drawn.layers[1].marks] == [["Zhengzhou"]]
    # Without a case it is shown at its label point.
    drawn = atlas.draw_surroundings(atlas.surroundings(1, country=brazil))
    assert [mark.names for mark in drawn.layers[1].marks] == [["Brazil"]]


@pytest.mark.django_db
def test_draw_no_surroundings_of_an_unknown_position():
    city = CityFactory(latitude=None, longitude=None)
    assert atlas.surroundings(1, city=city, country=city.country) is None
