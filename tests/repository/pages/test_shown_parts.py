"""Pages declare all parts of the edition that they show, and change with each of them."""

import re
import sys
from collections.abc import Callable
from contextlib import contextmanager
from inspect import isfunction
from unittest.mock import patch

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, models, transaction
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import resolve
from django.utils.translation import override

from community.models import User
from repository.models import CaseStudy
from repository.pages import cache
from repository.pages.addresses import in_language
from repository.pages.editions import Part, forget_all
from tests.collection import PUBLIC_PAGES, signed_in
from tests.kept_pages import OFF, get
from tests.permissions.conftest import undone
from tests.permissions.fresh_pages import CLOCK, flush
from tests.sampling import chosen
from tests.world import World, paths

TABLE = re.compile(r'\b(?:FROM|JOIN)\s+"?(repository_\w+)"?', re.IGNORECASE)
TRIGGERS = """
SELECT tgrelid::regclass::text, tgfoid::regproc::text, encode(tgargs, 'escape')
FROM pg_trigger WHERE tgname = 'raise_edition'
"""
# The parts that the triggers of these functions raise, of which a page needs one.
RAISED_BY = {
    "repository_raise_edition_of_case": {Part.CASES, Part.CASE_TEXTS},
    "repository_raise_edition_of_webinar": {Part.WEBINARS},
    "repository_raise_edition_of_tagged": {Part.CASES, Part.WEBINARS},
    # The part of the translated object, which the page reads as well.
    "repository_raise_edition_of_translation": set(Part),
}
# Functions of the database that read other tables.
READ_BY_FUNCTIONS = {
    "repository_case_card(": {Part.CASES, Part.PLACES, Part.THEMES, Part.PEOPLE},
    "repository_case_page(": {
        *(Part.CASES, Part.CASE_TEXTS, Part.WEBINARS, Part.PEOPLE),
        *(Part.PRACTICES, Part.REFERENCES, Part.THEMES),
    },
}


# Of a case, or of something else in a query that joins cases.
TEXT_OF_CASE = re.compile(
    r'"?(?:repository_casestudy|[UVW]\d)"?\."(?:title|summary|cost|time|rendered)"'
)
READERS = {
    "visitor": Client,
    "member": lambda: signed_in(User.objects.get(handle="member")),
    "moderator": lambda: signed_in(User.objects.get(handle="moderator")),
}


@pytest.fixture(scope="module")
def world(collection):
    return World(lambda most: "Words"[:most])


@pytest.fixture(scope="module")
def addresses(world, sample):
    """The cached pages, in English and some in French."""
    examples = sample([path for found in paths(world).values() for path in found], 20)
    french = [in_language(path, "fr") for path in PUBLIC_PAGES]
    found = []
    for path in dict.fromkeys([*PUBLIC_PAGES, *examples, *french]):
        response = Client().get(path)
        response.close()
        if response.status_code == 200 and "ETag" in response.headers and not response.streaming:
            found.append(path)
    return found


def is_french(path: str) -> bool:
    return path.startswith("/fr/")


def resolve_in_language(path: str):
    with override("fr" if is_french(path) else "en"):
        return resolve(path.partition("?")[0])


def parts_by_table() -> dict[str, set[str]]:
    """Return the parts of each public table; a page that reads it must declare one of them."""
    with connection.cursor() as cursor:
        cursor.execute(TRIGGERS)
        found = {
            table: RAISED_BY.get(function) or {arguments.split(r"\000")[0]}
            for table, function, arguments in cursor.fetchall()
        }
    # Raised by the task that embeds texts.
    return found | {"repository_passage": {Part.MEANING}}


def declared(path: str) -> set[str] | None:
    """Return the parts that the view of a page declares; None if it depends on all of them."""
    shows = getattr(resolve_in_language(path).func, "shows", None)
    return None if shows is None else set(shows)


def test_name_the_parts_that_triggers_raise(db):
    raised = {part for parts in parts_by_table().values() for part in parts}
    # The part of a translation may be any of them.
    assert raised == set(Part)


@pytest.mark.proof(group="shown parts")
@pytest.mark.parametrize("reader", ["visitor", "member", "moderator"])
def test_declare_what_queries_read(reader, addresses, world, db):
    """Also queries for what a process keeps in memory."""
    tables = parts_by_table()
    client = READERS[reader]()
    missing = set()
    narrow = 0
    for path in addresses:
        if (shown := declared(path)) is None:
            continue
        narrow += 1
        forget_all()
        with CaptureQueriesContext(connection) as queries:
            client.get(path)
        for query in queries:
            statement = query["sql"]
            if "repository_editionpart WHERE name = ANY" in statement:
                continue
            needed = [tables[name] for name in TABLE.findall(statement) if name in tables]
            for function, parts in READ_BY_FUNCTIONS.items():
                if function in statement:
                    needed += [{part} for part in parts]
            missing |= {(path, *sorted(parts)) for parts in needed if not parts & shown}
    assert "\n".join(map(str, sorted(missing))) == ""
    assert narrow > 15


