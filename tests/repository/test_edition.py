import pytest
from django.apps import apps
from django.db import connection

from repository.models import Edition, Theme

NOT_SHOWN = {
    "repository_edition",
    "repository_loadrecord",
    "repository_pagestamp",
    "repository_searchentry",
    "repository_searchword",
}


def number():
    return Edition.objects.get().number


@pytest.mark.django_db(transaction=True)
def test_raise_edition_once_for_each_transaction(seeded):
    before = number()
    Theme.objects.bulk_create(Theme(slug=f"t{i}", name=f"Theme {i}") for i in range(3))
    assert number() == before + 1
    Theme.objects.filter(slug="t1").update(name="Other")
    assert number() == before + 2
    Theme.objects.filter(slug="t1").delete()
    assert number() == before + 3


@pytest.fixture
def seeded(transactional_db):
    """A test with real transactions empties the tables: put the one row back."""
    Edition.objects.get_or_create(pk=1)


@pytest.mark.django_db
def test_raise_edition_trigger_on_every_public_table():
    models = [
        model
        for model in apps.get_app_config("repository").get_models(include_auto_created=True)
        if not model._meta.proxy
    ]
    tables = {
        model._meta.db_table
        for model in models
        if not model._meta.db_table.endswith("event") and model._meta.managed
    } - NOT_SHOWN
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname='raise_edition'"
        )
        have = {row[0] for row in cursor.fetchall()}
    assert have == tables
