"""Related cases against the same computed one by one, and on the cases of the 2020 series."""

import math
import random
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from repository.cases import related as module
from repository.cases.facets import all_counts
from repository.cases.related import (
    LEAST,
    MEANING,
    SHOWN,
    UNIT,
    WEIGHTS,
    Related,
    candidates,
    points_of,
    rarity,
    related_cases,
)
from repository.cases.related_reasons import SIZE_NAMES, names_of, reason
from repository.embeddings.nearest import Near
from repository.embeddings.stored import similarities
from repository.models import CaseFacet, CaseStudy, Country
from repository.pages.editions import forget_all
from repository.places.country_names import SUBREGION_CODES, subregion_name
from tests.engines import apply_search_changes, embed_everything
from tests.factories import (
    CaseStudyFactory,
    CityFactory,
    CountryFactory,
    PracticeFactory,
    ThemeFactory,
)

# Populations from which a city belongs to the next larger class.
SIZES = [500_000, 1_000_000, 5_000_000, 10_000_000]


def now() -> None:
    """As after the end of the transaction."""
    apply_search_changes()
    forget_all()


def related(case) -> dict[str, str]:
    """The slugs of the cases related to one, with the reasons."""
    now()
    slugs = dict(CaseStudy.objects.values_list("pk", "slug"))
    found = related_cases(1, case.pk)
    names = names_of(1, found)
    return {slugs[each.pk]: reason(names, each) for each in found}


def own_values(case) -> list[tuple[str, str]]:
    return list(CaseFacet.objects.filter(case=case.pk).values_list("facet", "key"))


# Points


@given(st.integers(3, 10_000).flatmap(lambda n: st.tuples(st.just(n), st.integers(1, n))))
def test_a_rarer_value_counts_more(count_and_having):
    count, having = count_and_having
    assert 0 <= rarity(having, count) <= 1
    if having > 1:
        assert rarity(having, count) <= rarity(having - 1, count)
    assert rarity(2, count) == 1
    assert rarity(count, count) == 0


def made_at_random(chance):
    """Cases, some of them samples, that share many values, few or none."""
    countries = [
        CountryFactory(iso2=code, region=region, subregion=subregion, **facts)
        for code, region, subregion, facts in [
            ("CN", "Asia", "Eastern Asia", {}),
            ("LA", "Asia", "South-eastern Asia", {"is_lldc": True, "income_group": "low"}),
            ("RW", "Africa", "Sub-Saharan Africa", {"is_lldc": True, "is_ldc": True}),
            ("CH", "Europe", "Western Europe", {"income_group": "high"}),
            ("FJ", "", "", {"is_sids": True, "income_group": ""}),
        ]
    ]
    pools = {
        "themes": [ThemeFactory() for _ in range(4)],
        "practices": [PracticeFactory() for _ in range(6)],
        "goals": [8, 9, 17],
        "countries": countries,
        "cities": [
            CityFactory(
                country=chance.choice(countries),
                has_sea_port=chance.choice([True, False, None]),
                has_rail_hub=chance.choice([True, None]),
                population=chance.choice([None, 90_000, 1_000_000, 20_000_000]),
                population_source="Census",
            )
            for _ in range(5)
        ],
    }
    for _ in range(18):
        CaseStudyFactory(
            published=chance.random() < 0.9,
            published_at=datetime(2021, 1, chance.randint(1, 9), tzinfo=UTC),
            is_sample=chance.random() < 0.3,
            **{
                name: chance.sample(pool, chance.randint(0, min(3, len(pool))))
                for name, pool in pools.items()
            },
        )


def values_of(case) -> set[tuple[str, str]]:
    """What a case may share with others."""
    cities = list(case.cities.select_related("country"))
    countries = {*case.countries.all(), *(city.country for city in cities)}
    found = {("practice", practice.slug) for practice in case.practices.all()}
    found |= {("theme", theme.slug) for theme in case.themes.all()}
    found |= {("goal", str(goal.number)) for goal in case.goals.all()}
    for country in countries:
        found |= {("country", country.iso2), ("region", country.region)}
        found |= {("subregion", country.subregion), ("income", country.income_group)}
        found |= {
            (name, "")
            for name, holds in {
                "landlocked": country.is_landlocked,
                "ldc": country.is_ldc,
                "sids": country.is_sids,
            }.items()
            if holds
        }
    for city in cities:
        found |= {("landlocked", "")} if city.has_sea_port is False else set()
        found |= {("sea", "")} if city.has_sea_port else set()
        found |= {("rail", "")} if city.has_rail_hub else set()
        if city.population:
            found |= {("size", str(sum(city.population >= least for least in SIZES)))}
    not_known = {("region", ""), ("subregion", ""), ("income", "")}
    return found - not_known


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(3))
def test_relate_as_one_by_one(seed):
    made_at_random(random.Random(seed))
    now()
    published = CaseStudy.objects.published().newest()
    cases = {case: values_of(case) for case in published}
    counts = all_counts(1)
    assert {(facet, key) for facet in WEIGHTS for key in counts[facet]} == {
        value for values in cases.values() for value in values
    }
    for case, values in cases.items():
        peers = {other: its for other, its in cases.items() if other.is_sample == case.is_sample}
        having = {value: sum(value in its for its in peers.values()) for value in values}
        points = {
            value: WEIGHTS[value[0]]
            * max(math.log(len(peers) / count) / math.log(len(peers) / 2), 0)
            for value, count in having.items()
            if count > 1
        }
        scores = {
            other.pk: sum(points[value] for value in values & its)
            for other, its in peers.items()
            if other != case
        }
        found = related_cases(1, case.pk)
        best = sorted(scores.values(), reverse=True)[:SHOWN]
        assert [each.score for each in found] == pytest.approx(
            [score for score in best if score >= LEAST]
        )
        for each in found:
            assert each.score == pytest.approx(scores[each.pk])
            other = next(other for other in peers if other.pk == each.pk)
            assert {(value.kind, value.key) for value in each.shared} == {
                value for value in values & peers[other] if points[value]
            }


