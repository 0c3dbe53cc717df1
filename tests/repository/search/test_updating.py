"""A name that very many entries show: they are noted, and background tasks update them."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import psycopg
import pytest
from django.contrib.postgres.search import SearchQuery
from django.db import connection, transaction
from django_tasks_db.models import DBTaskResult

from repository.cases import actions
from repository.models import (
    CaseFacet,
    CaseStatus,
    CaseStudy,
    City,
    Country,
    Edition,
    OutdatedEntry,
    Practice,
    SearchEntry,
    SearchWord,
    Tag,
)
from repository.search import updating
from tests.factories import (
    AppearanceFactory,
    CityFactory,
    CountryFactory,
    OrganizationFactory,
    PracticeFactory,
    SpeakerFactory,
    ThemeFactory,
    UserFactory,
    WebinarFactory,
)
from tests.page import page_of
from tests.processes import holding, is_waited_for, kill, url_of_database, wait_until
from tests.races import IS_IN_THE_WAY, Meeting, at_once
from tests.sampling import ALL
from tests.workers import start_python

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.proof(in_turn=True, sample=ALL),
]

# The most entries that a transaction updates by itself.
MOST = 500
PUBLISHED = {"status": CaseStatus.PUBLISHED, "published_at": "2021-01-01T00:00Z"}
ROW = (
    "ROW(slug, language, title, summary, place, countries, body, published_at, title_keys, "
    "title_words, head_words, all_words, questions)::text AS row"
)
DIFFERENT = f"""
SELECT count(*) FROM (SELECT kind, object_id, {ROW} FROM repository_searchentry) e
FULL JOIN (SELECT kind, object_id, {ROW} FROM repository_search_rows) r
USING (kind, object_id) WHERE e.row IS DISTINCT FROM r.row
"""  # noqa: S608


@pytest.fixture(autouse=True)
def edition(transactional_db):
    """A test with real transactions empties the tables: put the one row back."""
    Edition.objects.get_or_create(pk=1)


@pytest.fixture(autouse=True)
def _update_all_in_one_run(monkeypatch):
    """However long the machine takes; after some seconds a task would only queue the rest."""
    monkeypatch.setattr(updating, "SECONDS", 120)


def publish(number: int, practice: Practice) -> None:
    """Publish so many cases with a practice."""
    cases = CaseStudy.objects.bulk_create(
        CaseStudy(slug=f"{practice.slug}-{n}", title=f"Tramway {n}", **PUBLISHED)
        for n in range(number)
    )
    links = CaseStudy.practices.through
    links.objects.bulk_create(links(casestudy=case, practice=practice) for case in cases)


@pytest.fixture
def practice():
    """A practice with one case more than a transaction updates."""
    practice = PracticeFactory(name="Donkeys")
    publish(MOST + 1, practice)
    return practice


def rename(practice: Practice, name: str) -> None:
    Practice.objects.filter(pk=practice.pk).update(name=name)


def found(word: str) -> dict[str, int]:
    """The number of entries with a word, by kind."""
    entries = SearchEntry.objects.filter(all_words=SearchQuery(word, config="simple"))
    kinds = list(entries.values_list("kind", flat=True))
    return {kind: kinds.count(kind) for kind in kinds}


def different() -> int:
    """The number of entries that are not as a rebuild would make them."""
    with connection.cursor() as cursor:
        cursor.execute(DIFFERENT)
        return cursor.fetchone()[0]


def words() -> set[tuple[str, int]]:
    return set(SearchWord.objects.values_list("word", "entries"))


def assert_as_rebuilt() -> None:
    before = words()
    assert (different(), OutdatedEntry.objects.count()) == (0, 0)
    with connection.cursor() as cursor:
        cursor.execute("SELECT repository_count_all_search_words()")
    assert words() == before


def test_update_as_many_as_possible_at_once():
    practice = PracticeFactory(name="Donkeys")
    publish(MOST, practice)
    rename(practice, "Quokka")
    assert found("quokka") == {"practice": 1, "case": MOST}
    assert_as_rebuilt()


def test_note_more_and_update_them_by_a_task(practice):
    rename(practice, "Quokka")
    assert found("quokka") == {"practice": 1}
    assert found("donkeys") == {"case": MOST + 1}
    assert different() == OutdatedEntry.objects.count() == MOST + 1
    before = Edition.objects.get().number
    updating.update_outdated_entries.call()
    assert found("quokka") == {"practice": 1, "case": MOST + 1}
    assert found("donkeys") == {}
    assert_as_rebuilt()
    # Cached lists of cases with words are made again.
    assert Edition.objects.get().number > before


def test_note_each_entry_once(practice):
    rename(practice, "Quokka")
    updating.update_batch()
    rename(practice, "Wombat")
    assert OutdatedEntry.objects.count() == MOST + 1
    updating.update_outdated_entries.call()
    assert found("quokka") == {}
    assert found("wombat") == {"practice": 1, "case": MOST + 1}
    assert_as_rebuilt()


def test_do_nothing_without_outdated_entries():
    before = Edition.objects.get().number
    updating.update_outdated_entries.call()
    assert Edition.objects.get().number == before


def test_queue_the_rest_after_some_seconds(practice, monkeypatch):
    monkeypatch.setattr(updating, "SECONDS", 0)
    rename(practice, "Quokka")
    updating.update_outdated_entries.call()
    assert OutdatedEntry.objects.count() == MOST + 1 - updating.BATCH
    assert DBTaskResult.objects.get().task_path == updating.update_outdated_entries.module_path


def test_never_find_what_is_withdrawn_meanwhile(practice):
    archived, deleted = CaseStudy.objects.filter(title__in=["Tramway 7", "Tramway 8"])
    gone = SearchEntry.objects.filter(kind="case", object_id__in=[archived.pk, deleted.pk])
    rename(practice, "Quokka")
    actions.archive(case=archived, by=UserFactory(is_superuser=True), reason="It has ended.")
    deleted.delete()
    assert not gone.exists()
    while updating.update_batch():
        assert not gone.exists()
    assert found("quokka") == {"practice": 1, "case": MOST - 1}
    assert_as_rebuilt()


# Deletions


def test_delete_the_name_of_as_many_as_possible_at_once():
    practice = PracticeFactory(name="Donkeys")
    publish(MOST, practice)
    practice.delete()
    assert found("donkeys") == {}
    assert_as_rebuilt()


def test_note_more_when_a_name_is_deleted(practice, client):
    case = CaseStudy.objects.first()
    assert "Donkeys" in page_of(client.get(case.get_absolute_url())).text
    WebinarFactory(title="Webinar").practices.add(practice)
    assert found("donkeys") == {"practice": 1, "case": MOST + 1, "webinar": 1}

    practice.delete()

    assert found("donkeys") == {"case": MOST + 1}
    assert different() == OutdatedEntry.objects.count() == MOST + 1
    # Facets are always updated at once.
    assert not CaseFacet.objects.filter(facet="practice").exists()
    assert "Donkeys" not in page_of(client.get(case.get_absolute_url())).text
    updating.update_batch()
    assert found("donkeys") == {"case": MOST + 1 - updating.BATCH}
    updating.update_outdated_entries.call()
    assert found("donkeys") == {}
    assert_as_rebuilt()


@pytest.mark.parametrize(
    ("factory", "field"),
    [
        (CityFactory, "cities"),
        (CountryFactory, "countries"),
        (OrganizationFactory, "organizations"),
        (ThemeFactory, "themes"),
    ],
)
def test_note_what_showed_other_deleted_names(practice, factory, field):
    shown = factory(name="Quokka")
    links = getattr(CaseStudy, field).through
    source, target = CaseStudy._meta.get_field(field).m2m_field_name(), shown._meta.model_name
    links.objects.bulk_create(
        links(**{source: case, target: shown}) for case in CaseStudy.objects.all()
    )
    assert found("quokka")["case"] == MOST + 1
    shown.delete()
    assert found("quokka") == {"case": MOST + 1}
    updating.update_outdated_entries.call()
    assert_as_rebuilt()


def test_note_what_had_a_deleted_tag(practice):
    tag = Tag.objects.create(name="quokka", slug="quokka")
    tagged = CaseStudy.tags.through
    tagged.objects.bulk_create(
        tagged(tag=tag, content_object=case) for case in CaseStudy.objects.all()
    )
    assert found("quokka") == {"case": MOST + 1}
    tag.delete()
    assert found("quokka") == {"case": MOST + 1}
    updating.update_outdated_entries.call()
    assert_as_rebuilt()


def test_note_practices_of_a_deleted_theme():
    theme = ThemeFactory(name="Quokka")
    practices = Practice.objects.bulk_create(
        Practice(slug=f"practice-{n}", name=f"Practice {n}") for n in range(MOST + 1)
    )
    theme.practices.add(*practices)
    theme.delete()
    assert found("quokka") == {"practice": MOST + 1}
    updating.update_outdated_entries.call()
    assert_as_rebuilt()


def test_delete_the_name_of_a_person_at_once(practice):
    speaker = SpeakerFactory(name="Ada Okafor")
    AppearanceFactory(speaker=speaker, webinar=WebinarFactory())
    links = CaseStudy.speakers.through
    links.objects.bulk_create(
        links(casestudy=case, speaker=speaker) for case in CaseStudy.objects.all()
    )
    assert found("okafor") == {"case": MOST + 1, "speaker": 1, "webinar": 1}
    speaker.appearances.all().delete()
    speaker.delete()
    assert found("okafor") == {}
    assert_as_rebuilt()


def test_withdraw_a_case_and_delete_its_practice_at_once(practice):
    """In one transaction: the case is not found any more, even before the task has run."""
    case = CaseStudy.objects.first()
    with transaction.atomic():
        CaseStudy.objects.filter(pk=case.pk).update(status=CaseStatus.DRAFT, published_at=None)
        CaseStudy.practices.through.objects.filter(casestudy=CaseStudy.objects.last()).delete()
        practice.delete()
    assert not SearchEntry.objects.filter(kind="case", object_id=case.pk).exists()
    updating.update_outdated_entries.call()
    assert_as_rebuilt()


def test_delete_very_many_cases_at_once(practice):
    CaseStudy.objects.all().delete()
    assert found("tramway") == {}
    assert_as_rebuilt()


def test_update_what_has_changed_itself_at_once(practice):
    rename(practice, "Quokka")
    case = CaseStudy.objects.first()
    CaseStudy.objects.filter(pk=case.pk).update(title="Wombat")
    assert found("wombat") == {"case": 1}
    assert found("quokka") == {"practice": 1, "case": 1}


def test_note_cities_that_show_the_name_of_their_country():
    country = CountryFactory(name="Kenya")
    City.objects.bulk_create(
        City(slug=f"city-{n}", name=f"City {n}", country=country) for n in range(MOST + 1)
    )
    assert OutdatedEntry.objects.count() == 0
    Country.objects.update(name="Quokka")
    assert found("quokka") == {"country": 1}
    updating.update_outdated_entries.call()
    assert found("quokka") == {"country": 1, "city": MOST + 1}
    assert_as_rebuilt()


def test_hide_speakers_with_their_webinar_at_once(practice):
    """A speaker in drafts only is not public: the entry does not wait for a task."""
    webinar, speaker = WebinarFactory(), SpeakerFactory(name="Ada Okafor")
    AppearanceFactory(webinar=webinar, speaker=speaker)
    links = CaseStudy.speakers.through
    links.objects.bulk_create(
        links(casestudy=case, speaker=speaker) for case in CaseStudy.objects.all()
    )
    assert found("okafor") == {"case": MOST + 1, "speaker": 1, "webinar": 1}
    type(webinar).objects.update(status="draft")
    assert found("okafor") == {}
    assert_as_rebuilt()


def test_wait_for_an_open_transaction_that_has_noted_more(practice):
    """Otherwise the task would update an entry with a name that is about to change again."""
    rename(practice, "Quokka")

    def update() -> int:
        try:
            return updating.update_batch()
        finally:
            connection.close()

    with psycopg.connect(url_of_database()) as other, ThreadPoolExecutor(1) as pool:
        other.execute("UPDATE repository_practice SET name = 'Wombat'")
        # As a search within the transaction does.
        other.execute("SET CONSTRAINTS repository_apply_search_changes IMMEDIATE")
        task = pool.submit(update)
        while not is_waited_for(other):
            time.sleep(0.02)
        assert OutdatedEntry.objects.count() == MOST + 1
        other.commit()
        assert task.result() > 0
    updating.update_outdated_entries.call()
    assert found("wombat") == {"practice": 1, "case": MOST + 1}
    assert_as_rebuilt()


def test_two_workers_do_not_do_the_same(practice):
    rename(practice, "Quokka")
    counts = []

    def work():
        while count := updating.update_batch():
            counts.append(count)

    assert at_once(work, work) == ["done", "done"]
    assert sum(counts) == MOST + 1
    assert_as_rebuilt()


def test_edit_a_case_while_its_entry_is_updated(practice):
    """The edit waits for the task with its own entry, and has the last word."""
    rename(practice, "Quokka")
    case = CaseStudy.objects.get(
        pk=OutdatedEntry.objects.order_by("pk").values_list("object_id", flat=True)[0]
    )

    def edit():
        with transaction.atomic():
            CaseStudy.objects.filter(pk=case.pk).update(title="Wombat")

    errors = []

    def run():
        errors.extend(Meeting().together(edit))

    thread = threading.Thread(target=run)
    with transaction.atomic():
        updating.update_batch()
        thread.start()
        deadline = time.monotonic() + 120
        with connection.cursor() as cursor:
            while time.monotonic() < deadline:
                cursor.execute(IS_IN_THE_WAY)
                if cursor.fetchone()[0]:
                    break
                time.sleep(0.02)
    thread.join(timeout=120)
    assert errors == []
    assert found("wombat") == {"case": 1}
    updating.update_outdated_entries.call()
    assert_as_rebuilt()


# The worker, which looks more often than every 20 seconds.
WORKER = """
import django

