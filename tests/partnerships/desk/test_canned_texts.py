"""What brokers send often: there from the start, in each language, and not what moderators send."""

from importlib import import_module

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import Group, Permission

from community.accounts.roles import BROKERS
from community.models import CannedText, Decision
from community.moderation.reviews.forms import DecisionForm
from partnerships.desk.forms import BrokerDecisionForm
from tests.factories import RepresentationFactory

pytestmark = pytest.mark.django_db
migration = import_module("partnerships.migrations.0009_broker_texts")


def reasons_of(texts) -> list[str]:
    return sorted(text.reason for text in texts)


def test_have_the_same_texts_in_each_language_once():
    for _time in range(2):
        migration.add_texts(apps, None)
    for language, _name in settings.LANGUAGES:
        texts = CannedText.objects.for_brokers(language)
        assert reasons_of(texts) == sorted(reason for reason, *_ in migration.TEXTS["en"])
    assert {"fit", "capacity", "incomplete", "duplicate"} <= {*reasons_of(texts)}


def test_offer_each_desk_its_own():
    migration.add_texts(apps, None)
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


def test_give_the_right_to_brokers_that_are_there():
    group = Group.objects.get(name=BROKERS)
    texts = Permission.objects.filter(content_type__model="cannedtext")
    group.permissions.remove(*texts)
    migration.give_permissions(apps, None)
    assert group.permissions.filter(pk__in=texts).count() == 4


def test_name_the_end_of_a_right_as_such(broker, member):
    words = {"by": broker, "reason": "other", "message": "You have moved.", "verb": "remove"}
    ended = Decision.objects.create(subject=RepresentationFactory(member=member), **words)
    other = Decision.objects.create(subject=RepresentationFactory().city, **words)
    migration.name_ends(apps, None)
    assert [Decision.objects.get(pk=row.pk).verb for row in (ended, other)] == ["end", "remove"]
