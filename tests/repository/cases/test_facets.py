"""Facets against the same counted one by one, on collections made at random."""

import random
from array import array
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import chain

import pytest
from django.contrib.contenttypes.models import ContentType
from django.utils import translation
from pyroaring import FrozenBitMap

from repository.cases import columns
from repository.cases.facets import FACETS, FacetIndex, chunked_cursor, facet_index
from repository.cases.titles import by_title
from repository.cases.views import Toggle, facet_groups
from repository.models import CaseStudy, TaggedItem
from repository.translations.reading import names_in
from tests.factories import (
    CaseStudyFactory,
    CityFactory,
    CountryFactory,
    PracticeFactory,
    TagFactory,
    ThemeFactory,
    WebinarFactory,
)
from tests.repository.translations.test_originals import translated

REGIONS = ["Africa", "Asia", ""]


def make_collection(chance, *, cases=18):
    """Published and other cases with random relations; some share all, some have none."""
    countries = [
        CountryFactory(iso2=code, region=REGIONS[place % 3])
        for place, code in enumerate(["CN", "BR", "KE", "BY", "RW"])
    ]
    pools = {
        "themes": [ThemeFactory() for _ in range(4)],
        "practices": [PracticeFactory() for _ in range(6)],
        "goals": [8, 9, 17],
        "countries": countries,
        "cities": [CityFactory(country=chance.choice(countries)) for _ in range(5)],
        "tags": [TagFactory() for _ in range(3)],
    }
    for _ in range(cases):
        related = {
            name: chance.sample(pool, chance.randint(0, min(3, len(pool))))
            for name, pool in pools.items()
        }
        CaseStudyFactory(
            published=chance.random() < 0.8,
            published_at=datetime(2021, 1, 1, tzinfo=UTC) + timedelta(days=chance.randint(0, 5)),
            language=chance.choice(["en", "fr"]),
            title=chance.choice(["Émile", "zebra", "Apple", "echo", "Apple"]),
            **related,
        )


def facet_values(case):
    """The values of each facet that one case has."""
    cities = list(case.cities.select_related("country"))
    countries = [*case.countries.all(), *[city.country for city in cities]]
    return {
        "theme": {theme.slug for theme in case.themes.all()},
        "practice": {practice.slug for practice in case.practices.all()},
        "goal": {str(goal.number) for goal in case.goals.all()},
        "region": {country.region for country in countries} - {""},
        "country": {country.iso2 for country in countries},
        "city": {city.slug for city in cities},
        "language": {case.language},
        "tag": {tag.slug for tag in case.tags.all()},
    }


def counted():
    """What is published, the newest first, as {key: values of each facet}."""
    return {case.pk: facet_values(case) for case in CaseStudy.objects.published().newest()}


def matching(cases, chosen):
    """Those that have, of each facet with a choice, any of the values chosen."""
    return {
        pk
        for pk, values in cases.items()
        if all(values[facet] & set(keys) for facet, keys in chosen.items() if keys)
    }


@pytest.fixture(
    params=[(0, columns.SMALL), (1, 0), (2, 2), (3, 10**9)],
)
def chance(request, db, monkeypatch):
    """Numbers at random; cities are counted case by case, or cases city by city."""
    seed, small = request.param
    monkeypatch.setattr(columns, "SMALL", small)
    return random.Random(seed)


def test_count_as_one_by_one(chance):
    make_collection(chance)
    cases, index = counted(), facet_index(1)
    assert list(index.newest_first) == list(cases)
    for facet in FACETS:
        known = set().union(*(values[facet] for values in cases.values()))
        assert {
            key: set(index.newest(value.cases)) for key, value in index.values[facet].items()
        } == {key: matching(cases, {facet: [key]}) for key in known}
        assert {key: index.count(facet, key) for key in known} == {
            key: len(matching(cases, {facet: [key]})) for key in known
        }


def choices(chance, index):
    """A choice of some values, known and unknown, of some facets."""
    chosen = {facet: [] for facet in FACETS}
    for facet in chance.sample(list(FACETS), chance.randint(0, 3)):
        pool = [*index.values[facet], "unknown"]
        chosen[facet] = chance.sample(pool, min(len(pool), chance.randint(1, 3)))
    return chosen


