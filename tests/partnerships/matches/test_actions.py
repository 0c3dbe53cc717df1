from datetime import timedelta
from functools import partial

import pytest
from django.utils import timezone

from community.models import Claim, Decision
from community.moderation.claims.actions import claim
from partnerships.matches.actions import (
    consider,
    end_all,
    extend,
    in_turn,
    is_candidate,
    note,
    open_verbs,
    propose,
    suggest,
)
from partnerships.matches.answers import answer
from partnerships.matches.capacity import load_of
from partnerships.matches.closing import part, step_back, withdraw
from partnerships.models import Answer, Brokering, Match, MatchStatus, PartnershipRequest, Side
from repository.workflow import ActionRefused
from tests.conftest import staff
from tests.factories import CityFactory
from tests.factories.partnerships import (
    CityProfileFactory,
    InterestFactory,
    MatchFactory,
    OfferFactory,
    PartnershipFactory,
    PartnershipRequestFactory,
    RepresentationFactory,
)
from tests.partnerships.matches.pairs import another_request, notified, pair, rival

pytestmark = pytest.mark.django_db

WORDS = {"reason": "fit", "message": "The plans have changed."}
RANKING = {"total": 61.5, "factors": []}


def today(days: int = 0):
    return timezone.localdate() + timedelta(days=days)


def represented():
    """A city for which somebody could answer."""
    return RepresentationFactory().city


# Suggest


def test_suggest_makes_a_candidate(broker):
    partnership_request, city = PartnershipRequestFactory(opened=True), represented()
    match = suggest(
        partnership_request=partnership_request,
        city=city,
        origin="staff",
        by=broker,
        ranking=RANKING,
    )
    found = Match.objects.get()
    assert (found, found.status, found.origin, found.ranking) == (
        match,
        "candidate",
        "staff",
        RANKING,
    )
    assert found.events.get().pgh_context.metadata["user"] == broker.pk
    assert notified() == []


def test_suggest_a_city_that_nobody_represents(broker):
    ended = RepresentationFactory(status="ended", until=today(-1)).city
    partnership_request = PartnershipRequestFactory(opened=True)
    for city in (CityFactory(), ended):
        with pytest.raises(ActionRefused, match="so no one can answer"):
            suggest(partnership_request=partnership_request, city=city, origin="ranking", by=broker)
    assert not Match.objects.exists()


def test_suggest_twice_once(broker):
    partnership_request, city = PartnershipRequestFactory(opened=True), CityFactory()
    first = suggest(partnership_request=partnership_request, city=city, origin="ranking")
    again = suggest(partnership_request=partnership_request, city=city, origin="staff", by=broker)
    assert (again, again.origin, Match.objects.count()) == (first, "ranking", 1)


def test_choose_nobody_where_another_broker_is_looking(broker):
    other = staff("Brokers", "other")
    match = MatchFactory(origin="interest")
    partnership_request = match.request
    RepresentationFactory(city=partnership_request.city)
    RepresentationFactory(city=match.city)
    claim(subject=partnership_request, by=other)
    acts = {
        "suggest": lambda by: suggest(
            partnership_request=partnership_request, city=represented(), origin="staff", by=by
        ),
        "consider": lambda by: consider(match=match, by=by),
        "propose": lambda by: propose(match=match, by=by, message="Hello.", reply_by=today(14)),
    }
    for act in acts.values():
        with pytest.raises(ActionRefused, match="Other has claimed this until"):
            act(broker)
    for act in acts.values():
        assert Claim.objects.count() == 1
        act(other)
    match.refresh_from_db()
    assert (match.status, Claim.objects.count()) == ("proposed", 0)
    # A city can express its interest in a request that a broker has claimed.
    claim(subject=partnership_request, by=other)
    assert (
        suggest(
            partnership_request=partnership_request, city=CityFactory(), origin="interest"
        ).status
        == "interest"
    )


def test_suggest_a_withdrawn_city_again():
    match = MatchFactory(status="withdrawn")
    again = suggest(partnership_request=match.request, city=match.city, origin="staff")
    assert (again.status, Match.objects.count()) == ("candidate", 2)


