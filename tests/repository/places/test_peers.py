import pytest

from repository.models import City
from repository.places import peers
from tests.factories import CaseStudyFactory, CityFactory, CountryFactory

pytestmark = pytest.mark.django_db


def city(name, population=None, **fields):
    made = CityFactory(
        slug=name.lower(),
        name=name,
        population=population,
        population_source="Census" if population else "",
        **fields,
    )
    CaseStudyFactory(published=True, cities=[made])
    return made


def test_rank_a_city_by_population(read):
    for name, population in (("Small", 10_000), ("Middle", 100_000), ("Large", 1_000_000)):
        city(name, population)
    size = read("/cities/middle/").response.context["size"]
    assert (size.rank, size.count) == (2, 3)
    assert (size.smallest.name, size.largest.name) == ("Small", "Large")
    # On a logarithmic scale the city is half way; it is drawn last.
    assert size.places == [("98.0", False), ("2.0", False), ("50.0", True)]
    assert len(read("/cities/middle/").select(".ruler circle.here")) == 1


def test_rank_no_city_of_unknown_size(read):
    for number in range(3):
        city(f"City{number}", 10_000 * (number + 1))
    city("Unknown")
    assert read("/cities/unknown/").response.context["size"] is None
    assert read("/cities/unknown/").select(".ruler") == []


def test_rank_no_city_among_two(read):
    city("One", 10_000)
    city("Two", 20_000)
    assert read("/cities/one/").response.context["size"] is None


def test_keep_samples_apart(read):
    for number in range(3):
        city(f"City{number}", 10_000 * (number + 1), is_sample=number == 2)
    assert read("/cities/city0/").response.context["size"] is None


def test_know_peers_of_an_edition(django_assert_num_queries):
    here = city("Here", 10_000)
    CityFactory(slug="without-a-case", population=20_000, population_source="Census")
    with django_assert_num_queries(1):
        assert peers.peers(1) == {False: [here], True: []}
        assert peers.peers(1) is peers.peers(1)
    assert City.objects.count() == 2


def test_rank_the_cities_with_cases():
    for slug, number in (("b", 10_000), ("d", 20_000), ("a", 20_000), ("c", 30_000)):
        city(slug, number)
    ranked = sorted(City.objects.all(), key=lambda each: (-each.population, each.pk))
    for number, one in enumerate(ranked, 1):
        size = peers.size_among(one, peers.peers(1))
        assert (size.rank, size.count) == (number, 4)
        assert (size.largest.slug, size.smallest.slug) == (ranked[0].slug, ranked[-1].slug)
        assert [is_here for _place, is_here in size.places] == [False] * 3 + [True]


@pytest.mark.parametrize("population", [None, 1, 10_000, 15_000, 20_000, 40_000])
def test_rank_no_city_without_a_case(read, population):
    for slug, number in (("b", 10_000), ("d", 20_000), ("a", 20_000), ("c", 30_000)):
        city(slug, number)
    CityFactory(slug="bb", population=population, population_source="Census")
    assert read("/cities/bb/").select(".ruler") == []


def test_draw_some_of_many_cities(monkeypatch):
    monkeypatch.setattr(peers, "MOST_DRAWN", 2)
    for number in range(6):
        last = city(f"city{number}", 10_000 * (number + 1))
    size = peers.size_among(last, peers.peers(1))
    assert (size.count, len(size.places), size.places[-1]) == (6, 2, ("98.0", True))


def test_compare_countries_by_their_cases(read):
    china, benin, _kenya = (CountryFactory(iso2=iso2) for iso2 in ("CN", "BJ", "KE"))
    for _ in range(4):
        CaseStudyFactory(published=True, countries=[china])
    CaseStudyFactory(published=True, countries=[benin])
    rows = read("/countries/bj/").response.context["peers"]
    assert [(code, count, share, is_here) for code, _name, count, share, is_here in rows] == [
        ("CN", 4, 100, False),
        ("BJ", 1, 25, True),
    ]
    assert read("/countries/ke/").response.context["peers"] == []
