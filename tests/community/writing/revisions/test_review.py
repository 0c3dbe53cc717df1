"Suggested changes at the desk: passing them on, undoing answers, appeals."

from datetime import timedelta

import pytest
from django.utils import timezone

from community.discussion.trust import accepted, first_standing
from community.models import Claim, Decision, Notification, ProposedPractice, Revision, SavedText
from community.moderation.appeals.actions import appeal, can_appeal, decide_appeal
from community.moderation.decisions.undo import undo
from community.writing.drafts import documents as drafts_documents
from community.writing.drafts.actions import SUBMISSIONS_A_DAY
from community.writing.revisions.actions import accept, decline, forward, propose, withdraw
from repository.cases.actions import archive
from repository.models import CaseStudy, Edition, Reference
from repository.workflow import ActionRefused
from tests.community.writing.revisions.revisions import (
    FIGURE,
    WORK,
    changed,
    make_known,
    notified_of,
    proposed,
    published_case,
)
from tests.conftest import staff
from tests.factories import ReferenceFactory

pytestmark = pytest.mark.django_db

NO = {"reason": "wrong", "message": "No source."}


@pytest.fixture
def case(member, colleague, moderator):
    return published_case(member, colleague, by=moderator)


@pytest.fixture
def known(stranger):
    """A member with an accepted contribution, whose proposals authors see at once."""
    make_known(stranger)
    return stranger


@pytest.fixture
def edition(db):
    Edition.objects.get_or_create(pk=1)


@pytest.fixture
def another(db):
    return staff("Moderators", "another")


def last() -> Decision:
    return Decision.objects.first()


def status() -> str:
    return Revision.objects.get().status


# Held for a moderator


def test_hold_the_first_proposal_of_a_newcomer(case, stranger, member, moderator):
    revision = proposed(case, by=stranger, newcomer=True, results="Three days.")
    assert (revision.status, notified_of("revision.submitted")) == ("held", ["moderator"])
    assert [
        Revision.objects.visible_to(person).exists() for person in (stranger, member, moderator)
    ] == [True, False, True]
    for act in (accept, lambda **who: decline(message="No.", **who)):
        with pytest.raises(ActionRefused, match="author or a moderator"):
            act(revision=revision, by=member)


def test_hold_a_link_in_the_first_three(case, known):
    plain = proposed(case, by=known, results="Three days.")
    assert plain.status == "waiting"
    withdraw(revision=plain, by=known)
    linked = proposed(case, by=known, results="See www.example.org")
    assert linked.status == "held"


def test_do_not_hold_for_existing_links(case, known, member):
    CaseStudy.objects.filter(pk=case.pk).update(results="See www.example.org")
    assert proposed(case, by=known, results="See www.example.org now").status == "waiting"


def test_do_not_hold_proposals_of_authors_and_moderators(case, member, moderator):
    assert proposed(case, by=member, results="See www.example.org").status == "waiting"
    assert proposed(case, by=moderator, results="See www.example.org").status == "waiting"


def test_do_not_hold_proposals_for_cases_without_authors(case, stranger):
    case.authors.clear()
    assert proposed(case, by=stranger, newcomer=True, results="Three days.").status == "waiting"


def test_forward_lets_the_authors_answer(case, stranger, member, moderator):
    revision = proposed(case, by=stranger, newcomer=True, results="Three days.")
    decision = forward(revision=revision, by=moderator)
    assert (decision.verb, decision.before, decision.concerns) == ("pass-on", "held", stranger)
    assert notified_of("revision.submitted") == ["colleague", "member", "moderator"]
    assert accept(revision=revision, by=member).status == "accepted"


def test_forward_by_role_and_once(case, stranger, member, broker, moderator):
    revision = proposed(case, by=stranger, newcomer=True, results="Three days.")
    for by, words in ((member, "author or"), (broker, "author or"), (stranger, "You suggested")):
        with pytest.raises(ActionRefused, match=words):
            forward(revision=revision, by=by)
    forward(revision=revision, by=moderator)
    with pytest.raises(ActionRefused, match="can already answer"):
        forward(revision=revision, by=moderator)
    accept(revision=revision, by=member)
    with pytest.raises(ActionRefused, match="already been answered"):
        forward(revision=revision, by=moderator)


def test_undo_passing_on(case, stranger, member, moderator):
    revision = proposed(case, by=stranger, newcomer=True, results="Three days.")
    decision = forward(revision=revision, by=moderator)
    undo(decision=decision, by=moderator)
    assert (status(), notified_of("contribution.undone")) == ("held", [])
    accept(revision=revision, by=moderator)
    assert status() == "accepted"


