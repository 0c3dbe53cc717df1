"""Which cases are shown for a city, in which order, and why."""

import pytest
from django.utils import timezone
from django.utils.html import strip_tags
from hypothesis import given
from hypothesis import strategies as st

from partnerships.cases_for_cities import loading, ranking
from partnerships.cases_for_cities.collection import Places, facts_of, places
from partnerships.cases_for_cities.loading import cases_by_key, for_page_of, with_titles
from partnerships.cases_for_cities.sentences import sentences
from partnerships.models import CityProfile, Direction, ListingStatus
from repository.cases.facets import all_counts
from repository.models import CaseStudy, City, Country
from repository.pages.editions import forget_all
from repository.places.setting import SETTING, shares
from tests.engines import apply_search_changes
from tests.factories import (
    CaseStudyFactory,
    CityFactory,
    CountryFactory,
    NeedFactory,
    PartnershipRequestFactory,
    PracticeFactory,
    ThemeFactory,
)
from tests.page import page_of
from tests.repository.places.test_setting import FACTS

pytestmark = pytest.mark.django_db

# Nothing is known of these countries.
BARE = {"region": "", "subregion": "", "income_group": ""}


def place(name, *, country="KE", profile=None, **facts) -> City:
    """A city in a country of which nothing else is known."""
    made = CityFactory(
        slug=name.lower(), name=name, country=CountryFactory(iso2=country, **BARE), **facts
    )
    if profile:
        CityProfile.objects.create(city=made, **profile)
    return made


def case_of(name, *, country="BJ", practices=(), themes=(), profile=None, **facts):
    """A case named after its city."""
    city = place(name, country=country, profile=profile, **facts)
    return CaseStudyFactory(
        published=True,
        title=name,
        cities=[city],
        practices=practices,
        themes=themes,
        is_sample=city.is_sample,
    )


def found_for(city: City) -> list[tuple[str, str]]:
    """The cases on the page of a city, and the reasons."""
    apply_search_changes()
    forget_all()
    return [
        (entry.case.title, strip_tags(sentences(entry.suggested.reasons)))
        for entry in with_titles(for_page_of("edition", city.pk))
    ]


KNOWN = {"population_source": "Census"}


@pytest.mark.parametrize(
    ("own", "other", "reason"),
    [
        ({"has_sea_port": False}, {"has_sea_port": False}, "Also without a sea port."),
        (
            {"has_sea_port": False, "has_rail_hub": True},
            {"has_sea_port": False, "has_rail_hub": True},
            "Also without a sea port.",
        ),
        ({"has_sea_port": True}, {"has_sea_port": True}, "Also with a sea port."),
        (
            {"has_sea_port": True, "population": 900_000, **KNOWN},
            {"has_sea_port": True, "population": 1_200_000, **KNOWN},
            "Also with a sea port and of similar size (1,200,000 and 900,000 people).",
        ),
        (
            {"profile": {"setting": "rural"}},
            {"profile": {"setting": "rural"}},
            "Also mostly rural.",
        ),
        (
            {"profile": {"setting": "mixed", "corridors": ["northern", "central"]}},
            {"profile": {"setting": "mixed", "corridors": ["northern"]}},
            "Also with towns and countryside and on the same trade corridor "
            "(Northern Corridor (East Africa)).",
        ),
    ],
)
def test_give_what_two_settings_have_in_common(own, other, reason):
    here = place("Here", **own)
    case_of("There", **other)
    assert found_for(here) == [("There", reason)]


@pytest.mark.parametrize(
    ("own", "other", "reason"),
    [
        (
            {"region": "Africa", "income_group": "low"},
            {"region": "Africa", "income_group": "low"},
            "Also in a low-income country and in the same region (Africa).",
        ),
        (
            {"region": "Africa", "subregion": "Western Africa", "income_group": "lower-middle"},
            {"region": "Africa", "subregion": "Western Africa", "income_group": "lower-middle"},
            "Also in a lower-middle-income country and in the same part of Africa.",
        ),
        # An intermediate region is closer than the sub-region.
        (
            {"region": "Africa", "subregion": "Sub-Saharan Africa", "income_group": "high"}
            | {"intermediate_region": "Western Africa"},
            {"region": "Africa", "subregion": "Sub-Saharan Africa", "income_group": "high"}
            | {"intermediate_region": "Eastern Africa"},
            "Also in a high-income country and in the same region (Africa).",
        ),
        (
            {"is_lldc": True, "is_ldc": True, "income_group": "low"},
            {"is_lldc": True, "is_ldc": True, "income_group": "low"},
            "Also without a sea port, in a low-income country and in a least developed country.",
        ),
        (
            {"is_sids": True, "income_group": "upper-middle"},
            {"is_sids": True, "income_group": "upper-middle"},
            "Also in an upper-middle-income country and in a small island developing State.",
        ),
    ],
)
def test_give_what_two_countries_have_in_common(own, other, reason):
    here = place("Here")
    case_of("There")
    Country.objects.filter(pk="KE").update(**own)
    Country.objects.filter(pk="BJ").update(**other)
    assert found_for(here) == [("There", reason)]