@pytest.mark.parametrize("status", ["draft", "submitted", "matched", "closed", "expired"])
def test_suggest_for_a_request_that_is_not_open(status):
    partnership_request = PartnershipRequestFactory(opened=True)
    type(partnership_request).objects.filter(pk=partnership_request.pk).update(
        status=status,
        closed_at=timezone.now() if status == "closed" else None,
        closing_reason="changed" if status == "closed" else "",
    )
    with pytest.raises(ActionRefused, match="isn’t looking for partners"):
        suggest(partnership_request=partnership_request, city=CityFactory(), origin="ranking")


def test_suggest_the_city_that_asks():
    partnership_request = PartnershipRequestFactory(opened=True)
    with pytest.raises(ActionRefused, match="Choose a different city"):
        suggest(
            partnership_request=partnership_request, city=partnership_request.city, origin="staff"
        )


# Answer an interest


def test_consider_an_interest(broker):
    both = pair(origin="interest")
    consider(match=both.match, by=broker)
    assert (both.now().status, notified(), Decision.objects.count()) == ("candidate", [], 0)
    with pytest.raises(ActionRefused, match="because its status is “Candidate”"):
        consider(match=both.match, by=broker)


# Propose


@pytest.mark.parametrize("status", ["interest", "candidate"])
def test_propose_asks_both(status, broker):
    both = pair(status=status)
    propose(match=both.match, by=broker, message=" You are much alike. ", ranking=RANKING)
    found = both.now()
    assert (found.status, found.message, found.ranking, found.reply_by) == (
        "proposed",
        "You are much alike.",
        RANKING,
        today(21),
    )
    decision = Decision.objects.get()
    assert (decision.subject, decision.by, decision.verb, decision.reason, decision.before) == (
        found,
        broker,
        "propose",
        "",
        status,
    )
    assert notified() == [("asked-1", "match.asked"), ("asking-1", "match.proposed")]


def test_propose_until_the_default_day(broker):
    Brokering.objects.create(pk=1, reply_days=5)
    both = pair()
    propose(match=both.match, by=broker)
    assert both.now().reply_by == today(5)


@pytest.mark.parametrize("days", [-1, 0, 400])
def test_propose_until_an_invalid_day(days, broker):
    both = pair()
    with pytest.raises(ActionRefused, match="between one day and one year"):
        propose(match=both.match, by=broker, reply_by=today(days))
    assert both.now().status == "candidate"


def test_propose_twice(broker):
    both = pair()
    propose(match=both.match, by=broker)
    with pytest.raises(ActionRefused, match="because its status is “Waiting for answers”"):
        propose(match=both.match, by=broker)
    assert len(notified()) == 2


def test_propose_several_while_none_is_introduced(broker):
    first = pair(proposed=True)
    second = pair(request=first.request)
    propose(match=second.match, by=broker)
    assert second.now().status == "proposed"


def test_propose_for_a_request_that_has_found_its_partner(broker):
    first = pair(introduced=True)
    second = pair(request=first.request)
    with pytest.raises(
        ActionRefused, match="isn’t looking for partners because its status is “Matched”"
    ):
        propose(match=second.match, by=broker)


def test_propose_where_nobody_could_answer(broker):
    match = MatchFactory(city__name="Kisumu")
    RepresentationFactory(city=match.request.city)
    with pytest.raises(ActionRefused, match="No one represents Kisumu"):
        propose(match=match, by=broker)


def test_propose_by_a_broker_who_speaks_for_a_city(broker):
    both = pair()
    RepresentationFactory(member=broker, city=both.city)
    with pytest.raises(ActionRefused, match="nother broker"):
        propose(match=both.match, by=broker)


@pytest.mark.parametrize("decide", [consider, propose, partial(withdraw, **WORDS)])
def test_decide_on_a_match_of_a_request_written_by_the_broker(decide, broker):
    """A focal point who has resigned and is a broker now does not decide about their request."""
    both = pair(origin="interest")
    PartnershipRequest.objects.update(created_by=broker)
    both.match.request.refresh_from_db()
    with pytest.raises(ActionRefused, match="You wrote this request"):
        decide(match=both.match, by=broker)
    assert both.now().status == "interest"


def test_propose_a_city_that_is_full(broker):
    both = pair()
    CityProfileFactory(city=both.city, partners_a_year=1)
    MatchFactory(introduced=True, city=both.city, introduced_at=timezone.now())
    with pytest.raises(ActionRefused, match="Kisumu already has as many partners"):
        propose(match=both.match, by=broker)
    assert both.now().status == "candidate"


