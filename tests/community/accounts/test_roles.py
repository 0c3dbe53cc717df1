"""The right to moderate: for groups that are made new, and once for those that are there."""

from importlib import import_module

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, Permission

from community.accounts.roles import ADMINISTRATORS, BROKERS, MODERATORS
from community.models import CannedText

pytestmark = pytest.mark.django_db
migration = import_module("community.migrations.0006_canned_texts")
for_webinars = import_module("community.migrations.0025_rights_for_webinars")
TEXTS = {f"{verb}_cannedtext" for verb in ("add", "change", "delete", "view")}


def rights(role: str) -> set[str]:
    found = Permission.objects.filter(group__name=role, content_type__app_label="community")
    return set(found.values_list("codename", flat=True))


def test_moderators_moderate_and_keep_their_texts():
    webinars = {"view_registration", "export_survey", "view_survey", "view_surveyanswer"}
    questions = {f"{verb}_surveyquestion" for verb in ("add", "change", "view")}
    assert rights(MODERATORS) == {"moderate", *webinars, *questions, *TEXTS}
    assert rights(BROKERS) == TEXTS
    assert {"moderate", "undo_any", "read_history"} <= rights(ADMINISTRATORS)


def test_give_the_right_to_groups_that_are_there():
    for group in Group.objects.all():
        group.permissions.remove(*Permission.objects.filter(content_type__app_label="community"))
    migration.give_permissions(apps, None)
    assert len(rights(MODERATORS)) == 5
    assert len(rights(ADMINISTRATORS)) == 7
    assert rights(BROKERS) == set()


def test_give_the_rights_for_webinars_to_groups_that_are_there():
    """As many as a group that is made new has, and under the names that `migrate` gives."""
    models = {model for rights in for_webinars.GIVEN.values() for _app, model, *_name in rights}
    found = Permission.objects.filter(content_type__model__in=models).order_by("pk")
    made_new = {group: list(found.filter(group=group)) for group in Group.objects.all()}
    assert all(made_new.values())
    for group in made_new:
        group.permissions.remove(*found)
    names = {right.codename: right.name for right in found}
    for_webinars.give_permissions(apps, None)
    assert {group: list(found.filter(group=group)) for group in made_new} == made_new
    rows = {row for rights in for_webinars.GIVEN.values() for row in rights}
    assert {codename: words for _app, _model, codename, words in rows} == names


def test_add_texts_for_each_reason_in_both_languages():
    CannedText.objects.all().delete()
    for _time in range(2):
        migration.add_texts(apps, None)
    reasons = [reason for reason, _title, _text in migration.TEXTS["en"]]
    assert reasons == [reason for reason, _title, _text in migration.TEXTS["fr"]]
    assert CannedText.objects.count() == 2 * len(reasons)
