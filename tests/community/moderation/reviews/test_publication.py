"""Undoing the publication of a case: what is restored, when it is refused, and what is sent."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from community.models import Decision, Flag, Follow, Notification, Revision, Verb
from community.moderation.decisions.undo import undo
from community.moderation.reviews import case_review, case_steps
from community.notices.actions import mark_all_read
from community.notices.events import HELD_FOR
from community.writing.drafts.reviewable import PUBLICATION_UNDONE_WITHIN
from community.writing.revisions.history import first_published
from repository.models import CaseStudy, Reference
from repository.workflow import ActionRefused
from tests.community.conftest import run_queue
from tests.desk_client import DeskClient
from tests.factories import (
    CaseStudyFactory,
    CommentFactory,
    ExperienceFactory,
    ReferenceFactory,
    ThemeFactory,
    UserFactory,
)
from tests.page import page_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(member, colleague, stranger):
    """A submitted case of two authors, on a theme that somebody follows."""
    theme = ThemeFactory()
    Follow.objects.create(member=stranger, subject=theme)
    return CaseStudyFactory(
        title="Parcels", status="submitted", authors=[member, colleague], themes=[theme]
    )


def publish(case, moderator) -> Decision:
    return case_review.decide(case=case, verb=Verb.APPROVE, by=moderator)


def later(minutes: int) -> None:
    """Move decisions and notices back in time."""
    ago = timezone.now() - timedelta(minutes=minutes)
    Decision.objects.update(created_at=ago)
    Notification.objects.update(created_at=ago)


def state() -> tuple:
    case = CaseStudy.objects.get()
    return case.status, case.published_at


@pytest.mark.parametrize("status", ["draft", "submitted", "changes-requested"])
def test_undo_restores_the_status_before(status, case, moderator, client):
    CaseStudy.objects.update(status=status)
    case_steps.publish(case=case, by=moderator)
    assert client.get(case.get_absolute_url()).status_code == 200
    decision = Decision.objects.get()
    undoing = undo(decision=decision, by=moderator)
    assert (state(), undoing.verb, undoing.before) == ((status, None), "undo", "published")
    assert client.get(case.get_absolute_url()).status_code == 404
    with pytest.raises(ActionRefused, match="already been undone"):
        undo(decision=decision, by=moderator)


def test_undo_hides_the_references_that_came_with_the_case(case, moderator):
    new, shared, listed = (
        ReferenceFactory(key=key, is_proposed=key != "listed")
        for key in ("new", "shared", "listed")
    )
    case.references.set([new, shared, listed])
    decision = publish(case, moderator)
    CaseStudyFactory(title="Another", references=[shared])
    undo(decision=decision, by=moderator)
    proposed = Reference.objects.filter(is_proposed=True)
    assert list(proposed.values_list("key", flat=True)) == ["new"]


def test_undo_by_another_moderator_is_refused(case, moderator):
    decision = publish(case, moderator)
    with pytest.raises(ActionRefused, match="Only the person who made this decision"):
        undo(decision=decision, by=UserFactory(staff=True))
    assert CaseStudy.objects.get().is_published


def test_undo_by_a_former_author_is_refused(case, moderator, administrator):
    case.submissions.create(by=administrator)
    decision = publish(case, moderator)
    with pytest.raises(ActionRefused, match="your own contribution"):
        undo(decision=decision, by=administrator)
    assert CaseStudy.objects.get().is_published


def test_undo_after_some_minutes_is_refused(case, moderator):
    decision = publish(case, moderator)
    later(minutes=9)
    decision.refresh_from_db()
    assert PUBLICATION_UNDONE_WITHIN < HELD_FOR
    later(minutes=10)
    with pytest.raises(ActionRefused, match="within 10 minutes"):
        undo(decision=decision, by=moderator)
    assert CaseStudy.objects.get().is_published


def comment(case, person):
    CommentFactory(subject=case, author=person)


def report_experience(case, person):
    ExperienceFactory(subject=case, author=person, pending=True)


def flag_case(case, person):
    Flag.objects.create(subject=case, by=person, reason="spam")


def suggest_change(case, person):
    Revision.objects.create(case=case, by=person, why="Newer.", base={}, document={})


def edit(case, person):
    case = CaseStudy.objects.get()
    case.summary = "Changed since."
    case.save()


def archive_and_restore(case, person):
    editor = UserFactory(staff=True)
    case_steps.archive(case=case, reason="Over.", by=editor)
    case_steps.restore(case=case, by=editor)
    Decision.objects.filter(verb=Verb.ARCHIVE).update(undone_at=timezone.now())


@pytest.mark.parametrize(
    "respond",
    [comment, report_experience, flag_case, suggest_change, edit, archive_and_restore],
)
def test_undo_after_a_response_is_refused(respond, case, stranger, moderator):
    decision = publish(case, moderator)
    respond(case, stranger)
    with pytest.raises(ActionRefused, match="This has changed since the decision"):
        undo(decision=decision, by=moderator)
    assert CaseStudy.objects.get().is_published


def test_undo_withdraws_the_notices_before_any_email(case, member, colleague, stranger, moderator):
    decision = publish(case, moderator)
    assert (run_queue(), Notification.objects.count()) == ([], 3)
    undo(decision=decision, by=moderator)
    later(minutes=60)
    assert (run_queue(), Notification.objects.count()) == ([], 0)


def test_undo_notifies_authors_who_have_read_of_the_publication(case, member, moderator):
    decision = publish(case, moderator)
    mark_all_read(newest=Notification.objects.latest("pk").pk, by=member)
    undo(decision=decision, by=moderator)
    assert list(Notification.objects.values_list("member", "event")) == [
        (member.pk, "case.publication-undone")
    ]


def test_email_about_a_publication_is_sent_when_it_cannot_be_undone_any_more(
    case, member, colleague, moderator
):
    publish(case, moderator)
    assert run_queue() == []
    later(minutes=HELD_FOR // timedelta(minutes=1))
    # The task that was queued for this moment.
    DBTaskResult.objects.update(run_after=timezone.now())
    assert sorted(message.to for message in run_queue()) == [
        ["colleague@example.org"],
        ["member@example.org"],
    ]


def test_publish_again_announces_the_case(case, member, stranger, moderator):
    undo(decision=publish(case, moderator), by=moderator)
    publish(case, moderator)
    assert [notice.event for notice in stranger.notifications.all()] == ["case.new"]
    assert [notice.event for notice in member.notifications.all()] == ["case.published"]


@pytest.mark.django_db(transaction=True)
def test_history_begins_with_the_publication_that_was_not_undone(case, moderator):
    undo(decision=publish(case, moderator), by=moderator)
    case = CaseStudy.objects.get()
    case.summary = "A private change."
    case.save()
    publish(case, moderator)
    _first, second = CaseStudy.pgh_event_model.objects.filter(status="published").order_by("pgh_id")
    found = CaseStudy.objects.annotate(since=first_published()).get()
    assert found.since == second.pgh_created_at


def test_message_after_publishing_offers_undo(case, moderator):
    client = DeskClient()
    client.force_login(moderator)
    path = reverse("admin:review", args=["case", case.pk])
    seen = case_review.fingerprint(case)
    page = page_of(client.post(path, {"verb": "approve", "seen": seen}, follow=True))
    [message] = page.select(".messagelist li")
    # Buttons are lines of their own.
    assert message.text == "Published: Parcels · Undo"
    [button] = message.select("button")
    client.post(button["formaction"])
    assert state() == ("submitted", None)
