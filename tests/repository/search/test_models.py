"""Triggers keep the search entries correct after any kind of write."""

import random
import threading

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from repository.cases import actions
from repository.models import (
    Appearance,
    CaseStatus,
    CaseStudy,
    City,
    Country,
    Evidence,
    GlossaryTerm,
    LandscapeSection,
    Organization,
    Practice,
    Recommendation,
    SearchEntry,
    SearchWord,
    Speaker,
    Tag,
    Theme,
    Webinar,
)
from repository.search.queries import search
from tests.factories import (
    AppearanceFactory,
    CaseStudyFactory,
    CityFactory,
    CountryFactory,
    EvidenceFactory,
    GlossaryTermFactory,
    LandscapeSectionFactory,
    OrganizationFactory,
    PracticeFactory,
    RecommendationFactory,
    SpeakerFactory,
    TagFactory,
    ThemeFactory,
    WebinarFactory,
)

pytestmark = pytest.mark.django_db


def kinds(text):
    return sorted({hit.kind.value for hit in search(text).hits})


def execute(statement, *values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


@pytest.fixture
def everything(db):
    """One object of each kind, each linked to all the others it can be linked to."""
    country = CountryFactory(iso2="KE", name="Kenya")
    city = CityFactory(name="Mombasa", country=country)
    theme = ThemeFactory(name="Ropeways")
    practice = PracticeFactory(name="Mule trains", themes=[theme])
    organization = OrganizationFactory(name="Harbour Board")
    speaker = SpeakerFactory(name="Ada Okafor", organization=organization, country=country)
    tag = TagFactory(name="donkeys")
    webinar = WebinarFactory(
        title="Lighthouses", countries=[country], cities=[city], practices=[practice], tags=[tag]
    )
    AppearanceFactory(speaker=speaker, webinar=webinar, title="Commissioner")
    case = CaseStudyFactory(
        published=True,
        title="Tramway",
        cities=[city],
        countries=[country],
        organizations=[organization],
        themes=[theme],
        practices=[practice],
        speakers=[speaker],
        tags=[tag],
    )
    EvidenceFactory(case=case, label="zebras")
    RecommendationFactory(title="Patience")
    EvidenceFactory(case=None, section=LandscapeSectionFactory(title="Abroad"), label="kilometres")
    GlossaryTermFactory(term="Demurrage")
    return case


@pytest.mark.parametrize(
    ("model", "change", "expected"),
    [
        (CaseStudy, {"title": "Quokka"}, ["case"]),
        (CaseStudy, {"lessons": "Quokka"}, ["case"]),
        (City, {"name": "Quokka"}, ["case", "city", "webinar"]),
        (City, {"names": {"sw": "Quokka"}}, ["case", "city", "webinar"]),
        (Country, {"name": "Quokka"}, ["case", "city", "country", "speaker", "webinar"]),
        (Theme, {"name": "Quokka"}, ["case", "practice"]),
        (Practice, {"name": "Quokka"}, ["case", "practice", "webinar"]),
        (Organization, {"name": "Quokka"}, ["case", "speaker"]),
        (Speaker, {"name": "Quokka"}, ["case", "speaker", "webinar"]),
        (Tag, {"name": "Quokka"}, ["case", "webinar"]),
        (Webinar, {"title": "Quokka"}, ["speaker", "webinar"]),
        (Appearance, {"title": "Quokka"}, ["speaker", "webinar"]),
        (Evidence, {"label": "Quokka"}, ["case", "landscape"]),
        (LandscapeSection, {"body": "Quokka"}, ["landscape"]),
        (Recommendation, {"body": "Quokka"}, ["recommendation"]),
        (GlossaryTerm, {"definition": "Quokka"}, ["term"]),
    ],
)
def test_refresh_all_that_shows_what_changed(everything, model, change, expected):
    assert kinds("quokka") == []
    model.objects.update(**change)
    assert kinds("quokka") == expected


@pytest.mark.parametrize(
    ("link", "word"),
    [
        ("cities", "Mombasa"),
        ("organizations", "harbour"),
        ("themes", "ropeways"),
        ("practices", "mule"),
        ("speakers", "Okafor"),
        ("tags", "donkeys"),
    ],
)
def test_refresh_a_case_when_a_link_is_cut(everything, link, word):
    assert "case" in kinds(word)
    getattr(everything, link).clear()
    assert "case" not in kinds(word)


@pytest.mark.parametrize(
    ("link", "word"), [("cities", "Mombasa"), ("practices", "mule"), ("tags", "donkeys")]
)
def test_refresh_a_webinar_when_a_link_is_cut(everything, link, word):
    assert "webinar" in kinds(word)
    getattr(Webinar.objects.get(), link).clear()
    assert "webinar" not in kinds(word)


def test_forget_what_is_deleted(everything):
    assert "case" in kinds("tramway")
    Evidence.objects.all().delete()
    assert kinds("zebras") == []
    everything.delete()
    assert kinds("tramway") == []
    GlossaryTerm.objects.all().delete()
    assert kinds("demurrage") == []


def test_find_what_plain_sql_wrote(everything):
    execute("UPDATE repository_casestudy SET title = 'Quokka' WHERE id = %s", everything.pk)
    assert kinds("quokka") == ["case"]
    assert kinds("tramway") == []


def test_follow_a_case_through_its_life(administrator):
    case = CaseStudyFactory(title="Tramway", status=CaseStatus.SUBMITTED)
    assert kinds("tramway") == []
    actions.publish(case=case, by=administrator)
    assert kinds("tramway") == ["case"]
    actions.archive(case=case, by=administrator, reason="It has ended.")
    assert kinds("tramway") == []
    actions.restore(case=case, by=administrator)
    assert kinds("tramway") == ["case"]


def test_entries_equal_what_they_should_be(everything):
    """Neither too much nor too little, and the same as after a rebuild."""
    search("anything")
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT (SELECT count(*) FROM repository_searchentry), count(*)
            FROM repository_search_rows r JOIN repository_searchentry e USING (
                kind, object_id, slug, language, title, summary, place, body,
                title_keys, title_words, head_words, all_words
            )
            WHERE r.countries = e.countries::text[]
            """
        )
        assert cursor.fetchone() == (9, 9)
    words = list(SearchWord.objects.order_by("word").values_list("word", "entries"))
    call_command("rebuild_search")
    assert list(SearchWord.objects.order_by("word").values_list("word", "entries")) == words


def test_forget_words_that_no_entry_holds(everything):
    search("anything")
    assert SearchWord.objects.filter(word="tramway").exists()
    everything.delete()
    search("anything")
    assert not SearchWord.objects.filter(word="tramway").exists()


def stored() -> dict:
    columns = [field.name for field in SearchEntry._meta.fields]
    return {
        row["object_id"]: row for row in SearchEntry.objects.filter(kind="case").values(*columns)
    }


def repaired() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT repository_repair_search()")
        return cursor.fetchone()[0]


def test_repair_only_entries_that_differ(everything):
    """After an update, the others are not written again: neither their keys nor their places."""
    search("anything")
    cases = CaseStudyFactory.create_batch(3, title="Market", published=True)
    search("anything")
    before, words = stored(), set(SearchWord.objects.values_list("word", "entries"))
    assert repaired() == 0
    assert stored() == before
    entries = SearchEntry.objects.filter(kind="case")
    entries.filter(object_id=cases[0].pk).update(all_words="")
    entries.filter(object_id=cases[1].pk).update(published_at=None, countries=["XX"])
    entries.filter(object_id=cases[2].pk).delete()
    other = SearchEntry.objects.create(
        **{**before[str(cases[0].pk)], "id": None, "object_id": "999999", "digest": None}
    )
    SearchWord.objects.all().delete()
    assert repaired() == 3
    del before[str(cases[2].pk)]["id"]
    after = stored()
    assert after[str(cases[2].pk)].pop("id") > other.pk
    assert after == before
    assert set(SearchWord.objects.values_list("word", "entries")) == words


def test_rebuild_what_triggers_missed(everything, capsys):
    search("anything")
    SearchEntry.objects.all().delete()
    assert kinds("tramway") == []
    call_command("rebuild_search")
    assert capsys.readouterr().out == "9 search entries created.\n"
    assert kinds("tramway") == ["case"]


@pytest.mark.django_db(transaction=True)
def test_rebuild_and_tidy_up_outside_of_a_transaction(capsys):
    CaseStudyFactory(title="Tramway", published=True)
    call_command("rebuild_search", verbosity=0)
    assert capsys.readouterr().out == ""
    assert kinds("tramway") == ["case"]


def test_keep_a_text_of_any_length():
    """The vector of a text has an upper size: what would pass it is left out, not refused."""
    pick = random.Random(1)
    letters = "".join(map(chr, pick.choices(range(0x20000, 0x2A6D6), k=100_000)))
    case = CaseStudyFactory(
        published=True,
        title="Tramway",
        challenge=letters,
        results="x" * 1_000_000,
        cities=[CityFactory(name="Quokka", names={"zh": letters[:30_000]})],
    )
    for place in range(0, 9000, 200):
        EvidenceFactory(case=case, label=letters[-9000:][place : place + 200])
    assert kinds("tramway") == ["case"]
    assert kinds("quokka") == ["case", "city"]
    assert kinds(letters[1000:1005]) == ["case", "city"]


@pytest.mark.parametrize("language", ["en", "fr", "zh", "xx", "pt-br", "", "'"])
def test_keep_any_signs(language):
    signs = ["a\\b'c''d", "'", "\\", "''::tsvector", "½ ʼ ‘ “ ﷺ", "\u0301", "=en", "a:1A,2B"]
    for sign in signs:
        CaseStudyFactory(published=True, title=f"Tramway {sign}", summary=sign, language=language)
    assert search("tramway").count.total == len(signs)


@pytest.mark.django_db(transaction=True)
def test_refresh_once_as_the_transaction_commits():
    with transaction.atomic():
        case = CaseStudyFactory(title="Tramway", published=True)
        case.tags.add("donkeys")
        assert SearchEntry.objects.count() == 0
    assert SearchEntry.objects.filter(kind="case").count() == 1
    assert kinds("donkeys") == ["case"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM repository_searchchange")
        assert cursor.fetchone() == (0,)


@pytest.mark.django_db(transaction=True)
def test_roll_back_with_the_transaction():
    with transaction.atomic():
        CaseStudyFactory(title="Tramway", published=True)
        transaction.set_rollback(True)
    assert kinds("tramway") == []


@pytest.mark.django_db(transaction=True)
def test_rename_a_city_while_its_case_is_published():
    """Each writer sees what the other has committed, in either order."""
    city = CityFactory(name="Bombay")
    case = CaseStudyFactory(title="Tramway", cities=[city])
    written, committed = threading.Event(), threading.Event()

    def rename():
        try:
            with transaction.atomic():
                City.objects.filter(pk=city.pk).update(name="Mumbai")
                written.set()
                assert committed.wait(120)
        finally:
            connection.close()

    thread = threading.Thread(target=rename)
    thread.start()
    assert written.wait(120)
    with transaction.atomic():
        CaseStudy.objects.filter(pk=case.pk).update(
            status=CaseStatus.PUBLISHED, published_at="2021-01-01T00:00Z"
        )
    assert kinds("bombay") == ["case", "city"]
    committed.set()
    thread.join(120)
    assert kinds("bombay") == []
    assert kinds("mumbai") == ["case", "city"]


def test_note_changes_in_every_table_that_is_read():
    """A table that a view reads and no trigger watches would leave entries or facets behind."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT DISTINCT d.refobjid::regclass::text
            FROM pg_depend d JOIN pg_rewrite r ON r.oid = d.objid
            WHERE r.ev_class = ANY (%(views)s::regclass[])
                AND d.refclassid = 'pg_class'::regclass
                AND d.refobjid <> ALL (%(views)s::regclass[])
            """,
            {
                "views": [
                    "repository_searchable",
                    "repository_case_facets",
                    "repository_case_countries",
                ]
            },
        )
        read = {name for (name,) in cursor.fetchall()} - {"django_content_type"}
        cursor.execute(
            "SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'note_search_change'"
        )
        assert {name for (name,) in cursor.fetchall()} == read


def blocks_read(changes: int) -> int:
    """How many blocks of the table of changes one transaction with so many of them looks at."""

    def read() -> int:
        execute("SELECT pg_stat_force_next_flush()")
        execute("SELECT pg_stat_clear_snapshot()")
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT heap_blks_hit + idx_blks_hit FROM pg_statio_user_tables "
                "WHERE relname = 'repository_searchchange'"
            )
            return cursor.fetchone()[0]

    before = read()
    with transaction.atomic():
        execute(
            "INSERT INTO repository_searchchange (kind, object_id) "
            "SELECT 'nothing', number::text FROM generate_series(1, %s) AS number",
            changes,
        )
    return read() - before


@pytest.mark.django_db(transaction=True)
def test_apply_changes_at_a_cost_that_grows_with_their_number():
    """Four times as many cost four times as much, not nine times and more."""
    for _time in range(10):
        # A session keeps the plan it made while there was next to nothing in the table.
        blocks_read(1)
    few, many = blocks_read(500), blocks_read(2000)
    assert 0 < few < many < 6 * few
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM repository_searchchange")
        assert cursor.fetchone()[0] == 0
