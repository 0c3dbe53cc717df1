"""The yearly question whether a case is still true: who is asked, how often, and the answer."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from community.models import Notification
from community.notices.events import EVENTS
from community.notices.wording import shown_to
from community.writing.confirmation import due, is_due, unasked
from community.writing.drafts import actions as confirmation_actions
from community.writing.drafts.actions import ask_authors
from repository.models import CaseStatus, CaseStudy
from repository.workflow import ActionRefused
from tests.community.conftest import run_queue
from tests.factories import CaseStudyFactory


def days_ago(days: int):
    return timezone.now() - timedelta(days=days)


@pytest.fixture
def old(member, colleague):
    """A case of two authors that was published more than a year ago."""
    return CaseStudyFactory(
        published=True, published_at=days_ago(400), title="Parcels", authors=[member, colleague]
    )


def asked() -> list[tuple[str, str]]:
    notices = Notification.objects.filter(event="case.verify").order_by("pk")
    return [(notice.member.handle, notice.subject.title) for notice in notices]


def test_ask_each_author_once_a_year_by_notice_and_mail(old, member):
    assert ask_authors() == 2
    assert asked() == [("member", "Parcels"), ("colleague", "Parcels")]
    subject = EVENTS["case.verify"].format(subject="“Parcels”")
    assert sorted((mail.to, mail.subject) for mail in run_queue()) == [
        (["colleague@example.org"], subject),
        (["member@example.org"], subject),
    ]
    assert ask_authors() == 0
    Notification.objects.update(created_at=days_ago(366), key="a year ago")
    assert ask_authors() == 2
    assert len(asked()) == 4


@pytest.mark.parametrize(
    ("published", "verified", "waits"),
    [(400, None, True), (300, None, False), (400, 10, False), (800, 400, True), (10, 400, False)],
)
def test_ask_a_year_after_publishing_and_checking(member, published, verified, waits):
    case = CaseStudyFactory(
        published=True,
        published_at=days_ago(published),
        verified_at=days_ago(verified).date() if verified else None,
        authors=[member],
    )
    assert (is_due(case), case in due(), ask_authors()) == (waits, waits, int(waits))


@pytest.mark.parametrize("status", [CaseStatus.ARCHIVED, CaseStatus.DRAFT])
def test_ask_only_about_published_cases(old, status):
    CaseStudy.objects.update(status=status, archived_reason="Outdated.")
    assert ask_authors() == 0


def test_ask_no_closed_accounts(old, member):
    member.is_active = False
    member.save()
    ask_authors()
    assert asked() == [("colleague", "Parcels")]


def test_ask_an_author_who_joined_later(old, stranger):
    ask_authors()
    old.authors.add(stranger)
    assert ask_authors() == 1
    assert asked()[-1] == ("stranger", "Parcels")


def test_ask_by_command(old, capsys):
    call_command("ask_authors")
    call_command("ask_authors", verbosity=0)
    assert capsys.readouterr().out == "Authors asked: 2.\n"


def test_archiving_ends_the_question(old, member):
    ask_authors()
    notices = list(Notification.objects.filter(member=member))
    assert len(shown_to(member, notices)) == 1
    CaseStudy.objects.update(status=CaseStatus.ARCHIVED, archived_reason="Outdated.")
    assert shown_to(member, notices) == []


def test_confirm_records_the_date_and_the_author_and_ends_the_question(old, member):
    ask_authors()
    confirmation_actions.confirm(case=old, by=member)
    old.refresh_from_db()
    assert old.verified_at == timezone.localdate()
    assert (list(due()), Notification.objects.unread().count()) == ([], 0)
    event = old.events.order_by("-pgh_id").first()
    assert event.verified_at == old.verified_at
    assert event.pgh_context.metadata["user"] == member.pk


def test_confirm_twice_is_harmless(old, member, colleague):
    confirmation_actions.confirm(case=old, by=member)
    events = old.events.count()
    confirmation_actions.confirm(case=old, by=colleague)
    assert old.events.count() == events


def test_confirm_an_archived_case_is_refused(old, member):
    CaseStudy.objects.update(status=CaseStatus.ARCHIVED, archived_reason="Outdated.")
    with pytest.raises(ActionRefused):
        confirmation_actions.confirm(case=old, by=member)


@pytest.mark.django_db(transaction=True)
def test_ask_once_when_two_run_at_once(old):
    barrier = Barrier(2)
    errors = []

    def run():
        try:
            barrier.wait(timeout=120)
            ask_authors()
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    assert errors == []
    assert sorted(asked()) == [("colleague", "Parcels"), ("member", "Parcels")]
    assert unasked().count() == 0
