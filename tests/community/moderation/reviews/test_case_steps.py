"""Steps on the admin page of a case notify members like decisions from the queue."""

import pytest
from django.urls import reverse

from community.models import Claim, Decision, Flag, Follow, Verb
from community.moderation.appeals.actions import appeal, decide_appeal
from community.moderation.claims.actions import claim
from community.moderation.decisions.undo import undo
from community.moderation.flags.actions import flag
from community.moderation.flags.case_flags import answer_flags
from community.moderation.reviews import case_steps
from community.writing.coauthors.actions import accept, invite, leave
from community.writing.drafts.reviewable import CaseReview
from repository.models import CaseStatus, CaseStudy
from repository.workflow import ActionRefused
from tests.conftest import staff
from tests.desk_client import DeskClient
from tests.factories import CaseStudyFactory, ThemeFactory, UserFactory


@pytest.fixture
def case(member, colleague, stranger):
    """A submitted case of two authors, on a theme that somebody follows."""
    theme = ThemeFactory()
    Follow.objects.create(member=stranger, subject=theme)
    return CaseStudyFactory(status="submitted", authors=[member, colleague], themes=[theme])


def events_of(*people) -> list[list[str]]:
    return [[row.event for row in person.notifications.order_by("pk")] for person in people]


@pytest.mark.parametrize("status", ["draft", "submitted", "changes-requested"])
def test_publish_notifies_authors_and_followers(
    case, status, member, colleague, stranger, moderator
):
    CaseStudy.objects.update(status=status)
    case_steps.publish(case=case, by=moderator)
    assert events_of(member, colleague, stranger) == [
        ["case.published"],
        ["case.published"],
        ["case.new"],
    ]
    decision = Decision.objects.get()
    assert (decision.verb, decision.by, decision.before) == ("approve", moderator, status)


def test_publish_ones_own_is_refused(case, moderator):
    case.authors.add(moderator)
    with pytest.raises(ActionRefused, match="your own contribution"):
        case_steps.publish(case=case, by=moderator)


def test_publish_what_one_has_submitted_is_refused_after_leaving(case, moderator):
    case.authors.add(moderator)
    case.submissions.create(by=moderator)
    leave(case=case, by=moderator)
    with pytest.raises(ActionRefused, match="your own contribution"):
        case_steps.publish(case=case, by=moderator)


@pytest.mark.parametrize("has_invited", [True, False])
def test_decide_about_what_one_has_written_is_refused_after_leaving(
    has_invited, case, member, colleague, moderator
):
    """Former authors invited another author or accepted an invitation."""
    case.authors.set([moderator if has_invited else member])
    inviting, invited = (moderator, colleague) if has_invited else (member, moderator)
    accept(invitation=invite(case=case, handle=invited.handle, by=inviting), by=invited)
    leave(case=case, by=moderator)
    with pytest.raises(ActionRefused, match="your own contribution"):
        case_steps.publish(case=case, by=moderator)
    CaseStudy.objects.update(status=CaseStatus.PUBLISHED, published_at="2026-01-01T00:00Z")
    flag(subject=case, by=UserFactory(), reason="wrong")
    with pytest.raises(ActionRefused, match="your own contribution"):
        answer_flags(case=case, verb=Verb.DISMISS, by=moderator, reason="fit", message="No.")


def test_publish_a_case_claimed_by_another_is_refused(case, moderator, administrator):
    claim(subject=case, by=administrator)
    with pytest.raises(ActionRefused, match="has claimed this"):
        case_steps.publish(case=case, by=moderator)
    case_steps.publish(case=case, by=administrator)
    assert Claim.objects.count() == 0


def test_archive_notifies_the_authors_of_the_reason(case, member, colleague, moderator):
    CaseStudy.objects.update(status=CaseStatus.PUBLISHED, published_at="2026-01-01T00:00Z")
    case_steps.archive(case=case, reason="The law has changed.", by=moderator)
    assert events_of(member, colleague) == [["case.archived"], ["case.archived"]]
    assert member.notifications.get().details["message"] == "The law has changed."
    decision = Decision.objects.get()
    assert (decision.verb, decision.message) == ("archive", "The law has changed.")
    with pytest.raises(ActionRefused):
        case_steps.archive(case=case, reason="Again.", by=moderator)
    assert Decision.objects.count() == 1


def test_restore_notifies_the_authors(case, member, colleague, moderator):
    CaseStudy.objects.update(
        status=CaseStatus.ARCHIVED, published_at="2026-01-01T00:00Z", archived_reason="Over."
    )
    case_steps.restore(case=case, by=moderator)
    assert events_of(member, colleague) == [["case.restored"], ["case.restored"]]
    case_steps.archive(case=case, reason="Over again.", by=moderator)
    case_steps.restore(case=case, by=moderator)
    assert events_of(member) == [["case.restored", "case.archived", "case.restored"]]