def test_capacity_is_that_of_profile_or_sum_of_open_offers():
    city = CityFactory()
    assert load_of(city) == (None, 0)
    OfferFactory(city=city)
    assert load_of(city).capacity is None
    OfferFactory(city=city, capacity=2)
    OfferFactory(city=city, capacity=1)
    OfferFactory(city=city, capacity=5, pending=True)
    OfferFactory(city=city, capacity=5, valid_until=today(-1))
    assert load_of(city).capacity == 3
    CityProfileFactory(city=city, partners_a_year=2)
    assert load_of(city).capacity == 2
    MatchFactory(introduced=True, city=city, introduced_at=timezone.now())
    MatchFactory(introduced=True, city=city, introduced_at="2025-12-30T12:00Z")
    MatchFactory(proposed=True, city=city)
    assert load_of(city).room == 1


# Extend and note


def test_extend_gives_more_time(broker):
    both = pair(proposed=True, reply_by=today(3))
    extend(match=both.match, by=broker, reply_by=today(9))
    extend(match=both.match, by=broker, reply_by=today(9))
    assert both.now().reply_by == today(9)
    assert notified() == [("asked-1", "match.extended"), ("asking-1", "match.extended")]
    with pytest.raises(ActionRefused, match="after the current deadline"):
        extend(match=both.match, by=broker, reply_by=today(5))
    assert both.now().reply_by == today(9)


def test_extend_before_the_proposal_is_refused(broker):
    both = pair()
    with pytest.raises(ActionRefused, match=r"change the deadline"):
        extend(match=both.match, by=broker, reply_by=today(9))


def test_note_is_for_brokers(broker):
    both = pair(proposed=True)
    note(match=both.match, by=broker, words="Called on Monday.\r\nNobody there.")
    assert (both.now().broker_note, notified()) == ("Called on Monday.\nNobody there.", [])


# Withdraw


def test_withdraw_a_proposed_match(broker):
    both = pair(proposed=True)
    withdraw(match=both.match, by=broker, **WORDS)
    found = both.now()
    assert (found.status, found.ended_at is not None) == ("withdrawn", True)
    decision = Decision.objects.get()
    assert (decision.verb, decision.reason, decision.message, decision.before) == (
        "withdraw",
        "fit",
        "The plans have changed.",
        "proposed",
    )
    assert notified() == [("asked-1", "match.withdrawn"), ("asking-1", "match.withdrawn")]


def test_withdraw_records_the_status_at_the_time_of_the_decision(broker):
    both = pair(origin="interest")
    opened = Match.objects.get()
    consider(match=both.match, by=broker)
    withdraw(match=opened, by=broker, **WORDS)
    assert Decision.objects.get().before == "candidate"


def test_withdraw_a_candidate(broker):
    both = pair()
    withdraw(match=both.match, by=broker, **WORDS)
    assert (notified(), Decision.objects.get().concerns) == ([], None)


def test_withdraw_an_interest_concerns_its_author(broker):
    both = pair(origin="interest")
    InterestFactory(match=both.match, by=both.asked)
    withdraw(match=both.match, by=broker, **WORDS)
    assert notified() == [("asked-1", "match.withdrawn")]
    assert Decision.objects.get().concerns == both.asked


def test_withdraw_without_a_message(broker):
    both = pair(proposed=True)
    with pytest.raises(ActionRefused, match="Choose a reason"):
        withdraw(match=both.match, by=broker, reason="fit", message=" ")


@pytest.mark.parametrize("status", ["introduced", "declined", "expired", "withdrawn"])
def test_withdraw_too_late(status, broker):
    both = pair(introduced=True)
    Match.objects.update(status=status)
    with pytest.raises(ActionRefused, match="because its status is"):
        withdraw(match=both.match, by=broker, **WORDS)


# Step back


@pytest.mark.parametrize("side", Side)
def test_step_back_from_a_proposed_match(side, broker):
    both = pair(proposed=True)
    by, other = (both.asked, "asking-1") if side == "candidate" else (both.asking, "asked-1")
    step_back(match=both.match, side=side, by=by)
    assert both.now().status == "withdrawn"
    assert notified() == [(other, "match.withdrawn"), ("broker", "match.stepped-back")]


def test_step_back_from_an_interest(broker):
    both = pair(origin="interest")
    step_back(match=both.match, side=Side.CANDIDATE, by=both.asked)
    assert (both.now().status, notified()) == ("withdrawn", [("broker", "match.stepped-back")])
    with pytest.raises(ActionRefused, match="because its status is"):
        step_back(match=both.match, side=Side.CANDIDATE, by=both.asked)


