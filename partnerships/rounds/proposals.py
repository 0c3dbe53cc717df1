"""The rows of a computed round: left out, made candidates, or proposed to both cities."""

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from django.utils.translation import gettext as _

from community.models import User
from partnerships.matches.actions import is_candidate, propose, suggest
from partnerships.models import (
    Match,
    MatchOrigin,
    PartnershipRequest,
    RequestStatus,
    Round,
)
from partnerships.ranking.loading import gather, ranking_for
from partnerships.ranking.matching import compare
from partnerships.representation.rights import check_broker
from partnerships.rounds.actions import cities_left_out, is_same_run, lock_for
from repository.models import City
from repository.workflow import ActionRefused, action

# Limits the time of one page request, as each proposal takes a moment.
ASKED_AT_ONCE = 50


class Selection(NamedTuple):
    """The rows that a broker could choose on the page, by request, and those chosen.

    `run` is the start of the computation (ISO 8601) whose result was shown.
    """

    shown: frozenset[int]
    chosen: frozenset[int]
    run: str


class Candidates(NamedTuple):
    """The matches of the rows that are not left out, and the refusals with their reasons."""

    matches: list[Match]
    refused: list[str]


class Asked(NamedTuple):
    """The number of matches proposed, refusals with reasons, and the number left to propose."""

    proposed: int
    refused: list[str]
    left: int


@action
def select(*, round: Round, by: User, selection: Selection) -> Round:
    """Leave out the rows that are shown and not chosen. Idempotent."""
    round = lock_for("select", round)
    check_broker(by)
    return apply(round, selection)


def apply(round: Round, selection: Selection) -> Round:
    """Store which rows of a locked round are left out; other rows are unchanged."""
    if not is_same_run(round, selection.run):
        raise ActionRefused(
            _("This round was recalculated after you opened the page. Check the new result.")
        )
    left_out = {key: set(cities) for key, cities in round.left_out.items()}
    for row in round.result["assignments"]:
        if row["request"] not in selection.shown:
            continue
        cities = left_out.setdefault(str(row["request"]), set())
        if row["request"] in selection.chosen:
            cities.discard(row["city"])
        else:
            cities.add(row["city"])
    return save_left_out(round, left_out)


@action
def allow_again(*, round: Round, by: User, asked: int, city: int) -> Round:
    """Let a city that was left out be assigned to a request again. Idempotent."""
    round = lock_for("select", round)
    check_broker(by)
    left_out = {key: set(cities) for key, cities in round.left_out.items()}
    left_out.setdefault(str(asked), set()).discard(city)
    return save_left_out(round, left_out)


def save_left_out(round: Round, left_out: dict[str, set[int]]) -> Round:
    before = round.left_out
    round.left_out = {key: sorted(cities) for key, cities in left_out.items() if cities}
    if round.left_out != before:
        round.save(update_fields=["left_out"])
    return round


def rows_of(round: Round) -> Iterator[tuple[int, int]]:
    """Yield the request and the city of each row of the result that is not left out."""
    for row in round.result.get("assignments", []):
        if row["city"] not in cities_left_out(round, row["request"]):
            yield row["request"], row["city"]


def suggest_all(*, round: Round, by: User, selection: Selection | None = None) -> int:
    """Make the city assigned to each request its candidate; return the number of candidates."""
    return len(made_candidates(round=round, by=by, selection=selection).matches)


def propose_all(
    *,
    round: Round,
    by: User,
    message: str,
    reply_by: date,
    selection: Selection | None = None,
) -> Asked:
    """Propose the matches of a round, up to ASKED_AT_ONCE pairs at a time.

    Each is proposed in a separate transaction, in the common locking order of cities: a refusal
    does not affect the others.
    """
    made = made_candidates(round=round, by=by, selection=selection)
    ready = [match for match in made.matches if is_candidate(match)]
    count, refused = 0, made.refused
    for match in ready[:ASKED_AT_ONCE]:
        try:
            # Store the current ranking: both cities read it, whatever changes later.
            ranking = ranking_for(match.request_id, match.city_id) or None
            propose(match=match, by=by, message=message, reply_by=reply_by, ranking=ranking)
        except ActionRefused as refusal:
            # Another broker may have asked the same cities at the same moment.
            if not Match.objects.proposed().filter(pk=match.pk).exists():
                refused.append(f"{match}: {refusal}")
        else:
            count += 1
    return Asked(count, refused, len(ready[ASKED_AT_ONCE:]))


@action
def made_candidates(*, round: Round, by: User, selection: Selection | None = None) -> Candidates:
    """Return the match of each request with its assigned city, created if necessary.

    `selection` is stored first, and only the rows that it has chosen get a match. Requests that are
    not open any more are skipped; existing candidates are unchanged.
    """
    round = lock_for("suggest", round)
    check_broker(by)
    pairs = dict(rows_of(round))
    if selection is not None:
        round = apply(round, selection)
        pairs = {asked: city for asked, city in rows_of(round) if asked in selection.chosen}
    gathered = gather(list(pairs), cities=list(set(pairs.values())))
    places = {place.pk: place for place in gathered.places}
    asks = {ask.pk: ask for ask in gathered.asks}
    cities = City.objects.in_bulk(set(pairs.values()))
    made: list[Match] = []
    refused: list[str] = []
    requests = PartnershipRequest.objects.filter(pk__in=pairs, status=RequestStatus.OPEN)
    # Ordered by primary key, the common locking order of requests.
    for partnership_request in requests.order_by("pk"):
        city = cities.get(pairs[partnership_request.pk])
        if city is None:
            continue
        place = places.get(city.pk)
        ranking = (
            compare(asks[partnership_request.pk], [place], gathered.weights, served=gathered.served)
            if place
            else ()
        )
        try:
            match = suggest(
                partnership_request=partnership_request,
                city=city,
                origin=MatchOrigin.RANKING,
                by=by,
                ranking=ranking[0].as_data() if ranking else {},
            )
        except ActionRefused as refusal:
            refused.append(f"{partnership_request}: {refusal}")
        else:
            made.append(match)
    return Candidates(made, refused)
