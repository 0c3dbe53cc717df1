"""Facets of the case list: counts of published cases for each value and combination.

A set of cases is a Roaring bitmap of their indexes among the published cases, from the oldest to
the newest: intersections and counts cost little, so that all counts of a page cost less than one
query, and sets of few cases take little memory.
"""

import json
from array import array
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from heapq import nsmallest
from typing import Any, NamedTuple

from django.core.paginator import Paginator
from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _
from pyroaring import FrozenBitMap

from repository.cases.columns import Columns
from repository.cases.facet_rows import Row, numbers_of, rows_of
from repository.cases.lookups import PlaceByKey, short
from repository.cases.newest import NewestFirst
from repository.cases.values import NO_NAMES, Value, Values
from repository.pages.editions import cached_by_edition
from repository.text.sorting import sort_key

FACETS = {
    "theme": _("Theme"),
    "practice": _("Practice"),
    "goal": _("Sustainable Development Goal"),
    "region": _("Region"),
    "country": _("Country or area"),
    "city": _("City"),
    "language": _("Language"),
    "tag": _("Tag"),
}


class Count(NamedTuple):
    """How many cases there are: the real ones, and the samples, which pages name apart."""

    real: int
    samples: int

    @property
    def total(self) -> int:
        return self.real + self.samples


@dataclass
class FacetIndex:
    """The published cases of one edition, indexed by facet.

    `cases` are primary keys, from the oldest to the newest; `values` are the values of each facet
    by key.
    """

    cases: array[int] = field(default_factory=lambda: array("Q"))
    values: Mapping[str, Values | Columns] = field(
        default_factory=lambda: {facet: Values() for facet in FACETS}
    )
    # The set of sample cases, which come before all others.
    samples: FrozenBitMap = field(default_factory=FrozenBitMap)
    # The set of cases of each main theme, by slug.
    main_themes: dict[str, FrozenBitMap] = field(default_factory=dict)
    # The set of cases in each type of place, such as ("landlocked", "") or ("income", "low").
    traits: dict[tuple[str, str], FrozenBitMap] = field(default_factory=dict)

    def __post_init__(self):
        self.everything = FrozenBitMap(range(len(self.cases)))
        self.real = self.everything - self.samples
        self._ordered: tuple[Sequence[int], Sequence[int]] | None = None
        self._places: tuple[Sequence[int], Sequence[int]] | None = None

    @cached_property
    def place(self) -> PlaceByKey:
        """Return the index of each case by primary key."""
        return PlaceByKey.of(self.cases)

    @property
    def newest_first(self) -> Sequence[int]:
        """Return the primary keys of all cases, with samples last."""
        return self.newest(self.everything)

    def set_of(self, pks: Iterable[int]) -> FrozenBitMap:
        """Return the set of the published cases among `pks`."""
        return FrozenBitMap([self.place[pk] for pk in pks if pk in self.place])

    def of(self, facet: str, key: str) -> FrozenBitMap:
        """Return the set of cases that have one value of a facet."""
        return self.values[facet].of(key)

    def having(self, facet: str, keys: Iterable[str]) -> FrozenBitMap:
        """Return the set of cases that have any of the values `keys` of a facet."""
        return FrozenBitMap().union(*(self.of(facet, key) for key in keys))

    def having_any(self, facet: str) -> FrozenBitMap:
        """Return the set of cases that have a value of a facet."""
        return self.values[facet].union()

    def size(self, cases: FrozenBitMap) -> Count:
        """Return how many cases are in a set."""
        samples = cases.intersection_cardinality(self.samples)
        return Count(len(cases) - samples, samples)

    def count(self, facet: str, key: str) -> int:
        return self.values[facet].total(key)

    def counted(
        self, facet: str, cases: FrozenBitMap, *, chosen: Collection[str], most: int
    ) -> tuple[list[tuple[int, Value]], int]:
        """Return the values of a facet with their counts among `cases`, and the number of values.

        Selected values come first, then those with the most cases, at most `most` in all; a value
        without cases is left out unless it is selected.
        """
        values = self.values[facet]
        counts, number = values.largest(None if cases == self.everything else cases, most)
        kept = {
            key: cases.intersection_cardinality(values.of(key)) for key in values.keys() & chosen
        }
        number += sum(1 for count in kept.values() if not count)
        found = [(False, -count, key) for key, count in kept.items()]
        found += [(True, -count, key) for key, count in counts.items() if key not in kept]
        return [(-count, values[key]) for _last, count, key in sorted(found)[:most]], number

    def counts(self, facet: str, cases: FrozenBitMap) -> dict[str, int]:
        """Return the number of `cases` for each value of a facet, without zeros."""
        values = self.values[facet]
        return values.totals() if cases == self.everything else values.counts(cases)

    def keys_of(self, facet: str, place: int) -> list[str]:
        """Return the sorted keys of a facet that the case with this index has."""
        return self.values[facet].keys_of(place)

    def in_order(self, pks: Sequence[int]) -> Sequence[int]:
        """Return the published cases among `pks`; remember the last answer."""
        if self._ordered is None or self._ordered[0] is not pks:
            known = array(self.cases.typecode, filter(self.place.__contains__, pks))
            self._ordered = pks, pks if len(known) == len(pks) else known
        return self._ordered[1]

    def places_of(self, pks: Sequence[int]) -> Sequence[int]:
        """Return the indexes of published cases; remember the last answer.

        With a million cases it takes 4 MB, which lists of all cases do not need.
        """
        if self._places is None or self._places[0] is not pks:
            self._places = pks, array("I", map(self.place.__getitem__, pks))
        return self._places[1]

    def shown_by(self, cases: FrozenBitMap, facet: str, *, most: int) -> list[str]:
        """Return the keys of values that any of the cases has, the first `most` by name."""
        found = map(self.values[facet].__getitem__, self.counts(facet, cases))
        by_name = nsmallest(most, found, key=lambda value: sort_key(value.label(facet)))
        return [value.key for value in by_name]

    def newest(self, cases: FrozenBitMap) -> Sequence[int]:
        """Return the primary keys of a set, newest first, for pages that show a few of them."""
        return NewestFirst(self.cases, cases)