def test_combine_any_within_a_facet_and_all_across(chance):
    make_collection(chance)
    cases, index = counted(), facet_index(1)
    for _ in range(100):
        chosen = choices(chance, index)
        by_facet = {
            facet: index.having(facet, keys) if keys else index.everything
            for facet, keys in chosen.items()
        }
        found = index.everything
        for members in by_facet.values():
            found &= members
        assert set(index.newest(found)) == matching(cases, chosen)
        toggled = Toggle("/cases/", "", chosen, "")
        shown = facet_groups(index, chosen, by_facet, index.everything, toggled)
        for group in shown:
            others = {**chosen, group["key"]: []}
            assert {row["key"]: row["count"] for row in group["rows"]} == {
                row["key"]: len(
                    matching(cases, others) & matching(cases, {group["key"]: [row["key"]]})
                )
                for row in group["rows"]
            }
        offered = {(group["key"], row["key"]) for group in shown for row in group["rows"]}
        assert {
            (facet, key) for facet, keys in chosen.items() for key in keys if key != "unknown"
        } <= offered


def test_sort_by_title_without_case_and_accents(chance):
    make_collection(chance)
    index = facet_index(1)
    plain = {"Émile": "emile", "Apple": "apple", "zebra": "zebra", "echo": "echo"}
    cases = CaseStudy.objects.in_bulk(index.cases)
    expected = sorted(index.newest_first, key=lambda pk: plain[cases[pk].title])
    assert list(by_title(1, index, index.everything)) == expected
    some = index.set_of(index.cases[::2])
    assert list(by_title(1, index, some)) == [pk for pk in expected if pk in index.cases[::2]]


def test_sort_by_the_titles_of_another_edition():
    index = FacetIndex(array("I", [3, 5, 8]))
    order = index.in_order(array("I", [8, 4, 3, 5]))
    assert (list(order), list(index.places_of(order))) == ([8, 3, 5], [2, 0, 1])


@pytest.mark.django_db
def test_index_nothing():
    index = facet_index(1)
    none = FrozenBitMap()
    assert (list(index.cases), list(by_title(1, index, none)), index.everything) == ([], [], none)
    assert index.values == {facet: {} for facet in FACETS}
    assert index.having("theme", ["logistics"]) == none
    assert index.traits == {}


@pytest.mark.django_db
def test_index_from_one_query(django_assert_num_queries):
    make_collection(random.Random(1), cases=3)
    with django_assert_num_queries(1):
        facet_index(1)
        facet_index(1)


@pytest.mark.django_db
def test_leave_out_what_is_not_published():
    draft = CaseStudyFactory(themes=[ThemeFactory()], cities=[CityFactory(has_sea_port=True)])
    CaseStudyFactory(archived=True, themes=[ThemeFactory()])
    shown = CaseStudyFactory(published=True)
    index = facet_index(1)
    assert list(index.cases) == [shown.pk]
    assert (index.values["theme"], index.traits) == ({}, {})
    assert index.set_of([draft.pk, shown.pk, -1]) == FrozenBitMap([0])


@pytest.mark.django_db
def test_count_tags_of_cases_only():
    case = CaseStudyFactory(published=True, tags=["rail"])
    webinar = WebinarFactory(pk=case.pk, tags=["port"])
    assert TaggedItem.objects.filter(
        content_type=ContentType.objects.get_for_model(webinar), object_id=case.pk
    ).exists()
    assert list(facet_index(1).values["tag"]) == ["rail"]


@pytest.mark.django_db
def test_name_values_in_the_language_of_the_page():
    city = CityFactory(slug="geneva", name="Geneva", names={"fr": "Genève"}, country__iso2="CH")
    city.country.region = "Europe"
    city.country.save()
    CaseStudyFactory(
        published=True,
        cities=[city],
        goals=[9],
        language="fr",
        themes=[ThemeFactory(slug="customs", name="Customs", names={"fr": "Douane"})],
        tags=["rail"],
    )
    values = facet_index(1).values

    def names():
        return [value.label(facet) for facet in FACETS for value in values[facet].values()]

    goal = "9. Industry, innovation and infrastructure"
    assert names() == ["Customs", goal, "Europe", "Switzerland", "Geneva", "French", "rail"]
    with translation.override("fr"):
        french = names()
    assert [french[place] for place in (0, 3, 4, 5, 6)] == [
        "Douane",
        "Suisse",
        "Genève",
        "Français",
        "rail",
    ]