def test_restore_ones_own_is_refused_after_the_decision_of_another(case, moderator):
    CaseStudy.objects.update(status=CaseStatus.PUBLISHED, published_at="2026-01-01T00:00Z")
    case.authors.add(moderator)
    case_steps.archive(case=case, reason="It has ended.", by=moderator)
    case_steps.restore(case=case, by=moderator)
    case_steps.archive(case=case, reason="Copied.", by=staff("Moderators", "another"))
    with pytest.raises(ActionRefused, match="your own contribution"):
        case_steps.restore(case=case, by=moderator)
    assert CaseStudy.objects.get().status == "archived"


def test_admin_page_uses_these_steps(case, member, moderator):
    client = DeskClient()
    client.force_login(moderator)
    for verb, answer in (("publish", {}), ("archive", {"reason": "Over."}), ("restore", {})):
        path = reverse("admin:repository_casestudy_step", args=[verb])
        client.post(path, {"case": case.pk, **answer})
    assert events_of(member) == [["case.published", "case.archived", "case.restored"]]


def test_appeal_against_archiving_makes_the_case_public_again(case, member, moderator):
    case_steps.publish(case=case, by=moderator)
    flag(subject=case, by=UserFactory(), reason="wrong")
    words = {"reason": "wrong", "message": "The figures are wrong."}
    decision = answer_flags(case=case, verb=Verb.ARCHIVE, by=moderator, **words)
    plea = appeal(decision=decision, by=member, words="They are from the port authority.")
    another = staff("Moderators", "another")
    decide_appeal(appeal=plea, by=another, outcome="restored", answer="They are.")
    case.refresh_from_db()
    assert (case.status, case.archived_reason) == ("published", "")
    assert Flag.objects.get().outcome == "dismissed"


def test_restore_while_an_appeal_waits_is_refused(case, member, moderator):
    case_steps.publish(case=case, by=moderator)
    case_steps.archive(case=case, reason="It has ended.", by=moderator)
    appeal(decision=Decision.objects.about(case).first(), by=member, words="It goes on.")
    with pytest.raises(ActionRefused, match="There is an open appeal about this"):
        case_steps.restore(case=case, by=moderator)
    assert CaseStudy.objects.get().status == "archived"


def test_undo_archiving(case, member, colleague, moderator, administrator):
    case_steps.publish(case=case, by=moderator)
    published_at = CaseStudy.objects.get().published_at
    case_steps.archive(case=case, reason="It has ended.", by=moderator)
    decision = Decision.objects.about(case).first()
    with pytest.raises(
        ActionRefused,
        match="Only the person who made this decision, or an administrator, can undo it",
    ):
        undo(decision=decision, by=staff("Moderators", "another"))
    undo(decision=decision, by=administrator)
    now = CaseStudy.objects.get()
    assert (now.status, now.archived_reason, now.published_at) == ("published", "", published_at)
    assert (
        events_of(member, colleague) == [["case.published", "case.archived", "case.restored"]] * 2
    )
    with pytest.raises(ActionRefused, match="This decision has already been undone"):
        undo(decision=decision, by=administrator)


@pytest.mark.parametrize("verb", [Verb.DISMISS, Verb.ARCHIVE])
def test_undo_the_answer_to_flags(verb, case, member, moderator):
    case_steps.publish(case=case, by=moderator)
    flag(subject=case, by=UserFactory(), reason="wrong")
    words = {"reason": "wrong", "message": "The figures are right."}
    decision = answer_flags(case=case, verb=verb, by=moderator, **words)
    undoing = undo(decision=decision, by=moderator)
    assert (CaseStudy.objects.get().status, Flag.objects.get().outcome) == ("published", "")
    assert (undoing.verb, undoing.before) == ("undo", CaseReview.results[verb])
    # The authors were not notified of dismissed flags, which are private to moderators.
    heard = ["case.archived", "case.restored"] if verb == Verb.ARCHIVE else []
    assert events_of(member) == [["case.published", *heard]]
    answer_flags(case=case, verb=Verb.DISMISS, by=moderator, **words)


def test_undo_dismissing_after_the_case_was_archived_is_refused(case, moderator):
    case_steps.publish(case=case, by=moderator)
    flag(subject=case, by=UserFactory(), reason="wrong")
    words = {"reason": "wrong", "message": "The figures are right."}
    decision = answer_flags(case=case, verb=Verb.DISMISS, by=moderator, **words)
    case_steps.archive(case=case, reason="It has ended.", by=moderator)
    with pytest.raises(ActionRefused, match="This has changed since the decision"):
        undo(decision=decision, by=moderator)


def test_undo_about_ones_own_case_is_refused(case, moderator, administrator):
    case_steps.publish(case=case, by=moderator)
    case_steps.archive(case=case, reason="It has ended.", by=moderator)
    case.authors.add(administrator)
    with pytest.raises(ActionRefused, match="your own contribution"):
        undo(decision=Decision.objects.about(case).first(), by=administrator)
