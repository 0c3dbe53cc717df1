"""A publication makes only the pages again that take something else from the index of cases."""

import random
from datetime import UTC, datetime
from unittest.mock import patch

import pytest
from django.db import connection
from django.test import override_settings
from django.test.utils import CaptureQueriesContext

from repository.cases import views
from repository.models import CaseStatus, CaseStudy
from repository.pages import cache
from repository.pages.editions import TAKEN, forget_all
from tests.factories import (
    AppearanceFactory,
    CaseStudyFactory,
    CityFactory,
    NeedFactory,
    PracticeFactory,
    SpeakerFactory,
    SuggestionFactory,
    ThemeFactory,
    UserFactory,
)
from tests.kept_pages import OFF, get, made
from tests.page import page_of
from tests.permissions.fresh_pages import CLOCK

pytestmark = pytest.mark.django_db(transaction=True)


def is_made(path: str) -> bool:
    return made(lambda: get(path))[0]


@pytest.fixture
def practices():
    return [PracticeFactory(slug=f"p{number}", name=f"Practice {number}") for number in range(4)]


@pytest.fixture
def shown(pages, practices):
    """A case of which the page, and those of its practice and city, are cached; and others."""
    city = CityFactory(slug="own")
    case = CaseStudyFactory(published=True, slug="shown", title="Shown", cities=[city])
    case.practices.add(practices[0])
    for number in range(4):
        other = CaseStudyFactory(published=True, slug=f"other-{number}")
        other.practices.add(practices[1])
    for path in PATHS:
        get(path)
    assert not any(map(is_made, PATHS))
    return case


PATHS = ["/cases/shown/", "/practices/p0/", "/cities/own/"]


def publish(*practices, **values) -> CaseStudy:
    case = CaseStudyFactory(published=True, **values)
    case.practices.add(*practices)
    return case


def test_keep_pages_that_take_the_same(shown, practices):
    etag = get("/cases/shown/").headers["ETag"]
    publish(practices[2])
    assert [path for path in PATHS if is_made(path)] == []
    assert get("/cases/shown/").headers["ETag"] == etag
    assert get("/cases/shown/", if_none_match=etag).status_code == 304


def test_keep_pages_if_texts_are_embedded_and_nothing_else_is_close(shown):
    with connection.cursor() as cursor:
        cursor.execute("SELECT repository_next_edition('{meaning}')")
    assert [path for path in PATHS if is_made(path)] == []
    assert is_made("/cases/")


def test_compare_once_for_a_publication(shown, practices):
    publish(practices[2])
    with patch.object(cache, "digest", wraps=cache.digest) as compared:
        get("/cases/shown/")
        assert compared.call_count == 2
        get("/cases/shown/")
        assert compared.call_count == 2
        # As by another process with the same cache.
        forget_all()
        get("/cases/shown/")
        assert compared.call_count == 2


def test_show_a_related_case_when_it_is_published_and_withdrawn(shown, practices):
    [city] = shown.cities.all()
    related = publish(practices[0], title="Just published", cities=[city])
    for path in PATHS:
        assert "Just published" in page_of(get(path)).html
        assert not is_made(path)
    CaseStudy.objects.filter(pk=related.pk).update(status=CaseStatus.DRAFT)
    for path in PATHS:
        assert "Just published" not in page_of(get(path)).html


def test_show_the_number_of_cases_with_a_practice(shown, practices):
    publish(practices[0], is_sample=True)
    assert [path for path in PATHS if is_made(path)] == ["/cases/shown/", "/practices/p0/"]


def test_make_the_board_again_if_a_suggestion_shows_the_case(pages):
    suggestion = SuggestionFactory()
    later = CaseStudyFactory(title="Just published")
    suggestion.cases.add(later)
    get("/partnerships/")
    publish()
    assert not is_made("/partnerships/")
    CaseStudy.objects.filter(pk=later.pk).update(
        status=CaseStatus.PUBLISHED, published_at=datetime(2026, 1, 1, tzinfo=UTC)
    )
    assert "Just published" in page_of(get("/partnerships/")).html
    assert not is_made("/partnerships/")
    CaseStudy.objects.filter(pk=later.pk).update(status=CaseStatus.DRAFT)
    assert "Just published" not in page_of(get("/partnerships/")).html