def test_step_back_from_a_hidden_match_is_refused():
    both = pair()
    for side, by in (("candidate", both.asked), ("requester", both.asking)):
        with pytest.raises(ActionRefused, match="no longer exists"):
            step_back(match=both.match, side=side, by=by)


def test_step_back_without_the_right_is_refused(stranger):
    both = pair(proposed=True)
    for by in (stranger, both.asking):
        with pytest.raises(ActionRefused, match="You don’t represent Kisumu"):
            step_back(match=both.match, side=Side.CANDIDATE, by=by)


# Part


def test_part_reopens_the_request(broker):
    both = pair(introduced=True)
    part(match=both.match, by=broker, **WORDS)
    found = both.now()
    assert (found.status, found.request.status) == ("withdrawn", "open")
    assert [event for _handle, event in notified()] == [
        "match.parted",
        "match.parted",
        "request.reopened",
    ]
    with pytest.raises(ActionRefused):
        part(match=both.match, by=broker, **WORDS)


def test_part_before_the_introduction_is_refused(broker):
    both = pair(proposed=True)
    with pytest.raises(ActionRefused):
        part(match=both.match, by=broker, **WORDS)


def test_part_without_a_message_or_after_an_agreement(broker):
    both = pair(introduced=True)
    with pytest.raises(ActionRefused, match="Choose a reason"):
        part(
            match=both.match,
            by=broker,
            reason="",
            message="This interest didn’t lead to a proposal.",
        )
    PartnershipFactory(match=both.match)
    with pytest.raises(ActionRefused, match="End it on the partnership"):
        part(match=both.match, by=broker, **WORDS)
    assert both.now().status == "introduced"


# The request is no longer open


def test_end_all_but_what_is_over():
    both = pair(proposed=True)
    others = [rival(both), rival(both, status="declined"), rival(both, status="candidate")]
    end_all(both.request.matches.all(), both.request)
    states = [both.now().status, *(Match.objects.get(pk=row.pk).status for row in others)]
    assert states == ["withdrawn", "withdrawn", "declined", "withdrawn"]
    assert notified() == [("asked-1", "match.withdrawn")]


# The next candidate


def test_candidates_in_turn_by_points():
    both = pair(proposed=True)
    last = rival(both, ranking={})
    best = rival(both, ranking={"total": 80.5})
    interested = rival(both, origin="interest", ranking={"total": 9})
    over = rival(both, status="declined", ranking={"total": 99})
    found = list(in_turn(both.request.matches.exclude(pk=both.match.pk)))
    assert found == [best, interested, last, over]
    assert [is_candidate(match) for match in found] == [True, True, True, False]


@pytest.mark.parametrize(
    ("status", "verbs"),
    [
        ("interest", ["consider", "propose", "withdraw"]),
        ("candidate", ["propose", "withdraw"]),
        ("proposed", ["extend", "withdraw"]),
        ("introduced", ["part"]),
        ("declined", []),
        ("expired", []),
        ("withdrawn", []),
    ],
)
def test_open_verbs(status, verbs):
    assert open_verbs(Match(status=MatchStatus(status))) == verbs


def test_a_city_can_be_partner_again_next_year(broker):
    both = pair()
    CityProfileFactory(city=both.city, partners_a_year=1)
    MatchFactory(introduced=True, city=both.city, introduced_at="2025-12-30T12:00Z")
    propose(match=both.match, by=broker)
    assert both.now().status == "proposed"


def test_answer_that_takes_the_last_place_of_a_city(broker):
    first = pair(proposed=True, requester_answer="yes", requester_answered_at=timezone.now())
    second = another_request(first, proposed=True)
    CityProfileFactory(city=first.city, partners_a_year=1)
    answer(match=first.match, side=Side.CANDIDATE, value=Answer.YES, by=first.asked)
    before = notified()
    for _time in range(2):
        with pytest.raises(ActionRefused, match="Kisumu already has as many partners"):
            answer(match=second.match, side=Side.REQUESTER, value=Answer.YES, by=second.asking)
    # The match does not change; the broker is notified once.
    assert notified() == sorted([*before, ("broker", "match.full")])
    assert (second.now().status, second.now().requester_answer) == ("proposed", "")