django.setup()

from django.core.management import call_command

from community.tasks import queue

queue.RENEWED_EVERY = 0.2
call_command("db_worker", "--no-startup-delay", "--interval=0.05")
"""


@pytest.mark.slow(25)
@pytest.mark.parametrize("change", [partial(rename, name="Quokka"), Practice.delete])
def test_lose_nothing_when_a_worker_is_killed(practice, tmp_path, change):
    """Killed in its second batch; another one does this batch again, and the rest."""
    change(practice)
    in_second = OutdatedEntry.objects.order_by("pk")[updating.BATCH + 50].object_id
    statement = "SELECT FROM repository_searchentry WHERE kind = 'case' AND object_id = %s"
    with holding(f"{statement} FOR UPDATE", in_second) as held:
        first = start_python(WORKER, tmp_path)
        wait_until(lambda: is_waited_for(held), first)
        kill(first, held)
        first.communicate()
    left = MOST + 1 - updating.BATCH
    assert (OutdatedEntry.objects.count(), different()) == (left, left)
    second = start_python(WORKER, tmp_path)
    try:
        # Without a wait for the lease of the first: the worker queues the task only when none is.
        DBTaskResult.objects.all().delete()
        wait_until(lambda: not OutdatedEntry.objects.exists(), second)
    finally:
        second.terminate()
        second.communicate(timeout=120)
    assert_as_rebuilt()
