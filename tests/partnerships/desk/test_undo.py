"""Undoing decisions of brokers: by themselves within a day, or by another after an appeal."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from community.accounts.roles import BROKERS
from community.models import AppealOutcome, Claim, Decision, Verb
from community.moderation.appeals.actions import appeal, can_appeal, decide_appeal
from community.moderation.claims.actions import claim
from community.moderation.decisions import undo as decisions_undo
from community.moderation.decisions.rules import Facts, latest_decision
from community.moderation.reviewable import address_of
from community.moderation.reviews.views import undo_context
from partnerships.listings import actions as listings
from partnerships.matches.closing import withdraw
from partnerships.models import Offer, PartnershipRequest, Representation
from partnerships.permissions import speaks_for
from partnerships.representation import review as reviews
from partnerships.requests import review as requests
from repository.workflow import ActionRefused
from tests.conftest import staff
from tests.desk_client import DeskClient
from tests.factories import (
    CityFactory,
    InterestFactory,
    MatchFactory,
    NeedFactory,
    OfferFactory,
    PartnershipRequestFactory,
    RepresentationFactory,
)
from tests.page import page_of
from tests.partnerships.matches.pairs import notified

pytestmark = pytest.mark.django_db

WORDS = {"reason": "fit", "message": "This is not for cities."}
# Each decision that can be undone: the kind of object, the verb, the status before and after.
STEPS = [
    ("representation", Verb.DECLINE, "asked", "declined"),
    ("representation", Verb.END, "approved", "ended"),
    ("request", Verb.DECLINE, "submitted", "declined"),
    ("request", Verb.REQUEST_CHANGES, "submitted", "changes-requested"),
    ("offer", Verb.DECLINE, "pending", "declined"),
    ("offer", Verb.REQUEST_CHANGES, "published", "changes-requested"),
    ("need", Verb.DECLINE, "published", "declined"),
]
APPEALED = [step for step in STEPS if step[1] != Verb.REQUEST_CHANGES]


@pytest.fixture
def another(db):
    """A second broker."""
    return staff(BROKERS, "another")


def made(kind: str, status: str, member):
    """An object of the member, or of a city that the member speaks for."""
    if kind == "representation":
        return RepresentationFactory(member=member, status=status)
    city = CityFactory()
    RepresentationFactory(member=member, city=city)
    if kind == "request":
        return PartnershipRequestFactory(city=city, created_by=member, submitted=True)
    factory = OfferFactory if kind == "offer" else NeedFactory
    return factory(city=city, created_by=member, status=status)


def decide(kind: str, verb: Verb, row, by) -> Decision:
    if kind == "representation":
        step = reviews.decline if verb == Verb.DECLINE else reviews.end
        step(representation=row, by=by, **WORDS)
        return Decision.objects.about(row)[0]
    if kind == "request":
        return requests.decide(partnership_request=row, verb=verb, by=by, **WORDS)
    return listings.decide(listing=row, verb=verb, by=by, **WORDS)


def now(row):
    return type(row)._default_manager.get(pk=row.pk)


def undoable(row, by) -> Decision | None:
    row = now(row)
    return undo_context(row, by, Facts.about([row]))["undoable"]


def status_of(row) -> str:
    return now(row).status


@pytest.mark.parametrize(("kind", "verb", "before", "after"), STEPS)
def test_undo_once_as_a_step_of_its_own(kind, verb, before, after, member, broker, another):
    row = made(kind, before, member)
    decision = decide(kind, verb, row, broker)
    assert (status_of(row), undoable(row, broker)) == (after, decision)
    with pytest.raises(
        ActionRefused,
        match="Only the person who made this decision, or an administrator, can undo it",
    ):
        decisions_undo.undo(decision=decision, by=another)
    undone = decisions_undo.undo(decision=decision, by=broker)
    assert status_of(row) == before
    assert (undone.verb, undone.before, undone.concerns) == ("undo", after, member)
    assert ("member", "decision.undone") in notified()
    with pytest.raises(ActionRefused, match="This decision has already been undone"):
        decisions_undo.undo(decision=decision, by=broker)
    assert undoable(row, broker) is None
    # It is in the queue again, and can be decided again.
    decide(kind, verb, now(row), another)
    assert status_of(row) == after


def test_undo_gives_the_right_back(member, broker):
    row = made("representation", "approved", member)
    decision = decide("representation", Verb.END, row, broker)
    assert not speaks_for(member, row.city)
    decisions_undo.undo(decision=decision, by=broker)
    assert speaks_for(member, row.city)


@pytest.mark.parametrize(("kind", "verb", "before", "after"), [STEPS[1], STEPS[2], STEPS[4]])
def test_refuse_to_undo(kind, verb, before, after, member, broker, moderator, stranger):
    row = made(kind, before, member)
    decision = decide(kind, verb, row, broker)
    for by in (moderator, stranger, member):
        with pytest.raises(ActionRefused, match="Only brokers can decide this"):
            decisions_undo.undo(decision=decision, by=by)
    held = claim(subject=row, by=staff(BROKERS, "third"))
    with pytest.raises(ActionRefused, match="has claimed this"):
        decisions_undo.undo(decision=decision, by=broker)
    held.delete()
    Decision.objects.update(created_at=timezone.now() - timedelta(hours=25))
    with pytest.raises(ActionRefused, match="within 24 hours"):
        decisions_undo.undo(decision=Decision.objects.get(), by=broker)
    assert status_of(row) == after


def test_refuse_to_undo_what_was_approved(member, broker):
    row = made("offer", "pending", member)
    decision = listings.decide(listing=row, verb=Verb.APPROVE, by=broker)
    with pytest.raises(ActionRefused, match="be undone"):
        decisions_undo.undo(decision=decision, by=broker)


def test_refuse_to_undo_where_something_followed(member, broker):
    offer = made("offer", "pending", member)
    decision = decide("offer", Verb.REQUEST_CHANGES, offer, broker)
    Offer.objects.update(changed_at=timezone.now())
    with pytest.raises(ActionRefused, match="This has changed since the decision"):
        decisions_undo.undo(decision=decision, by=broker)
    partnership_request = made("request", "submitted", member)
    decision = decide("request", Verb.REQUEST_CHANGES, partnership_request, broker)
    PartnershipRequest.objects.get().save()
    with pytest.raises(ActionRefused, match="This has changed since the decision"):
        decisions_undo.undo(decision=decision, by=broker)
    asked = made("representation", "asked", member)
    decision = decide("representation", Verb.DECLINE, asked, broker)
    RepresentationFactory(member=member, city=asked.city, asked=True)
    with pytest.raises(ActionRefused, match="The member has sent a new request since then"):
        decisions_undo.undo(decision=decision, by=broker)
    assert Decision.objects.filter(verb="undo").count() == 0


def test_refuse_to_undo_where_the_city_has_no_room(member, broker):
    partnership_request = made("request", "submitted", member)
    decision = decide("request", Verb.DECLINE, partnership_request, broker)
    PartnershipRequestFactory.create_batch(3, city=partnership_request.city, opened=True)
    with pytest.raises(ActionRefused, match="requests that are open or in review"):
        decisions_undo.undo(decision=decision, by=broker)
    assert status_of(partnership_request) == "declined"


def test_undo_the_withdrawal_of_a_match_restores_its_interest(broker):
    said = InterestFactory(match__origin="interest")
    withdraw(match=said.match, by=broker, **WORDS)
    decision = Decision.objects.get()
    assert undoable(said.match, broker) == decision
    decisions_undo.undo(decision=decision, by=broker)
    match = now(said.match)
    assert (match.status, match.ended_at, match.interest) == ("interest", None, said)
    assert not can_appeal(decision, said.by)


@pytest.mark.parametrize(
    ("before", "origin", "restored"),
    [
        ("suggested", "interest", "interest"),
        ("suggested", "ranking", "candidate"),
        ("shortlisted", "interest", "candidate"),
    ],
)
def test_undo_a_withdrawal_from_before_statuses_were_merged(broker, before, origin, restored):
    match = MatchFactory(origin=origin)
    withdraw(match=match, by=broker, **WORDS)
    Decision.objects.update(before=before)
    decisions_undo.undo(decision=Decision.objects.get(), by=broker)
    assert now(match).status == restored


@pytest.mark.parametrize(
    "why",
    [
        "We have already asked both cities about this match",
        "already a candidate",
        "isn’t looking for partners",
    ],
)
def test_refuse_to_undo_the_withdrawal_of_a_match(why, broker, member):
    match = MatchFactory(proposed=why.startswith("We have"))
    withdraw(match=match, by=broker, **WORDS)
    decision = Decision.objects.get()
    if why == "already a candidate":
        MatchFactory(request=match.request, city=match.city)
    elif why == "isn’t looking for partners":
        PartnershipRequest.objects.update(status="expired")
    with pytest.raises(ActionRefused, match=why):
        decisions_undo.undo(decision=decision, by=broker)
    RepresentationFactory(member=broker, city=match.city)
    with pytest.raises(ActionRefused, match="nother broker"):
        decisions_undo.undo(decision=decision, by=broker)
    assert status_of(match) == "withdrawn"


# Appeals


@pytest.mark.parametrize(("kind", "verb", "before", "after"), APPEALED)
def test_appeal_is_decided_by_another_broker(
    kind, verb, before, after, member, colleague, broker, another, moderator
):
    row = made(kind, before, member)
    decision = decide(kind, verb, row, broker)
    assert (can_appeal(decision, member), can_appeal(decision, colleague)) == (True, False)
    asked = appeal(decision=decision, by=member, words="Look at it again.")
    with pytest.raises(ActionRefused, match="This has changed since the decision"):
        decisions_undo.undo(decision=decision, by=broker)
    words = {"appeal": asked, "outcome": AppealOutcome.RESTORED, "answer": "You are right."}
    for by, why in ((broker, "nother broker"), (moderator, "Only brokers can decide this.")):
        with pytest.raises(ActionRefused, match=why):
            decide_appeal(by=by, **words)
    decide_appeal(by=another, **words)
    assert status_of(row) == before
    assert ("member", "appeal.decided") in notified()
    with pytest.raises(ActionRefused, match="already been decided"):
        decide_appeal(by=another, **words)


def test_appeal_that_is_upheld_changes_nothing(member, broker, another):
    row = made("request", "submitted", member)
    asked = appeal(decision=decide("request", Verb.DECLINE, row, broker), by=member, words="Why?")
    # Even if the city has no room for it any more.
    PartnershipRequestFactory.create_batch(3, city=row.city, opened=True)
    words = {"appeal": asked, "outcome": AppealOutcome.UPHELD, "answer": "It stays so."}
    decide_appeal(by=another, **words)
    asked.refresh_from_db()
    assert (status_of(row), asked.outcome, asked.decided_by) == ("declined", "upheld", another)


def test_undo_the_rejection_of_an_appeal(member, broker, another, moderator):
    row = made("request", "submitted", member)
    asked = appeal(decision=decide("request", Verb.DECLINE, row, broker), by=member, words="Why?")
    words = {"appeal": asked, "outcome": AppealOutcome.UPHELD, "answer": "It stays so."}
    decision = decide_appeal(by=another, **words)
    third = staff(BROKERS, "third")
    for by, why in (
        (broker, "You made the original decision, so another broker must answer"),
        (third, "Only the person who made this decision"),
        (moderator, "Only brokers can decide this."),
    ):
        with pytest.raises(ActionRefused, match=why):
            decisions_undo.undo(decision=decision, by=by)
    assert undoable(row, another) == decision
    decisions_undo.undo(decision=decision, by=another)
    asked.refresh_from_db()
    assert (status_of(row), asked.outcome) == ("declined", "")
    assert ("member", "appeal.reopened") in notified()
    decide_appeal(by=third, **words | {"outcome": AppealOutcome.RESTORED})
    assert status_of(row) == "submitted"
    # The restored object is in the queue.
    assert undoable(row, third) is None


def test_appeal_needs_the_right_to_speak_for_the_city(member, broker):
    decision = decide("request", Verb.DECLINE, made("request", "submitted", member), broker)
    Representation.objects.update(status="ended")
    assert not can_appeal(decision, member)


def test_appeal_against_a_request_for_changes_is_refused(member, broker):
    row = made("offer", "pending", member)
    assert not can_appeal(decide("offer", Verb.REQUEST_CHANGES, row, broker), member)


# Claims


@pytest.mark.parametrize(("kind", "verb", "before", "after"), STEPS)
def test_decide_while_another_broker_has_taken_it_is_refused(
    kind, verb, before, after, member, broker, another
):
    row = made(kind, before, member)
    claim(subject=row, by=another)
    with pytest.raises(ActionRefused, match="Another has claimed this until"):
        decide(kind, verb, row, broker)
    assert status_of(row) == before
    decide(kind, verb, row, another)
    assert (status_of(row), Claim.objects.count()) == (after, 0)


# The page of each decision agrees with the act


NOT_UNDONE = [
    ("request", Verb.APPROVE, "submitted", "open"),
    ("offer", Verb.APPROVE, "pending", "published"),
    ("need", Verb.APPROVE, "pending", "published"),
]


@pytest.mark.parametrize(("kind", "verb", "before", "after"), [*STEPS, *NOT_UNDONE])
def test_page_offers_to_undo_what_can_be_undone(
    kind, verb, before, after, member, broker, another, administrator
):
    row = made(kind, before, member)
    decide(kind, verb, row, broker)
    decision = latest_decision(row)
    assert (decision.verb, decision.by, status_of(row)) == (verb, broker, after)
    expected = (kind, verb, before, after) in STEPS
    for by, is_possible in ((broker, expected), (administrator, expected), (another, False)):
        assert (is_offered(decision, by), is_undone(decision, by)) == (is_possible, is_possible)
    old = timezone.now() - timedelta(hours=25)
    Decision.objects.filter(pk=decision.pk).update(created_at=old)
    decision.refresh_from_db()
    assert (is_offered(decision, broker), is_undone(decision, broker)) == (False, False)


def is_offered(decision: Decision, by) -> bool:
    """Whether the page at the desk has the button."""
    client = DeskClient()
    client.force_login(by)
    page = page_of(client.get(address_of(decision.subject)))
    assert page.status == 200
    undo = f"/admin/decisions/{decision.pk}/undo/"
    return undo in [form.action for form in page.forms]


def is_undone(decision: Decision, by) -> bool:
    """Whether the act succeeds; the database is left as it was."""
    with transaction.atomic():
        try:
            decisions_undo.undo(decision=decision, by=by)
        except ActionRefused:
            return False
        finally:
            transaction.set_rollback(True)
    return True