@pytest.mark.django_db
@pytest.mark.parametrize("most", [1, 4, 25])
def test_compare_those_with_the_most_points(most, monkeypatch):
    chance = random.Random(most)
    made_at_random(chance)
    now()
    monkeypatch.setattr(module, "CANDIDATES", most)
    for case in CaseStudy.objects.published():
        shared = points_of(own_values(case), all_counts(1), case.is_sample)
        found = candidates(case.pk, shared, all_counts(1), case.is_sample)
        points = {(value.kind, value.key): round(value.points / UNIT) for value in shared}
        peers = CaseStudy.objects.published().filter(is_sample=case.is_sample).newest()
        scores = {
            peer.pk: sum(points.get(value, 0) for value in own_values(peer))
            for peer in peers.exclude(pk=case.pk)
        }
        # The sort is stable.
        best = sorted(scores, key=lambda pk: -scores[pk])[:most]
        assert [each.pk for each in found] == best


@pytest.mark.django_db
def test_do_not_look_for_cases_with_common_values_only(monkeypatch):
    theme, rare = ThemeFactory(), ThemeFactory()
    case = CaseStudyFactory(published=True, themes=[theme, rare])
    both = CaseStudyFactory(published=True, themes=[theme, rare])
    for _ in range(2):
        CaseStudyFactory(published=True, themes=[theme])
    CaseStudyFactory.create_batch(6, published=True)
    now()
    monkeypatch.setattr(module, "CANDIDATES", 1)
    monkeypatch.setattr(module, "COMMON", 2)
    [found] = related_cases(1, case.pk)
    assert found.pk == both.pk
    # What is common still counts.
    assert {value.key for value in found.shared} == {theme.slug, rare.slug}


@pytest.mark.django_db
def test_relate_no_case_that_is_not_published():
    theme = ThemeFactory()
    draft = CaseStudyFactory(themes=[theme])
    shown = CaseStudyFactory(published=True, themes=[theme])
    assert related_cases(1, draft.pk) == []
    assert related_cases(1, shown.pk) == []


# Reasons


@pytest.mark.django_db
def test_a_value_of_all_cases_is_no_reason():
    first, *_others = [CaseStudyFactory(published=True, goals=[8]) for _ in range(3)]
    assert related(first) == {}


@pytest.mark.django_db
def test_name_the_type_of_place():
    counted = {"population": 700_000, "population_source": "Census"}
    inland = {"has_sea_port": False, "has_dry_port": True}
    case = CaseStudyFactory(published=True, cities=[CityFactory(**inland, **counted)])
    other = CountryFactory(iso2="KE", region="Africa", subregion="", income_group="low")
    CaseStudyFactory(published=True, slug="dry", cities=[CityFactory(**inland, country=other)])
    CaseStudyFactory(published=True, slug="sized", cities=[CityFactory(**counted, country=other)])
    CaseStudyFactory(published=True)
    assert related(case) == {
        "dry": "Same type of place: dry port, landlocked",
        "sized": "Same type of place: 500,000 to 1 million people",
    }


@pytest.mark.django_db
def test_name_the_narrowest_region():
    places = {
        "KE": ("Africa", "Sub-Saharan Africa"),
        "UG": ("Africa", "Sub-Saharan Africa"),
        "MA": ("Africa", "Northern Africa"),
        "CN": ("Asia", "Eastern Asia"),
    }
    for iso2, (region, subregion) in places.items():
        country = CountryFactory(iso2=iso2, region=region, subregion=subregion, income_group="")
        CaseStudyFactory(published=True, slug=iso2.lower(), countries=[country])
    CaseStudyFactory(published=True, slug="nairobi", countries=[Country.objects.get(pk="KE")])
    CaseStudyFactory.create_batch(6, published=True)
    assert related(CaseStudy.objects.get(slug="ke")) == {
        "nairobi": "Same country or area: Kenya",
        "ug": "Same region: Sub-Saharan Africa",
        "ma": "Same region: Africa",
    }
    with translation.override("fr"):
        assert related(CaseStudy.objects.get(slug="ke"))["ug"].endswith("Afrique subsaharienne")