def test_name_the_country_once_that_two_cities_share():
    here = place("Here", has_sea_port=True)
    case_of("There", country="KE", has_sea_port=True)
    Country.objects.update(region="Africa", subregion="Eastern Africa", income_group="low")
    assert found_for(here) == [("There", "Also with a sea port and in the same country.")]


@pytest.mark.parametrize(
    ("own", "other"),
    [
        ({}, {}),
        ({"has_sea_port": False}, {}),
        ({}, {"has_sea_port": False}),
        ({"has_sea_port": True}, {"has_sea_port": False}),
        ({"population": 900_000, **KNOWN}, {"population": 1_200_000, **KNOWN}),
    ],
)
def test_suggest_nothing_by_unknown_facts_differences_or_size_alone(own, other):
    here = place("Here", **own)
    case_of("There", **other)
    assert found_for(here) == []


def test_compare_a_case_without_a_city_by_its_country():
    here = place("Here", has_sea_port=False)
    benin = CountryFactory(iso2="BJ", **BARE)
    CaseStudyFactory(published=True, title="Country", countries=[benin])
    CaseStudyFactory(published=True, title="Nowhere")
    assert found_for(here) == []
    Country.objects.update(region="Africa", income_group="low")
    assert found_for(here) == [
        ("Country", "Also in a low-income country and in the same region (Africa).")
    ]


def test_order_by_similarity_of_setting():
    here = place(
        "Here", has_sea_port=False, population=1_000_000, profile={"setting": "rural"}, **KNOWN
    )
    case_of("Coast", has_sea_port=True, population=1_000_000, profile={"setting": "rural"}, **KNOWN)
    case_of("Inland", has_sea_port=False)
    case_of("Same", has_sea_port=False, population=1_000_000, profile={"setting": "rural"}, **KNOWN)
    case_of("Tenfold", has_sea_port=False, population=10_000_000, **KNOWN)
    assert [title for title, _reason in found_for(here)] == ["Same", "Coast", "Tenfold"]


def test_put_needed_practices_first():
    rail, loans = PracticeFactory(name="Rail"), PracticeFactory(name="Loans")
    theme = ThemeFactory(name="Finance")
    here = place("Here", has_sea_port=False, profile={"setting": "rural"})
    NeedFactory(city=here, practices=[loans], themes=[theme])
    PartnershipRequestFactory(city=here, opened=True, opened_at=timezone.now(), practices=[rail])
    case_of("Like", themes=[theme], has_sea_port=False, profile={"setting": "rural"})
    case_of("Both", practices=[rail, loans])
    case_of("Loans", practices=[loans])
    assert found_for(here) == [
        ("Both", "Shows “Rail”, which Here is looking for."),
        ("Loans", "Shows “Loans”, which Here is looking for."),
        (
            "Like",
            "On the theme “Finance”, on which Here is looking for partners. "
            "Also without a sea port and mostly rural.",
        ),
    ]


def test_compare_the_newest_cases_for_each_kind_of_reason(monkeypatch):
    loans = PracticeFactory(name="Loans")
    here = place("Here", has_sea_port=False, profile={"setting": "rural"})
    NeedFactory(city=here, practices=[loans])
    case_of("Loans", practices=[loans])
    for name in ("Like", "Alike"):
        case_of(name, has_sea_port=False, profile={"setting": "rural"})
    for most, titles in ((0, []), (1, ["Loans", "Alike"]), (2, ["Loans", "Alike", "Like"])):
        monkeypatch.setattr(loading, "MOST_CASES", most)
        assert [title for title, _reason in found_for(here)] == titles


def test_give_no_theme_of_all_cases_as_a_reason():
    everywhere, rare = ThemeFactory(name="Everywhere"), ThemeFactory(name="Rare")
    here = place("Here")
    NeedFactory(city=here, themes=[everywhere, rare])
    case_of("Common", themes=[everywhere])
    case_of("Rare", themes=[everywhere, rare])
    assert found_for(here) == [
        ("Rare", "On the theme “Rare”, on which Here is looking for partners.")
    ]


