"""The index of facets after changes to cases, from the notes of the database."""

import random
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction

from repository.cases import facets
from repository.cases.columns import Columns
from repository.cases.facet_rows import rows_of
from repository.cases.facets import INDEXED, facet_index, read_index
from repository.cases.lookups import PlaceByKey
from repository.cases.warm_up import warm_up
from repository.models import (
    CaseChange,
    CaseStatus,
    CaseStudy,
    City,
    Edition,
    EditionPart,
    Theme,
)
from repository.pages.editions import Part
from repository.pages.http import versions
from tests.factories import (
    CaseStudyFactory,
    CityFactory,
    CountryFactory,
    OrganizationFactory,
    PracticeFactory,
    SpeakerFactory,
    ThemeFactory,
    UserFactory,
    WebinarFactory,
)
from tests.repository.cases.test_changed_index import state

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def edition(transactional_db):
    """A test with real transactions empties the tables: put the one row back."""
    Edition.objects.get_or_create(pk=1)


def tokens():
    return versions("/", parts=INDEXED).edition


def fresh():
    with connection.cursor() as cursor:
        return read_index(rows_of(cursor)).index


@pytest.fixture
def built(monkeypatch):
    """How often the index was built from scratch."""
    times = []

    def count(cursor, since=None):
        times.extend([] if since else [1])
        return rows_of(cursor, since)

    monkeypatch.setattr(facets, "rows_of", count)
    return times


def publish(chance, case):
    day = datetime(2021, 1, 1, tzinfo=UTC) + timedelta(days=chance.randint(0, 30))
    case.status, case.published_at = CaseStatus.PUBLISHED, day
    case.save()


def archive(chance, case):
    publish(chance, case)
    CaseStudy.objects.filter(pk=case.pk).update(
        status=CaseStatus.ARCHIVED, archived_reason="Out of date."
    )


def relate(name, pool, *, most=3):
    def change(chance, case):
        rows = list(pool())
        getattr(case, name).set(chance.sample(rows, chance.randint(0, min(most, len(rows)))))

    return change


def update(**values):
    def change(chance, case):
        found = {name: chance.choice(among) for name, among in values.items()}
        CaseStudy.objects.filter(pk=case.pk).update(**found)

    return change


VERBS = [
    publish,
    publish,
    archive,
    update(status=[CaseStatus.DRAFT]),
    update(is_sample=[True, False]),
    update(language=["en", "fr"], title=["Rails", "Roads"]),
    relate("themes", Theme.objects.all),
    relate("cities", City.objects.all),
    relate("countries", lambda: [city.country for city in City.objects.all()[:3]]),
    relate("tags", lambda: ["rail", "port", "road"]),
    relate("goals", lambda: [8, 9, 17]),
    lambda chance, case: case.delete(),
    lambda chance, case: CaseStudyFactory(published=True, cities=City.objects.all()[:1]),
]


@pytest.mark.parametrize("seed", range(6))
def test_change_as_built_again(seed, built):
    chance = random.Random(seed)
    ThemeFactory.create_batch(3)
    CityFactory.create_batch(6, population=600_000, population_source="Census")
    for _ in range(12):
        case = CaseStudyFactory(published=chance.random() < 0.8)
        for verb in VERBS[6:11]:
            verb(chance, case)
    facet_index(tokens())
    for _ in range(25):
        for _ in range(chance.randint(1, 3)):
            with transaction.atomic():
                for _ in range(chance.randint(1, 2)):
                    case = chance.choice(CaseStudy.objects.order_by("pk"))
                    chance.choice(VERBS)(chance, case)
        assert state(facet_index(tokens())) == state(fresh())
    assert built == [1]


@pytest.fixture
def known(built):
    """A published case, in an index that the process has built once."""
    case = CaseStudyFactory(published=True, themes=[ThemeFactory(slug="roads")])
    ThemeFactory(slug="rails")
    facet_index(tokens())
    assert built == [1]
    return case


def test_make_all_that_pages_need_of_the_index(built, client, monkeypatch):
    CityFactory.create_batch(2)
    case = CaseStudyFactory(published=True, cities=City.objects.all(), themes=[ThemeFactory()])
    warm_up()
    monkeypatch.setattr(Columns, "by_case", None)
    monkeypatch.setattr(PlaceByKey, "of", None)
    assert client.get(case.get_absolute_url()).status_code == 200
    assert client.get(City.objects.first().get_absolute_url()).status_code == 200
    assert client.get("/cases/", {"language": case.language}).status_code == 200
    assert built == [1]


def test_make_the_index_of_no_cases(built):
    warm_up()
    assert len(facet_index(tokens()).cases) == 0
    assert built == [1]


