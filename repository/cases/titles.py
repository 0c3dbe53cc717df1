"""The order of the published cases by title."""

from array import array
from collections.abc import Sequence
from itertools import compress

from pyroaring import FrozenBitMap

from repository.cases.facets import FacetIndex, chunked_cursor
from repository.cases.lookups import short
from repository.pages.editions import cached_by_edition

# Samples come last, as in lists by time.
TITLES = """
SELECT id FROM repository_casestudy WHERE status = 'published'
ORDER BY is_sample, lower(unaccent(title)), published_at DESC, id DESC
"""


@cached_by_edition()
def title_order(_edition: str) -> Sequence[int]:
    """Return the primary keys of the published cases in the order of their titles."""
    with chunked_cursor() as cursor:
        cursor.execute(TITLES)
        return short(array("Q", (pk for (pk,) in cursor)))


def by_title(edition: str, index: FacetIndex, cases: FrozenBitMap) -> Sequence[int]:
    """Return the primary keys of a set, ordered by title."""
    pks = index.in_order(title_order(edition))
    if cases == index.everything:
        return pks
    return array("Q", compress(pks, map(cases.__contains__, index.places_of(pks))))
