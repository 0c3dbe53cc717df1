"""Loads, imports of sheets and deletions at the desk beside each other."""

import threading

import pytest
from django.contrib.admin.models import LogEntry
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse
from psycopg.errors import DeadlockDetected
from tablib import Dataset

from repository.cases.resources import CaseStudyResource
from repository.desk import base as desk_base
from repository.desk.resources import base
from repository.loading import locking, writing
from repository.models import CaseStudy, Edition, Practice, Speaker
from repository.people.resources import SpeakerResource
from repository.places.resources import CityResource
from tests import factories
from tests.page import page_of
from tests.processes import holding
from tests.races import Meeting, together
from tests.repository.loading.conftest import Folder

pytestmark = pytest.mark.django_db(transaction=True)

BUSY = "An import or deletion is running. Try again in a minute."
SHEET = "slug,name\na,Ama\n"
SPEAKERS = "admin:repository_speaker"
with_and_without = pytest.mark.parametrize("is_locked", [True, False], ids=["locked", "not"])


@pytest.fixture(autouse=True)
def edition(transactional_db):
    """A test with real transactions empties the tables: put the one row back."""
    Edition.objects.get_or_create(pk=1)


@pytest.fixture
def moderated(client, moderator):
    client.force_login(moderator)
    return client


@pytest.fixture
def lock(is_locked, monkeypatch):
    """Without the lock each of these races ends in a deadlock."""
    if not is_locked:
        for module in (base, desk_base):
            monkeypatch.setattr(module, "lock_for_desk", lambda: None)
        monkeypatch.setattr(writing, "lock_for_load", lambda: None)


def import_rows(resource, headers: list[str], *rows: tuple, preview: bool = False):
    """Import a sheet, and raise what stopped it."""
    result = resource().import_data(Dataset(*rows, headers=headers), dry_run=preview)
    errors = [error.error for row in result.error_rows for error in row.errors]
    for error in errors + [error.error for error in result.base_errors]:
        raise error
    assert not result.has_validation_errors()


def assert_deadlock(errors: list[Exception], is_locked: bool) -> None:
    if is_locked:
        assert errors == []
    else:
        assert [type(error.__cause__) for error in errors] == [DeadlockDetected]


@with_and_without
@pytest.mark.parametrize("previews", [(False, False), (True, False), (True, True)])
def test_import_the_same_new_slugs_in_opposite_orders(lock, is_locked, previews):
    rows = [("a", "Ama"), ("b", "Ben")]
    errors = together(
        lambda: import_rows(SpeakerResource, ["slug", "name"], *rows, preview=previews[0]),
        lambda: import_rows(SpeakerResource, ["slug", "name"], *rows[::-1], preview=previews[1]),
        after='INSERT INTO "repository_speaker"',
    )
    assert_deadlock(errors, is_locked)
    if is_locked and not all(previews):
        assert sorted(Speaker.objects.values_list("slug", "name")) == rows


@with_and_without
def test_load_a_series_beside_an_import(lock, is_locked, tmp_path):
    """Each writes two cities, in opposite orders."""
    for iso2 in ("CN", "BR"):
        factories.CountryFactory(iso2=iso2)
    folder = Folder(tmp_path)
    errors = together(
        lambda: writing.load_series(folder.path),
        lambda: import_rows(
            CityResource,
            ["slug", "name", "country", "kind", "latitude", "longitude"],
            ("chengkou", "Chengkou", "CN", "county", "31.95", "108.66"),
            ("zhengzhou", "Zhengzhou", "CN", "prefecture", "34.75", "113.63"),
        ),
        after='INSERT INTO "repository_city"',
    )
    assert_deadlock(errors, is_locked)


