"""The rights of the groups that `migrate` makes, and the texts that moderators choose from."""

from importlib import import_module

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, Permission

from community.accounts.roles import ADMINISTRATORS, BROKERS, MODERATORS
from community.models import CannedText

pytestmark = pytest.mark.django_db
TEXTS = {f"{verb}_cannedtext" for verb in ("add", "change", "delete", "view")}


def rights(role: str) -> set[str]:
    found = Permission.objects.filter(group__name=role, content_type__app_label="community")
    return set(found.values_list("codename", flat=True))


def test_moderators_moderate_and_keep_their_texts():
    webinars = {"view_registration", "export_survey", "view_survey", "view_surveyanswer"}
    questions = {f"{verb}_surveyquestion" for verb in ("add", "change", "view")}
    feedback = {"view_pagefeedback", "delete_pagefeedback"}
    assert rights(MODERATORS) == {
        "moderate",
        *webinars,
        *questions,
        *feedback,
        *TEXTS,
    }
    assert rights(BROKERS) == TEXTS
    assert {"moderate", "undo_any", "read_history"} <= rights(ADMINISTRATORS)


def test_first_texts_are_in_english():
    languages = CannedText.objects.for_moderators().values_list("language", flat=True)
    assert list(languages) == ["en"] * 12


@pytest.mark.parametrize("are_made", [True, False])
def test_staff_of_existing_sites_may_see_reported_translations(are_made):
    names = {"change_interfacereview", "view_interfacereview"}
    found = Permission.objects.filter(content_type__model="interfacereview")
    for role in (MODERATORS, ADMINISTRATORS):
        Group.objects.get(name=role).permissions.remove(*found)
    if not are_made:
        found.delete()
    migration = import_module("community.migrations.0016_translation_reports")
    migration.grant(apps, None)
    migration.grant(apps, None)
    for role in (MODERATORS, ADMINISTRATORS):
        held = Permission.objects.filter(group__name=role, codename__in=names)
        assert {right.codename for right in held} == names
    Group.objects.all().delete()
    migration.grant(apps, None)
    assert not Group.objects.exists()


@pytest.mark.parametrize("are_made", [True, False])
def test_moderators_of_existing_sites_may_read_feedback(are_made):
    """The migration, also where the rights are made only after it."""
    feedback = Permission.objects.filter(codename__endswith="_pagefeedback")
    moderators = Group.objects.get(name=MODERATORS)
    moderators.permissions.remove(*feedback)
    if not are_made:
        feedback.delete()
    migration = import_module("community.migrations.0014_feedback_rights")
    migration.grant(apps, None)
    migration.grant(apps, None)
    assert {"view_pagefeedback", "delete_pagefeedback"} <= rights(MODERATORS)
    Group.objects.all().delete()
    migration.grant(apps, None)
    assert not Group.objects.exists()


@pytest.mark.parametrize("is_made", [True, False])
def test_staff_of_existing_sites_may_exchange_translations(is_made):
    """The migration, also where the permission is made only after it."""
    exchange = Permission.objects.get(codename="exchange_translation")
    groups = Group.objects.filter(name__in=[MODERATORS, ADMINISTRATORS])
    for group in groups:
        group.permissions.remove(exchange)
    if not is_made:
        exchange.delete()
    migration = import_module("repository.migrations.0015_translation_memory")
    migration.grant(apps, None)
    migration.grant(apps, None)
    having = Group.objects.filter(permissions__codename="exchange_translation")
    assert set(having.values_list("name", flat=True)) == {MODERATORS, ADMINISTRATORS}
    Group.objects.all().delete()
    migration.grant(apps, None)
    assert not Group.objects.exists()
