"""Concurrent actions: one succeeds, the other is refused.

Each test has a counterpart without the locks, which shows that it would fail without them.
"""

import threading
from contextlib import suppress
from datetime import timedelta

import pytest
from django.utils import timezone

from community.models import Notification
from partnerships.listings.interest import express
from partnerships.matches import actions as matches
from partnerships.matches.actions import propose, suggest
from partnerships.matches.answers import answer, expire
from partnerships.matches.closing import step_back, withdraw
from partnerships.models import Answer, Match, Plan, Representation, Side
from partnerships.requests.actions import close
from partnerships.spaces.actions import EditConflict, agree, write_plan
from tests.factories import CityFactory
from tests.factories.partnerships import (
    CityProfileFactory,
    MatchFactory,
    PartnershipRequestFactory,
    PlanFactory,
    RepresentationFactory,
)
from tests.partnerships.matches.pairs import Pair, another_request, notified, pair, speaker
from tests.races import race, together

pytestmark = pytest.mark.django_db(transaction=True)

WORDS = {"reason": "fit", "message": "The plans have changed."}


def asked(**traits) -> Pair:
    """A match to which the city that asks has said yes."""
    answered = {"requester_answer": "yes", "requester_answered_at": timezone.now()}
    return pair(proposed=True, **answered | traits)


def answering(both: Pair, side="candidate", value="yes", by=None):
    by = by or (both.asked if side == "candidate" else both.asking)
    return lambda: answer(
        match=both.match, side=Side(side), value=Answer(value), by=by, refusal="fit"
    )


def updates(row) -> int:
    return row.events.filter(pgh_label="update").count()


# Two of one city


def accept_at_once(both) -> tuple:
    colleague = speaker(both.city, "colleague")
    outcomes = race(both.match, answering(both), answering(both, by=colleague))
    return outcomes, updates(both.match), len(notified())


def test_accept_by_two_of_one_city_once():
    assert accept_at_once(pair(proposed=True)) == (["done", "refused"], 1, 0)


def test_accept_by_two_of_one_city_without_locks(without_locks):
    assert accept_at_once(pair(proposed=True)) == (["done", "done"], 2, 0)


def test_accept_as_the_second_by_two_of_one_city_introduces_once():
    assert accept_at_once(asked()) == (["done", "refused"], 1, 3)


def test_accept_by_both_cities_introduces_once():
    both = pair(proposed=True)
    outcomes = race(both.match, answering(both), answering(both, "requester"))
    assert (outcomes, both.now().status, updates(both.match)) == (["done"] * 2, "introduced", 2)


def test_accept_by_both_cities_without_locks(without_locks):
    """Each takes itself for the first, and nobody is introduced."""
    both = pair(proposed=True)
    race(both.match, answering(both), answering(both, "requester"))
    assert both.now().status == "proposed"


# Accept against actions that end the match


def accept_against(other, **traits) -> tuple:
    both = asked(**traits)
    outcomes = race(both.match, answering(both), lambda: other(both))
    found = both.now()
    return outcomes, (found.status, found.candidate_answer, found.request.status)


ENDED = ("withdrawn", "", "open")
INTRODUCED = ("introduced", "yes", "matched")


def taken_back(both):
    step_back(match=both.match, side=Side.REQUESTER, by=both.asking)


def test_accept_against_withdraw(broker):
    outcomes, found = accept_against(lambda both: withdraw(match=both.match, by=broker, **WORDS))
    assert outcomes == ["done", "refused"]
    assert found in (ENDED, INTRODUCED)


def test_accept_against_withdraw_without_locks(broker, without_locks):
    outcomes, _found = accept_against(lambda both: withdraw(match=both.match, by=broker, **WORDS))
    assert outcomes == ["done", "done"]


def test_accept_against_the_other_city_that_takes_its_yes_back():
    outcomes, found = accept_against(taken_back)
    assert outcomes == ["done", "refused"]
    assert found in (ENDED, INTRODUCED)


def test_accept_against_taking_back_without_locks(without_locks):
    assert accept_against(taken_back)[0] == ["done", "done"]


def test_accept_against_closing_the_request():
    outcomes, found = accept_against(
        lambda both: close(partnership_request=both.request, by=both.asking, reason="changed")
    )
    # A matched request can be closed as well.
    assert (outcomes, found) in [
        (["done", "refused"], ("withdrawn", "", "closed")),
        (["done", "done"], ("introduced", "yes", "closed")),
    ]


def expire_against_accept(monkeypatch) -> tuple:
    """At midnight: for one clock it is too late, for the other it is not."""
    both = asked(reply_by=timezone.localdate())
    late = threading.local()
    is_late = Match.is_late.fget
    monkeypatch.setattr(
        Match, "is_late", property(lambda match: getattr(late, "now", False) or is_late(match))
    )

    def run_out():
        late.now = True
        expire(match=both.match)

    outcomes = race(both.match, answering(both), run_out)
    found = both.now()
    return outcomes, (found.status, found.candidate_answer, found.request.status)


def test_accept_against_expiry(monkeypatch):
    outcomes, found = expire_against_accept(monkeypatch)
    assert outcomes == ["done", "refused"]
    assert found in (("expired", "", "open"), INTRODUCED)


def test_accept_against_expiry_without_locks(monkeypatch, without_locks):
    assert expire_against_accept(monkeypatch)[0] == ["done", "done"]