@with_and_without
@pytest.mark.parametrize("are_several", [False, True])
def test_delete_beside_an_import(lock, is_locked, moderated, are_several):
    """A practice is deleted while it is taken out of cases, in the opposite order."""
    practice = factories.PracticeFactory()
    for slug in ("a", "b"):
        factories.CaseStudyFactory(slug=slug, published=True).practices.add(practice)
    path, sent = reverse("admin:repository_practice_delete", args=[practice.pk]), {}
    if are_several:
        path = reverse("admin:repository_practice_changelist")
        sent = {"action": "delete_selected", "_selected_action": [practice.pk]}
    meeting, first_is_done = Meeting(), threading.Event()

    def note(execute, statement, *rest):
        result = execute(statement, *rest)
        if statement.startswith('DELETE FROM "repository_casestudy_practices"'):
            first_is_done.set()
            meeting.come()
        return result

    def take_out():
        with connection.execute_wrapper(note):
            import_rows(CaseStudyResource, ["slug", "practices"], ("b", ""), ("a", ""))

    def delete():
        assert first_is_done.wait(120)
        moderated.post(path, sent | {"post": "yes"})

    assert_deadlock(meeting.together(take_out, delete), is_locked)
    if is_locked:
        assert not Practice.objects.exists()
        assert CaseStudy.objects.count() == 2


# While something else is running


@pytest.fixture
def is_running(monkeypatch):
    monkeypatch.setattr(locking, "WAIT", 0.2)
    with holding("SELECT pg_advisory_xact_lock(%s)", locking.LOCK) as held:
        yield held


def choose(client):
    file = SimpleUploadedFile("sheet.csv", SHEET.encode())
    return client.post(reverse(f"{SPEAKERS}_import"), {"import_file": file, "resource": "0"})


def test_refuse_a_preview_meanwhile(moderated, is_running):
    response = choose(moderated)
    assert response.url == reverse(f"{SPEAKERS}_import")
    assert page_of(moderated.get(response.url)).messages == [BUSY]
    is_running.rollback()
    assert choose(moderated).context["result"].totals["new"] == 1


def test_refuse_an_import_meanwhile(moderated, monkeypatch):
    form = choose(moderated).context["confirm_form"]
    sent = {name: form[name].value() for name in form.fields}
    path = reverse(f"{SPEAKERS}_process_import")
    monkeypatch.setattr(locking, "WAIT", 0.2)
    with holding("SELECT pg_advisory_xact_lock(%s)", locking.LOCK):
        assert page_of(moderated.post(path, sent, follow=True)).messages == [BUSY]
        assert not Speaker.objects.exists()
    # The preview can still be confirmed.
    assert page_of(moderated.post(path, sent, follow=True)).outcomes == ["success"]
    assert Speaker.objects.get().name == "Ama"


def test_refuse_deletions_meanwhile(moderated, is_running):
    speaker = factories.SpeakerFactory()
    path = reverse(f"{SPEAKERS}_delete", args=[speaker.pk])
    several = {"action": "delete_selected", "_selected_action": [speaker.pk]}
    changelist = reverse(f"{SPEAKERS}_changelist")
    # Asking first needs no lock.
    assert page_of(moderated.get(path)).status == 200
    assert page_of(moderated.post(changelist, several)).status == 200
    for address, sent in ((path, {}), (changelist, several)):
        page = page_of(moderated.post(address, sent | {"post": "yes"}, follow=True))
        assert page.messages == [BUSY]
    assert Speaker.objects.exists()
    assert not LogEntry.objects.exists()
    is_running.rollback()
    page = page_of(moderated.post(changelist, several | {"post": "yes"}, follow=True))
    assert page.outcomes == ["success"]
    assert not Speaker.objects.exists()
    assert LogEntry.objects.count() == 1


def test_limit_of_the_wait_is_for_this_lock_only():
    """A row that somebody else holds is waited for as long as before."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        before = cursor.fetchone()
    limits = set()

    class Noting(SpeakerResource):
        def before_import(self, dataset, **kwargs):
            with connection.cursor() as cursor:
                cursor.execute("SHOW lock_timeout")
                limits.add(cursor.fetchone())

    import_rows(Noting, ["slug", "name"], ("a", "Ama"))
    assert limits == {before}
