"""Proposed changes of published cases, and the answers to them."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from community.models import (
    Claim,
    Decision,
    Notification,
    ProposedPractice,
    Revision,
    RevisionStatus,
    User,
)
from community.moderation.claims import actions as claims
from community.writing.drafts import documents as drafts_documents
from community.writing.preserved_input import EditConflict
from community.writing.revisions.actions import accept, decline, fingerprint, propose, withdraw
from repository.cases.actions import archive, publish
from repository.models import CaseStudy, Reference
from repository.workflow import ActionRefused
from tests.community.writing.revisions.revisions import (
    FIGURE,
    WORK,
    changed,
    notified_of,
    proposed,
    published_case,
)
from tests.factories import CaseStudyFactory, PracticeFactory, ReferenceFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(member, colleague, moderator):
    return published_case(member, colleague, by=moderator)


# Proposing


def test_propose_leaves_the_case_as_it_is(case, stranger):
    revision = proposed(case, by=stranger, results="Three days.")
    case.refresh_from_db()
    assert (revision.status, revision.document["results"]) == ("waiting", "Three days.")
    assert (case.results, revision.base["results"]) == ("", "")
    assert notified_of("revision.submitted") == ["colleague", "member", "moderator"]


def test_propose_as_an_author_notifies_only_moderators(case, member):
    proposed(case, by=member, results="Three days.")
    assert notified_of("revision.submitted") == ["moderator"]


def test_propose_the_same_twice_is_one(case, stranger):
    first = proposed(case, by=stranger, evidence=[FIGURE])
    again = proposed(case, by=stranger, evidence=[FIGURE | {"key": "n9"}])
    assert (again, Revision.objects.count()) == (first, 1)
    with pytest.raises(ActionRefused, match="already have"):
        proposed(case, by=stranger, results="Two days.")


def test_propose_nothing_is_refused(case, stranger):
    with pytest.raises(ActionRefused, match="changed anything"):
        proposed(case, by=stranger)


def test_propose_without_a_reason_is_refused(case, stranger):
    with pytest.raises(ActionRefused, match="Give a reason"):
        proposed(case, by=stranger, why=" \n ", results="Three days.")


def test_propose_to_remove_required_parts_is_refused(case, stranger):
    with pytest.raises(ActionRefused, match="A published case needs"):
        proposed(case, by=stranger, summary="")


@pytest.mark.parametrize("state", ["draft", "archived"])
def test_propose_is_refused_where_the_case_is_not_published(state, stranger, member, moderator):
    case = CaseStudyFactory(authors=[member])
    if state == "archived":
        case = archive(case=publish(case=case, by=moderator), reason="Over.", by=moderator)
    with pytest.raises(ActionRefused, match="published"):
        proposed(case, by=stranger, results="Three days.")


def test_propose_after_the_case_has_changed_returns_both(case, stranger, colleague, member):
    base = fingerprint(case)
    mine = changed(case, lessons="Pay the drivers.")
    accept(revision=proposed(case, by=stranger, results="Three days."), by=member)
    with pytest.raises(EditConflict) as caught:
        propose(case=case, document=mine, base=base, why="Missing.", by=stranger)
    assert (caught.value.base["results"], caught.value.now["results"]) == ("", "Three days.")


def test_propose_five_times_a_day(stranger, member, moderator):
    case = published_case(member, by=moderator)
    for number in range(5):
        withdraw(revision=proposed(case, by=stranger, results=f"{number} days."), by=stranger)
    with pytest.raises(ActionRefused, match="many of these"):
        proposed(case, by=stranger, results="Six days.")


def test_propose_leaves_works_of_the_collection_as_they_are(case, stranger, member):
    work = ReferenceFactory(title="Ports")
    case.references.add(work)
    row = drafts_documents.reference_row(work)
    with pytest.raises(ActionRefused, match="changed anything"):
        proposed(case, by=stranger, references=[row | {"title": "Harbours"}])


# Accepting


def test_accept_makes_the_case_what_was_proposed(case, stranger, member):
    practice = PracticeFactory()
    revision = proposed(
        case,
        by=stranger,
        title="One window for all traders",
        results="Three **days**.",
        practices=[practice.slug],
        references=[WORK],
        evidence=[FIGURE | {"reference": "n2"}],
        tags="ports",
        proposed=[{"key": "n3", "name": "Night desk", "summary": "Open at night."}],
    )
    accept(revision=revision, by=member)
    case = CaseStudy.objects.get()
    revision.refresh_from_db()
    assert (revision.status, revision.decided_by) == ("accepted", member)
    assert (case.title, case.slug, case.status) == (
        "One window for all traders",
        "one-window-for-small-traders",
        "published",
    )
    assert case.rendered["results"] == "<p>Three <strong>days</strong>.</p>\n"
    figure = case.evidence.get()
    assert (figure.label, figure.reference.title) == ("Days at the border", "Ports")
    assert Reference.objects.get().is_proposed is False
    assert [*case.practices.all()] == [practice]
    assert [tag.name for tag in case.tags.all()] == ["ports"]
    assert ProposedPractice.objects.get().by == stranger
    assert notified_of("revision.accepted") == ["stranger"]
    # The answer of an author is no decision of staff.
    assert Decision.objects.count() == 0


def test_accept_as_a_moderator_is_a_decision(case, stranger, moderator):
    revision = proposed(case, by=stranger, results="Three days.")
    accept(revision=revision, by=moderator)
    decision = Decision.objects.get()
    assert (decision.subject, decision.verb, decision.by, decision.concerns) == (
        revision,
        "approve",
        moderator,
        stranger,
    )


def test_accept_is_for_authors_and_moderators(case, stranger, member, colleague, moderator, broker):
    theirs = proposed(case, by=stranger, results="Three days.")
    own = proposed(case, by=member, lessons="Pay the drivers.")
    refused = {
        "own": [(theirs, stranger), (own, member)],
        "others": [(theirs, broker), (own, colleague), (own, stranger)],
    }
    for revision, by in refused["own"]:
        with pytest.raises(ActionRefused, match="You suggested this"):
            accept(revision=revision, by=by)
    for revision, by in refused["others"]:
        with pytest.raises(ActionRefused, match="author or a moderator"):
            accept(revision=revision, by=by)
    accept(revision=own, by=moderator)
    accept(revision=theirs, by=colleague)
    case.refresh_from_db()
    assert (case.results, case.lessons) == ("Three days.", "Pay the drivers.")


def test_accept_is_refused_to_a_moderator_who_proposed_it(case, moderator, administrator):
    revision = proposed(case, by=moderator, results="Three days.")
    with pytest.raises(ActionRefused, match="You suggested this"):
        accept(revision=revision, by=moderator)
    assert accept(revision=revision, by=administrator).status == RevisionStatus.ACCEPTED


def test_accept_merges_changes_of_other_fields(case, stranger, broker, member):
    first = proposed(case, by=stranger, results="Three days.")
    second = proposed(case, by=broker, lessons="Pay the drivers.")
    accept(revision=first, by=member)
    accept(revision=second, by=member)
    case.refresh_from_db()
    assert (case.results, case.lessons) == ("Three days.", "Pay the drivers.")


def test_accept_is_refused_where_the_same_text_has_changed(case, stranger, broker, member):
    first = proposed(case, by=stranger, results="Three days.")
    second = proposed(case, by=broker, results="Two days.")
    accept(revision=first, by=member)
    with pytest.raises(ActionRefused, match="same part"):
        accept(revision=second, by=member)
    second.refresh_from_db()
    case.refresh_from_db()
    assert (case.results, second.status, second.document["results"]) == (
        "Three days.",
        "waiting",
        "Two days.",
    )
    accept(
        revision=second,
        by=member,
        seen=fingerprint(case),
        document=changed(case, results="Two days, in the rains three."),
    )
    case.refresh_from_db()
    assert case.results == "Two days, in the rains three."


def test_accept_is_refused_after_the_case_has_changed(case, stranger, broker, member):
    first = proposed(case, by=stranger, results="Three days.")
    second = proposed(case, by=broker, lessons="Pay the drivers.")
    seen = fingerprint(case)
    mine = changed(case, lessons="Pay the drivers well.")
    accept(revision=first, by=member)
    with pytest.raises(ActionRefused, match="has changed since you opened"):
        accept(revision=second, by=member, seen=seen)
    with pytest.raises(EditConflict) as caught:
        accept(revision=second, by=member, seen=seen, document=mine)
    assert caught.value.base["results"] == ""


@pytest.mark.parametrize("act", [accept, withdraw])
def test_answer_once(act, case, stranger, member):
    revision = proposed(case, by=stranger, results="Three days.")
    accept(revision=revision, by=member)
    with pytest.raises(ActionRefused, match="already been answered: Accepted"):
        act(revision=revision, by=stranger if act is withdraw else member)
    assert notified_of("revision.accepted") == ["stranger"]


def test_accept_is_refused_while_the_case_is_archived(case, stranger, member, moderator):
    revision = proposed(case, by=stranger, results="Three days.")
    archive(case=case, reason="Over.", by=moderator)
    with pytest.raises(ActionRefused, match="published"):
        accept(revision=revision, by=member)


def test_accept_is_refused_during_a_claim_of_a_moderator(
    case, stranger, member, moderator, administrator
):
    revision = proposed(case, by=stranger, results="Three days.")
    claims.claim(subject=revision, by=moderator)
    with pytest.raises(ActionRefused, match="reviewing this now"):
        accept(revision=revision, by=member)
    with pytest.raises(ActionRefused, match="Moderator has claimed this"):
        accept(revision=revision, by=administrator)
    accept(revision=revision, by=moderator)
    assert Claim.objects.count() == 0


# Declining and withdrawing


def test_decline_as_an_author_with_a_message(case, stranger, member):
    revision = proposed(case, by=stranger, results="Three days.")
    with pytest.raises(ActionRefused, match="Write a message"):
        decline(revision=revision, by=member, message="  ")
    decline(revision=revision, by=member, message="It is still two.")
    revision.refresh_from_db()
    case.refresh_from_db()
    assert (revision.status, revision.message, case.results) == (
        "declined",
        "It is still two.",
        "",
    )
    notice = Notification.objects.get(event="revision.declined")
    assert (notice.member, notice.details["message"], notice.actor) == (
        stranger,
        "It is still two.",
        None,
    )
    assert Decision.objects.count() == 0


def test_decline_as_a_moderator_with_a_reason(case, stranger, moderator):
    revision = proposed(case, by=stranger, results="Three days.")
    with pytest.raises(ActionRefused, match="Choose a reason"):
        decline(revision=revision, by=moderator, message="No source.")
    decline(revision=revision, by=moderator, reason="wrong", message="No source.")
    decision = Decision.objects.get()
    assert (decision.subject, decision.reason, decision.message) == (
        revision,
        "wrong",
        "No source.",
    )


def test_decline_is_refused_to_others(case, stranger, broker):
    revision = proposed(case, by=stranger, results="Three days.")
    for by in (stranger, broker):
        with pytest.raises(ActionRefused):
            decline(revision=revision, by=by, message="No.")


def test_withdraw_is_for_the_proposer_and_allows_another(case, stranger, member):
    revision = proposed(case, by=stranger, results="Three days.")
    with pytest.raises(ActionRefused, match="withdraw"):
        withdraw(revision=revision, by=member)
    withdraw(revision=revision, by=stranger)
    assert proposed(case, by=stranger, results="Two days.").status == RevisionStatus.WAITING
    assert notified_of("revision.declined") == []


# Database constraints


def columns(case, by, **more) -> dict:
    return {"case": case, "by": by, "base": {}, "document": {}, "why": "Wrong."} | more


@pytest.mark.parametrize(
    "more",
    [
        {"why": ""},
        {"status": "lost", "decided_at": "2026-01-01T00:00Z"},
        {"status": "accepted"},
        {"decided_at": "2026-01-01T00:00Z"},
        {"status": "declined", "decided_at": "2026-01-01T00:00Z"},
    ],
)
def test_refuse_to_store(more, case, stranger):
    with pytest.raises(IntegrityError), transaction.atomic():
        Revision.objects.create(**columns(case, stranger, **more))


def test_refuse_to_store_a_second_waiting_proposal(case, stranger):
    Revision.objects.create(**columns(case, stranger))
    with pytest.raises(IntegrityError), transaction.atomic():
        Revision.objects.create(**columns(case, stranger))


def test_accept_keeps_practices_proposed_by_authors(case, member, stranger):
    ProposedPractice.objects.create(case=case, by=member, name="One window", summary="At the port.")
    assert drafts_documents.document_of(case)["proposed"] == []
    rows = [
        {"key": "n1", "name": "Night trains", "summary": "To the dry port."},
        {"key": "n2", "name": "One window", "summary": "Elsewhere."},
    ]
    accept(revision=proposed(case, by=stranger, proposed=rows), by=member)
    assert dict(case.proposed_practices.values_list("name", "summary")) == {
        "Night trains": "To the dry port.",
        "One window": "At the port.",
    }


@pytest.mark.parametrize(("name", "is_checked"), [("member", True), ("stranger", False)])
def test_update_by_an_author_counts_as_verification(case, moderator, stranger, name, is_checked):
    long_ago = timezone.localdate() - timedelta(days=400)
    CaseStudy.objects.filter(pk=case.pk).update(verified_at=long_ago)
    revision = proposed(case, by=User.objects.get(handle=name), results="Three days.")
    accept(revision=revision, by=moderator)
    case.refresh_from_db()
    assert case.verified_at == (timezone.localdate() if is_checked else long_ago)
