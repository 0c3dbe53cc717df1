"""Related cases: what cases share, weighted by rarity, and how close they are in meaning.

A shared value counts its weight times its rarity, ln(cases / cases with it) / ln(cases / 2): 1 if
only two cases have it, 0 if all have it. Closeness in meaning counts at most `MEANING`. Sample
cases are related to sample cases only, and other cases to other cases.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import log
from typing import Final

from pyroaring import FrozenBitMap

from repository.cases.facets import FacetIndex, facet_index
from repository.embeddings.meaning import threshold
from repository.embeddings.nearest import Near
from repository.embeddings.stored import similarities
from repository.pages.editions import cached_by_edition

# Of facets of the list of cases; all others are types of places: `FacetIndex.traits`.
WEIGHTS: Final = {"practice": 4.0, "theme": 2.0, "goal": 1.0, "country": 1.0, "region": 1.0}
TRAIT: Final = 0.5
# Less than a practice that only two cases share.
MEANING: Final = 3.0
# Cases with less are not related: a goal that nearly all cases share is not a useful reason.
LEAST: Final = 0.5
SHOWN: Final = 3
# How many cases with the most points for shared values are compared in meaning.
CANDIDATES: Final = 100
# Points are added as multiples of this.
UNIT: Final = 1 / 128
# The cases whose related ones each process remembers.
MAX_KNOWN: Final = 1_000


@dataclass(frozen=True)
class Shared:
    """A value that two cases share: a value of a facet, or a type of place."""

    kind: str
    key: str
    points: float


@dataclass(frozen=True)
class Related:
    """A related case: what it shares with another, most points first, and its meaning.

    `near` is the passage that is closest in meaning to the other case; None if none is close.
    """

    pk: int
    shared: list[Shared]
    near: Near | None = None
    closeness: float = 0.0

    @property
    def score(self) -> float:
        return sum(value.points for value in self.shared) + self.closeness


@cached_by_edition(MAX_KNOWN)
def related_cases(edition: str, pk: int) -> list[Related]:
    """Return up to three cases related to a published case, best first.

    One statement, if there is an engine and the process does not remember the answer.
    """
    return rank(facet_index(edition), pk)


def rank(index: FacetIndex, pk: int) -> list[Related]:
    """Return up to three related cases; empty for a case that is not published."""
    if pk not in index.place:
        return []
    shared = shared_values(index, pk)
    candidates = [
        Related(index.cases[place], [value for value, cases in shared if place in cases])
        for place in candidate_places(index, pk, shared)
    ]
    found = [*with_meaning(pk, candidates)]
    # The sort is stable, and candidates with the same points are in the order of the list.
    found.sort(key=lambda related: -related.score)
    return [related for related in found[:SHOWN] if related.score >= LEAST]


def comparable(index: FacetIndex, pk: int) -> FrozenBitMap:
    """Return the set of all sample cases, or of all other cases, that has this case."""
    return index.samples if index.place[pk] in index.samples else index.real


def rarity(having: int, count: int) -> float:
    """Return how rare a value is that `having` of `count` cases have, from 0 to 1."""
    return min(log(count / having) / log(count / 2), 1.0) if count > 2 and having else 0.0


def shared_values(index: FacetIndex, pk: int) -> list[tuple[Shared, FrozenBitMap]]:
    """Return the values of a case that count, with the most points first, and their cases."""
    own = index.place[pk]
    peers = comparable(index, pk)
    values = [
        (weight, kind, key, index.values[kind][key].cases)
        for kind, weight in WEIGHTS.items()
        for key in index.keys_of(kind, own)
    ]
    values += [
        (TRAIT, kind, key, cases)
        for (kind, key), cases in sorted(index.traits.items())
        if own in cases
    ]
    # The cases are not kept with a value: answers are remembered, and sets of cases are large.
    found = [
        (
            Shared(kind, key, weight * rarity(peers.intersection_cardinality(cases), len(peers))),
            cases,
        )
        for weight, kind, key, cases in values
    ]
    found = [(value, cases) for value, cases in found if value.points]
    return sorted(found, key=lambda each: -each[0].points)


def candidate_places(
    index: FacetIndex, pk: int, shared: Iterable[tuple[Shared, FrozenBitMap]]
) -> list[int]:
    """Return the indexes of the cases with the most points for what they share, best first.

    If they are fewer than `CANDIDATES`, the newest others are added: they may be close in meaning.
    """
    others = comparable(index, pk) - FrozenBitMap([index.place[pk]])
    tally = Tally()
    for value, cases in shared:
        tally.add(cases & others, round(value.points / UNIT))
    found = tally.highest(CANDIDATES)
    # As many of the newest as could be among those found, and those that are needed.
    newest = others[max(len(others) - CANDIDATES, 0) :] - FrozenBitMap(found)
    return [*found, *reversed(newest)][:CANDIDATES]


def with_meaning(pk: int, candidates: list[Related]) -> Iterator[Related]:
    """Yield the candidates with their closeness in meaning."""
    similar, same = threshold("similar"), threshold("duplicate")
    if similar is None or same is None:
        yield from candidates
        return
    nearest = similarities("case", str(pk), [str(related.pk) for related in candidates])
    for related in candidates:
        near = nearest.get(str(related.pk))
        if near is None or near.similarity < similar:
            yield related
        else:
            share = min((near.similarity - similar) / (same - similar), 1.0)
            yield Related(related.pk, related.shared, near, MEANING * share)


class Tally:
    """Scores of many cases at once: `digits[i]` is the set of cases whose score has bit i."""

    def __init__(self) -> None:
        self.digits: list[FrozenBitMap] = []

    def add(self, cases: FrozenBitMap, points: int) -> None:
        """Add points to each case of the set: binary addition with carry."""
        for place in range(points.bit_length()):
            if points >> place & 1:
                self.add_power(cases, place)

    def add_power(self, cases: FrozenBitMap, place: int) -> None:
        """Add 2 ** `place` points to each case of the set."""
        while cases:
            while len(self.digits) <= place:
                self.digits.append(FrozenBitMap())
            carry = self.digits[place] & cases
            self.digits[place] ^= cases
            cases, place = carry, place + 1

    def highest(self, most: int) -> list[int]:
        """Return the indexes of the highest-scoring cases, at most `most`, without zero scores."""
        found: list[int] = []
        # Sets with the same score in all higher digits, those with the highest score last.
        sets = [(FrozenBitMap().union(*self.digits), len(self.digits))]
        while sets and len(found) < most:
            cases, place = sets.pop()
            if place and len(cases) > 1:
                top = cases & self.digits[place - 1]
                if len(top) < len(cases):
                    sets.append((cases - top, place - 1))
                if top:
                    sets.append((top, place - 1))
            else:
                found += reversed(cases[max(len(cases) - most + len(found), 0) :])
        return found
