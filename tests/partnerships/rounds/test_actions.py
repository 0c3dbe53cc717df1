"""A round is computed once, reports its progress, and gives its pairs to the brokers."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from benchmarks.fill import fill_partnerships
from partnerships.models import (
    Match,
    MatchOrigin,
    MatchStatus,
    PartnershipRequest,
    Representation,
    Round,
    RoundStatus,
)
from partnerships.rounds import actions, proposals
from partnerships.rounds.proposals import Selection
from repository.models import City
from repository.workflow import ActionRefused
from tests.community.conftest import run_queue
from tests.factories import CityFactory, PracticeFactory
from tests.factories import partnerships as p

pytestmark = pytest.mark.django_db


@pytest.fixture
def rail():
    return PracticeFactory(slug="rail")


@pytest.fixture
def requests(rail):
    return [p.PartnershipRequestFactory(opened=True, practices=[rail]) for _ in range(2)]


@pytest.fixture
def cities(rail):
    """Two that can answer; the first has more to show, so that both requests want it."""
    found = [p.RepresentationFactory().city for _number in range(2)]
    for city in (found[0], *found):
        p.OfferFactory(city=city, practices=[rail])
    return found


@pytest.fixture
def round(requests, cities):
    return p.RoundFactory(requests=requests, capacities={str(city.pk): 1 for city in cities})


def run(round, broker, execute) -> Round:
    """Start a round, and do what the worker does."""
    with execute(execute=True):
        round = actions.start(round=round, by=broker)
    actions.compute.func(round=round.pk, started_at=round.started_at.isoformat())
    round.refresh_from_db()
    return round


def test_round_is_computed(round, requests, cities, broker, django_capture_on_commit_callbacks):
    round = run(round, broker, django_capture_on_commit_callbacks)
    assert (round.status, round.progress) == (RoundStatus.DONE, 100)
    pairs = {row["request"]: row for row in round.result["assignments"]}
    assert set(pairs) == {partnership_request.pk for partnership_request in requests}
    assert {row["city"] for row in pairs.values()} == {city.pk for city in cities}
    assert {row["best_city"] for row in pairs.values()} == {cities[0].pk}
    assert sorted(row["cost"] > 0 for row in pairs.values()) == [False, True]
    assert round.result["unassigned"] == []


def test_cities_that_are_not_chosen_take_no_part(
    round, cities, broker, django_capture_on_commit_callbacks
):
    Round.objects.update(capacities={str(cities[1].pk): None})
    round = run(round, broker, django_capture_on_commit_callbacks)
    assert [row["city"] for row in round.result["assignments"]] == [cities[1].pk]
    assert len(round.result["unassigned"]) == 1


def test_a_second_click_does_not_run_it_twice(round, broker, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        actions.start(round=round, by=broker)
    with pytest.raises(ActionRefused, match="Calculating"):
        actions.start(round=round, by=broker)
    assert DBTaskResult.objects.filter(task_path=actions.compute.module_path).count() == 1


def test_a_round_is_queued_with_its_start(round, broker):
    """The task is queued in the same transaction, so that a crash cannot lose it."""
    actions.start(round=round, by=broker)
    assert DBTaskResult.objects.get().task_path == actions.compute.module_path


def test_a_round_computed_by_two_workers_has_one_outcome(round, broker):
    """The lease of the first had expired."""
    round = actions.start(round=round, by=broker)
    run_queue()
    round.refresh_from_db()
    outcome = round.result
    assert round.status == RoundStatus.DONE
    DBTaskResult.objects.update(status="READY")
    run_queue()
    round.refresh_from_db()
    assert (round.status, round.result) == (RoundStatus.DONE, outcome)
    assert DBTaskResult.objects.get().status == "SUCCESSFUL"


def test_only_a_started_round_runs(round):
    actions.compute.func(round=round.pk, started_at="2026-01-01")
    actions.compute.func(round=404, started_at="2026-01-01")
    round.refresh_from_db()
    assert (round.status, round.result) == (RoundStatus.DRAFT, {})


def test_a_failure_is_shown(round, broker, django_capture_on_commit_callbacks, monkeypatch, caplog):
    def broken(*args, **kwargs):
        raise ValueError("No")

    monkeypatch.setattr("partnerships.matches.assignment.assign", broken)
    round = run(round, broker, django_capture_on_commit_callbacks)
    assert (round.status, round.result) == (RoundStatus.FAILED, {})
    assert caplog.messages == [f"A matchmaking round was not computed: number {round.pk}."]
    monkeypatch.undo()
    assert run(round, broker, django_capture_on_commit_callbacks).status == RoundStatus.DONE


def test_an_interrupted_round_starts_again(round, broker):
    Round.objects.update(status=RoundStatus.RUNNING, started_at=timezone.now())
    with pytest.raises(ActionRefused):
        actions.start(round=round, by=broker)
    before = timezone.now() - timedelta(minutes=11)
    Round.objects.update(started_at=before)
    round = actions.start(round=round, by=broker)
    # The result of the first worker is too late.
    actions.compute.func(round=round.pk, started_at=before.isoformat())
    round.refresh_from_db()
    assert (round.status, round.result) == (RoundStatus.RUNNING, {})


def test_a_round_without_open_requests_is_refused(cities, broker):
    round = p.RoundFactory(requests=[p.PartnershipRequestFactory()])
    with pytest.raises(ActionRefused, match="at least one open request"):
        actions.start(round=round, by=broker)


def test_suggest_all_makes_candidates_once(
    round, requests, broker, django_capture_on_commit_callbacks
):
    with pytest.raises(ActionRefused):
        proposals.suggest_all(round=round, by=broker)
    round = run(round, broker, django_capture_on_commit_callbacks)
    assert proposals.suggest_all(round=round, by=broker) == 2
    assert proposals.suggest_all(round=round, by=broker) == 2
    for row in round.result["assignments"]:
        match = Match.objects.get(request=row["request"])
        assert (match.city_id, match.origin, match.status) == (
            row["city"],
            MatchOrigin.RANKING,
            MatchStatus.CANDIDATE,
        )
        assert match.ranking["total"] == row["points"]


def test_suggest_and_ask_all_in_one_go(
    round, requests, broker, django_capture_on_commit_callbacks, monkeypatch
):
    round = run(round, broker, django_capture_on_commit_callbacks)
    assert [proposals.suggest_all(round=round, by=broker) for _time in range(2)] == [2, 2]
    assert {match.status for match in Match.objects.all()} == {MatchStatus.CANDIDATE}
    first, second = Match.objects.order_by("request_id")
    for city in (first.request.city, second.request.city):
        p.RepresentationFactory(city=city)
    Representation.objects.filter(city=second.city).update(
        status="ended", until=timezone.localdate()
    )
    words = {
        "by": broker,
        "message": "Meet in May.",
        "reply_by": timezone.localdate() + timedelta(days=7),
    }
    monkeypatch.setattr(proposals, "ASKED_AT_ONCE", 1)
    assert proposals.propose_all(round=round, **words) == (1, [], 1)
    monkeypatch.setattr(proposals, "ASKED_AT_ONCE", 50)
    asked = proposals.propose_all(round=round, **words)
    assert (asked.proposed, asked.left) == (0, 0)
    assert "No one represents" in asked.refused[0]
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.status, first.message) == (MatchStatus.PROPOSED, "Meet in May.")
    assert (first.ranking["total"] > 0, second.status) == (True, MatchStatus.CANDIDATE)


def chosen(round, *requests) -> Selection:
    """All rows of the result are shown, these are chosen."""
    shown = frozenset(row["request"] for row in round.result["assignments"])
    return Selection(shown, frozenset(request.pk for request in requests), actions.run_of(round))


def test_rows_left_out_are_not_asked(round, requests, broker, django_capture_on_commit_callbacks):
    for request in requests:
        p.RepresentationFactory(city=request.city)
    round = run(round, broker, django_capture_on_commit_callbacks)
    [left_out] = [row for row in round.result["assignments"] if row["request"] == requests[1].pk]
    said = {
        "by": broker,
        "message": "Meet in May.",
        "reply_by": timezone.localdate() + timedelta(7),
    }
    asked = proposals.propose_all(round=round, **said, selection=chosen(round, requests[0]))
    assert asked == (1, [], 0)
    [match] = Match.objects.all()
    assert (match.request, match.status) == (requests[0], MatchStatus.PROPOSED)
    round.refresh_from_db()
    assert round.left_out == {str(requests[1].pk): [left_out["city"]]}
    assert len(round.result["assignments"]) == 2
    # Once more, now with both: the first is not asked again.
    asked = proposals.propose_all(round=round, **said, selection=chosen(round, *requests))
    assert asked == (1, [], 0)
    round.refresh_from_db()
    assert (round.left_out, Match.objects.proposed().count()) == ({}, 2)


def test_a_row_left_out_gets_another_city(
    round, requests, cities, broker, django_capture_on_commit_callbacks
):
    third = p.RepresentationFactory().city
    p.OfferFactory(city=third, practices=requests[0].practices.all())
    Round.objects.update(capacities={str(city.pk): 1 for city in (*cities, third)})
    round.refresh_from_db()
    round = run(round, broker, django_capture_on_commit_callbacks)
    before = {row["request"]: row["city"] for row in round.result["assignments"]}
    proposals.suggest_all(round=round, by=broker)
    first, second = requests
    for _time in range(2):
        proposals.select(round=round, by=broker, selection=chosen(round, first))
    round = run(round, broker, django_capture_on_commit_callbacks)
    after = {row["request"]: row["city"] for row in round.result["assignments"]}
    assert (after[first.pk], after[second.pk]) == (before[first.pk], third.pk)
    round = proposals.allow_again(round=round, by=broker, asked=second.pk, city=before[second.pk])
    assert round.left_out == {}
    round = run(round, broker, django_capture_on_commit_callbacks)
    # It is a candidate still.
    assert {row["request"]: row["city"] for row in round.result["assignments"]} == before


def test_a_selection_of_an_older_result_is_refused(
    round, requests, broker, django_capture_on_commit_callbacks
):
    round = run(round, broker, django_capture_on_commit_callbacks)
    old = chosen(round)
    round = run(round, broker, django_capture_on_commit_callbacks)
    for verb in (proposals.select, proposals.suggest_all):
        with pytest.raises(ActionRefused, match="recalculated"):
            verb(round=round, by=broker, selection=old)
    round.refresh_from_db()
    assert (round.left_out, Match.objects.count()) == ({}, 0)


@pytest.mark.parametrize("status", ["candidate", "proposed", "introduced"])
def test_a_live_candidate_stays_in_the_round(
    round, requests, cities, broker, django_capture_on_commit_callbacks, status
):
    """It would be excluded otherwise, and the request given to another city."""
    first, second = requests
    traits = {status: True} if status in ("proposed", "introduced") else {"status": status}
    Match.objects.all().delete()
    p.MatchFactory(request=first, city=cities[1], ranking={"total": 10.0}, **traits)
    if status == "introduced":
        PartnershipRequest.objects.filter(pk=first.pk).update(status="matched")
    # A rival that has come less far.
    p.MatchFactory(request=first, city=cities[0], status="interest", ranking={"total": 1.0})
    for _time in range(2):
        round = run(round, broker, django_capture_on_commit_callbacks)
        pairs = {row["request"]: row["city"] for row in round.result["assignments"]}
        assert pairs == {first.pk: cities[1].pk, second.pk: cities[0].pk}
        [kept, other] = round.result["assignments"]
        assert (kept["cost"], kept["points"] > 10) == (0, True)
        assert round.result["total"] == round_to_tenths(kept["points"] + other["points"])


def round_to_tenths(points: float) -> float:
    return float(f"{points:.1f}")


def test_a_kept_candidate_takes_a_place_of_its_city(
    round, requests, cities, broker, django_capture_on_commit_callbacks
):
    Round.objects.update(capacities={str(cities[0].pk): 1})
    p.MatchFactory(request=requests[0], city=cities[0], proposed=True)
    round.refresh_from_db()
    round = run(round, broker, django_capture_on_commit_callbacks)
    assert [row["request"] for row in round.result["assignments"]] == [requests[0].pk]
    assert [row["request"] for row in round.result["unassigned"]] == [requests[1].pk]


def test_suggest_all_skips_closed_requests(
    round, requests, broker, django_capture_on_commit_callbacks
):
    round = run(round, broker, django_capture_on_commit_callbacks)
    PartnershipRequest.objects.filter(pk=requests[0].pk).update(status="expired")
    assert proposals.suggest_all(round=round, by=broker) == 1
    assert Match.objects.get().request_id == requests[1].pk


def test_200_requests_and_2000_cities(broker, rail, django_capture_on_commit_callbacks):
    for n in range(5):
        PracticeFactory(slug=f"practice-{n}")
    CityFactory()
    fill_partnerships(cities=2000, offers=4000, requests=400)
    round = p.RoundFactory(requests=PartnershipRequest.objects.open())
    with CaptureQueriesContext(connection) as queries:
        round = run(round, broker, django_capture_on_commit_callbacks)
    assert round.status == RoundStatus.DONE
    assert len(round.result["assignments"]) == 200
    assert City.objects.count() >= 2000
    # The reads, and at most twenty updates of the progress.
    assert len(queries) < 50
