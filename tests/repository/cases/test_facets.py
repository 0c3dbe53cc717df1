"""Facets against the same counted one by one, on collections made at random."""

import random
import re
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import translation

from repository.cases.facets import (
    FACETS,
    Count,
    Counts,
    all_counts,
    counts_of,
    named,
    practice_counts,
)
from repository.cases.views import Toggle, facets_of
from repository.models import (
    CaseFacet,
    CaseStatus,
    CaseStudy,
    City,
    Country,
    Edition,
    Goal,
    Practice,
    Tag,
    TaggedItem,
    Theme,
)
from repository.pages.editions import forget_all
from repository.places.setting import NOT_DEVELOPING
from repository.translations.reading import names_in
from tests.engines import apply_search_changes
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


@pytest.fixture(params=range(4))
def chance(request, db):
    """Numbers at random."""
    return random.Random(request.param)


def count_now() -> Counts:
    """The counts of all cases, as after the end of the transaction."""
    apply_search_changes()
    forget_all()
    return all_counts(1)


def newest(chosen) -> list[int]:
    return list(CaseFacet.objects.of("all", "").matching(chosen).newest().cases())


def test_count_as_one_by_one(chance):
    make_collection(chance)
    cases, counts = counted(), count_now()
    assert newest({}) == list(cases)
    for facet in FACETS:
        known = set().union(*(values[facet] for values in cases.values()))
        assert {key: count.total for key, count in counts[facet].items()} == {
            key: len(matching(cases, {facet: [key]})) for key in known
        }
        for key in known:
            rows = CaseFacet.objects.of(facet, key).newest().cases()
            assert list(rows) == [pk for pk in cases if key in cases[pk][facet]]


def choices(chance, counts):
    """A choice of some values, known and unknown, of some facets."""
    chosen = {facet: [] for facet in FACETS}
    for facet in chance.sample(list(FACETS), chance.randint(0, 3)):
        pool = [*counts[facet], "unknown"]
        chosen[facet] = chance.sample(pool, min(len(pool), chance.randint(1, 3)))
    return chosen


@pytest.mark.parametrize("share", [1, 2])
def test_combine_any_within_a_facet_and_all_across(chance, share):
    """Among all cases, or every other one."""
    make_collection(chance)
    known, cases = count_now(), counted()
    among = list(cases)[::share] if share > 1 else None
    cases = {pk: values for pk, values in cases.items() if among is None or pk in among}
    for _ in range(30):
        chosen = choices(chance, known)
        counts = counts_of(1, chosen, among)
        found = matching(cases, chosen)
        assert [pk for pk in newest(chosen) if pk in cases] == [pk for pk in cases if pk in found]
        assert counts.all.total == len(found)
        shown = facets_of(1, counts, chosen, Toggle("/cases/", "", chosen, ""))["facets"]
        for group in shown:
            others = {**chosen, group["key"]: []}
            numbers = [row["count"] for row in group["rows"]]
            assert numbers == [
                len(matching(cases, others) & matching(cases, {group["key"]: [row["key"]]}))
                for row in group["rows"]
            ]
            assert [row["key"] for row in group["rows"]] == sorted(
                (row["key"] for row in group["rows"]),
                key=lambda key: (
                    key not in chosen[group["key"]],
                    -counts.of(group["key"], key).total,
                    key,
                ),
            )
        offered = {(group["key"], row["key"]) for group in shown for row in group["rows"]}
        assert {
            (facet, key) for facet, keys in chosen.items() for key in keys if key != "unknown"
        } <= offered


def test_sort_by_title_without_case_and_accents(chance):
    make_collection(chance)
    apply_search_changes()
    plain = {"Émile": "emile", "Apple": "apple", "zebra": "zebra", "echo": "echo"}
    in_order = newest({})
    cases = CaseStudy.objects.in_bulk(in_order)
    expected = sorted(in_order, key=lambda pk: plain[cases[pk].title])
    assert list(CaseFacet.objects.of("all", "").by_title().cases()) == expected


def test_show_the_values_with_most_cases_and_those_chosen():
    counts = Counts(
        {"tag": {"a": Count(1, 0), "b": Count(1, 1), "c": Count(2, 0), "d": Count(0, 1)}}
    )
    assert counts.most("tag", most=2) == ([("b", Count(1, 1)), ("c", Count(2, 0))], 4)
    assert counts.most("tag", chosen=["d", "z"], most=3) == (
        [("d", Count(0, 1)), ("z", Count(0, 0)), ("b", Count(1, 1))],
        5,
    )
    assert counts.most("city", most=2) == ([], 0)


@pytest.mark.django_db
def test_count_nothing():
    assert count_now() == Counts({})
    assert count_now().all == Count(0, 0)


@pytest.mark.django_db
def test_count_once_for_an_edition(django_assert_num_queries):
    make_collection(random.Random(1), cases=3)
    apply_search_changes()
    with django_assert_num_queries(1):
        all_counts(1)
        counts_of(1, {"theme": []})
        practice_counts(1, ["rail"])
    with django_assert_num_queries(1):
        counts_of(1, {"theme": ["rail"], "tag": ["rail"]})


@pytest.mark.django_db
def test_leave_out_what_is_not_published():
    CaseStudyFactory(themes=[ThemeFactory()], cities=[CityFactory(has_sea_port=True)])
    CaseStudyFactory(archived=True, themes=[ThemeFactory()])
    shown = CaseStudyFactory(published=True, themes=[])
    assert set(count_now().by_facet) == {"all", "language"}
    assert newest({}) == [shown.pk]