def kept_values() -> dict[str, Callable]:
    """Return the functions of the values that a process keeps for some parts, by name."""
    return {
        f"{module.__name__}.{name}": value
        for module in [*sys.modules.values()]
        if module.__name__.partition(".")[0] in ("repository", "community", "partnerships")
        for name, value in vars(module).items()
        if isfunction(value) and hasattr(value, "parts") and value.__module__ == module.__name__
    }


def test_keep_values_for_the_parts_that_they_read(world, db):
    tables = parts_by_table()
    missing, read = set(), 0
    for name, value in kept_values().items():
        with CaptureQueriesContext(connection) as queries:
            value.__wrapped__()
        for query in queries:
            needed = [tables[table] for table in TABLE.findall(query["sql"]) if table in tables]
            read += len(needed)
            # A value without parts is kept for the edition as a whole.
            missing |= {
                (name, *sorted(parts))
                for parts in needed
                if value.parts and not parts & {*value.parts}
            }
    assert sorted(missing) == []
    assert read > 20


@contextmanager
def loaded_cases():
    """Yield the set of the primary keys of cases of which a text is loaded."""
    found, from_db = set(), CaseStudy.from_db.__func__

    def note(model, db, names, values, **options):
        case = from_db(model, db, names, values, **options)
        if "title" in names:
            found.add(case.pk)
        return case

    with patch.object(CaseStudy, "from_db", classmethod(note)):
        yield found


@pytest.mark.proof(group="shown parts")
def test_depend_on_all_cases_whose_text_is_shown(addresses, pages, db):
    """A page that declares some cases loads no other."""
    narrow, unmarked = 0, set()
    for path in addresses:
        forget_all()
        queries = CaptureQueriesContext(connection)
        keeping = patch.object(cache, "keep", wraps=cache.keep)
        with loaded_cases() as loaded, keeping as keep, queries:
            Client().get(path)
        shown = keep.call_args.args[0].cases_shown if keep.called else None
        if shown is None:
            continue
        narrow += 1
        assert loaded <= {int(part.partition(":")[2]) for part in shown}, path
        unmarked |= {
            (resolve_in_language(path).view_name, query["sql"])
            for query in queries
            if "repository_casestudy" in query["sql"]
            and TEXT_OF_CASE.search(query["sql"])
            and "repository_editionpart" not in query["sql"]
        }
    assert sorted(unmarked) == []
    assert narrow > 8


# A change to each table

MODELS = [
    model
    for model in apps.get_app_config("repository").get_models(include_auto_created=True)
    if not model._meta.proxy and model._meta.managed and model._meta.label != "repository.Passage"
]


def changed(row: models.Model) -> None:
    """Give all texts and switches of a row other valid values; delete a row that only links."""
    fields = [field for field in row._meta.concrete_fields if is_changed(field)]
    if not fields:
        row.delete()
    for field in fields:
        before = getattr(row, field.attname)
        setattr(row, field.attname, altered(field, before))
        try:
            field.run_validators(getattr(row, field.attname))
            with transaction.atomic():
                row.save()
        except (ValidationError, DatabaseError):
            setattr(row, field.attname, before)


def is_changed(field: models.Field) -> bool:
    texts = isinstance(field, (models.CharField, models.TextField)) and not field.choices
    is_key = field.primary_key or field.unique or field.is_relation
    return (texts or isinstance(field, models.BooleanField)) and not is_key


def altered(field: models.Field, value):
    if isinstance(field, models.BooleanField):
        return not value
    if isinstance(field, models.URLField):
        return f"{value or 'https://exchange.example/'}xyz"
    return f"{value[: (field.max_length or 1000) - 4]} Xyz"


def contents(addresses) -> dict[str, bytes]:
    return {path: CLOCK.sub(b"", get(path).content) for path in addresses}


@pytest.fixture
def one_of_each(addresses):
    """One page of each view, and the first ones also in French."""
    names = {}
    for path in addresses:
        names.setdefault((resolve_in_language(path).view_name, is_french(path)), path)
    return [*names.values()]


def rows_of(model, seed) -> list[models.Model]:
    """Return a row, of cases several, of which pages show texts."""
    if model is CaseStudy:
        return chosen(CaseStudy.objects.published(), 4, seed)
    return chosen(model._default_manager.order_by("pk"), 1, seed)


@pytest.mark.proof(group="shown parts")
def test_show_a_change_of_each_table(world, one_of_each, pages, db, sample, seed):
    """Cached pages and what is kept in memory are as fresh ones after a change of any row."""
    tables = parts_by_table()
    stale = []
    for model in sample([model for model in MODELS if model._meta.db_table in tables], 1):
        for row in rows_of(model, str(seed)):
            flush()

            def take(row=row):
                contents(one_of_each)
                changed(row)
                flush()
                seen = contents(one_of_each)
                forget_all()
                with override_settings(CACHES=OFF):
                    fresh = contents(one_of_each)
                return [path for path in one_of_each if seen[path] != fresh[path]]

            stale += [(str(row), model.__name__, path) for path in undone(take)]
    assert stale == []
