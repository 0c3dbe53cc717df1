"""Facets of the case list: counts of published cases for each value and combination.

A set of cases is a Roaring bitmap of their indexes among the published cases, from the oldest to
the newest: intersections and counts cost little, so that all counts of a page cost less than one
query, and sets of few cases take little memory.

After changes to a few cases, the index of the next edition is made from that of the last one.
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
from repository.cases.facet_rows import MOST_CHANGED, Row, numbers_of, rows_of
from repository.cases.lookups import PlaceByKey, fingerprint, short
from repository.cases.moves import Moves
from repository.cases.newest import NewestFirst
from repository.cases.values import NO_NAMES, Value, Values
from repository.pages.editions import Known, Part, Tokens, per_edition
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

# The parts of the edition that the index depends on.
INDEXED = (Part.CASES, Part.PLACES, Part.PRACTICES, Part.THEMES)
# The counts of all facets for one selection take about 10 KB of memory.
MAX_COUNTED = 400

# The indexes by key are built again if more than one case in so many moves.
FEW_MOVED = 4


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
        # By `fingerprint`.
        self._counted: Known[bytes, dict[tuple[str, int], tuple[list[tuple[int, Value]], int]]]
        self._counted = Known(MAX_COUNTED)

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
        if chosen:
            return self._count(facet, cases, chosen, most)
        key = fingerprint(cases)
        if (of_cases := self._counted.get(key)) is None:
            of_cases = self._counted[key] = {}
        if (known := of_cases.get((facet, most))) is None:
            known = of_cases[facet, most] = self._count(facet, cases, chosen, most)
        return known

    def _count(self, facet: str, cases: FrozenBitMap, chosen: Collection[str], most: int):
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

    def changed(
        self, part: "FacetIndex", pks: Iterable[int], previous: Iterable[int]
    ) -> "FacetIndex":
        """Return the index after changes to some cases; `part` has those that are published.

        `previous` has the last case that comes before each of these and has not changed, of samples
        for a sample and of real cases for a real one, or 0.
        """
        taken = [self.place[pk] for pk in pks if pk in self.place]
        before = [
            self.place[pk] + 1 if pk else 0 if place in part.samples else len(self.samples)
            for place, pk in enumerate(previous)
        ]
        moves = Moves(len(self.cases), taken=taken, before=before)
        index = FacetIndex(
            moves.spliced(self.cases, part.cases),
            {facet: self.values[facet].changed(moves, part.values[facet]) for facet in FACETS},
            moves.after(self.samples, part.samples),
            sets_after(moves, self.main_themes, part.main_themes),
            sets_after(moves, self.traits, part.traits),
        )
        if moves.count_moved() * FEW_MOVED <= len(index.cases):
            index.place = self.place.changed(
                without=map(self.cases.__getitem__, taken),
                having=(
                    (index.cases[place], place)
                    for start, end, to in moves.moved
                    for place in range(to, to + end - start)
                ),
            ).changed(without=(), having=zip(part.cases, moves.put, strict=True))
        return index


def sets_after[Key](
    moves: Moves, old: Mapping[Key, FrozenBitMap], added: Mapping[Key, FrozenBitMap]
) -> dict[Key, FrozenBitMap]:
    """Return sets by key, without those that are empty."""
    none = FrozenBitMap()
    found = {
        key: moves.after(old.get(key, none), added.get(key, none))
        for key in old.keys() | added.keys()
    }
    return {key: cases for key, cases in found.items() if cases}


class Read(NamedTuple):
    """What the rows in `facet_rows` tell: an index, and of which cases `FacetIndex.changed`."""

    index: FacetIndex
    changed: Sequence[int]
    previous: Sequence[int]


def read_index(rows: Iterable[Row]) -> Read:
    """Return the index of the cases in `facet_rows`, and what changed."""
    changed, cases, previous = array("q"), array("Q"), array("q")
    samples = FrozenBitMap()
    main_themes: dict[str, FrozenBitMap] = {}
    traits: dict[tuple[str, str], FrozenBitMap] = {}
    values = {facet: Values() for facet in FACETS}
    cities = Columns()
    for facet, key, name, names, data in rows:
        if facet == "changed":
            changed = numbers_of("q", data)
        elif facet == "all":
            cases = short(numbers_of("Q", data))
        elif facet == "previous":
            previous = numbers_of("q", data)
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
    index = FacetIndex(cases, with_cities, samples, main_themes, traits)
    return Read(index, changed, previous)


def index_after(index: FacetIndex, before: Tokens, now: Tokens) -> FacetIndex | None:
    """Return the index after changes to a few cases, with one query; None after others."""
    if before.without(Part.CASES) != now.without(Part.CASES) or not before[Part.CASES]:
        return None
    with chunked_cursor() as cursor:
        part, pks, previous = read_index(rows_of(cursor, since=before[Part.CASES]))
    # Cases that were loaded without triggers are not noted, so that the index lacks them.
    if 0 < len(pks) <= MOST_CHANGED and all(pk in index.place for pk in previous if pk):
        return index.changed(part, pks, previous)
    return None


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


@per_edition(*INDEXED, update=index_after, is_slow=True)
def facet_index() -> FacetIndex:
    """Build the index of the current edition with one query."""
    # A few rows have the numbers of all cases.
    with chunked_cursor(at_once=10) as cursor:
        return read_index(rows_of(cursor)).index


def practice_counts(edition: Tokens, slugs: Iterable[str]) -> list[Count]:
    """Return the number of published cases with each of the practices."""
    index = facet_index(edition)
    return [index.size(index.of("practice", slug)) for slug in slugs]


def newest_page(
    edition: Tokens, facet: str, key: str, page: str | None, size: int
) -> tuple[Count, list[int]]:
    """Return the number of published cases with a value, and the primary keys of those on a page.

    They are listed newest first.
    """
    index = facet_index(edition)
    cases = index.of(facet, key)
    pages = Paginator(index.newest(cases), size)
    return index.size(cases), list(pages.get_page(page).object_list)
