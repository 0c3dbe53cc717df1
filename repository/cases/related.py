"""Related cases: what cases share, weighted by rarity, and how close they are in meaning.

A shared value counts its weight times its rarity, ln(cases / cases with it) / ln(cases / 2): 1 if
only two cases have it, 0 if all have it. Closeness in meaning counts at most `MEANING`. Sample
cases are related to sample cases only, and other cases to other cases.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from math import log
from typing import Final

from django.db import connection

from repository.cases.facets import Count, Counts, all_counts
from repository.cases.models import CaseFacet
from repository.embeddings.meaning import threshold
from repository.embeddings.nearest import Near
from repository.embeddings.stored import similarities
from repository.pages.editions import cached_by_edition

TRAIT: Final = 0.5
# Of facets of the list of cases, and of types of places.
WEIGHTS: Final = {
    **{"practice": 4.0, "theme": 2.0, "goal": 1.0, "country": 1.0, "region": 1.0},
    **dict.fromkeys(["air", "dry", "income", "landlocked", "ldc"], TRAIT),
    **dict.fromkeys(["rail", "sea", "sids", "size", "subregion"], TRAIT),
}
# Less than a practice that only two cases share.
MEANING: Final = 3.0
# Cases with less are not related: a goal that nearly all cases share is not a useful reason.
LEAST: Final = 0.5
SHOWN: Final = 3
# How many cases with the most points for shared values are compared in meaning.
CANDIDATES: Final = 100
# Points are added as multiples of this.
UNIT: Final = 1 / 128
# What more cases have says little: it counts, but cases with nothing else in common are not looked
# for, of which there may be very many.
COMMON: Final = 10_000
# The cases whose related ones each process remembers, for one edition.
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


# One statement, in which each value has a number: the ORM would compare each row with each value.
CANDIDATES_AND_SHARED = """
WITH own AS (
    SELECT * FROM unnest(%(facets)s::text[], %(keys)s::text[], %(points)s::integer[])
    WITH ORDINALITY AS own (facet, key, points, number)
), found AS (
    SELECT case_id, sum(points) AS points, published_at FROM (
        SELECT f.case_id, own.points, f.published_at
        FROM repository_casefacet f JOIN own USING (facet, key)
        WHERE f.is_sample = %(is_sample)s AND own.number = ANY (%(rare)s)
        UNION ALL (
            SELECT case_id, 0, published_at FROM repository_casefacet
            WHERE facet = 'all' AND key = '' AND is_sample = %(is_sample)s
            ORDER BY published_at DESC, case_id DESC LIMIT 2 * %(most)s
        )
    ) AS rows
    WHERE case_id <> %(case)s
    GROUP BY case_id, published_at
    ORDER BY points DESC, published_at DESC, case_id DESC LIMIT %(most)s
)
SELECT case_id, ARRAY(
    SELECT own.number FROM repository_casefacet f JOIN own USING (facet, key)
    WHERE f.case_id = found.case_id ORDER BY own.number
) FROM found ORDER BY points DESC, published_at DESC, case_id DESC
"""


@cached_by_edition(MAX_KNOWN)
def related_cases(edition: str, pk: int) -> list[Related]:
    """Return up to three cases related to a published case, best first; else none.

    Two statements, and one more if there is an engine; none if the process remembers the answer.
    """
    own = CaseFacet.objects.filter(case=pk).order_by("facet", "key")
    values = list(own.values_list("facet", "key", "is_sample"))
    if not values:
        return []
    counts, is_sample = all_counts(edition), values[0][2]
    shared = points_of([(facet, key) for facet, key, _is_sample in values], counts, is_sample)
    found = [*with_meaning(pk, candidates(pk, shared, counts, is_sample))]
    # The sort is stable, and candidates with the same points are in the order of the list.
    found.sort(key=lambda related: -related.score)
    return [related for related in found[:SHOWN] if related.score >= LEAST]


def rarity(having: int, count: int) -> float:
    """Return how rare a value is that `having` of `count` cases have, from 0 to 1."""
    return min(log(count / having) / log(count / 2), 1.0) if count > 2 and having else 0.0


def points_of(values: Collection[tuple[str, str]], counts: Counts, is_sample: bool) -> list[Shared]:
    """Return the values of a case that count, with the most points first."""
    total = among(counts.all, is_sample)
    found = [
        Shared(facet, key, weight * rarity(among(counts.of(facet, key), is_sample), total))
        for facet, weight in WEIGHTS.items()
        for own, key in values
        if own == facet
    ]
    return sorted((each for each in found if each.points), key=lambda each: -each.points)


def among(count: Count, is_sample: bool) -> int:
    """Return the number of samples, or of all other cases."""
    return count.samples if is_sample else count.real


def candidates(pk: int, shared: list[Shared], counts: Counts, is_sample: bool) -> list[Related]:
    """Return the cases with the most points for what they share, best first.

    If they are fewer than `CANDIDATES`, the newest others are added: they may be close in meaning.
    """
    rare = [
        number
        for number, value in enumerate(shared, start=1)
        if counts.of(value.kind, value.key).total <= COMMON
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            CANDIDATES_AND_SHARED,
            {
                "facets": [value.kind for value in shared],
                "keys": [value.key for value in shared],
                "points": [round(value.points / UNIT) for value in shared],
                "rare": rare,
                "is_sample": is_sample,
                "case": pk,
                "most": CANDIDATES,
            },
        )
        return [
            Related(case, [shared[number - 1] for number in numbers])
            for case, numbers in cursor.fetchall()
        ]


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
