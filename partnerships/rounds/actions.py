"""Matchmaking rounds, computed in the background. See `proposals.py` for what follows."""

import logging
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import timedelta

from django.tasks import task
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from community.models import User
from partnerships.matches.actions import is_candidate
from partnerships.models import Match, MatchStatus, RequestStatus, Round, RoundStatus
from partnerships.ranking.loading import Gathered, gather
from partnerships.ranking.matching import compare
from partnerships.representation.rights import check_broker
from repository.dates import clock
from repository.models import City
from repository.workflow import ActionRefused, Step, action, lock

logger = logging.getLogger(__name__)

# The legal steps of a round.
AT_REST = frozenset({RoundStatus.DRAFT, RoundStatus.DONE, RoundStatus.FAILED})
RUNNING = frozenset({RoundStatus.RUNNING})
REFUSED = gettext_lazy("You can’t do this now: the status of “%(round)s” is “%(status)s”.")
STEPS = {
    "change": Step(AT_REST, RoundStatus.DRAFT, REFUSED),
    "start": Step(AT_REST, RoundStatus.RUNNING, REFUSED),
    "finish": Step(RUNNING, RoundStatus.DONE, REFUSED),
    "fail": Step(RUNNING, RoundStatus.FAILED, REFUSED),
    "select": Step(frozenset({RoundStatus.DONE}), RoundStatus.DONE, REFUSED),
    "suggest": Step(frozenset({RoundStatus.DONE}), RoundStatus.DONE, REFUSED),
}
# A round running for longer was interrupted: computing takes 20 seconds at most.
BROKEN_OFF = timedelta(minutes=10)


def lock_for(verb: str, round: Round) -> Round:
    """Lock the row of the round in a state that allows the verb, and set its target status."""
    locked = lock(Round, round.pk)
    if verb == "start" and is_broken_off(locked):
        locked.status = RoundStatus.FAILED
    locked.status = STEPS[verb].check(locked, round=locked)
    return locked


def is_broken_off(round: Round) -> bool:
    """Whether the computation of a round was interrupted."""
    return (
        round.status == RoundStatus.RUNNING
        and round.started_at is not None
        and round.started_at < clock.now() - BROKEN_OFF
    )


@action
def choose_cities(
    *, round: Round, by: User, added: Mapping[int, int | None], removed: Collection[int]
) -> Round:
    """Change the cities that take part; a result is then out of date. Idempotent.

    `added` has how many requests a city takes at most, or None for as many as it has room for.
    """
    round = lock_for("change", round)
    check_broker(by)
    known = set(City.objects.filter(pk__in=added).values_list("pk", flat=True))
    before = dict(round.capacities)
    for key in removed:
        round.capacities.pop(str(key), None)
    for key, number in added.items():
        if key in known:
            round.capacities[str(key)] = number
    if round.capacities != before:
        round.progress, round.result = 0, {}
        round.save(update_fields=["capacities", "status", "progress", "result"])
    return round


@action
def start(*, round: Round, by: User) -> Round:
    """Queue the computation of a round. A second click finds it running and is refused."""
    round = lock_for("start", round)
    check_broker(by)
    if not round.requests.filter(status=RequestStatus.OPEN).exists():
        raise ActionRefused(_("Choose at least one open request first."))
    round.progress, round.result, round.started_at = 0, {}, clock.now()
    round.save(update_fields=["status", "progress", "result", "started_at"])
    # In this transaction, so that no round can wait for a task that was never queued.
    compute.enqueue(round=round.pk, started_at=round.started_at.isoformat())
    return round


@task
def compute(*, round: int, started_at: str) -> None:
    """Compute the assignment of a round and store the result or the failure.

    Idempotent: a second run finds that the round has ended, or stores the same result.
    """
    found = Round.objects.filter(pk=round, status=RoundStatus.RUNNING).first()
    if found is None or not is_same_run(found, started_at):
        return
    try:
        result = assigned(found)
    except Exception:
        # The page of the round shows that it failed; the log has the details.
        logger.exception("A matchmaking round was not computed: number %s.", round)
        end(verb="fail", round=found, result={})
    else:
        end(verb="finish", round=found, result=result)


def is_same_run(round: Round, started_at: str) -> bool:
    """Return whether the round has not been restarted since `started_at`, as from `run_of`."""
    return run_of(round) == started_at


