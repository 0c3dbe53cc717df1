"""After a change of any public row, cached pages are as fresh ones."""

from contextlib import suppress
from functools import partial

import pytest
from django.apps import apps
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db import DatabaseError, connection, models, transaction
from django.test import Client, override_settings
from django.urls import resolve
from django.utils.translation import override

from repository.models import CaseStudy
from repository.pages.addresses import in_language
from repository.pages.editions import current_edition, forget_all
from tests.collection import PUBLIC_PAGES
from tests.kept_pages import OFF, get
from tests.permissions.conftest import undone
from tests.permissions.fresh_pages import CLOCK, flush
from tests.sampling import chosen
from tests.world import World, paths

PUBLIC = "SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'note_public_change'"


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


MODELS = [
    model
    for model in apps.get_app_config("repository").get_models(include_auto_created=True)
    if not model._meta.proxy and model._meta.managed
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


@pytest.fixture
def public_rows(sample, seed, db):
    """Rows of each table that visitors see."""
    with connection.cursor() as cursor:
        cursor.execute(PUBLIC)
        tables = {name for (name,) in cursor.fetchall()}
    models = sample([model for model in MODELS if model._meta.db_table in tables], 5)
    return [row for model in models for row in rows_of(model, str(seed))]


@pytest.mark.proof(group="changed tables")
def test_renew_the_edition_if_a_page_changes(world, one_of_each, public_rows):
    before, edition = contents(one_of_each), current_edition()

    def stale(row) -> list[str]:
        changed(row)
        flush()
        if current_edition() != edition:
            return []
        # Only a row that no page shows may be changed without another edition.
        forget_all()
        after = contents(one_of_each)
        return [path for path in one_of_each if after[path] != before[path]]

    found = {repr(row): undone(partial(stale, row)) for row in public_rows}
    assert {row: paths for row, paths in found.items() if paths} == {}


@pytest.mark.proof(group="changed tables")
def test_show_a_change_of_each_table(world, one_of_each, public_rows, pages):
    """Cached pages and what is kept in memory are as fresh ones after a change of all tables."""
    flush()
    before = contents(one_of_each)
    for row in public_rows:
        # A row may have been deleted with another one.
        with suppress(ObjectDoesNotExist):
            row.refresh_from_db()
            changed(row)
    flush()
    seen = contents(one_of_each)
    forget_all()
    with override_settings(CACHES=OFF):
        fresh = contents(one_of_each)
    assert seen == fresh
    assert seen != before
