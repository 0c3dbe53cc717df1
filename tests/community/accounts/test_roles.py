"""The rights of the groups that `migrate` makes, and the texts that moderators choose from."""

import pytest
from django.contrib.auth.models import Permission

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