def run_of(round: Round) -> str:
    """Return when the computation was started last (ISO 8601), which identifies the result."""
    return round.started_at.isoformat() if round.started_at else ""


def assigned(round: Round) -> dict:
    """Return the best assignment for the requests of a round, recording its progress.

    Live candidates keep their place; the open requests without one get a city.
    """
    # Imported here because it needs NumPy, which the web server does not load for this module.
    from partnerships.matches.assignment import assign
    from partnerships.matches.capacity import remaining_capacities

    kept = kept_matches(round)
    still_open = round.requests.filter(status=RequestStatus.OPEN).values_list("pk", flat=True)
    capacities = {int(pk): capacity for pk, capacity in round.capacities.items()}
    gathered = gather(list({*still_open, *kept}), cities=list(capacities) or None)
    reported = 0

    def progress(done: int, of: int) -> None:
        nonlocal reported
        # The final step, the assignment itself, counts for the last 5 percent.
        now = 95 * done // of
        if now >= reported + 5:
            reported = now
            Round.objects.filter(pk=round.pk, status=RoundStatus.RUNNING).update(progress=now)

    asks = [
        replace(ask, declined=ask.declined | cities_left_out(round, ask.pk))
        for ask in gathered.asks
        if ask.pk not in kept
    ]
    taken = [(match.city_id, match.is_introduced) for match in kept.values()]
    result = assign(
        asks,
        gathered.places,
        remaining_capacities(gathered.places, capacities, taken),
        gathered.weights,
        served=gathered.served,
        progress=progress,
    ).as_data()
    rows = kept_rows(kept, gathered)
    result["assignments"] = sorted([*rows, *result["assignments"]], key=lambda row: row["request"])
    result["total"] = total_of(row["points"] for row in result["assignments"])
    return result


def kept_matches(round: Round) -> dict[int, Match]:
    """Return the match that stays in a new result, by request.

    It is the live one that has come furthest, or else the one with the most points. Pairs that a
    broker has left out stay only if the cities have been asked since.
    """
    found: dict[int, Match] = {}
    standing = [
        MatchStatus.INTRODUCED,
        MatchStatus.PROPOSED,
        MatchStatus.CANDIDATE,
        MatchStatus.INTEREST,
    ]
    matches = sorted(
        Match.objects.live().filter(request__rounds=round),
        key=lambda match: (
            standing.index(match.status),
            -(match.ranking.get("total") or 0),
            match.pk,
        ),
    )
    for match in matches:
        is_left_out = match.city_id in cities_left_out(round, match.request_id)
        if not (is_left_out and is_candidate(match)):
            found.setdefault(match.request_id, match)
    return found


def kept_rows(kept: Mapping[int, Match], gathered: Gathered) -> list[dict]:
    """Return the rows of the result for matches that stay, with their points of now."""
    places = {place.pk: place for place in gathered.places}
    asks = {ask.pk: ask for ask in gathered.asks}
    rows = []
    for pk, match in kept.items():
        points = match.ranking.get("total") or 0.0
        if pk in asks and match.city_id in places:
            place = places[match.city_id]
            found = compare(asks[pk], [place], gathered.weights, served=gathered.served)
            points = next((candidate.tenths / 10 for candidate in found), points)
        rows.append(
            {
                "request": pk,
                "city": match.city_id,
                "points": points,
                "best_city": match.city_id,
                "best_points": points,
                "cost": 0.0,
            }
        )
    return rows


def total_of(points: Iterable[float]) -> float:
    """Add points with one decimal, without the errors of binary fractions."""
    return sum(round(10 * each) for each in points) / 10


def cities_left_out(round: Round, asked: int) -> frozenset[int]:
    """Return the cities that a broker has left out for a request, by primary keys."""
    return frozenset(round.left_out.get(str(asked), []))


@action
def end(*, verb: str, round: Round, result: dict) -> None:
    """Store the result of a run, unless the round has been restarted or deleted since."""
    try:
        locked = lock_for(verb, round)
    except ActionRefused:
        return  # It was deleted or restarted during the computation.
    if locked.started_at != round.started_at:
        return
    locked.progress, locked.result = 100, result
    locked.save(update_fields=["status", "progress", "result"])
