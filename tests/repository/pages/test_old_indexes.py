"""Pages of a site whose indexes are made by threads, which see what is committed."""

from threading import Event
from threading import enumerate as all_threads

import pytest
from django.db import connection

from community.models import User
from repository.models import CaseStatus, CaseStudy, City, Edition, Practice
from repository.pages import provisional
from repository.pages.editions import forget_all
from repository.pages.http import SHARED
from tests.collection import signed_in
from tests.factories import CaseStudyFactory, CityFactory, PracticeFactory, ThemeFactory
from tests.kept_pages import get, kept

pytestmark = pytest.mark.django_db(transaction=True)
SECONDS = 20
OLD = ("no-store", False)
TITLE = "Parcels by bus"
OTHER = "Trains at night"
SESSIONS = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"


class Threads:
    """Threads that make values begin to do so only when the test ends them."""

    def __init__(self, monkeypatch):
        self.go_on = Event()
        run = provisional.Renewal.run

        def later(renewal, make):
            assert self.go_on.wait(SECONDS)
            run(renewal, make)

        monkeypatch.setattr(provisional.Renewal, "run", later)
        monkeypatch.setattr(provisional, "PATIENCE", 0)

    def end(self):
        self.go_on.set()
        for thread in all_threads():
            if thread.name.startswith("Making "):
                thread.join(SECONDS)
        self.go_on.clear()


@pytest.fixture
def threads(settings, monkeypatch):
    settings.OLD_VALUES_FOR = 30
    threads = Threads(monkeypatch)
    yield threads
    threads.end()


@pytest.fixture
def city(threads):
    """A city with two cases of one practice and theme. There are other cases."""
    Edition.objects.get_or_create(pk=1)
    for case in CaseStudyFactory.create_batch(3, published=True):
        case.practices.add(PracticeFactory())
    practice, theme = PracticeFactory(slug="vans", name="Shared vans"), ThemeFactory()
    city = CityFactory(slug="zhengzhou", name="Zhengzhou")
    for title in (TITLE, OTHER):
        case = CaseStudyFactory(published=True, title=title)
        case.cities.add(city)
        case.practices.add(practice)
        case.themes.add(theme)
    return city


def rename(name):
    Practice.objects.filter(slug="vans").update(name=name)


def state(response):
    return response.headers["Cache-Control"], response.has_header("ETag")


def test_show_the_old_name_until_the_index_is_made(city, threads, pages):
    usual = get("/cases/")
    rename("Vans of many companies")
    pages.clear()
    old = get("/cases/")
    assert "Shared vans" in old.content.decode()
    assert state(old) == OLD
    assert kept(pages) == []
    threads.end()
    new = get("/cases/")
    assert "Vans of many companies" in new.content.decode()
    assert state(new) == (SHARED, True)
    assert new.headers["ETag"] != usual.headers["ETag"]
    assert [page.etag for page in kept(pages)] == [new.headers["ETag"]]


def test_show_staff_the_new_name(city, threads):
    get("/cases/")
    rename("Vans of many companies")
    assert "Shared vans" in get("/cases/").content.decode()
    # They wait for the thread.
    threads.go_on.set()
    moderator = User.objects.create_user("moderator@example.org", is_staff=True)
    assert "Vans of many companies" in get("/cases/", signed_in(moderator)).content.decode()
    threads.end()


def test_show_other_members_the_old_name(city, threads):
    member = signed_in(User.objects.create_user("member@example.org"))
    assert "private" in get("/cases/", member).headers["Cache-Control"]
    rename("Vans of many companies")
    page = get("/cases/", member)
    assert "Shared vans" in page.content.decode()
    assert state(page) == OLD


PATHS = [
    *["/", "/cases/", "/cases/?sort=title", "/cases/?practice=vans", "/cities/zhengzhou/"],
    *["/practices/vans/", "/api/v1/cases"],
]


def test_do_not_compare_cached_pages_with_an_old_index(city, threads, pages):
    """A copy is valid if the page would take the same of the new index, which is not known yet."""
    first = get("/practices/vans/")
    case = CaseStudyFactory(published=True, title="Boats by day")
    case.practices.add(Practice.objects.get(slug="vans"))
    old = get("/practices/vans/")
    assert state(old) == OLD
    threads.end()
    new = get("/practices/vans/")
    assert state(new) == (SHARED, True)
    assert [case.title in page.content.decode() for page in (first, old, new)] == [
        *(False, False, True)
    ]


@pytest.mark.parametrize("path", [*PATHS, "related"])
def test_show_no_case_that_was_withdrawn(city, threads, path):
    """Neither after a change of the case alone, nor if the index is made again at the same time."""
    if path == "related":
        path = CaseStudy.objects.get(title=OTHER).get_absolute_url()
    assert TITLE in get(path).content.decode()
    CaseStudy.objects.filter(title=TITLE).update(status=CaseStatus.SUBMITTED)
    for change in (lambda: None, lambda: rename("Vans of many companies")):
        change()
        old = get(path)
        assert old.status_code == 200
        assert TITLE not in old.content.decode()
    threads.end()
    assert TITLE not in get(path).content.decode()


@pytest.mark.parametrize(
    "path", ["/", "/cities/", "/cities/?country=cn", "/cities/zhengzhou/", "/cases/?sort=title"]
)
def test_make_the_same_page_in_the_end(city, threads, path):
    """Nothing that was computed from an old index is remembered."""
    get(path)
    City.objects.filter(pk=city.pk).update(name="Zhengzhou Shi")
    CaseStudy.objects.filter(title=OTHER).update(status=CaseStatus.SUBMITTED)
    assert [state(get(path)) for _before_and_after_a_change in range(2)] == [OLD] * 2
    threads.end()
    found = get(path)
    forget_all()
    assert state(found) == (SHARED, True)
    assert found.content == get(path).content


def test_close_the_connections_of_threads(city, threads):
    get("/cities/zhengzhou/")
    rename("Vans of many companies")
    with connection.cursor() as cursor:
        cursor.execute(SESSIONS)
        before = cursor.fetchone()
        get("/cities/zhengzhou/")
        threads.end()
        cursor.execute(SESSIONS)
        assert cursor.fetchone() == before