def read_index(rows: Iterable[Row]) -> FacetIndex:
    """Return the index of the cases in `facet_rows`."""
    cases = array("Q")
    samples = FrozenBitMap()
    main_themes: dict[str, FrozenBitMap] = {}
    traits: dict[tuple[str, str], FrozenBitMap] = {}
    values = {facet: Values() for facet in FACETS}
    cities = Columns()
    for facet, key, name, names, data in rows:
        if facet == "all":
            cases = short(numbers_of("Q", data))
        elif facet == "sample":
            samples = FrozenBitMap(numbers_of("I", data))
        elif facet == "main":
            main_themes[key] = FrozenBitMap(numbers_of("I", data))
        elif facet == "trait":
            # A place may be landlocked as a city and as a part of its country.
            having = FrozenBitMap(numbers_of("I", data))
            traits[key, name] = having | traits.get((key, name), FrozenBitMap())
        elif facet == "city":
            cities.append(key, name, names, numbers_of("I", data))
        else:
            having = FrozenBitMap(numbers_of("I", data))
            values[facet][key] = Value(key, name, json.loads(names) or NO_NAMES, having)
    with_cities = values | {"city": cities.sorted()}
    return FacetIndex(cases, with_cities, samples, main_themes, traits)


@contextmanager
def chunked_cursor(at_once: int = 100) -> Iterator[Any]:
    """Yield a cursor that fetches so many rows at once, so that they are not all in memory.

    In a transaction, outside of which PgBouncer would fetch them from another connection.
    """
    with transaction.atomic(savepoint=False), connection.chunked_cursor() as cursor:
        # It is another cursor with PgBouncer in transaction mode.
        if hasattr(cursor.cursor, "itersize"):
            cursor.cursor.itersize = at_once
        yield cursor


@cached_by_edition()
def facet_index(_edition: str) -> FacetIndex:
    """Build the index of the current edition with one query."""
    # A few rows have the numbers of all cases.
    with chunked_cursor(at_once=10) as cursor:
        return read_index(rows_of(cursor))


def practice_counts(edition: str, slugs: Iterable[str]) -> list[Count]:
    """Return the number of published cases with each of the practices."""
    index = facet_index(edition)
    return [index.size(index.of("practice", slug)) for slug in slugs]


def newest_page(
    edition: str, facet: str, key: str, page: str | None, size: int
) -> tuple[Count, list[int]]:
    """Return the number of published cases with a value, and the primary keys of those on a page.

    They are listed newest first.
    """
    index = facet_index(edition)
    cases = index.of(facet, key)
    pages = Paginator(index.newest(cases), size)
    return index.size(cases), list(pages.get_page(page).object_list)