@pytest.mark.django_db
def test_name_practices_and_themes_by_their_translations():
    practice = PracticeFactory(name="Parcels", slug="parcels")
    other = PracticeFactory(name="Mules", slug="mules")
    theme = ThemeFactory(slug="roads", name="Roads", names={"es": "Caminos", "fr": "Routes"})
    CaseStudyFactory(published=True, practices=[practice, other], themes=[theme])
    translated("practice", practice)
    translated("theme", theme)
    index = facet_index(1)
    labels = {}
    for language in ("en", "es", "fr"):
        with translation.override(language):
            labels[language] = [
                (value.label(facet), value.language(facet))
                for facet, key in [
                    ("practice", "parcels"),
                    ("practice", "mules"),
                    ("theme", "roads"),
                ]
                if (value := index.values[facet][key])
            ]
            shown = index.shown_by(index.everything, "practice", most=2)
            assert shown == (["parcels", "mules"] if language == "es" else ["mules", "parcels"])
    assert labels == {
        "en": [("Parcels", "en"), ("Mules", "en"), ("Roads", "en")],
        "es": [("ES Parcels", "es"), ("Mules", "en"), ("ES Roads", "es")],
        "fr": [("Parcels", "en"), ("Mules", "en"), ("Routes", "fr")],
    }


@pytest.mark.django_db
def test_do_not_show_a_translated_name_that_is_out_of_date():
    """As elsewhere in lists: `names_in`."""
    practice = PracticeFactory(name="Parcels", slug="parcels")
    CaseStudyFactory(published=True, practices=[practice])
    translated("practice", practice)

    def shown(state: int) -> tuple[str, dict]:
        with translation.override("es"):
            value = facet_index(state).values["practice"]["parcels"]
            return value.label("practice"), names_in("practice", [value.name], "es")

    assert shown(1) == ("ES Parcels", {"Parcels": "ES Parcels"})
    practice.name = "Freight"
    practice.save()
    assert shown(2) == ("Freight", {})
    practice.name = "Parcels"
    practice.save()
    assert shown(3) == ("ES Parcels", {"Parcels": "ES Parcels"})


@pytest.mark.django_db
def test_counts_that_are_known_are_the_same(chance):
    make_collection(chance)
    index = facet_index(1)
    for facet in FACETS:
        some = index.set_of(index.cases[::2])
        first = index.counted(facet, some, chosen=[], most=3)
        assert index.counted(facet, some, chosen=[], most=3) == first
        assert index.counted(facet, some, chosen=["unknown"], most=3)[0] == first[0]
        assert len(index.counted(facet, some, chosen=[], most=1)[0]) <= 1


def test_select_and_show_what_each_case_has(chance):
    make_collection(chance)
    cases, index = counted(), facet_index(1)
    for facet in FACETS:
        having = {pk for pk, values in cases.items() if values[facet]}
        assert set(index.newest(index.having_any(facet))) == having
        for pk, values in cases.items():
            assert index.keys_of(facet, index.place[pk]) == sorted(values[facet])
        for key, value in index.values[facet].items():
            assert index.of(facet, key) == value.cases
            for other in FACETS:
                having = matching(cases, {facet: [key]})
                expected = Counter(chain.from_iterable(cases[pk][other] for pk in having))
                assert index.counts(other, value.cases) == expected
        assert index.of(facet, "unknown") == FrozenBitMap()


@pytest.mark.django_db
def test_fetch_few_rows_at_once():
    """The first rows of the index have the numbers of all cases."""
    with chunked_cursor(at_once=3) as cursor:
        cursor.execute("SELECT generate_series(1, 7)")
        assert cursor.cursor.itersize == 3
        assert [number for (number,) in cursor] == [1, 2, 3, 4, 5, 6, 7]