def test_show_cities_that_work_on_the_same():
    rail = PracticeFactory(name="Rail")
    case_of("Here", practices=[rail])
    case_of("There", practices=[rail])
    Country.objects.update(region="Africa", income_group="low")
    assert found_for(City.objects.get(slug="here")) == [
        ("There", "Also in the same country. Shows “Rail”, like a case from Here.")
    ]


def test_leave_out_own_cases_and_drafts():
    rail = PracticeFactory()
    case_of("Here", practices=[rail], has_sea_port=True)
    here = City.objects.get(slug="here")
    NeedFactory(city=here, practices=[rail])
    CaseStudyFactory(title="Draft", practices=[rail])
    CaseStudyFactory(published=True, practices=[rail], cities=[here, CityFactory()])
    assert found_for(here) == []


def test_show_samples_to_sample_cities_only():
    rail = PracticeFactory()
    real, sample = place("Here"), place("Sample", is_sample=True)
    for city in (real, sample):
        NeedFactory(city=city, practices=[rail])
    case_of("Invented", practices=[rail], is_sample=True)
    case_of("Published", practices=[rail])
    assert [title for title, _reason in found_for(real)] == ["Published"]
    # Real cases come first.
    assert [title for title, _reason in found_for(sample)] == ["Published", "Invented"]


@pytest.mark.parametrize(
    "values",
    [
        {"status": ListingStatus.PENDING, "published_at": None},
        {"status": ListingStatus.DECLINED},
        {"status": ListingStatus.CLOSED},
        {"valid_until": "2020-01-01"},
    ],
)
def test_ignore_needs_that_are_not_open(values):
    rail = PracticeFactory()
    here = place("Here")
    NeedFactory(city=here, practices=[rail], **values)
    case_of("Rail", practices=[rail])
    assert found_for(here) == []


def test_ignore_what_a_city_offers():
    rail = PracticeFactory()
    here = place("Here")
    PartnershipRequestFactory(city=here, opened=True, practices=[rail], direction=Direction.OFFER)
    case_of("Rail", practices=[rail])
    assert found_for(here) == []
    PartnershipRequestFactory(city=here, opened=True, practices=[rail], direction=Direction.BOTH)
    assert [title for title, _reason in found_for(here)] == ["Rail"]


def test_show_three_cases_at_most_newest_first():
    here = place("Here", has_sea_port=False)
    for number in range(5):
        case_of(f"Case{number}", has_sea_port=False)
    assert [title for title, _reason in found_for(here)] == ["Case4", "Case3", "Case2"]


def test_mark_the_language_of_names(client):
    rail = PracticeFactory(name="Rail")
    here = place("Here")
    NeedFactory(city=here, practices=[rail])
    case_of("There", practices=[rail])
    page = page_of(client.get("/fr/cities/here/"))
    assert page.one("[aria-labelledby=cases-for-city] .source [lang=en]").text == "Rail"


@given(own=FACTS, others=st.lists(FACTS, max_size=5))
def test_count_settings_as_the_ranking_does(own, others):
    places = Places(others, [("", {}, "")] * len(others), {}, {})
    expected = [
        sum(SETTING[name] * share for name, share in shares(own, other).items()) for other in others
    ]
    whole = sum(SETTING.values())
    assert places.likeness(own) == pytest.approx([points / whole for points in expected])


def test_count_the_most_similar_place_of_each_case():
    """Whether its points are added up, or the reason for them is looked up."""
    here = place("Here", has_sea_port=False, profile={"setting": "rural"})
    inland = place("Inland", country="BJ", has_sea_port=False, profile={"setting": "rural"})
    coast = place("Coast", country="TG", has_sea_port=True)
    cases = [
        CaseStudyFactory(published=True, cities=[coast, inland]),
        CaseStudyFactory(published=True, cities=[coast]),
        CaseStudyFactory(published=True, countries=[inland.country]),
        CaseStudyFactory(published=True),
    ]
    apply_search_changes()
    forget_all()
    context = ranking.Context(all_counts("edition"), places("edition"), {})
    compared = ranking.Comparison(ranking.Reader(here, facts_of(here)), context)
    loaded = cases_by_key(CaseStudy.objects.values_list("pk", flat=True))
    alike = []
    for case in cases:
        rows = compared.rows_of(loaded[case.pk])
        alike.append(compared.likeness_of(loaded[case.pk]))
        assert alike[-1] == max(map(compared.likeness.__getitem__, rows), default=0)
    assert alike[0] > alike[1] > 0
