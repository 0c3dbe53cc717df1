"""The right to moderate: for groups that are made new, and once for those that are there."""

from importlib import import_module

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, Permission

from community.models import CannedText
from community.roles import ADMINISTRATORS, BROKERS, MODERATORS

pytestmark = pytest.mark.django_db
migration = import_module("community.migrations.0006_canned_texts")
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


def test_add_texts_for_each_reason_in_both_languages():
    CannedText.objects.all().delete()
    for _time in range(2):
        migration.add_texts(apps, None)
    reasons = [reason for reason, _title, _text in migration.TEXTS["en"]]
    assert reasons == [reason for reason, _title, _text in migration.TEXTS["fr"]]
    assert CannedText.objects.count() == 2 * len(reasons)
