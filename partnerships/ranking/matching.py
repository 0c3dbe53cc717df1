"""Which cities match a request, how well and why; and which requests match a city.

Pure functions over the data of `facts`: equal input gives equal output, in any order. Hard filters
are applied first; each candidate then gets 0 to 100 points, the sum of the points of all factors.
docs/matching.md explains the formulas.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from partnerships.ranking.factors import DEFAULT, Weights
from partnerships.ranking.facts import Ask, Place
from partnerships.ranking.filters import exclusions, to_confirm
from partnerships.ranking.reasons import Reason, notes_on, reasons_for
from partnerships.ranking.scoring import Score, score

# The maximum number of related cities of a ranking.
MOST_RELATED = 10


def points(tenths: int) -> Decimal:
    """Convert tenths of a point to points: 734 is 73.4."""
    return Decimal(tenths).scaleb(-1)


@dataclass(frozen=True, slots=True)
class FactorPoints:
    """The points of one factor, in tenths: `tenths` of at most `most`, with reasons.

    `is_known` is false if the facts are not known, so that the share of the fit counts.
    """

    factor: str
    tenths: int
    most: int
    is_known: bool
    reasons: tuple[Reason, ...]

    @property
    def points(self) -> Decimal:
        return points(self.tenths)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A city as a candidate for a request, by primary keys, with points and notes.

    It has `met` of the `of` practices that are asked for.
    """

    ask: int
    place: int
    factors: tuple[FactorPoints, ...]
    notes: tuple[Reason, ...] = ()
    met: int = 0
    of: int = 0

    @property
    def tenths(self) -> int:
        """The sum of all factors in tenths of a point, from 0 to 1,000."""
        return sum(factor.tenths for factor in self.factors)

    @property
    def total(self) -> Decimal:
        """The sum of all factors in points, from 0 to 100."""
        return points(self.tenths)

    @property
    def reasons(self) -> list[Reason]:
        """The reasons of all factors."""
        return [reason for factor in self.factors for reason in factor.reasons]

    @property
    def is_sparse(self) -> bool:
        """Whether too few facts are known for the points to be meaningful."""
        return any(note.code == "note.sparse" for note in self.notes)

    def as_data(self) -> dict[str, Any]:
        """Return the data to store or print as JSON; points are numbers with one decimal."""
        return {
            "request": self.ask,
            "city": self.place,
            "met": self.met,
            "of": self.of,
            "total": self.tenths / 10,
            "factors": [
                {
                    "factor": factor.factor,
                    "points": factor.tenths / 10,
                    "most": factor.most / 10,
                    "is_known": factor.is_known,
                    "reasons": [reason.as_data() for reason in factor.reasons],
                }
                for factor in self.factors
            ],
            "notes": [note.as_data() for note in self.notes],
        }


@dataclass(frozen=True, slots=True)
class Exclusion:
    """A city with relevant records that was excluded, with all reasons."""

    ask: int
    place: int
    reasons: tuple[Reason, ...]

    def as_data(self) -> dict[str, Any]:
        """Return the data to store or print as JSON."""
        return {
            "request": self.ask,
            "city": self.place,
            "reasons": [reason.as_data() for reason in self.reasons],
        }


@dataclass(frozen=True, slots=True)
class Ranking:
    """Candidates and exclusions, both best first: by how much they have of what is asked, then by
    points.

    `count` is the number of all candidates; `candidates` may hold only the first of them. `related`
    are the first cities that have nothing of the practices asked for, but something of a theme; a
    request that names no practice has only these.
    `without` gives, for each hard constraint of the request as text, the number of cities that it
    alone excludes. Cities with nothing of what is requested are in none of them.
    """

    candidates: tuple[Candidate, ...]
    exclusions: tuple[Exclusion, ...]
    count: int
    related: tuple[Candidate, ...] = ()
    without: Mapping[str, int] = field(default_factory=dict)

    @property
    def is_unanswered(self) -> bool:
        """Whether no city has what is asked, not even one that was excluded."""
        return not self.count and not self.exclusions

    def as_data(self) -> dict[str, Any]:
        """Return the data to print as JSON."""
        return {
            "count": self.count,
            "candidates": [candidate.as_data() for candidate in self.candidates],
            "exclusions": [exclusion.as_data() for exclusion in self.exclusions],
            "related": [candidate.as_data() for candidate in self.related],
            "without": dict(self.without),
        }


