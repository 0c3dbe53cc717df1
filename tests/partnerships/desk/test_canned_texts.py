"""Canned texts of brokers: installed in each language, separate from those of moderators."""

import pytest
from django.conf import settings

from community.models import CannedText, Verb
from community.moderation.reviews.forms import DecisionForm
from partnerships.desk.forms import BrokerDecisionForm
from tests.desk_client import DeskClient
from tests.factories import RepresentationFactory
from tests.page import page_of

pytestmark = pytest.mark.django_db


def reasons_of(texts) -> list[str]:
    return sorted(text.reason for text in texts)


def test_same_texts_in_each_language():
    found = {
        language: reasons_of(CannedText.objects.for_brokers(language))
        for language, _name in settings.LANGUAGES
    }
    assert len(found["en"]) == 13
    assert found["fr"] == found["en"]
    assert {"fit", "capacity", "incomplete", "duplicate", "unconfirmed"} <= {*found["en"]}


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


OFFERED = {
    (Verb.REQUEST_CHANGES,): {"duplicate", "incomplete", "other", "outdated", "unclear"},
    (Verb.DECLINE,): {"capacity", "duplicate", "fit", "other", "outdated"},
    (Verb.APPROVE, Verb.REQUEST_CHANGES, Verb.DECLINE): {
        "capacity",
        "duplicate",
        "fit",
        "incomplete",
        "other",
        "outdated",
        "unclear",
    },
    (Verb.REOPEN,): {"duplicate", "mistake", "other", "outdated"},
}


@pytest.mark.parametrize("verbs", OFFERED)
def test_texts_go_with_the_possible_decisions(verbs):
    texts = BrokerDecisionForm(language="en", verbs=verbs).fields["canned"].queryset
    assert {*reasons_of(texts)} == OFFERED[verbs]


@pytest.mark.parametrize("status", ["asked", "approved"])
def test_texts_about_representations_are_offered_there(status, broker):
    client = DeskClient()
    client.force_login(broker)
    row = RepresentationFactory(status=status)
    page = page_of(client.get(f"/admin/partnerships/representation/{row.pk}/review/"))
    found = [radio["value"] for radio in page.select(".canned [data-reason=unconfirmed]")]
    texts = CannedText.objects.for_brokers("en").filter(reason="unconfirmed")
    assert found == [str(text.pk) for text in texts]
    assert len(found) == 2
    reasons = [option["value"] for option in page.select("select[name=reason] option")]
    assert "unconfirmed" in reasons


def test_reason_of_representations_is_not_for_moderators():
    assert "unconfirmed" not in dict(DecisionForm(language="en").fields["reason"].choices)