# Two matches


def last_place() -> tuple:
    """Two requests want the last place of one city; both have said yes to it."""
    first = asked()
    answered = {"requester_answer": "yes", "requester_answered_at": timezone.now()}
    second = another_request(first, proposed=True, **answered)
    CityProfileFactory(city=first.city, partners_a_year=1)
    # They wait for each other after counting the partners of the city.
    errors = together(answering(first), answering(second), after=r"COUNT\(\*\)")
    return len(errors), Match.objects.introduced().filter(city=first.city).count()


def test_accept_two_matches_of_a_city_with_room_for_one():
    assert last_place() == (1, 1)


def test_accept_two_matches_of_a_city_with_room_for_one_without_locks(without_locks):
    assert last_place() == (0, 2)


def test_accept_two_rivals_for_one_request():
    first = pair(proposed=True, candidate_answer="yes", candidate_answered_at=timezone.now())
    second = MatchFactory(
        request=first.request,
        proposed=True,
        candidate_answer="yes",
        candidate_answered_at=timezone.now(),
    )
    rival = Pair(second, first.asking, first.asked)
    outcomes = race(first.request, answering(first, "requester"), answering(rival, "requester"))
    assert outcomes == ["done", "refused"]
    states = sorted(Match.objects.values_list("status", flat=True))
    assert states == ["introduced", "withdrawn"]


def propose_at_once(broker, administrator) -> tuple:
    both = pair()
    outcomes = race(
        both.match,
        lambda: propose(match=both.match, by=broker),
        lambda: propose(match=both.match, by=administrator),
    )
    return outcomes, updates(both.match), len(notified())


def test_propose_concurrently_once(broker, administrator):
    assert propose_at_once(broker, administrator) == (["done", "refused"], 1, 2)


def test_propose_concurrently_without_locks(broker, administrator, without_locks):
    outcomes, changed, _told = propose_at_once(broker, administrator)
    assert (outcomes, changed) == (["done", "done"], 2)


def test_suggest_concurrently_once(broker):
    partnership_request, city = PartnershipRequestFactory(opened=True), RepresentationFactory().city
    attempts = [
        lambda: suggest(
            partnership_request=partnership_request, city=city, origin="staff", by=broker
        )
    ] * 2
    assert race(partnership_request, *attempts) == ["done", "done"]
    assert Match.objects.count() == 1


def test_express_interest_concurrently_once(member, colleague):
    partnership_request, city = PartnershipRequestFactory(opened=True), CityFactory()
    for by in (member, colleague):
        RepresentationFactory(member=by, city=city)
    said = {
        "partnership_request": partnership_request,
        "city": city,
        "cooperation": "A training.",
        "about": "A port.",
    }
    attempts = [lambda by=by: express(by=by, **said) for by in (member, colleague)]
    assert race(partnership_request, *attempts) == ["done", "refused"]
    assert Match.objects.count() == 1


# The right ends concurrently


def test_accept_while_the_right_ends(monkeypatch):
    """The right is checked under the lock: it may end while the action waits."""
    both = asked()
    lock_for = matches.lock_for

    def ended_meanwhile(*args, **kwargs):
        found = lock_for(*args, **kwargs)
        Representation.objects.filter(member=both.asked).update(status="ended")
        return found

    monkeypatch.setattr("partnerships.matches.answers.lock_for", ended_meanwhile)
    with pytest.raises(matches.ActionRefused, match="You don’t represent"):
        answering(both)()
    assert both.now().candidate_answer == ""


# The plan


def change_against_agreeing() -> tuple:
    plan = PlanFactory(match=pair(introduced=True).match, version=1)
    both = Pair(
        plan.match,
        Representation.objects.get(city=plan.match.request.city).member,
        Representation.objects.get(city=plan.match.city).member,
    )

    def change():
        with suppress(EditConflict):
            write_plan(match=both.match, by=both.asking, text="Other words.", version=1)

    outcomes = race(
        both.match,
        change,
        lambda: agree(match=both.match, side=Side.CANDIDATE, by=both.asked, version=1),
    )
    found = Plan.objects.get()
    return outcomes, found.version, found.candidate_agreed_at is not None


def test_agree_to_a_plan_that_changes_concurrently():
    outcomes, version, is_agreed = change_against_agreeing()
    assert (version, is_agreed) == (2, False)
    assert outcomes in (["done", "done"], ["done", "refused"])


# The order of locks


def end_two_requests(members: str) -> list:
    """Two introductions that each withdraw a rival and notify the same two members."""
    pairs = [asked(), asked()]
    people = [speaker(CityFactory(), name) for name in ("ann", "ben")]
    for number, both in enumerate(pairs):
        # In one request Ann's city is the older rival, in the other Ben's.
        for person in people if number else reversed(people):
            city = Representation.objects.get(member=person).city
            MatchFactory(request=both.request, city=city, proposed=True)
    return together(*(answering(both) for both in pairs), after=members)


def test_introduce_twice_with_the_same_rivals():
    assert end_two_requests("FOR KEY SHARE") == []
    withdrawn = Notification.objects.filter(event="match.withdrawn")
    assert withdrawn.count() == 4


def test_deadlines_are_days():
    """A match whose last day is today is still open."""
    assert not Match(reply_by=timezone.localdate()).is_late
    assert Match(reply_by=timezone.localdate() - timedelta(days=1)).is_late