def rank(
    ask: Ask,
    places: Sequence[Place],
    weights: Weights = DEFAULT,
    *,
    served: Mapping[str, int] | None = None,
    most: int | None = None,
) -> Ranking:
    """Rank cities for one request.

    `served` is the number of partnerships by sub-region. `most` limits the number of candidates
    returned with reasons; None returns all. A city that has more of the practices asked for comes
    first, then one with more points; equal totals are ordered by fit and then by primary key. A
    request without subjects has no candidates. Raise ValueError if two places have the same
    primary key.
    """
    kept: list[Scored] = []
    related: list[Scored] = []
    left: list[Exclusion] = []
    for each in _scored(ask, places, weights, served or {}):
        if each.score.is_candidate:
            if reasons := exclusions(ask, each.place):
                left.append(Exclusion(ask.pk, each.place.pk, reasons))
            else:
                kept.append(each)
        elif (
            each.score.is_related
            and len(related) < MOST_RELATED
            and not exclusions(ask, each.place)
        ):
            related.append(each)
    return Ranking(
        tuple(each.explained() for each in kept[:most]),
        tuple(left),
        len(kept),
        tuple(each.explained() for each in related),
        _without(ask, left),
    )


def compare(
    ask: Ask,
    places: Sequence[Place],
    weights: Weights = DEFAULT,
    *,
    served: Mapping[str, int] | None = None,
) -> tuple[Candidate, ...]:
    """Score cities as candidates with reasons, best first, ignoring hard filters.

    Used for existing candidates, which the ranking leaves out. Raise ValueError if two places have
    the same primary key.
    """
    return tuple(each.explained() for each in _scored(ask, places, weights, served or {}))


def answerable(
    place: Place,
    asks: Sequence[Ask],
    weights: Weights = DEFAULT,
    *,
    served: Mapping[str, int] | None = None,
    most: int | None = None,
) -> Ranking:
    """Return the requests that a city could answer, best first, with the same points and reasons.

    First come those of which the city has the largest share, then those with the most points; equal
    totals are ordered by fit and then by the primary key of the request. `most` limits the
    number returned with reasons. Requests that the city cannot answer because of a hard constraint
    or its capacity are among the exclusions, by primary key of the request. Those of which it only
    knows a theme are left out. Raise ValueError if two requests have the same primary key.
    """
    if len({ask.pk for ask in asks}) < len(asks):
        raise ValueError("A request was given twice.")
    found: list[Scored] = []
    left = []
    for ask in sorted(asks, key=lambda ask: ask.pk):
        for each in _scored(ask, [place], weights, served or {}):
            if not each.score.is_candidate:
                continue
            if reasons := exclusions(ask, place):
                left.append(Exclusion(ask.pk, place.pk, reasons))
            else:
                found.append(each)
    found.sort(
        key=lambda each: (
            -each.score.met / len(each.ask.central),
            -each.total,
            -each.tenths["fit"],
            each.ask.pk,
        )
    )
    return Ranking(tuple(each.explained() for each in found[:most]), tuple(left), len(found))


@dataclass(frozen=True, slots=True)
class Scored:
    """A city with something of what a request asks, and its points in tenths by factor."""

    ask: Ask
    place: Place
    score: Score
    limits: Mapping[str, int]
    tenths: Mapping[str, int]
    served: Mapping[str, int]

    @property
    def total(self) -> int:
        return sum(self.tenths.values())

    def explained(self) -> Candidate:
        """Return the candidate with its reasons, which take longer than its points."""
        reasons = reasons_for(self.ask, self.place, self.served)
        return Candidate(
            self.ask.pk,
            self.place.pk,
            tuple(
                FactorPoints(
                    name, self.tenths[name], self.limits[name], share.is_known, reasons[name]
                )
                for name, share in self.score.shares.items()
            ),
            notes_on(self.place, to_confirm(self.ask, self.place)),
            met=self.score.met,
            of=len(self.ask.central),
        )


def _scored(
    ask: Ask, places: Sequence[Place], weights: Weights, served: Mapping[str, int]
) -> list[Scored]:
    """Score the cities that have anything of what is asked, best first."""
    if len({place.pk for place in places}) < len(places):
        raise ValueError("A city was given twice.")
    limits = weights.most
    found = [
        Scored(ask, place, result, limits, result.tenths(limits), served)
        for place in places
        if ask.may_go_to(place) and (result := score(ask, place, served))
    ]
    found.sort(key=lambda each: (-each.score.met, -each.total, -each.tenths["fit"], each.place.pk))
    return found


def _without(ask: Ask, left: Sequence[Exclusion]) -> dict[str, int]:
    """Count, for each hard constraint, the cities that nothing else excludes."""
    alone = Counter(_broken(each.reasons[0]) for each in left if len(each.reasons) == 1)
    return {str(constraint): alone[str(constraint)] for constraint in ask.constraints}


def _broken(reason: Reason) -> str:
    """The text of the constraint that an exclusion names: "speaks:fr" for "must.speaks"."""
    must = reason.code.partition(".")[2]
    return f"{must}:{reason.params['value']}" if "value" in reason.params else must