def test_read_only_the_city_and_its_speakers_to_compare_its_page(shown, practices):
    """Not again what it needs, nor the titles of cases that are suggested to it."""
    [city] = shown.cities.all()
    NeedFactory(city=city, practices=[practices[1]])
    CityFactory(slug="neighbour")
    for path in ("/cities/own/", "/cities/neighbour/"):
        get(path)
    assert page_of(get("/cities/own/")).one("[aria-labelledby=cases-for-city]")
    publish(practices[2])
    # The first page makes what all of them need.
    get("/cities/neighbour/")
    with CaptureQueriesContext(connection) as queries:
        assert not is_made("/cities/own/")
    tables = [query["sql"].split('FROM "')[1].split('"')[0] for query in queries[1:]]
    assert tables == ["repository_city", "repository_speaker"]


def test_show_a_speaker_of_any_case_of_a_city(shown):
    [city] = shown.cities.all()
    for _number in range(12):
        publish(cities=[city])
    speaker = AppearanceFactory(speaker__name="Just added").speaker
    assert "Just added" not in page_of(get("/cities/own/")).html
    shown.speakers.add(speaker)
    assert "Just added" in page_of(get("/cities/own/")).html


def test_show_practices_that_go_well_with_another(shown, practices):
    assert "Practice 3" not in page_of(get("/practices/p0/")).html
    shown.practices.add(practices[3])
    assert "Practice 3" in page_of(get("/practices/p0/")).html


@pytest.mark.parametrize(
    "change",
    [
        lambda case: case.speakers.add(SpeakerFactory(name="Just added")),
        lambda case: case.themes.add(ThemeFactory(name="Just added")),
        lambda case: case.cities.add(CityFactory(name="Just added")),
        lambda case: case.tags.add("Just added"),
        lambda case: case.authors.add(UserFactory(display_name="Just added")),
    ],
)
def test_make_pages_of_a_case_with_another_link(shown, change):
    change(shown)
    assert all(map(is_made, PATHS))


def test_withdraw_the_case_itself(shown):
    CaseStudy.objects.filter(pk=shown.pk).update(status=CaseStatus.DRAFT)
    assert get("/cases/shown/").status_code == 404


@pytest.mark.parametrize("part", TAKEN)
def test_depend_on_cases_only_by_what_is_taken(part, shown):
    """Something that reads the part without `take` would not be compared."""
    with (
        patch.object(views, "take", lambda request, *_arguments: request.edition[part]),
        pytest.raises(KeyError),
    ):
        get("/cases/other-0/")


@pytest.mark.proof(sample=1)
@pytest.mark.parametrize("seed", range(6))
def test_show_the_same_as_fresh_pages_after_random_changes(seed, pages, practices, is_sample):
    """Publications, withdrawals, edits and other links of cases, in random order."""
    rng = random.Random(seed)
    themes = [ThemeFactory(slug=f"t{number}") for number in range(3)]
    cities = [CityFactory(slug=f"c{number}") for number in range(3)]
    cases = [CaseStudyFactory(slug=f"case-{number}") for number in range(8)]
    for case in cases:
        link(case, rng, practices, themes, cities)
    paths = [f"/practices/p{number}/" for number in range(4)]
    paths += [f"/cases/case-{number}/" for number in range(8)]
    paths += [f"/cities/c{number}/" for number in range(3)]
    paths += [
        "/",
        "/cities/",
        "/cases/",
        "/cases/?theme=t0",
        "/cases/?sort=title",
        "/partnerships/",
    ]
    for case in cases[:4]:
        SuggestionFactory().cases.add(case)
    NeedFactory(city=cities[0], practices=practices[:1], themes=themes[:2])
    NeedFactory(city=cities[1], themes=themes[:1])
    kept = 0
    for _step in range(4 if is_sample else 8):
        case = rng.choice(cases)
        change = rng.choice(["status", "status", "status", "title", "links"])
        if change == "links":
            link(case, rng, practices, themes, cities)
        elif change == "title":
            case.title = f"Title {rng.randrange(1000)}"
        else:
            is_shown = case.status == CaseStatus.PUBLISHED
            case.status = CaseStatus.DRAFT if is_shown else CaseStatus.PUBLISHED
            case.published_at = datetime(2026, 1, rng.randint(1, 28), tzinfo=UTC)
        case.save()
        for path in paths:
            was_made, response = made(lambda path=path: get(path))
            kept += not was_made and response.status_code == 200
            with override_settings(CACHES=OFF):
                fresh = get(path)
            assert response.status_code == fresh.status_code
            assert CLOCK.sub(b"", response.content) == CLOCK.sub(b"", fresh.content), path
    forget_all()
    assert kept > 5


def link(case: CaseStudy, rng: random.Random, practices, themes, cities) -> None:
    case.practices.set(rng.sample(practices, rng.randrange(3)))
    case.themes.set(rng.sample(themes, rng.randrange(3)))
    case.cities.set(rng.sample(cities, rng.randrange(2)))
