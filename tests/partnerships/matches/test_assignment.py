from dataclasses import replace

import pytest

from partnerships.matches.assignment import (
    Assignment,
    Unassigned,
    assign,
)
from partnerships.matches.capacity import remaining_capacities
from partnerships.ranking.factors import FACTORS
from partnerships.ranking.facts import Knowledge, Place, Source
from partnerships.ranking.matching import Weights, rank
from tests.partnerships.cast import PARCELS, RAIL, seek, zhengzhou


def test_assign_gives_the_most_in_all():
    # Both prefer the better city; the one that loses less gets the other.
    best = zhengzhou(
        *(Knowledge(Source.CASE, about, has_results=True) for about in (RAIL, PARCELS)), pk=2
    )
    second = zhengzhou(Knowledge(Source.CASE, RAIL), pk=3)
    rails = seek(pk=1, requester=Place(pk=8))
    parcels = seek(pk=2, requester=Place(pk=9), practices=frozenset(["parcel-consolidation"]))
    result = assign([rails, parcels], [best, second])
    assert result.assignments == (
        Assignment(ask=1, place=3, tenths=455, best=2, best_tenths=529),
        Assignment(ask=2, place=2, tenths=529, best=2, best_tenths=529),
    )
    assert [assignment.cost for assignment in result.assignments] == [74, 0]
    assert result.tenths == 984
    assert result.as_data()["assignments"][0] == {
        "request": 1,
        "city": 3,
        "points": 45.5,
        "best_city": 2,
        "best_points": 52.9,
        "cost": 7.4,
    }


def test_assign_gives_more_of_what_is_asked_before_more_points():
    both = frozenset(["rail-corridor", "parcel-consolidation"])
    full = zhengzhou(Knowledge(Source.ADOPTED, RAIL | PARCELS), languages=frozenset(["zh"]))
    half = zhengzhou(
        *[Knowledge(Source.OFFER, RAIL)] * 3, pk=3, languages=frozenset(["fr"]), capacity=3
    )
    ask = seek(practices=both, languages=frozenset(["fr"]))
    [assignment] = assign([ask], [full, half]).assignments
    points = {each.place: each.tenths for each in rank(ask, [full, half]).candidates}
    assert points[2] < points[3]
    assert (assignment.place, assignment.best, assignment.tenths) == (2, 2, points[2])
    # A request that needs the fuller city leaves the other one to the rest.
    plain = seek(pk=8, requester=Place(pk=9), languages=frozenset(["fr"]))
    result = assign([ask, plain], [full, half])
    assert [(each.ask, each.place) for each in result.assignments] == [(7, 2), (8, 3)]
    # The request that asks for less could have had the same city with fewer points.
    swapped = assign([ask, replace(plain, declined=frozenset([3]))], [full, half])
    assert [(each.ask, each.place, each.cost) for each in swapped.assignments] == [
        (7, 3, 0),
        (8, 2, 0),
    ]


def test_assign_leaves_requests_without():
    requests = [seek(pk=pk, requester=Place(pk=20 + pk)) for pk in (1, 2, 3)]
    nobody = seek(pk=4, practices=frozenset(["single-window"]))
    result = assign([*requests, nobody], [zhengzhou(capacity=5, partners=3)])
    assert [assignment.place for assignment in result.assignments] == [2, 2]
    [left] = [left for left in result.unassigned if left.ask != 4]
    assert (left.best, left.best_tenths) == (2, result.assignments[0].tenths)
    assert Unassigned(ask=4, best=None, best_tenths=0) in result.unassigned


@pytest.mark.parametrize(
    ("facts", "capacities", "taken"),
    [
        ({}, {}, 1),
        ({}, {2: 3}, 3),
        ({}, {2: 0}, 0),
        ({"capacity": 2}, {}, 2),
        ({"capacity": 2}, {2: 3}, 2),
        ({"capacity": 9, "partners": 1}, {2: 3}, 3),
    ],
)
def test_assign_by_room_and_capacity(facts, capacities, taken):
    requests = [seek(pk=pk, requester=Place(pk=20 + pk)) for pk in range(1, 6)]
    result = assign(requests, [zhengzhou(**facts)], capacities)
    assert len(result.assignments) == taken


def test_assign_serves_more_requests_among_equal_totals():
    # Nobody speaks French, and nothing else counts: no pair has a point.
    weights = Weights.read(dict.fromkeys(FACTORS, 0) | {"languages": 1})
    ask = seek(languages=frozenset(["fr"]))
    result = assign([ask], [zhengzhou(languages=frozenset(["zh"]))], weights=weights)
    assert result.assignments == (Assignment(ask=7, place=2, tenths=0, best=2, best_tenths=0),)


def test_assign_reports_its_progress():
    told = []
    requests = [seek(pk=pk) for pk in (1, 2)]
    assign(requests, [zhengzhou()], progress=lambda done, of: told.append((done, of)))
    assert told == [(1, 2), (2, 2)]


def test_assign_nothing():
    assert assign([], []).as_data() == {"total": 0, "assignments": [], "unassigned": []}
    assert assign([seek()], []).unassigned == (Unassigned(7, None, 0),)


def test_assign_refuses_invalid_input():
    with pytest.raises(ValueError, match="twice"):
        assign([seek(), seek()], [])
    with pytest.raises(ValueError, match="twice"):
        assign([], [zhengzhou(), zhengzhou()])
    with pytest.raises(ValueError, match="fewer"):
        assign([], [zhengzhou()], {2: -1})


@pytest.mark.parametrize(
    ("facts", "capacities", "kept", "left"),
    [
        # Nothing is known, so that a city takes one.
        ({}, {}, [(2, False)], {2: 0}),
        ({}, {2: None}, [(2, True)], {2: 0}),
        ({}, {2: 3}, [(2, False), (2, True)], {2: 1}),
        # Who has been introduced counts as a partner already.
        ({"capacity": 5, "partners": 2}, {}, [(2, True), (2, False)], {2: 2}),
        ({"capacity": 5, "partners": 2}, {2: 2}, [(2, True), (2, False)], {2: 0}),
        ({"capacity": 2, "partners": 2}, {2: 9}, [(2, False)], {2: 0}),
        # Others are not changed.
        ({}, {2: 4}, [(9, False)], {2: 4}),
    ],
)
def test_remaining_capacities(facts, capacities, kept, left):
    assert remaining_capacities([zhengzhou(**facts)], capacities, kept) == left