def test_every_subregion_has_a_name_in_every_language(settings):
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            names = {subregion_name(subregion) for subregion in SUBREGION_CODES}
        assert len(names) == len(SUBREGION_CODES)
        # Each language has its own names; a few are spelled as in English.
        assert (code == "en") == (len(names & SUBREGION_CODES.keys()) > 1)


@pytest.mark.django_db
def test_the_sizes_of_cities_have_names():
    assert len(SIZE_NAMES) == len(SIZES) + 1
    for population in [1, *SIZES]:
        city = CityFactory(population=population, population_source="Census")
        CaseStudyFactory(published=True, cities=[city])
    now()
    classes = sorted(map(int, all_counts(1)["size"]))
    assert classes == list(range(len(SIZE_NAMES)))


@pytest.mark.django_db
def test_quote_a_passage_in_its_language():
    near = Near("case", "1", 3, "fr", "Colis", "Les <colis> sont groupés. " * 20, 0.6, 0.5)
    with translation.override("en"):
        shown = reason({}, Related(1, [], near, 1.0))
    assert shown.startswith(
        'Close in meaning: “<span lang="fr" dir="ltr">Les &lt;colis&gt; sont groupés.'
    )
    assert shown.endswith("…</span>”")


# Meaning


@pytest.mark.usefixtures("embedded_collection", "engine")
@pytest.mark.django_db
class TestWithTheSeries:
    def test_every_case_has_three_related_ones_with_a_useful_reason(self):
        for case in CaseStudy.objects.published():
            reasons = related(case)
            assert len(reasons) == SHOWN
            assert not any(why.startswith("Same goal") for why in reasons.values())

    @pytest.mark.parametrize(
        ("slug", "other", "why"),
        [
            ("chengkou", "zhalantun", "Same practice: Infrastructure first, then e-commerce"),
            ("kolkata", "chengkou", "Same themes: Tourism and culture, Small firms"),
            ("tianjin", "guangzhou", "Same practice: Product traceability"),
        ],
    )
    def test_explain(self, slug, other, why):
        assert related(CaseStudy.objects.get(slug=slug))[other] == why

    def test_case_in_another_language_that_shares_nothing_is_close_in_meaning(self):
        case = CaseStudyFactory(
            published=True,
            language="fr",
            title="Des points de service dans les villages",
            summary="Un canton rural regroupe la livraison des colis et relie les agriculteurs, "
            "les banques et les plateformes de commerce électronique pour leurs prêts.",
        )
        apply_search_changes()
        embed_everything()
        assert related(case)["zhalantun"].startswith("Close in meaning")
        [first, *others] = related_cases(1, case.pk)
        assert first.pk == CaseStudy.objects.get(slug="zhalantun").pk
        assert first.shared == []
        assert all(LEAST <= each.closeness <= MEANING for each in [first, *others])

    def test_passage_of_an_earlier_version_is_not_compared(self):
        own, other = (
            str(CaseStudy.objects.get(slug=slug).pk) for slug in ("africa-afcfta", "belarus")
        )
        assert [*similarities("case", own, [other])] == [other]
        case = CaseStudy.objects.get(pk=other)
        case.lessons = "Ten cats deliver the letters of the town."
        case.save(update_fields=["lessons"])
        apply_search_changes()
        assert similarities("case", own, [other]) == {}

    def test_three_statements_for_any_number_of_candidates(self, django_assert_num_queries):
        case = CaseStudy.objects.get(slug="benin")
        all_counts(1)
        with django_assert_num_queries(3):
            related_cases(1, case.pk)

    def test_page_stays_within_its_queries(self, client):
        client.get("/cases/benin/")
        forget_all()
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/cases/hangzhou/").status_code == 200
        assert len(queries) <= 17

    def test_without_an_engine_by_what_cases_share(self, settings):
        settings.EMBEDDINGS_URL = ""
        case = CaseStudy.objects.get(slug="africa-afcfta")
        assert list(related(case)) == ["belarus", "brazil", "guangzhou"]
        assert all(found.closeness == 0 for found in related_cases(1, case.pk))

    def test_model_without_a_calibration_is_not_used(self, settings):
        settings.EMBEDDINGS_MODEL = "unknown@1"
        case = CaseStudy.objects.get(slug="africa-afcfta")
        assert all(found.closeness == 0 for found in related_cases(1, case.pk))
