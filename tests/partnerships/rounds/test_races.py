"""Two brokers at the same round at once."""

from datetime import timedelta

import pytest
from django.utils import timezone

from partnerships.models import Match, MatchStatus, RoundStatus
from partnerships.rounds import actions, proposals
from partnerships.rounds.proposals import Selection
from tests.factories import partnerships as p
from tests.races import at_once, race

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def round():
    """A computed round of three requests; everybody could answer."""
    rows = []
    for _number in range(3):
        asked = p.PartnershipRequestFactory(opened=True, city=p.RepresentationFactory().city)
        city = p.RepresentationFactory().city
        rows.append({"request": asked.pk, "city": city.pk})
    return p.RoundFactory(
        requests=[row["request"] for row in rows],
        status=RoundStatus.DONE,
        started_at=timezone.now(),
        result={"total": 0.0, "assignments": rows, "unassigned": []},
    )


def selection(round, *left_out: int) -> Selection:
    """All rows are shown; those with these numbers have no tick."""
    shown = [row["request"] for row in round.result["assignments"]]
    chosen = [pk for number, pk in enumerate(shown) if number not in left_out]
    return Selection(frozenset(shown), frozenset(chosen), actions.run_of(round))


def test_ask_all_concurrently_once(round, broker, administrator):
    day = timezone.localdate() + timedelta(days=7)
    results = []
    outcomes = at_once(
        *(
            lambda by=by: results.append(
                proposals.propose_all(
                    round=round, by=by, message="", reply_by=day, selection=selection(round, 2)
                )
            )
            for by in (broker, administrator)
        )
    )
    assert outcomes == ["done", "done"]
    assert sum(result.proposed for result in results) == 2
    assert [result.refused for result in results] == [[], []]
    assert [match.status for match in Match.objects.all()] == [MatchStatus.PROPOSED] * 2
    assert Match.objects.values("request").distinct().count() == 2


def test_select_concurrently(round, broker, administrator):
    """The rows of one broker are stored as a whole, never a mixture of both."""
    attempts = [
        lambda by=by, number=number: proposals.select(
            round=round, by=by, selection=selection(round, number)
        )
        for number, by in enumerate((broker, administrator))
    ]
    assert race(round, *attempts) == ["done", "done"]
    round.refresh_from_db()
    assert len(round.left_out) == 1


def test_a_selection_while_the_round_is_computed_again(round, broker, administrator):
    """The result that was shown is gone when the lock is free."""
    attempts = [
        lambda: proposals.suggest_all(round=round, by=broker, selection=selection(round)),
    ]
    outcomes = race(
        round,
        *attempts,
        while_waiting=lambda: actions.start(round=round, by=administrator),
    )
    assert outcomes == ["refused"]
    assert not Match.objects.exists()