@pytest.mark.django_db
def test_count_tags_of_cases_only():
    case = CaseStudyFactory(published=True, tags=["rail"])
    webinar = WebinarFactory(pk=case.pk, tags=["port"])
    assert TaggedItem.objects.filter(
        content_type=ContentType.objects.get_for_model(webinar), object_id=case.pk
    ).exists()
    assert list(count_now()["tag"]) == ["rail"]


# The table


STALE = """
WITH stored AS (SELECT case_id, facet, key, is_sample, published_at FROM repository_casefacet)
(TABLE repository_case_facets EXCEPT TABLE stored)
UNION ALL (TABLE stored EXCEPT TABLE repository_case_facets)
"""


def stale() -> list:
    """The rows that the table lacks or has in excess, compared with the current data."""
    with connection.cursor() as cursor:
        cursor.execute(STALE)
        return cursor.fetchall()


def change(chance) -> None:
    """One of the changes after which a case has other values."""
    case = chance.choice(CaseStudy.objects.all())
    city, country = chance.choice(City.objects.all()), chance.choice(Country.objects.all())
    other = chance.choice(City.objects.all())
    name, pool = chance.choice(
        [
            ("themes", Theme.objects.all()),
            ("practices", Practice.objects.all()),
            ("goals", Goal.objects.all()),
            ("countries", Country.objects.all()),
            ("cities", City.objects.all()),
        ]
    )
    changes = [
        lambda: getattr(case, name).add(chance.choice(pool)),
        lambda: getattr(case, name).clear(),
        lambda: case.tags.add(f"tag-{chance.randint(1, 3)}"),
        lambda: case.tags.clear(),
        lambda: CaseStudy.objects.filter(pk=case.pk).update(status=CaseStatus.DRAFT),
        lambda: CaseStudy.objects.filter(pk=case.pk, published_at__isnull=False).update(
            status=CaseStatus.PUBLISHED
        ),
        lambda: CaseStudy.objects.filter(pk=case.pk).update(language="es"),
        lambda: CaseStudy.objects.filter(pk=case.pk).update(is_sample=not case.is_sample),
        lambda: City.objects.filter(pk=city.pk).update(country=country),
        lambda: City.objects.filter(pk=city.pk).update(
            has_sea_port=chance.choice([True, False, None]), has_air_hub=True
        ),
        lambda: City.objects.filter(pk=other.pk).update(slug=f"city-{chance.random()}"),
        lambda: Country.objects.filter(pk=country.pk).update(
            region=chance.choice(REGIONS), is_ldc=chance.choice([True, False])
        ),
        lambda: Theme.objects.filter(pk=Theme.objects.first().pk).update(
            slug=f"theme-{chance.random()}"
        ),
        lambda: Tag.objects.all()[:1] and Tag.objects.first().delete(),
        lambda: Practice.objects.first().delete(),
    ]
    chance.choice(changes)()


def test_keep_the_table_current(chance):
    make_collection(chance)
    apply_search_changes()
    assert stale() == []
    for _ in range(30):
        change(chance)
        apply_search_changes()
        assert stale() == []
    case = CaseStudy.objects.first()
    case.delete()
    apply_search_changes()
    assert stale() == []
    assert not CaseFacet.objects.filter(case=case.pk).exists()


@pytest.mark.django_db(transaction=True)
def test_withdraw_from_the_table_in_the_same_transaction():
    Edition.objects.get_or_create(pk=1)
    case = CaseStudyFactory(published=True, themes=[ThemeFactory()])
    assert CaseFacet.objects.filter(case=case.pk).exists()
    with transaction.atomic():
        CaseStudy.objects.update(status=CaseStatus.DRAFT)
    assert not CaseFacet.objects.exists()


@pytest.mark.django_db
def test_fill_the_table_again():
    make_collection(random.Random(1))
    apply_search_changes()
    CaseFacet.objects.all().delete()
    assert stale()
    call_command("rebuild_search", verbosity=0)
    assert stale() == []


def test_the_same_countries_are_landlocked():
    """In SQL as in Python."""
    sql = (settings.BASE_DIR / "repository/sql/case_facets.sql").read_text(encoding="utf-8")
    [codes] = re.findall(r"IN\s+\(('[A-Z]{2}'(?:, '[A-Z]{2}')*)\)", sql)
    assert set(codes.replace("'", "").split(", ")) == NOT_DEVELOPING


# Names


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
    counts = count_now()
    values = named(1, {facet: counts[facet] for facet in FACETS})

    def names():
        return [values[facet, key].label(facet) for facet in FACETS for key in counts[facet]]

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
    values = named(1, {"practice": ["parcels", "mules"], "theme": ["roads"]})
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
                if (value := values[facet, key])
            ]
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

    def shown() -> tuple[str, dict]:
        with translation.override("es"):
            forget_all()
            value = named(1, {"practice": ["parcels"]})["practice", "parcels"]
            return value.label("practice"), names_in("practice", [value.name], "es")

    assert shown() == ("ES Parcels", {"Parcels": "ES Parcels"})
    practice.name = "Freight"
    practice.save()
    assert shown() == ("Freight", {})
    practice.name = "Parcels"
    practice.save()
    assert shown() == ("ES Parcels", {"Parcels": "ES Parcels"})
