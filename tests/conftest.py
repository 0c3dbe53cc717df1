"""The fixed cast and what every test may use."""

import gc
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from django.conf import settings as configured
from django.contrib.auth.models import Group
from django.core.cache import caches
from django.core.management import call_command
from django.db import models
from django.db.backends.base.creation import TEST_DATABASE_PREFIX
from django.dispatch import receiver
from django.template.autoreload import reset_loaders
from django.template.backends.django import Template
from django.test.signals import setting_changed
from django.test.utils import override_settings

from community.accounts import roles as accounts_roles
from repository.counts import counting
from repository.pages.editions import forget_all
from tests import collection as collections
from tests import databases, nu_checker, restoring
from tests.factories import UserFactory
from tests.kept_pages import ON

pytest_plugins = ["tests.sampling"]


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    """Slow files first, so that at the end no process waits for another.

    This comes after pytest-django has put the tests that use a database first.
    """
    items.sort(key=lambda item: -seconds_of(item))


def seconds_of(item) -> float:
    mark = item.get_closest_marker("slow")
    return mark.args[0] if mark else 0


def pytest_collection_finish():
    """What is loaded by now stays to the end: no search for garbage looks at it again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000)


def pytest_terminal_summary(terminalreporter):
    """Nothing is left out in silence."""
    if why := nu_checker.hindrance():
        terminalreporter.write_line(f"The HTML was not checked for validity: {why}.")


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory) -> Path:
    """A folder for all processes of this run."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if databases.WORKER else own


def unblocked_at_its_ends(context, blocker):
    """Yield what the context gives; to enter and to leave it, but not meanwhile, use databases."""
    stack = ExitStack()
    with blocker.unblock():
        given = stack.enter_context(context)
    yield given
    with blocker.unblock():
        stack.close()


@pytest.fixture(scope="session")
def empty_database(shared_folder, django_test_environment, django_db_blocker):
    """The name of a database as migrations leave it, to be copied."""
    databases.ask_for_less()
    name = f"{TEST_DATABASE_PREFIX}{databases.present()}"
    made = databases.shared(name, shared_folder, databases.prepare)
    yield from unblocked_at_its_ends(made, django_db_blocker)


@pytest.fixture(scope="session")
def django_db_setup(empty_database, django_db_blocker):
    """In place of pytest-django's, which migrates in each process."""
    yield from unblocked_at_its_ends(own_database(empty_database), django_db_blocker)


@contextmanager
def own_database(source: str):
    with databases.copied(source, "own"), restoring.after_commits():
        yield


@receiver(setting_changed)
def _forget_names_of_files(*, setting, **kwargs):
    """Templates keep what they have rendered once, with the names of files in it."""
    if setting == "STORAGES":
        reset_loaders()


@pytest.fixture(autouse=True)
def _forget_editions():
    """Each test builds what is kept for an edition anew: rolled back, all have the same number."""
    forget_all()
    counting.buffer.start_anew()


@pytest.fixture(autouse=True)
def _quick_hash(settings):
    """Passwords are hashed quickly, but where a test measures the time it takes."""
    settings.PASSWORD_HASHERS = collections.QUICK_HASHERS


@pytest.fixture(autouse=True)
def _english(settings):
    """Tests read English unless they ask for another language."""
    settings.LANGUAGE_CODE = "en"


def draw_nothing(patch: pytest.MonkeyPatch) -> None:
    """Leave pages empty, where who gets which answer is all that is asked."""
    patch.setattr(Template, "render", lambda self, context=None, request=None: "")


@pytest.fixture
def undrawn(monkeypatch):
    """No page is drawn."""
    draw_nothing(monkeypatch)


@pytest.fixture
def pages(settings):
    """The cache of a process, empty. Other tests keep no pages: they roll back to one edition."""
    settings.CACHES = ON
    caches["pages"].clear()
    yield caches["pages"]
    caches["pages"].clear()


@pytest.fixture
def member(db):
    """A person with a verified account: the one a test is about."""
    return UserFactory(email="member@example.org", handle="member", display_name="Member")


@pytest.fixture
def colleague(db):
    """Another member, who works on the same things as `member` where a test says so."""
    return UserFactory(email="colleague@example.org", handle="colleague", display_name="Colleague")


@pytest.fixture
def stranger(db):
    """A member who has no part in what a test is about."""
    return UserFactory(email="stranger@example.org", handle="stranger", display_name="Stranger")


@pytest.fixture
def focal_point(db):
    """A member who speaks for a city."""
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
    """Staff who bring cities together. At the desk they read cases and keep cities."""
    return staff(accounts_roles.BROKERS, "broker")


@pytest.fixture
def administrator(db):
    """Staff who may do everything."""
    return UserFactory(
        superuser=True,
        email="administrator@example.org",
        handle="administrator",
        display_name="Administrator",
    )


@pytest.fixture
def without_locks(monkeypatch):
    """No row is locked: a test of concurrent actions has to go wrong."""
    monkeypatch.setattr(models.QuerySet, "select_for_update", lambda rows, **kwargs: rows.all())


@pytest.fixture(scope="session")
def series_database(empty_database, django_db_setup, shared_folder, django_db_blocker):
    """The name of a database that holds the 2020 series, to be copied."""

    def make(name: str) -> None:
        databases.copy(empty_database, name)
        with databases.using(name):
            collections.fill()

    made = databases.shared(f"{empty_database}_series", shared_folder, make)
    yield from unblocked_at_its_ends(made, django_db_blocker)


@pytest.fixture(scope="module")
def scratch(empty_database, django_db_setup, django_db_blocker):
    """The tests of the module write to a database of their own, and commit."""
    with django_db_blocker.unblock(), databases.copied(empty_database, "scratch"):
        yield


@pytest.fixture(scope="module")
def collection(series_database, django_db_blocker):
    """The tests of the module find the 2020 series in the database, and people who can sign in."""
    with django_db_blocker.unblock(), databases.copied(series_database, "module"):
        yield


@pytest.fixture(scope="session")
def served_files(shared_folder):
    """Settings under which files are served as in production: hashed names, compressed copies.

    Without those of the desk, which are many and take their time to compress.
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
    with databases.turn(shared_folder), override_settings(**served):
        # The first process of the run makes them for all.
        if not served["STATIC_ROOT"].exists():
            ours = {"ignore_patterns": ["admin", "import_export"]}
            call_command("collectstatic", interactive=False, verbosity=0, **ours)
    return served