def test_keep_the_index_after_an_edit_of_a_text(known, built):
    before = facet_index(tokens())
    CaseStudy.objects.update(title="Another title")
    assert facet_index(tokens()) is before
    assert built == [1]


def test_read_changes_in_one_query(known, django_assert_num_queries):
    known.themes.clear()
    now = tokens()
    # With BEGIN and COMMIT.
    with django_assert_num_queries(3):
        facet_index(now)
        facet_index(now)


def test_build_again_after_a_change_of_another_part(known, built):
    Theme.objects.filter(slug="roads").update(name="Streets")
    assert facet_index(tokens()).values["theme"]["roads"].name == "Streets"
    assert built == [1, 1]


def test_build_again_if_cases_were_loaded_without_triggers(known, built):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        CaseStudyFactory(published=True, published_at=known.published_at + timedelta(days=1))
    assert len(facet_index(tokens()).cases) == 1
    CaseStudyFactory(published=True, published_at=known.published_at + timedelta(days=2))
    assert state(facet_index(tokens())) == state(fresh())
    assert len(facet_index(tokens()).cases) == 3
    assert built == [1, 1]


def test_build_again_after_many_changes(known, built, monkeypatch):
    monkeypatch.setattr(facets, "MOST_CHANGED", 2)
    for count, again in [(2, [1]), (3, [1, 1])]:
        for _ in range(count):
            CaseStudyFactory(published=True)
        assert state(facet_index(tokens())) == state(fresh())
        assert built == again


def test_build_again_without_notes_of_the_last_index(known, built):
    """As after a restore, or if thousands of cases have changed."""
    known.themes.clear()
    CaseChange.objects.filter(token=EditionPart.objects.get(name="cases").token).delete()
    facet_index(tokens())
    assert built == [1, 1]
    known.themes.add(Theme.objects.get(slug="rails"))
    assert list(facet_index(tokens()).values["theme"]) == ["rails"]
    assert built == [1, 1, 1]
    known.themes.clear()
    assert facet_index(tokens()).values["theme"] == {}
    assert built == [1, 1, 1]


def test_leave_out_changes_that_were_rolled_back(known, built):
    before, notes = tokens(), CaseChange.objects.count()
    with transaction.atomic():
        known.themes.clear()
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        assert CaseChange.objects.count() == notes + 1
        transaction.set_rollback(True)
    assert (tokens(), CaseChange.objects.count()) == (before, notes)


def noted():
    """The cases noted with the current token, and that are in the order of the commits."""
    latest = CaseChange.objects.order_by("pk").last()
    assert latest.token == EditionPart.objects.get(name=Part.CASES).token
    return list(CaseChange.objects.filter(token=latest.token).values_list("case_id", flat=True))


@pytest.mark.parametrize(
    "change",
    [
        lambda case: case.authors.add(UserFactory()),
        lambda case: case.cities.add(CityFactory()),
        lambda case: case.countries.add(CountryFactory(iso2="KE")),
        lambda case: case.goals.add(8),
        lambda case: case.organizations.add(OrganizationFactory()),
        lambda case: case.practices.add(PracticeFactory()),
        lambda case: case.speakers.add(SpeakerFactory()),
        lambda case: case.themes.clear(),
        lambda case: case.webinars.add(WebinarFactory()),
        lambda case: case.tags.add("rail"),
        lambda case: CaseStudy.objects.filter(pk=case.pk).update(
            status=CaseStatus.ARCHIVED, archived_reason="Out of date."
        ),
        lambda case: CaseStudy.objects.filter(pk=case.pk).update(language="fr"),
        lambda case: case.delete(),
    ],
)
def test_note_each_change_of_what_a_case_is_about(known, change):
    pk, before = known.pk, tokens()
    CaseStudyFactory(published=True)
    with transaction.atomic():
        change(known)
    assert tokens()[Part.CASES] != before[Part.CASES]
    assert noted() == [pk]


def test_note_all_cases_of_a_transaction(known):
    other = CaseStudyFactory(published=True)
    with transaction.atomic():
        known.themes.clear()
        CaseStudy.objects.update(language="fr")
    assert sorted(noted()) == sorted([known.pk, other.pk])


def test_note_no_draft(known):
    before = CaseChange.objects.count()
    draft = CaseStudyFactory(themes=[Theme.objects.get(slug="rails")])
    draft.delete()
    assert CaseChange.objects.count() == before


def test_keep_the_last_thousands_of_notes(known):
    first = CaseChange.objects.order_by("pk").first().pk
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT setval(pg_get_serial_sequence('repository_casechange', 'id'), %s)",
            [(first // 1000 + 7) * 1000 - 1],
        )
    known.themes.clear()
    assert noted() == [known.pk]
    assert CaseChange.objects.count() == 1
