"""Edits of an original while its translations are written: counts must not be out of date."""

import pytest
from django.db import connection, transaction
from psycopg.errors import LockNotAvailable

from repository.models import City, Original, Practice, Translation
from repository.translations import actions
from repository.translations.actions import import_file, keep_translations
from repository.translations.kinds import kinds
from repository.translations.loading import load_file
from repository.translations.machine import store_drafts
from repository.translations.po import Entry, as_po
from repository.translations.writing import lock_originals
from tests.factories import CityFactory, PracticeFactory, UserFactory
from tests.page import page_of
from tests.races import Meeting, race, together
from tests.repository.desk.test_import_export import choose, confirm
from tests.repository.translations.test_exchange_import import edited, exported
from tests.repository.translations.test_originals import translated

pytestmark = pytest.mark.django_db(transaction=True)

WRITES = (
    r'INSERT INTO "repository_translatedparagraph"|UPDATE "repository_translatedparagraph"'
    r'|UPDATE "repository_practice"'
)


def counts() -> list[tuple[int, int]]:
    return list(Translation.objects.values_list("total", "up_to_date"))


def edit(practice, description) -> None:
    with transaction.atomic():
        Practice.objects.filter(pk=practice.pk).update(description=description)


@pytest.fixture
def practice():
    return PracticeFactory(name="Parcels", summary="", description="One.\n\nTwo.", needs="")


def import_of(practice, folder):
    file = edited(exported(practice), One="Uno.")
    member = UserFactory()
    return lambda: import_file(file=file, ticks=[], by=member)


def drafts_of(practice, folder):
    texts = {unit.key: "Uno." for unit in kinds["practice"].units(practice)}
    return lambda: store_drafts(
        kind=kinds["practice"], pk=practice.pk, language="es", texts=texts, by=None
    )


def load_of(practice, folder):
    path = folder / "practice.po"
    path.write_bytes(as_po("es", [Entry(f"{practice.slug}/description", "One.", "Uno.")]))
    return transaction.atomic(lambda: load_file(path, path.name, "es", []))


@pytest.mark.parametrize("prepare", [import_of, drafts_of, load_of])
def test_write_a_translation_while_the_original_is_edited(practice, prepare, tmp_path):
    translated("practice", practice, "name")
    write = prepare(practice, tmp_path)

    assert together(write, lambda: edit(practice, "One, changed.\n\nTwo."), after=WRITES) == []

    stored = counts()
    with connection.cursor() as cursor:
        cursor.execute("SELECT repository_compare_translations('practice', %s)", [practice.pk])
    assert stored == counts()
    assert stored[0][0] == 3


def test_import_while_the_originals_are_edited_in_another_order(practice):
    """The import holds the first and waits for the second, the edit the other way round."""
    other = PracticeFactory(name="Mules", summary="", description="One.\n\nTwo.", needs="")
    file = edited(exported(practice, other), One="Uno.")
    member = UserFactory()

    def write():
        import_file(file=file, ticks=[], by=member)

    # Of the other one, which this transaction has edited.
    held = Original.objects.get(kind="practice", object_id=other.pk)

    def later():
        with connection.cursor() as cursor:
            # The import must give up, also if a busy machine lets this edit wait for it only later.
            cursor.execute("SET LOCAL deadlock_timeout = '60s'")
        edit(practice, "One.\n\nTwo, changed.")

    assert race(held, write, while_waiting=later) == ["done"]
    assert counts() == [(3, 1), (3, 1)]


def test_import_a_sheet_while_translations_are_loaded(client, moderator):
    """Both lock the originals in one order, also if the sheet has the rows in another one."""
    first, second = (CityFactory(slug=slug, name="Old") for slug in ("first", "second"))
    originals = [Original.objects.get(kind="city", object_id=row.pk) for row in (first, second)]
    client.force_login(moderator)
    chosen = choose(client, City, "slug,name\nsecond,New\nfirst,New\n")
    answers = []
    outcomes = race(
        originals[0],
        lambda: answers.append(confirm(client, City, chosen)),
        while_waiting=lambda: lock_originals(kinds["city"], [second.pk]),
    )
    assert outcomes == ["done"]
    assert [page_of(answer).outcomes for answer in answers] == [["success"]]
    assert set(City.objects.values_list("name", flat=True)) == {"New"}


def test_import_gives_up_if_an_original_stays_locked(practice, monkeypatch):
    file = edited(exported(practice), One="Uno.")
    member = UserFactory()
    pauses = []
    monkeypatch.setattr(actions.time, "sleep", pauses.append)
    monkeypatch.setattr(actions, "LOCK_TIMEOUT", 0.01)

    def write():
        import_file(file=file, ticks=[], by=member)

    with transaction.atomic():
        edit(practice, "One.")
        [error] = Meeting().together(write)
    assert isinstance(error.__cause__, LockNotAvailable)
    assert pauses == actions.PAUSES
    write()
    assert counts() == [(2, 1)]


def test_keep_translations_while_the_original_is_edited(practice):
    translated("practice", practice)
    before = {unit.paragraph.text: unit.key for unit in kinds["practice"].units(practice)}
    edit(practice, "One!\n\nTwo.")
    practice.refresh_from_db()
    now = {unit.paragraph.text: unit.key for unit in kinds["practice"].units(practice)}
    member = UserFactory()

    def keep():
        keys = {before["One."]: now["One!"]}
        keep_translations(kind=kinds["practice"], row=practice, keys=keys, by=member)

    assert together(keep, lambda: edit(practice, "One?\n\nTwo."), after=WRITES) == []

    # The paragraph is another one by now.
    assert counts() == [(3, 2)]
