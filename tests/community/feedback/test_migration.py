"""Reports of wrong translations become a kind of feedback: community 0026."""

import pghistory
import pytest
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from community.models import PageFeedback, User
from tests import databases
from tests.migrating import few_models_rendered

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def earlier(empty_database, django_db_setup, django_db_blocker):
    """A database with two reports of one text, which was marked as done."""
    with django_db_blocker.unblock(), databases.copied(empty_database, "feedback"):
        with few_models_rendered():
            executor = MigrationExecutor(connection)
            apps = executor.migrate([("community", "0025_no_page_versions")]).apps
        fill(apps)
        with few_models_rendered():
            call_command("migrate", verbosity=0)
        yield


def fill(apps) -> None:
    users = [
        User.objects.create(email=f"{name}@example.org", handle=name, display_name=name)
        for name in ("ama", "kofi", "staff")
    ]
    feedback = apps.get_model("community", "PageFeedback").objects
    feedback.create(page="/cases/", answer="no", message="Costs?")
    text = apps.get_model("community", "ReportedText").objects.create(
        language="fr", is_message=True, context="tag", text="Save"
    )
    reports = apps.get_model("community", "TranslationReport").objects
    for user in users[:2]:
        reports.create(
            text_id=text.pk,
            by_id=user.pk,
            quoted="Enregistrer",
            suggestion=user.handle,
            page="/fr/",
        )
    with pghistory.context(user=users[2].pk):
        text.status, text.done_at, text.done_by_id = "done", timezone.now(), users[2].pk
        text.save()
    kind, _made = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label="community", model="reportedtext"
    )
    right, _made = apps.get_model("auth", "Permission").objects.get_or_create(
        content_type=kind, codename="view_reportedtext"
    )
    apps.get_model("auth", "Group").objects.create(name="Readers").permissions.add(right)


@pytest.mark.usefixtures("earlier")
class TestMigration:
    def test_keep_each_report(self):
        rows = PageFeedback.objects.reports().order_by("pk")
        assert list(
            rows.values_list("by__handle", "message", "quoted", "page", "status", "done_by__handle")
        ) == [(name, name, "Enregistrer", "/fr/", "done", "staff") for name in ("ama", "kofi")]
        for report in rows:
            assert tuple(report.reported_text.values()) == ("fr", True, "tag", "Save")

    def test_keep_feedback_about_pages(self):
        [about_page] = PageFeedback.objects.about_pages()
        assert (about_page.answer, about_page.message) == ("no", "Costs?")

    def test_keep_the_history(self):
        staff = User.objects.get(handle="staff")
        for report in PageFeedback.objects.reports():
            first, last = report.events.order_by("pgh_id")
            assert (first.status, last.status, last.done_by) == ("open", "done", staff)
            assert last.pgh_context.metadata["user"] == staff.pk

    def test_move_the_rights(self):
        held = Group.objects.get(name="Readers").permissions.values_list("codename", flat=True)
        assert list(held) == ["view_pagefeedback"]
        assert not Permission.objects.filter(codename="view_reportedtext").exists()
