"""Fixtures for all tests, among them the fixed set of users."""

import gc
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from django.conf import settings as configured
from django.contrib.auth.models import Group
from django.core.cache import caches
from django.core.management import call_command
from django.core.signals import request_finished, request_started
from django.db import connection, models
from django.db.backends.base.creation import TEST_DATABASE_PREFIX
from django.dispatch import receiver
from django.template.autoreload import reset_loaders
from django.template.backends.django import Template
from django.test.signals import setting_changed
from django.test.utils import override_settings
from django.utils import translation

from community.accounts import roles as accounts_roles
from community.accounts import spam_protection
from partnerships.sample import loading as sample_loading
from repository.counts import counting
from repository.loading import locking
from repository.pages.editions import forget_all
from tests import collection as collections
from tests import databases, editions, engines, nu_checker, restoring
from tests.factories import UserFactory
from tests.kept_pages import ON

pytest_plugins = ["tests.midnight", "tests.sampling"]


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    """Run slow files first, so that at the end no process waits for another.

    The first process of a run migrates the database. The second one would have to wait, and begins
    with files that use none. Runs after pytest-django has put tests that use a database first.
    """
    items.sort(key=lambda item: -seconds_of(item))
    # Each process gets one of the first two files, and another one when it is done.
    first = items[0].path if items else None
    items.sort(key=lambda item: (item.path != first, not uses_no_database(item)))


def uses_no_database(item) -> bool:
    return item.get_closest_marker("without_database") is not None


def seconds_of(item) -> float:
    mark = item.get_closest_marker("slow")
    return mark.args[0] if mark else 0


@pytest.hookimpl(wrapper=True)
def pytest_collection():
    """Import the tests without looking for garbage, of which there is little: it takes seconds."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()


def pytest_collection_finish():
    """Exclude all objects loaded so far from garbage collection."""
    gc.freeze()
    gc.set_threshold(20_000)


def pytest_terminal_summary(terminalreporter):
    """Report skipped tests."""
    if why := nu_checker.hindrance():
        terminalreporter.write_line(f"The HTML was not checked for validity: {why}.")


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory) -> Path:
    """A folder shared by all processes of this run."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if databases.WORKER else own


@pytest.fixture(scope="session", autouse=True)
def _send_forms_at_once():
    """Skip the pause before a form that is sent too quickly, which tests do on every page."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(spam_protection, "sleep", lambda seconds: None)
        yield


@pytest.fixture(scope="session", autouse=True)
def _wait_for_locks():
    """Wait long for other imports and deletions at the desk, as the machine may be busy."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(locking, "WAIT", databases.PATIENCE)
        yield


def unblocked_at_its_ends(context, blocker):
    """Yield the value of a context; the database is accessible only on entering and leaving it."""
    stack = ExitStack()
    with blocker.unblock():
        given = stack.enter_context(context)
    yield given
    with blocker.unblock():
        stack.close()


@pytest.fixture(scope="session")
def empty_database(shared_folder, django_test_environment, django_db_blocker):
    """The name of a migrated database, to be copied."""
    databases.ask_for_less()
    name = f"{TEST_DATABASE_PREFIX}{databases.present()}"
    made = databases.shared(name, shared_folder, databases.prepare)
    yield from unblocked_at_its_ends(made, django_db_blocker)


@pytest.fixture(scope="session")
def django_db_setup(empty_database, django_db_blocker):
    """Replaces the fixture of pytest-django, which migrates in each process."""
    yield from unblocked_at_its_ends(own_database(empty_database), django_db_blocker)


@contextmanager
def own_database(source: str):
    with databases.copied(source, "own"), restoring.after_commits():
        yield


@receiver(setting_changed)
def _forget_names_of_files(*, setting, **kwargs):
    """Reset cached templates, as they contain the names of static files."""
    if setting == "STORAGES":
        reset_loaders()


@receiver(request_finished)
def _deactivate_language(**kwargs):
    """After a request a test reverses URLs in English again, not in the language of the page."""
    translation.deactivate()


@receiver(request_started)
def _renew_edition(**kwargs):
    """Show a test in a transaction its own changes."""
    editions.settle()


@pytest.fixture(autouse=True)
def _forget_editions():
    """Clear caches keyed by edition: after a rollback all tests have the same one."""
    forget_all()
    counting.buffer.reset()


@pytest.fixture(autouse=True)
def _quick_hash(settings):
    """Use a fast password hasher, except where a test measures the time of hashing."""
    settings.PASSWORD_HASHERS = collections.QUICK_HASHERS


@pytest.fixture(autouse=True)
def _english(settings):
    """Tests use English unless they select another language."""
    settings.LANGUAGE_CODE = "en"


def draw_nothing(patch: pytest.MonkeyPatch) -> None:
    """Render templates as empty, for tests about access only."""
    patch.setattr(Template, "render", lambda self, context=None, request=None: "")


@pytest.fixture
def undrawn(monkeypatch):
    """Render templates as empty."""
    draw_nothing(monkeypatch)


@pytest.fixture
def pages(settings):
    """The page cache, empty. Disabled in other tests, whose rollbacks lead to the same edition."""
    settings.CACHES = ON
    caches["pages"].clear()
    yield caches["pages"]
    caches["pages"].clear()