def test_undo_passing_on_after_an_answer_is_refused(case, stranger, member, moderator):
    revision = proposed(case, by=stranger, newcomer=True, results="Three days.")
    decision = forward(revision=revision, by=moderator)
    accept(revision=revision, by=member)
    with pytest.raises(ActionRefused, match="This has changed since the decision"):
        undo(decision=decision, by=moderator)


def test_an_accepted_edit_makes_a_member_known(case, stranger, member, moderator):
    assert (accepted(stranger), first_standing(stranger)) == (0, "pending")
    accept(revision=proposed(case, by=stranger, newcomer=True, results="Three days."), by=moderator)
    assert (accepted(stranger), first_standing(stranger)) == (1, "published")
    undo(decision=last(), by=moderator)
    assert (accepted(stranger), first_standing(stranger)) == (0, "pending")


# Undoing


@pytest.mark.django_db(transaction=True)
def test_undo_an_accepted_edit_restores_the_text(edition, case, known, moderator):
    work = ReferenceFactory(title="Harbours")
    case.references.add(work)
    ProposedPractice.objects.create(case=case, by=known, name="One window", summary="At the port.")
    before = changed(case)
    accept(
        revision=proposed(
            case,
            by=known,
            results="Three days.",
            evidence=[FIGURE | {"reference": "n2"}],
            references=[WORK],
            tags="ports",
            proposed=[{"key": "n3", "name": "Night desk", "summary": "Open at night."}],
        ),
        by=moderator,
    )
    assert CaseStudy.objects.get().results == "Three days."
    undoing = undo(decision=last(), by=moderator, message=" Too soon. ")
    case.refresh_from_db()
    assert drafts_documents.document_of(case) == before
    # Objects added by the edit are deleted, others unchanged.
    assert [*Reference.objects.values_list("pk", "is_proposed")] == [(work.pk, False)]
    assert [row.name for row in ProposedPractice.objects.all()] == ["One window"]
    assert (status(), undoing.verb, undoing.before, undoing.message) == (
        "waiting",
        "undo",
        "accepted",
        "Too soon.",
    )
    notice = Notification.objects.get(event="contribution.undone")
    assert (notice.member, notice.details["message"]) == (known, "Too soon.")


def test_undo_keeps_a_reference_cited_by_another_case(case, known, moderator, colleague):
    accept(revision=proposed(case, by=known, references=[WORK]), by=moderator)
    other = CaseStudy.objects.create(slug="other", title="Other")
    other.references.set(case.references.all())
    undo(decision=last(), by=moderator)
    assert [work.is_proposed for work in other.references.all()] == [False]
    assert not case.references.exists()


def test_undo_and_accept_again(case, known, moderator):
    revision = proposed(case, by=known, results="Three days.")
    for _time in range(2):
        accept(revision=revision, by=moderator)
        undo(decision=last(), by=moderator)
    accept(revision=revision, by=moderator)
    assert (CaseStudy.objects.get().results, notified_of("revision.accepted")) == (
        "Three days.",
        ["stranger"] * 3,
    )


def test_undo_an_accepted_edit_is_refused_where_the_case_has_changed(
    case, known, member, moderator
):
    accept(revision=proposed(case, by=known, results="Three days."), by=moderator)
    decision = last()
    accept(revision=proposed(case, by=member, lessons="Pay the drivers."), by=moderator)
    with pytest.raises(ActionRefused, match="This has changed since the decision"):
        undo(decision=decision, by=moderator)
    case.refresh_from_db()
    assert (case.results, case.lessons) == ("Three days.", "Pay the drivers.")


def test_undo_an_accepted_edit_is_refused_where_the_text_is_not_kept(case, known, moderator):
    accept(revision=proposed(case, by=known, results="Three days."), by=moderator)
    SavedText.objects.all().delete()
    with pytest.raises(ActionRefused, match="This has changed since the decision"):
        undo(decision=last(), by=moderator)


def test_undo_an_accepted_edit_is_refused_while_the_case_is_archived(case, known, moderator):
    accept(revision=proposed(case, by=known, results="Three days."), by=moderator)
    archive(case=case, reason="Over.", by=moderator)
    with pytest.raises(ActionRefused, match="This has changed since the decision"):
        undo(decision=last(), by=moderator)


def test_undo_a_declined_edit_reopens_it(case, known, member, moderator):
    revision = proposed(case, by=known, results="Three days.")
    decline(revision=revision, by=moderator, **NO)
    undo(decision=last(), by=moderator)
    revision.refresh_from_db()
    assert (revision.status, revision.message, revision.decided_by, revision.decided_at) == (
        "waiting",
        "",
        None,
        None,
    )
    accept(revision=revision, by=member)


def test_undo_is_refused_while_a_newer_one_waits(case, known, moderator):
    decline(revision=proposed(case, by=known, results="Three days."), by=moderator, **NO)
    proposed(case, by=known, results="Two days.")
    with pytest.raises(ActionRefused, match="This has changed since the decision"):
        undo(decision=last(), by=moderator)


