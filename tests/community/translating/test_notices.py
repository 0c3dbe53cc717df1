"""Translators and reviewers learn that originals have changed, at most once a day."""

from datetime import timedelta

import pytest
from django.utils.translation import override
from django_tasks_db.models import DBTaskResult

from community.models import Notification
from community.notices.wording import shown_to
from community.translating.edits import edit_of
from community.translating.notices import notify_translators
from community.writing.revisions.actions import accept as accept_revision
from repository.dates import clock
from repository.models import CaseStudy
from repository.translations.loading import report_stale, translated_keys
from tests.community.translating.proposals import key, reviews, saved, submitted
from tests.community.writing.revisions.revisions import (
    make_known,
    notified_of,
    proposed,
    published_case,
)
from tests.factories import PracticeFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def practice(member):
    make_known(member)
    practice = PracticeFactory(name="Parcels", summary="Few.", description="One.", needs="")
    submitted(practice, member)
    submitted(practice, member, language="fr")
    return practice


def edit(row, **fields) -> None:
    with edit_of(row):
        for name, value in fields.items():
            setattr(row, name, value)
        row.save()
    run_tasks()


def run_tasks() -> None:
    """Do what the worker would: the tasks that wait for it."""
    waiting = DBTaskResult.objects.filter(task_path__endswith="notify_translators")
    for task in waiting:
        notify_translators.call(*task.args_kwargs["args"])
    waiting.delete()


def test_translators_and_reviewers_are_notified_once_a_day_and_language(
    practice, member, stranger, colleague, monkeypatch
):
    reviews(stranger)
    reviews(colleague, "ar")
    edit(practice, summary="Many.")
    # Once for each language.
    assert notified_of("translation.stale") == ["member", "member", "stranger"]
    edit(practice, summary="Very many.")
    assert len(notified_of("translation.stale")) == 3
    tomorrow = clock.today() + timedelta(days=1)
    monkeypatch.setattr(clock, "today", lambda: tomorrow)
    edit(practice, summary="None.")
    assert len(notified_of("translation.stale")) == 6


def test_nobody_is_notified_of_an_edit_that_changes_no_text(practice):
    edit(practice, slug="parcels-2")
    assert notified_of("translation.stale") == []


def test_only_translators_of_what_changed_are_notified(practice, colleague):
    make_known(colleague)
    submitted(practice, colleague, {key(practice, "name"): "Bultos"})
    edit(practice, name="Small parcels")
    # In French it is still the first translator's.
    assert notified_of("translation.stale") == ["colleague", "member"]


def test_an_accepted_change_of_a_case_notifies_translators(member, colleague, stranger, moderator):
    case = published_case(member, by=moderator)
    make_known(colleague)
    case = CaseStudy.objects.get(pk=case.pk)
    submitted(case, colleague, {key(case, "title"): "Una ventanilla"})
    revision = proposed(case, by=stranger, title="Two windows")
    accept_revision(revision=revision, by=member)
    run_tasks()
    assert notified_of("translation.stale") == ["colleague"]
    [notice] = Notification.objects.filter(event="translation.stale").select_related("actor")
    [shown] = shown_to(colleague, [notice])
    assert shown.path == f"/translations/case/{case.pk}/es/"
    assert "Two windows" in shown.html


def test_a_load_notifies_translators_of_what_it_changed(practice, stranger):
    reviews(stranger)
    other = PracticeFactory(name="Rail", summary="", description="", needs="")
    submitted(other, stranger, language="es")

    def load(**fields) -> None:
        before = translated_keys()
        type(practice).objects.filter(pk=practice.pk).update(**fields)
        report_stale(before)
        run_tasks()

    load(slug="parcels-2")
    assert notified_of("translation.stale") == []
    load(summary="Many.")
    assert notified_of("translation.stale") == ["member", "member", "stranger"]
    # At most once a day, also with edits by people.
    practice.refresh_from_db()
    edit(practice, summary="Very many.")
    load(summary="None.")
    assert len(notified_of("translation.stale")) == 3


def test_notices_about_proposals_are_for_those_who_may_see_them(practice, stranger, moderator):
    newcomer = stranger
    submitted(practice, newcomer, {key(practice, "name"): "طرود"}, "ar")
    notices = Notification.objects.filter(event="translation.submitted").select_related("actor")
    [shown] = shown_to(moderator, [*notices.filter(member=moderator)])
    assert "Parcels" in shown.html
    type(practice).objects.filter(pk=practice.pk).delete()
    assert shown_to(moderator, [*notices.filter(member=moderator)]) == []


@pytest.mark.parametrize(
    ("language", "title", "mark"),
    [("en", "Parcels", ""), ("es", "Bultos", ""), ("ar", "Parcels", "en")],
)
def test_notices_of_translations_name_the_original_in_the_language_of_the_reader(
    member, moderator, language, title, mark
):
    practice = PracticeFactory(name="Parcels", summary="Few.", description="", needs="")
    make_known(member)
    reviews(moderator)
    texts = {key(practice, "name"): "Bultos", key(practice, "summary"): "Pocos."}
    submitted(practice, member, texts)
    edit(practice, summary="Many.")
    notices = Notification.objects.filter(member=moderator).select_related("actor").order_by("pk")
    assert [notice.event for notice in notices] == ["translation.published", "translation.stale"]
    with override(language):
        found = shown_to(moderator, notices)
        assert [shown.title for shown in found] == [title] * 2
        assert ['lang="en"' in shown.html for shown in found] == [mark == "en"] * 2


def test_a_claim_notifies_nobody(practice, stranger):
    saved(practice, stranger, {}, "ar")
    assert Notification.objects.filter(event__startswith="translation.sub").count() == 0
