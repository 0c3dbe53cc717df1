from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import translation

from repository.cases.case_page import case_page
from repository.models import CaseStatus, CaseStudy
from tests.factories import (
    CaseStudyFactory,
    CityFactory,
    CountryFactory,
    OrganizationFactory,
    ThemeFactory,
)

PUBLIC = {CaseStatus.PUBLISHED, CaseStatus.ARCHIVED}


@pytest.fixture
def cases(colleague):
    """One case of each status, by `colleague`; keyed by status."""
    return {
        status: CaseStudyFactory(
            slug=status,
            status=status,
            published_at=datetime(2021, 3, 1, tzinfo=UTC) if status in PUBLIC else None,
            archived_reason="Ended." if status == CaseStatus.ARCHIVED else "",
            authors=[colleague],
        )
        for status in CaseStatus
    }


@pytest.mark.parametrize(
    ("person", "seen"),
    [
        ("nobody", PUBLIC),
        ("stranger", PUBLIC),
        ("focal_point", PUBLIC),
        ("colleague", set(CaseStatus)),
        ("moderator", set(CaseStatus)),
        ("broker", PUBLIC),
        ("administrator", set(CaseStatus)),
    ],
)
def test_see_cases_as_a_person_may(cases, person, seen, request):
    user = AnonymousUser() if person == "nobody" else request.getfixturevalue(person)
    found = CaseStudy.objects.visible_to(user).values_list("status", flat=True)
    assert sorted(found) == sorted(seen)


@pytest.mark.django_db
def test_see_own_draft_only(member, colleague):
    mine = CaseStudyFactory(authors=[member, colleague])
    CaseStudyFactory(authors=[colleague])
    assert list(CaseStudy.objects.visible_to(member)) == [mine]


def test_published_leaves_out_every_other_status(cases):
    assert list(CaseStudy.objects.published()) == [cases[CaseStatus.PUBLISHED]]


@pytest.mark.django_db
def test_newest_first_and_the_later_made_of_one_day():
    day = datetime(2021, 3, 1, tzinfo=UTC)
    old, first, second = (
        CaseStudyFactory(published=True, published_at=moment)
        for moment in (datetime(2020, 1, 1, tzinfo=UTC), day, day)
    )
    assert list(CaseStudy.objects.newest()) == [second, first, old]


def card(**fields):
    case = CaseStudyFactory(published=True, **fields)
    return CaseStudy.objects.for_cards().get(pk=case.pk)


@pytest.fixture
def zhengzhou(db):
    return CityFactory(slug="zhengzhou", name="Zhengzhou", names={"fr": "Tcheng-tcheou"})


@pytest.mark.django_db
def test_place_names_cities_then_their_countries_once(zhengzhou):
    cities = [zhengzhou, CityFactory(name="Ningbo"), CityFactory(name="Kigali", country__iso2="RW")]
    case = card(cities=cities, countries=[CountryFactory(iso2="BR")])
    assert case.place == "Zhengzhou, Ningbo, Kigali, China, Rwanda"


@pytest.mark.django_db
def test_place_names_countries_without_a_city():
    body = OrganizationFactory(name="Economic Commission for Africa", acronym="UNECA")
    case = card(
        countries=[CountryFactory(iso2="BY"), CountryFactory(iso2="BJ")],
        organizations=[body, OrganizationFactory(name="The Centre")],
    )
    assert case.place == "Belarus, Benin"
    assert [place["url"] for place in case.places] == ["/countries/by/", "/countries/bj/"]


@pytest.mark.django_db
def test_place_names_organisations_without_a_country():
    body = OrganizationFactory(name="Economic Commission for Africa", acronym="UNECA")
    case = card(organizations=[body, OrganizationFactory(name="The Centre")])
    assert case.place == "UNECA, The Centre"
    assert [place["url"] for place in case.places] == ["", ""]


@pytest.mark.django_db
def test_place_is_in_the_language_of_the_page(zhengzhou):
    case = card(cities=[zhengzhou])
    with translation.override("fr"):
        assert [place["name"] for place in case.places] == ["Tcheng-tcheou", "Chine"]
    assert [(place["name"], place["url"]) for place in case.places] == [
        ("Zhengzhou", "/cities/zhengzhou/"),
        ("China", "/countries/cn/"),
    ]


@pytest.mark.django_db
def test_place_is_empty_where_there_is_none():
    case = card()
    assert (case.place, case.places, case.theme_list) == ("", [], [])


@pytest.mark.django_db
def test_themes_keep_their_order_and_speak_the_language_of_the_page():
    late = ThemeFactory(slug="customs", name="Customs", names={"fr": "Douane"})
    first = ThemeFactory(slug="z-logistics", name="Logistics")
    case = card(themes=[first, late])
    assert case.theme_list == [first, late]
    assert list(map(str, case.theme_list)) == ["Logistics", "Customs"]
    with translation.override("fr"):
        assert list(map(str, case.theme_list)) == ["Logistics", "Douane"]


@pytest.mark.django_db
def test_goals_stand_in_their_order():
    case = CaseStudyFactory(goals=[17, 8, 9])
    assert case_page(case).goals == [8, 9, 17]


@pytest.mark.django_db
@pytest.mark.parametrize("number", [1, 3])
def test_cards_need_six_queries(number, zhengzhou, django_assert_num_queries):
    pks = [
        CaseStudyFactory(published=True, cities=[zhengzhou], themes=[ThemeFactory()]).pk
        for _ in range(number)
    ]
    with django_assert_num_queries(6):
        shown = [
            (case.place, list(map(str, case.theme_list)), case.title, case.get_absolute_url())
            for case in CaseStudy.objects.cards_of(pks)
        ]
    assert len(shown) == number


def test_cards_stand_in_the_order_asked_for_without_those_that_are_gone(db):
    one, two, three = (CaseStudyFactory(published=True) for _ in range(3))
    withdrawn = CaseStudyFactory()
    keys = [two.pk, 0, three.pk, withdrawn.pk, one.pk]
    assert CaseStudy.objects.cards_of(keys) == [two, three, one]


@pytest.mark.django_db
def test_render_sections_on_each_save():
    case = CaseStudyFactory(challenge="**Slow** roads.", solution="", lessons=" ")
    assert case.rendered == {
        "challenge": "<p><strong>Slow</strong> roads.</p>\n",
        "solution": "",
        "results": "<p>Three days instead of twenty.</p>\n",
        "lessons": "",
        "what_did_not_work": "",
        "preconditions": "",
        "advice": "",
    }
    case.challenge = "<script>x</script>"
    case.save()
    case.refresh_from_db()
    assert case.rendered["challenge"] == "<p>&lt;script&gt;x&lt;/script&gt;</p>\n"


@pytest.mark.django_db
def test_know_address_title_and_state():
    published, archived = (
        CaseStudyFactory(published=True, slug="x"),
        CaseStudyFactory(archived=True),
    )
    assert (published.get_absolute_url(), str(published)) == ("/cases/x/", published.title)
    assert [(case.is_published, case.is_archived) for case in (published, archived)] == [
        (True, False),
        (False, True),
    ]