@pytest.fixture
def search_changes_at_once(db):
    """Update search entries and facets with each statement, for tests that request no page."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS repository_apply_search_changes IMMEDIATE")


@pytest.fixture
def member(db):
    """A member with a verified account: the main user of a test."""
    return UserFactory(email="member@example.org", handle="member", display_name="Member")


@pytest.fixture
def colleague(db):
    """Another member; a test may give them a share in the work of `member`."""
    return UserFactory(email="colleague@example.org", handle="colleague", display_name="Colleague")


@pytest.fixture
def stranger(db):
    """A member without any relation to the objects of a test."""
    return UserFactory(email="stranger@example.org", handle="stranger", display_name="Stranger")


@pytest.fixture
def focal_point(db):
    """A member who represents a city."""
    return UserFactory(
        email="focal-point@example.org", handle="focal-point", display_name="Focal point"
    )


def staff(role: str, name: str):
    return UserFactory(
        staff=True,
        email=f"{name}@example.org",
        handle=name,
        display_name=name.capitalize(),
        groups=[Group.objects.get(name=role)],
    )


@pytest.fixture
def moderator(db):
    """Staff who edit and publish the collection."""
    return staff(accounts_roles.MODERATORS, "moderator")


@pytest.fixture
def broker(db):
    """Staff who broker partnerships. In the admin they can view cases and edit cities."""
    return staff(accounts_roles.BROKERS, "broker")


@pytest.fixture
def administrator(db):
    """Staff with all permissions."""
    return UserFactory(
        superuser=True,
        email="administrator@example.org",
        handle="administrator",
        display_name="Administrator",
    )


@pytest.fixture
def without_locks(monkeypatch):
    """Disable row locks, to show that a test of concurrent actions fails without them."""
    monkeypatch.setattr(models.QuerySet, "select_for_update", lambda rows, **kwargs: rows.all())


@pytest.fixture(scope="session")
def series_database(empty_database, django_db_setup, shared_folder, django_db_blocker):
    """The name of a database with the 2020 series, to be copied."""

    def fill(name: str) -> None:
        databases.copy(empty_database, name)
        with databases.using(name):
            collections.fill()

    def make(name: str) -> None:
        databases.renewed_copy(databases.kept("series", collections.version(), fill), name)

    made = databases.shared(f"{empty_database}_series", shared_folder, make)
    yield from unblocked_at_its_ends(made, django_db_blocker)


@pytest.fixture(scope="module")
def scratch(empty_database, django_db_setup, django_db_blocker):
    """A database for the tests of the module, which may commit."""
    with django_db_blocker.unblock(), databases.copied(empty_database, "scratch"):
        yield


@pytest.fixture(scope="module")
def collection(request, series_database, django_db_blocker):
    """A database with the 2020 series and users who can sign in, for the tests of the module.

    Tests marked with `collections.WITH_AND_WITHOUT_SAMPLES` also run with the sample data set.
    """
    with_samples = getattr(request, "param", "") == "with samples"
    source = request.getfixturevalue("sample_database") if with_samples else series_database
    with django_db_blocker.unblock(), databases.copied(source, "module"):
        yield


@pytest.fixture(scope="session")
def sample_database(series_database, shared_folder, django_db_blocker):
    """The name of a database with the 2020 series and the sample data set, to be copied."""

    def make(name: str) -> None:
        databases.copy(series_database, name)
        with databases.using(name):
            sample_loading.load()

    made = databases.shared(f"{series_database}_sample", shared_folder, make)
    yield from unblocked_at_its_ends(made, django_db_blocker)


@pytest.fixture(scope="module")
def sample_data(sample_database, django_db_blocker):
    """A database with the 2020 series and the sample data set, for the tests of the module."""
    with django_db_blocker.unblock(), databases.copied(sample_database, "module"):
        yield


@pytest.fixture(scope="session")
def engine_url():
    """The URL of the embedded engine of semantic search."""
    with engines.embedded_engine() as url:
        yield url


@pytest.fixture
def engine(engine_url, settings):
    """Use the embedded engine. In other tests there is none, and search goes by keywords."""
    with engines.asking(settings, engine_url):
        yield


@pytest.fixture(scope="session")
def embedded_database(series_database, shared_folder, engine_url, django_db_blocker):
    """The name of a database with the 2020 series and its passages, to be copied."""

    def make(name: str) -> None:
        databases.copy(series_database, name)
        with databases.using(name), override_settings(EMBEDDINGS_URL=engine_url):
            engines.embed_everything()

    made = databases.shared(f"{series_database}_embedded", shared_folder, make)
    yield from unblocked_at_its_ends(made, django_db_blocker)


@pytest.fixture(scope="module")
def embedded_collection(embedded_database, django_db_blocker):
    """A database with the 2020 series and its passages, for the tests of the module."""
    with django_db_blocker.unblock(), databases.copied(embedded_database, "module"):
        yield


@pytest.fixture(scope="session")
def served_files(shared_folder):
    """Settings under which static files are served as in production: hashed and compressed.

    Without those of the admin, which are many and slow to compress.
    """
    storages = configured.STORAGES | {
        "staticfiles": {"BACKEND": "config.static_files.CompressedStorage"}
    }
    served = {
        "STATIC_ROOT": shared_folder / "static",
        "STORAGES": storages,
        "WHITENOISE_AUTOREFRESH": False,
        "WHITENOISE_USE_FINDERS": False,
    }
    with databases.turn(shared_folder, "static"), override_settings(**served):
        # The first process of the run collects them for all.
        if not served["STATIC_ROOT"].exists():
            ours = {"ignore_patterns": ["admin", "import_export"]}
            call_command("collectstatic", interactive=False, verbosity=0, **ours)
    return served
