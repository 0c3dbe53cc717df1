"""Canned texts of brokers: installed in each language, separate from those of moderators."""

import pytest
from django.conf import settings

from community.models import CannedText
from community.moderation.reviews.forms import DecisionForm
from partnerships.desk.forms import BrokerDecisionForm

pytestmark = pytest.mark.django_db


def reasons_of(texts) -> list[str]:
    return sorted(text.reason for text in texts)


def test_same_texts_in_each_language():
    found = {
        language: reasons_of(CannedText.objects.for_brokers(language))
        for language, _name in settings.LANGUAGES
    }
    assert len(found["en"]) == 11
    assert found["fr"] == found["en"]
    assert {"fit", "capacity", "incomplete", "duplicate"} <= {*found["en"]}


def test_each_desk_has_its_own_texts():
    CannedText.objects.create(reason="spam", language="en", title="Ad", text="No advertising.")
    offered = {
        form: {*form(language="en").fields["canned"].queryset}
        for form in (DecisionForm, BrokerDecisionForm)
    }
    assert offered[BrokerDecisionForm] == {*CannedText.objects.filter(
        used_by="brokers", language="en"
    )}  # fmt: skip
    assert offered[DecisionForm] & offered[BrokerDecisionForm] == set()
    assert "Ad" in {text.title for text in offered[DecisionForm]}