def test_undo_is_for_the_moderator_and_administrators(
    case, known, moderator, another, member, administrator
):
    revision = proposed(case, by=known, results="Three days.")
    decline(revision=revision, by=moderator, **NO)
    for by in (another, member, known):
        with pytest.raises(
            ActionRefused,
            match="Only the person who made this decision, or an administrator, can undo it",
        ):
            undo(decision=last(), by=by)
    undo(decision=last(), by=administrator)
    assert status() == "waiting"


def test_undo_once_and_within_a_day(case, known, moderator):
    decline(revision=proposed(case, by=known, results="Three days."), by=moderator, **NO)
    decision = last()
    Decision.objects.update(created_at=timezone.now() - timedelta(hours=25))
    with pytest.raises(ActionRefused, match="within 24 hours"):
        undo(decision=decision, by=moderator)
    Decision.objects.update(created_at=timezone.now())
    undo(decision=decision, by=moderator)
    with pytest.raises(ActionRefused, match="This decision has already been undone"):
        undo(decision=decision, by=moderator)


def test_undo_during_a_claim_of_another_is_refused(case, known, moderator, another):
    revision = proposed(case, by=known, results="Three days.")
    decline(revision=revision, by=moderator, **NO)
    Claim.objects.create(subject=revision, by=another, until=timezone.now() + timedelta(minutes=9))
    with pytest.raises(ActionRefused, match="Another has claimed this"):
        undo(decision=last(), by=moderator)


# Appeals


def test_appeal_against_declining_waits_for_another_moderator(case, known, moderator, another):
    revision = proposed(case, by=known, results="Three days.")
    decline(revision=revision, by=moderator, **NO)
    made = appeal(decision=last(), by=known, words="The city says so.")
    with pytest.raises(ActionRefused, match="This has changed since the decision"):
        undo(decision=made.decision, by=moderator)
    with pytest.raises(ActionRefused, match="You made the original decision"):
        decide_appeal(appeal=made, by=moderator, outcome="restored", answer="Right.")
    decide_appeal(appeal=made, by=another, outcome="restored", answer="Right.")
    assert (status(), last().verb, last().before) == ("waiting", "restore", "declined")
    notice = Notification.objects.get(event="appeal.decided")
    assert (notice.member, notice.subject) == (known, case)
    accept(revision=revision, by=another)


def test_rejected_appeal_keeps_it_declined(case, known, moderator, another):
    decline(revision=proposed(case, by=known, results="Three days."), by=moderator, **NO)
    made = appeal(decision=last(), by=known, words="The city says so.")
    decide_appeal(appeal=made, by=another, outcome="upheld", answer="It does not.")
    assert (status(), can_appeal(last(), known)) == ("declined", False)


def test_appeal_about_a_held_proposal_holds_it_again(case, stranger, moderator, another):
    decline(
        revision=proposed(case, by=stranger, newcomer=True, results="Three days."),
        by=moderator,
        **NO,
    )
    made = appeal(decision=last(), by=stranger, words="The city says so.")
    decide_appeal(appeal=made, by=another, outcome="restored", answer="Right.")
    assert status() == "held"


def test_appeal_is_not_restored_beside_a_newer_one(case, known, moderator, another):
    decline(revision=proposed(case, by=known, results="Three days."), by=moderator, **NO)
    made = appeal(decision=last(), by=known, words="The city says so.")
    newer = proposed(case, by=known, results="Two days.")
    with pytest.raises(ActionRefused, match="newer suggestion"):
        decide_appeal(appeal=made, by=another, outcome="restored", answer="Right.")
    withdraw(revision=newer, by=known)
    decide_appeal(appeal=made, by=another, outcome="restored", answer="Right.")


def test_appeal_against_accepting_is_refused(case, known, moderator):
    accept(revision=proposed(case, by=known, results="Three days."), by=moderator)
    with pytest.raises(ActionRefused, match="appeal this"):
        appeal(decision=last(), by=known, words="Why?")


def test_propose_again_is_limited_though_undone(case, known, moderator):
    """Undone proposals count for the limit of five a day."""
    for number in range(SUBMISSIONS_A_DAY):
        decline(revision=proposed(case, by=known, results=f"{number} days."), by=moderator, **NO)
        undo(decision=last(), by=moderator)
        withdraw(revision=Revision.objects.first(), by=known)
    document = changed(case, results="Six days.")
    with pytest.raises(ActionRefused, match="many of these"):
        propose(
            case=case,
            document=document,
            base=drafts_documents.digest(drafts_documents.document_of(case)),
            why="So.",
            by=known,
        )
