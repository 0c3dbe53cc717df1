"""Concurrent answers to a proposal and changes of its case: only one of them succeeds.

Without the locks both do, so the tests would notice if they were missing.
"""

import pytest

from community.models import Decision, Notification, Revision
from community.writing.drafts import documents as drafts_documents
from community.writing.revisions.actions import accept, decline, propose, withdraw
from repository.cases.actions import archive
from repository.models import CaseStudy, Edition
from tests.community.writing.revisions.revisions import make_known, proposed, published_case
from tests.races import race

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _edition(db):
    Edition.objects.get_or_create(pk=1)


@pytest.fixture
def case(member, moderator):
    return published_case(member, by=moderator)


def answers() -> int:
    return Notification.objects.filter(event__in=["revision.accepted", "revision.declined"]).count()


def changes_of(case) -> int:
    return case.events.filter(pgh_label="update", status="published").count() - 1


def accept_while_the_author_edits(case, member, stranger, moderator) -> tuple:
    """The author accepts what a member proposes, a moderator what the author has written."""
    theirs = proposed(case, by=stranger, results="Three days.")
    own = proposed(case, by=member, results="Two days.")
    outcomes = race(
        case,
        lambda: accept(revision=theirs, by=member),
        lambda: accept(revision=own, by=moderator),
    )
    accepted = Revision.objects.filter(status="accepted").count()
    return outcomes, accepted, answers(), changes_of(case)


def test_accept_while_the_author_edits_once(case, member, stranger, moderator):
    found = accept_while_the_author_edits(case, member, stranger, moderator)
    assert found == (["done", "refused"], 1, 1, 1)
    case.refresh_from_db()
    (revision,) = Revision.objects.filter(status="accepted")
    assert case.results == revision.document["results"]
    # Nothing is lost: the other proposal still waits.
    assert Revision.objects.waiting().count() == 1


def test_accept_while_the_author_edits_without_locks(
    case, member, stranger, moderator, without_locks
):
    found = accept_while_the_author_edits(case, member, stranger, moderator)
    assert found == (["done", "done"], 2, 2, 2)


def accept_at_once(case, member, stranger, moderator) -> tuple:
    revision = proposed(case, by=stranger, results="Three days.")
    outcomes = race(
        case,
        lambda: accept(revision=revision, by=member),
        lambda: accept(revision=revision, by=moderator),
    )
    rows = revision.events.filter(pgh_label="update").count()
    return outcomes, answers(), changes_of(case), rows


def test_accept_at_the_same_moment_once(case, member, stranger, moderator):
    found = accept_at_once(case, member, stranger, moderator)
    assert found == (["done", "refused"], 1, 1, 1)


def test_accept_at_the_same_moment_without_locks(case, member, stranger, moderator, without_locks):
    outcomes, _told, _changes, rows = accept_at_once(case, member, stranger, moderator)
    assert (outcomes, rows) == (["done", "done"], 2)


def test_accept_and_decline_at_the_same_moment_once(case, member, stranger, moderator):
    revision = proposed(case, by=stranger, results="Three days.")
    outcomes = race(
        revision,
        lambda: accept(revision=revision, by=member),
        lambda: decline(revision=revision, by=moderator, reason="wrong", message="No source."),
    )
    revision.refresh_from_db()
    case.refresh_from_db()
    state = (revision.status, case.results, Decision.objects.count())
    assert state in {("accepted", "Three days.", 0), ("declined", "", 1)}
    assert (outcomes, answers()) == (["done", "refused"], 1)


def test_accept_and_withdraw_at_the_same_moment_once(case, member, stranger):
    revision = proposed(case, by=stranger, results="Three days.")
    outcomes = race(
        revision,
        lambda: accept(revision=revision, by=member),
        lambda: withdraw(revision=revision, by=stranger),
    )
    revision.refresh_from_db()
    case.refresh_from_db()
    assert outcomes == ["done", "refused"]
    assert (revision.status, case.results) in {("accepted", "Three days."), ("withdrawn", "")}


def test_accept_and_archive_at_the_same_moment(case, member, stranger, moderator):
    revision = proposed(case, by=stranger, results="Three days.")
    outcomes = race(
        case,
        lambda: accept(revision=revision, by=member),
        lambda: archive(case=case, reason="Over.", by=moderator),
    )
    case.refresh_from_db()
    assert case.status == "archived"
    assert (outcomes, case.results) in [
        (["done", "done"], "Three days."),
        (["done", "refused"], ""),
    ]


def test_propose_twice_at_the_same_moment_is_one(case, stranger):
    """With the member locked, the second request finds the proposal of the first."""
    make_known(stranger)
    now = drafts_documents.document_of(case)
    base = drafts_documents.digest(now)

    def send():
        propose(
            case=case, document=now | {"results": "Three days."}, base=base, why="So.", by=stranger
        )

    assert race(case, send, send) == ["done", "done"]
    assert (Revision.objects.count(), CaseStudy.objects.count()) == (1, 1)
    notices = Notification.objects.filter(event="revision.submitted")
    assert sorted(notices.values_list("member__handle", flat=True)) == ["member", "moderator"]


def test_propose_two_at_the_same_moment_keeps_one(case, stranger):
    now = drafts_documents.document_of(case)
    base = drafts_documents.digest(now)

    def sending(text):
        return lambda: propose(
            case=case, document=now | {"results": text}, base=base, why="So.", by=stranger
        )

    assert race(case, sending("Two days."), sending("Three days.")) == ["done", "refused"]
    assert Revision.objects.count() == 1
