"""Matchmaking rounds: computed in the background; their pairs are then suggested."""

import logging
from datetime import date, timedelta
from typing import NamedTuple

from django.tasks import task
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from community.models import User
from partnerships.matches.actions import propose, shortlist, suggest
from partnerships.models import (
    Match,
    MatchOrigin,
    MatchStatus,
    PartnershipRequest,
    RequestStatus,
    Round,
    RoundStatus,
)
from partnerships.ranking.loading import gather, ranking_for
from partnerships.ranking.matching import compare
from partnerships.representation.rights import check_broker
from repository.dates import clock
from repository.models import City
from repository.workflow import ActionRefused, Step, action, lock

logger = logging.getLogger(__name__)

# The legal steps of a round.
AT_REST = frozenset({RoundStatus.DRAFT, RoundStatus.DONE, RoundStatus.FAILED})
RUNNING = frozenset({RoundStatus.RUNNING})
REFUSED = gettext_lazy("This is not possible now: “%(round)s” is “%(status)s”.")
STEPS = {
    "change": Step(AT_REST, RoundStatus.DRAFT, REFUSED),
    "start": Step(AT_REST, RoundStatus.RUNNING, REFUSED),
    "finish": Step(RUNNING, RoundStatus.DONE, REFUSED),
    "fail": Step(RUNNING, RoundStatus.FAILED, REFUSED),
    "suggest": Step(frozenset({RoundStatus.DONE}), RoundStatus.DONE, REFUSED),
}
# A round running for longer was interrupted: computing takes 20 seconds at most.
BROKEN_OFF = timedelta(minutes=10)
# Limits the time of one page request, as each proposal takes a moment.
ASKED_AT_ONCE = 50


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
    """Return whether the round has not been restarted since `started_at` (ISO 8601)."""
    return round.started_at is not None and round.started_at.isoformat() == started_at


def assigned(round: Round) -> dict:
    """Return the best assignment for the open requests of a round, recording its progress."""
    # Imported here because it needs NumPy, which the web server does not load for this module.
    from partnerships.rounds.assignment import assign

    requests = round.requests.filter(status=RequestStatus.OPEN).values_list("pk", flat=True)
    capacities = {int(pk): capacity for pk, capacity in round.capacities.items()}
    gathered = gather(list(requests), cities=list(capacities) or None)
    reported = 0

    def progress(done: int, of: int) -> None:
        nonlocal reported
        # The final step, the assignment itself, counts for the last 5 percent.
        now = 95 * done // of
        if now >= reported + 5:
            reported = now
            Round.objects.filter(pk=round.pk, status=RoundStatus.RUNNING).update(progress=now)

    return assign(
        gathered.asks,
        gathered.places,
        capacities,
        gathered.weights,
        served=gathered.served,
        progress=progress,
    ).as_data()


@action
def end(*, verb: str, round: Round, result: dict) -> None:
    """Store the result of a run, unless the round was restarted or deleted meanwhile."""
    try:
        locked = lock_for(verb, round)
    except ActionRefused:
        return  # It was deleted or restarted during the computation.
    if locked.started_at != round.started_at:
        return
    locked.progress, locked.result = 100, result
    locked.save(update_fields=["status", "progress", "result"])


def suggest_all(*, round: Round, by: User) -> int:
    """Make the city assigned to each request its candidate; return the number of candidates."""
    return len(made_candidates(round=round, by=by))


@action
def shortlist_all(*, round: Round, by: User) -> int:
    """Shortlist the city assigned to each request; return the number on a shortlist.

    Requests of cities that the broker speaks for are left to others, and later states are
    unchanged.
    """
    listed = 0
    for match in made_candidates(round=round, by=by):
        try:
            shortlist(match=match, by=by)
        except ActionRefused:
            continue
        listed += 1
    return listed


class Asked(NamedTuple):
    """The number of matches proposed, refusals with reasons, and the number left to propose."""

    proposed: int
    refused: list[str]
    left: int


def propose_all(*, round: Round, by: User, message: str, reply_by: date) -> Asked:
    """Propose the matches of a round, up to ASKED_AT_ONCE pairs at a time.

    Each is proposed in a transaction of its own, in the common locking order of cities: a refusal
    does not affect the others.
    """
    ready = [
        match
        for match in made_candidates(round=round, by=by)
        if match.status in (MatchStatus.SUGGESTED, MatchStatus.SHORTLISTED)
    ]
    count, refused = 0, []
    for match in ready[:ASKED_AT_ONCE]:
        try:
            # Store the current ranking: both cities read it, whatever changes later.
            ranking = ranking_for(match.request_id, match.city_id) or None
            propose(match=match, by=by, message=message, reply_by=reply_by, ranking=ranking)
        except ActionRefused as refusal:
            refused.append(f"{match}: {refusal}")
        else:
            count += 1
    return Asked(count, refused, len(ready[ASKED_AT_ONCE:]))


@action
def made_candidates(*, round: Round, by: User) -> list[Match]:
    """Return the match of each request with its assigned city, created if necessary.

    Requests closed since the computation are skipped; existing candidates are unchanged.
    """
    round = lock_for("suggest", round)
    check_broker(by)
    pairs = {row["request"]: row["city"] for row in round.result["assignments"]}
    gathered = gather(list(pairs), cities=list(set(pairs.values())))
    places = {place.pk: place for place in gathered.places}
    asks = {ask.pk: ask for ask in gathered.asks}
    cities = City.objects.in_bulk(set(pairs.values()))
    made: list[Match] = []
    # Ordered by primary key, the common locking order of requests.
    for partnership_request in PartnershipRequest.objects.filter(pk__in=pairs).order_by("pk"):
        place = places.get(pairs[partnership_request.pk])
        ranking = (
            compare(asks[partnership_request.pk], [place], gathered.weights, served=gathered.served)
            if place
            else ()
        )
        try:
            match = suggest(
                partnership_request=partnership_request,
                city=cities[pairs[partnership_request.pk]],
                origin=MatchOrigin.RANKING,
                by=by,
                ranking=ranking[0].as_data() if ranking else {},
            )
        except (ActionRefused, KeyError):
            continue
        made.append(match)
    return made
