"""Proposals for several open requests at once, each with its best candidates.

Cities compete for a partner only where it can take fewer requests than it suits best. Only then are
the cities assigned for the best total, and some requests get another city at a cost.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from partnerships.matches.capacity import USUAL_ROOM, remaining_capacities
from partnerships.models import (
    Match,
    MatchStatus,
    PartnershipRequest,
    Representation,
)
from partnerships.ranking.explanations import Labels, Reader
from partnerships.ranking.facts import Ask
from partnerships.ranking.loading import Gathered, gather
from partnerships.ranking.matching import Candidate, compare, rank
from partnerships.ranking.proofs import Proof, proofs_of
from partnerships.ranking.summaries import Summary, summary
from repository.models import City

# Limits the time of one page request, as each ranking and each proposal takes a moment.
MOST = 50
# Cities offered for each request, besides those that are candidates already.
OFFERED = 3


@dataclass(frozen=True)
class Option:
    """A city that could be proposed for a request, with its match if it is a candidate already."""

    city: City
    summary: Summary
    points: float
    match: Match | None = None


@dataclass
class Line:
    """A request with its options, and the one that is chosen at first.

    If another request gets its best city, `best` is that city and `cost` the points that it loses;
    `rivals` are the requests that suit the same best city.
    """

    asked: PartnershipRequest
    options: list[Option]
    chosen: int | None = None
    best: City | None = None
    cost: float = 0.0
    rivals: list[PartnershipRequest] = field(default_factory=list)


class Proposals(NamedTuple):
    """The lines of the page, the requests for which nobody can be asked with the reason, and the
    number of those that did not fit on it."""

    lines: list[Line]
    left_out: list[tuple[PartnershipRequest, str]]
    more: int


def proposals_for(keys: Collection[int]) -> Proposals:
    """Return what can be proposed for these open requests; for all of them if `keys` is empty."""
    represented = Representation.objects.current().filter(member__is_active=True)
    rows = PartnershipRequest.objects.open().select_related("city__country")
    rows = rows.filter(pk__in=keys) if keys else rows.awake()
    rows = rows.annotate(
        is_asked=Exists(Match.objects.proposed().filter(request=OuterRef("pk"))),
        can_answer=Exists(represented.filter(city=OuterRef("city"))),
    )
    found = list(rows.order_by("pk"))
    ready = [row for row in found if row.can_answer and not row.is_asked]
    cities = {*represented.filter(city__isnull=False).values_list("city", flat=True)}
    lines = lines_for(ready[:MOST], cities)
    without = {line.asked.pk for line in lines if not line.options}
    left_out = []
    for row in found:
        if row.is_asked:
            left_out.append((row, _("Waiting for answers")))
        elif not row.can_answer:
            left_out.append((row, _("No one represents the city that asks.")))
        elif row.pk in without:
            left_out.append((row, _("No city that is represented has what it needs.")))
    return Proposals([line for line in lines if line.options], left_out, len(ready[MOST:]))


def lines_for(rows: list[PartnershipRequest], cities: Collection[int]) -> list[Line]:
    gathered = gather([row.pk for row in rows], cities=cities)
    asks = {ask.pk: ask for ask in gathered.asks}
    matches: dict[int, dict[int, Match]] = {row.pk: {} for row in rows}
    for match in Match.objects.live().filter(request__in=rows):
        matches[match.request_id][match.city_id] = match
    present = {pk: present_candidates(asks[pk], matches[pk], gathered) for pk in matches}
    ranked = {
        pk: rank(
            asks[pk], gathered.places, gathered.weights, served=gathered.served, most=OFFERED
        ).candidates
        for pk in matches
    }
    shown = [each for found in (present, ranked) for group in found.values() for each in group]
    known = City.objects.select_related("country").in_bulk({each.place for each in shown})
    named = [*known.values(), *(row.city for row in rows)]
    labels = gathered.vocabulary.labels(named, [why for each in shown for why in each.reasons])
    proofs = proofs_of(
        [gathered.cities[pk] for pk in known if pk in gathered.cities], gathered.vocabulary
    )
    lines = []
    for row in rows:
        options = [
            Option(
                known[each.place],
                summary_of(row, each, proofs.get(each.place, ()), labels),
                each.tenths / 10,
                matches[row.pk].get(each.place),
            )
            for each in (*present[row.pk], *ranked[row.pk])
        ]
        lines.append(Line(row, options, chosen=options[0].city.pk if options else None))
    settle(lines, [asks[row.pk] for row in rows if not present[row.pk]], gathered)
    return lines


def present_candidates(
    ask: Ask, matches: Mapping[int, Match], gathered: Gathered
) -> tuple[Candidate, ...]:
    """Return the cities that are candidates of a request already, best first, then interests."""
    places = [place for place in gathered.places if place.pk in matches]
    found = compare(ask, places, gathered.weights, served=gathered.served)
    return tuple(
        sorted(found, key=lambda each: matches[each.place].status != MatchStatus.CANDIDATE)
    )


def summary_of(
    row: PartnershipRequest, each: Candidate, proofs: Iterable[Proof], labels: Labels
) -> Summary:
    reader = Reader(
        you=row.city_id, other=each.place, began_from=row.inspired_by_id, is_broker=True
    )
    reasons = {factor.factor: factor.reasons for factor in each.factors}
    return summary(reasons, each.notes, proofs, labels, reader)


def settle(lines: list[Line], asks: list[Ask], gathered: Gathered) -> None:
    """Choose other cities where several requests suit one best that cannot take them all.

    Requests that have a candidate already keep it.
    """
    free = {ask.pk: ask for ask in asks}
    kept = [(line.chosen, False) for line in lines if line.chosen and line.asked.pk not in free]
    capacities = remaining_capacities(gathered.places, {}, kept)
    rooms = {
        place.pk: USUAL_ROOM if place.room is None else place.room for place in gathered.places
    } | capacities
    wanted = Counter(line.chosen for line in lines if line.asked.pk in free and line.chosen)
    contested = {pk for pk, number in wanted.items() if number > rooms[pk]}
    if not contested:
        return
    # Imported here because it needs SciPy, which this page seldom needs.
    from partnerships.matches.assignment import assign

    result = assign(asks, gathered.places, capacities, gathered.weights, served=gathered.served)
    assigned = {each.ask: each for each in result.assignments}
    by_best: dict[int, list[Line]] = {}
    for line in lines:
        if line.asked.pk in free and line.chosen:
            by_best.setdefault(line.chosen, []).append(line)
    for line in lines:
        if line.asked.pk not in free or not line.options:
            continue
        first = line.options[0]
        found = assigned.get(line.asked.pk)
        if first.city.pk in contested:
            line.rivals = [each.asked for each in by_best[first.city.pk] if each is not line]
        line.chosen = found.place if found else None
        if line.chosen != first.city.pk:
            line.best = first.city
            line.cost = found.cost / 10 if found else first.points
