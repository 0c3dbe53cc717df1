import pytest
from django.apps import apps
from django.db import connection, transaction

from repository.models import CaseStudy, Edition, Evidence, Theme
from tests.factories import (
    CaseStudyFactory,
    CityFactory,
    EvidenceFactory,
    ThemeFactory,
    WebinarFactory,
)

NOT_SHOWN = {
    "repository_dailycount",
    # Notes about cases, whose changes raise the edition.
    "repository_casechange",
    "repository_edition",
    "repository_editionpart",
    "repository_embeddingmodel",
    "repository_loadrecord",
    # What triggers derive from objects, whose changes raise the edition.
    "repository_original",
    "repository_outdatedentry",
    "repository_pagestamp",
    # The task that embeds public texts raises the edition.
    "repository_passage",
    "repository_searchentry",
    "repository_searchtranslation",
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


@pytest.mark.django_db(transaction=True)
def test_keep_edition_while_a_draft_is_written(seeded):
    case, city, theme = CaseStudyFactory(), CityFactory(), ThemeFactory()
    webinar = WebinarFactory()
    case.tags.add("rail")
    before = number()
    with transaction.atomic():
        case.title = "Another title"
        case.save()
        case.cities.add(city)
        case.themes.add(theme)
        EvidenceFactory(case=case)
        case.tags.clear()
    case.evidence.update(value=2)
    case.tags.add("rail")
    assert number() == before
    webinar.tags.add("rail")
    assert number() == before + 1
    EvidenceFactory(case=None, series=webinar.series)
    assert number() == before + 2
    case.delete()
    assert number() == before + 2


@pytest.mark.django_db(transaction=True)
def test_raise_edition_for_what_belongs_to_a_public_case(seeded):
    case, draft, city = CaseStudyFactory(published=True), CaseStudyFactory(), CityFactory()
    figure = EvidenceFactory(case=draft)
    before = number()
    steps = [
        lambda: case.cities.add(city),
        lambda: case.tags.add("rail"),
        lambda: Evidence.objects.filter(pk=figure.pk).update(case=case),
        lambda: Evidence.objects.filter(pk=figure.pk).update(case=draft),
        lambda: CaseStudy.objects.filter(pk=case.pk).update(status="submitted"),
        lambda: CaseStudy.objects.filter(pk=case.pk).update(status="published"),
        lambda: case.cities.clear(),
        lambda: case.delete(),
    ]
    for count, step in enumerate(steps, 1):
        with transaction.atomic():
            step()
        assert number() == before + count
