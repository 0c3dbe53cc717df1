"""Functions, triggers and views are those of the files, whatever was in the database before."""

import io
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from repository.models import SearchEntry
from repository.sql.install import Installer, install
from tests.factories import PracticeFactory, ThemeFactory
from tests.upgrade.schema import differences, schema

pytestmark = pytest.mark.django_db

OLDER = """
CREATE OR REPLACE FUNCTION repository_search_languages() RETURNS text[] LANGUAGE sql STABLE AS $$
    SELECT ARRAY['en']
$$
"""


def run(*statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def installer(app: str = "repository") -> Installer:
    return Installer(apps.get_app_config(app), "default")


def printed(**options) -> list[str]:
    out = io.StringIO()
    install(app_config=apps.get_app_config("repository"), using="default", stdout=out, **options)
    return [line.strip() for line in out.getvalue().splitlines()]


@pytest.mark.parametrize("app", ["repository", "community"])
def test_new_database_matches_the_files(app):
    assert installer(app).wanted
    assert installer(app).is_current()
    assert printed() == []


@pytest.mark.parametrize(
    ("statement", "lines"),
    [
        (OLDER, ["Replaced function repository_search_languages()"]),
        (
            "DROP FUNCTION repository_count_all_search_words()",
            ["Added function repository_count_all_search_words()"],
        ),
        (
            "CREATE FUNCTION repository_of_before() RETURNS int LANGUAGE sql AS 'SELECT 1'",
            ["Removed function repository_of_before()"],
        ),
        (
            "DROP TRIGGER note_search_change ON repository_city",
            ["Added trigger note_search_change ON repository_city"],
        ),
        (
            "CREATE OR REPLACE TRIGGER note_search_change BEFORE UPDATE ON repository_city "
            "FOR EACH ROW EXECUTE FUNCTION repository_note_search_change('city', 'id')",
            ["Replaced trigger note_search_change ON repository_city"],
        ),
        (
            "CREATE TRIGGER of_before BEFORE UPDATE ON repository_city "
            "FOR EACH ROW EXECUTE FUNCTION repository_renew_edition()",
            ["Removed trigger of_before ON repository_city"],
        ),
        (
            "DROP VIEW repository_search_rows",
            ["Added view repository_search_rows"],
        ),
        # Nothing is the same as before, but all has to be made again.
        (
            "DROP FUNCTION repository_search_languages();"
            "CREATE FUNCTION repository_search_languages() RETURNS int LANGUAGE sql "
            "AS 'SELECT 1'",
            ["Replaced function repository_search_languages()"],
        ),
        (
            "CREATE FUNCTION repository_clean(source text, other text) RETURNS text LANGUAGE sql "
            "AS $$ SELECT source $$",
            ["Removed function repository_clean(text,text)"],
        ),
        (
            "ALTER TYPE repository_query ADD ATTRIBUTE more text",
            ["Replaced type repository_query"],
        ),
        ("COMMENT ON FUNCTION repository_clean IS NULL", []),
    ],
)
def test_replace_what_has_drifted(statement, lines):
    before = schema()
    run(statement)
    assert not installer().is_current()
    assert printed() == lines
    assert differences(schema(), before) == {}
    assert printed() == []


def test_print_nothing_with_verbosity_0():
    run(OLDER)
    assert printed(verbosity=0) == []
    assert installer().is_current()


def test_search_finds_again_what_an_older_function_left_out():
    ThemeFactory()
    PracticeFactory(name="Single windows")
    run("SET CONSTRAINTS ALL IMMEDIATE")
    words = SearchEntry.objects.get(kind="practice").all_words
    run("UPDATE repository_searchentry SET all_words = ''")
    run(OLDER)
    printed()
    assert SearchEntry.objects.get(kind="practice").all_words != words
    run("CREATE OR REPLACE FUNCTION repository_end() RETURNS text LANGUAGE sql AS $$ SELECT 'x' $$")
    printed()
    assert SearchEntry.objects.get(kind="practice").all_words == words


def test_keep_functions_of_others():
    run(
        "CREATE FUNCTION report() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "CREATE VIEW report_of_operators AS SELECT * FROM repository_search_rows",
        OLDER,
    )
    printed()
    run("SELECT report(), * FROM report_of_operators")


def test_wait_for_all_migrations():
    run(OLDER)
    MigrationRecorder.Migration.objects.filter(app="repository").delete()
    assert printed() == []
    assert not installer().is_current()


def test_migrate_installs():
    run(OLDER)
    out = io.StringIO()
    call_command("migrate", stdout=out)
    assert "Replaced function repository_search_languages()" in out.getvalue()
    assert installer().is_current()


@pytest.mark.django_db(transaction=True)
def test_two_at_once_take_turns():
    run(OLDER, "DROP TRIGGER note_search_change ON repository_city")

    def work(_number: int) -> list[str]:
        try:
            return installer().install()
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        found = [*pool.map(work, range(2))]
    assert sorted(map(len, found)) == [0, 2]
    assert installer().is_current()


@pytest.mark.django_db(transaction=True)
def test_rebuild_after_the_locks_of_the_triggers_are_released(monkeypatch):
    run(OLDER, "DROP TRIGGER note_search_change ON repository_city")
    held = []

    def follow_up(self, changed):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT mode FROM pg_locks "
                "WHERE relation = 'repository_city'::regclass AND pid = pg_backend_pid()"
            )
            held.extend(cursor.fetchall())
        original(self, changed)

    original = Installer.follow_up
    monkeypatch.setattr(Installer, "follow_up", follow_up)
    installer().install()
    assert held == []


@pytest.mark.django_db(transaction=True)
def test_repeat_an_interrupted_installation(monkeypatch):
    ThemeFactory()
    PracticeFactory(name="Single windows")
    words = SearchEntry.objects.get(kind="practice").all_words
    run("UPDATE repository_searchentry SET all_words = ''")
    run("CREATE OR REPLACE FUNCTION repository_end() RETURNS text LANGUAGE sql AS $$ SELECT 'x' $$")
    with monkeypatch.context() as patch:
        patch.setattr(Installer, "follow_up", lambda *_args: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            installer().install()
    assert SearchEntry.objects.get(kind="practice").all_words == ""
    assert not installer().is_current()
    assert printed() == []
    assert SearchEntry.objects.get(kind="practice").all_words == words
    assert installer().is_current()
