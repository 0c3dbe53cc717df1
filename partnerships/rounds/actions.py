"""A matchmaking round is computed in the background, and its pairs are suggested."""

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

# The legal steps of a round: from which states a verb leads to which.
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
# What has not ended by then was broken off: it takes 20 seconds at most.
BROKEN_OFF = timedelta(minutes=10)
# To ask two cities takes a moment: so many pairs do not keep the page waiting for long.
ASKED_AT_ONCE = 50


def lock_for(verb: str, round: Round) -> Round:
    """The round under a row lock, in a state that allows the verb; its status is the target."""
    locked = lock(Round, round.pk)
    if verb == "start" and is_broken_off(locked):
        locked.status = RoundStatus.FAILED
    locked.status = STEPS[verb].check(locked, round=locked)
    return locked


def is_broken_off(round: Round) -> bool:
    """Whether whoever computed it has been stopped in the middle."""
    return (
        round.status == RoundStatus.RUNNING
        and round.started_at is not None
        and round.started_at < clock.now() - BROKEN_OFF
    )


@action
def start(*, round: Round, by: User) -> Round:
    """Put a round into the queue. A second click finds it running and is refused."""
    round = lock_for("start", round)
    check_broker(by)
    if not round.requests.filter(status=RequestStatus.OPEN).exists():
        raise ActionRefused(_("Choose at least one open request first."))
    round.progress, round.result, round.started_at = 0, {}, clock.now()
    round.save(update_fields=["status", "progress", "result", "started_at"])
    # In this transaction: a round that waits for a task which was never queued would be lost.
    compute.enqueue(round=round.pk, started_at=round.started_at.isoformat())
    return round


@task
def compute(*, round: int, started_at: str) -> None:
    """Assign the cities of a round to its requests, and keep the outcome or that it failed.

    A second run finds that the round has ended, or ends it with the same outcome.
    """
    found = Round.objects.filter(pk=round, status=RoundStatus.RUNNING).first()
    if found is None or not is_same_run(found, started_at):
        return
    try:
        result = assigned(found)
    except Exception:
        # Said on the page of the round; the reason is for those who keep the site.
        logger.exception("A matchmaking round was not computed: number %s.", round)
        end(verb="fail", round=found, result={})
    else:
        end(verb="finish", round=found, result=result)


def is_same_run(round: Round, started_at: str) -> bool:
    return round.started_at is not None and round.started_at.isoformat() == started_at


def assigned(round: Round) -> dict:
    """The best assignment for the open requests of a round; its progress is written down."""
    # With the arrays of numbers that it works on: the web server, which loads this, needs none.
    from partnerships.rounds.assignment import assign

    requests = round.requests.filter(status=RequestStatus.OPEN).values_list("pk", flat=True)
    capacities = {int(pk): capacity for pk, capacity in round.capacities.items()}
    gathered = gather(list(requests), cities=list(capacities) or None)
    said = 0

    def progress(done: int, of: int) -> None:
        nonlocal said
        # The last part, in which all is put together, is not counted.
        now = 95 * done // of
        if now >= said + 5:
            said = now
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
    try:
        locked = lock_for(verb, round)
    except ActionRefused:
        return  # It was deleted or restarted in the meantime.
    if locked.started_at != round.started_at:
        return
    locked.progress, locked.result = 100, result
    locked.save(update_fields=["status", "progress", "result"])


def suggest_all(*, round: Round, by: User) -> int:
    """Make the city that each request got its candidate; how many are candidates now."""
    return len(made_candidates(round=round, by=by))


@action
def shortlist_all(*, round: Round, by: User) -> int:
    """Put the city that each request got on its shortlist; how many are on it now.

    What a broker speaks for is left to others, and what is further on stays where it is.
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
    """How many matches were proposed, why others were not, and how many are left to ask."""

    proposed: int
    refused: list[str]
    left: int


def propose_all(*, round: Round, by: User, message: str, reply_by: date) -> Asked:
    """Ask each request of a round and the city it got, up to fifty pairs at a time.

    Each is asked in a transaction of its own, in the order of all that lock a city first: where one
    is refused, the others are asked all the same.
    """
    ready = [
        match
        for match in made_candidates(round=round, by=by)
        if match.status in (MatchStatus.SUGGESTED, MatchStatus.SHORTLISTED)
    ]
    count, refused = 0, []
    for match in ready[:ASKED_AT_ONCE]:
        try:
            # As it is now: both cities read it, whatever changes later.
            ranking = ranking_for(match.request_id, match.city_id) or None
            propose(match=match, by=by, message=message, reply_by=reply_by, ranking=ranking)
        except ActionRefused as refusal:
            refused.append(f"{match}: {refusal}")
        else:
            count += 1
    return Asked(count, refused, len(ready[ASKED_AT_ONCE:]))


@action
def made_candidates(*, round: Round, by: User) -> list[Match]:
    """The match of each request of a round with the city it got; a candidate from now on.

    Requests that have been closed since are passed over, and what is a candidate already stays so.
    """
    round = lock_for("suggest", round)
    check_broker(by)
    pairs = {row["request"]: row["city"] for row in round.result["assignments"]}
    gathered = gather(list(pairs), cities=list(set(pairs.values())))
    places = {place.pk: place for place in gathered.places}
    asks = {ask.pk: ask for ask in gathered.asks}
    cities = City.objects.in_bulk(set(pairs.values()))
    made: list[Match] = []
    # By primary key, as all who lock several requests do.
    for request in PartnershipRequest.objects.filter(pk__in=pairs).order_by("pk"):
        place = places.get(pairs[request.pk])
        ranking = (
            compare(asks[request.pk], [place], gathered.weights, served=gathered.served)
            if place
            else ()
        )
        try:
            match = suggest(
                request=request,
                city=cities[pairs[request.pk]],
                origin=MatchOrigin.RANKING,
                by=by,
                ranking=ranking[0].as_data() if ranking else {},
            )
        except (ActionRefused, KeyError):
            continue
        made.append(match)
    return made
