"""Which cases could be useful to a city: by what it needs and by its setting, with reasons.

docs/partnerships.md explains the points.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from heapq import nlargest
from itertools import chain, islice
from math import log
from typing import Any, Final

from partnerships.cases_for_cities.collection import Places
from partnerships.cases_for_cities.needs import Close, Wanted
from repository.cases.bitmaps import newest_first
from repository.cases.facets import FacetIndex, Value
from repository.models import City
from repository.places.setting import SETTING, Facts, comparisons

# Points. A practice that the city needs always comes first: theme, meaning and setting together
# give fewer.
PRACTICE: Final = 10.0
FURTHER_PRACTICE: Final = 1.0
THEME: Final = 2.0
CLOSE: Final = 3.0
SETTING_POINTS: Final = 4.0
SHARED_PRACTICE: Final = 0.9
# More practices add nothing.
MOST_PRACTICES: Final = 3
# What two places have in common, by the parts of the setting that it belongs to.
IN_COMMON: Final = {
    "landlocked": "coast",
    "landlocked.rail": "coast",
    "landlocked.dry-port": "coast",
    "port": "coast",
    "urban": "surroundings",
    "mixed": "surroundings",
    "rural": "surroundings",
    "size": "size",
    "income": "income",
    "subregion": "region",
    "region": "region",
    "corridor": "corridor",
    "ldc": "groups",
    "lldc": "groups",
    "sids": "groups",
}
# The least weight of what two places have in common for their settings to be similar: as much as
# both being landlocked, or in the same income group and region.
LEAST_IN_COMMON: Final = 3
# How many places of similar setting are looked at, and how many reasons are given.
SIMILAR_PLACES: Final = 30
# How many cases that may have a reason are compared: first those by needs, each newest first.
MOST_CASES: Final = 2_000
MOST_REASONS: Final = 2


@dataclass(frozen=True)
class Reason:
    """Why a case could be useful to a city: a code with facts, for `sentences`."""

    code: str
    city: City
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Reader:
    """A city for which cases are chosen: its setting, and what it needs.

    `close` are needs close in meaning to cases, by the primary key of the case.
    """

    city: City
    facts: Facts
    wanted: tuple[Wanted, ...] = ()
    close: Mapping[int, Close] = field(default_factory=dict)


@dataclass(frozen=True)
class Suggested:
    """A case for a city, by primary key, with its points and reasons, the strongest first."""

    case: int
    points: float
    reasons: tuple[Reason, ...]


def suggest(
    readers: Collection[Reader], index: FacetIndex, places: Places, *, most: int
) -> list[Suggested]:
    """Return the cases most useful to any of some cities, best first; none without a reason.

    Never their own cases, and samples only for sample cities.
    """
    own = index.having("city", [reader.city.slug for reader in readers])
    best: dict[int, Suggested] = {}
    for reader in readers:
        comparison = Comparison(reader, index, places)
        for case in comparison.pool(without=own):
            if found := comparison.suggested(case):
                best[case] = max(best.get(case, found), found, key=lambda each: each.points)
    return sorted(best.values(), key=lambda each: order(each, index))[:most]


def order(suggested: Suggested, index: FacetIndex) -> tuple[float, int]:
    """Sort key: most points first, then real cases before samples, newest first."""
    return -round(suggested.points, 6), -index.place[suggested.case]


class Comparison:
    """One city compared with the cases of an edition."""

    def __init__(self, reader: Reader, index: FacetIndex, places: Places) -> None:
        self.reader, self.index, self.places = reader, index, places
        own = index.having("city", [reader.city.slug])
        self.shown = index.everything if reader.city.is_sample else index.real
        self.needed = ordered(slug for each in reader.wanted for slug in each.practices)
        self.themes = ordered(slug for each in reader.wanted for slug in each.themes)
        self.shared = [
            key for key, value in sorted(index.values["practice"].items()) if value.cases & own
        ]
        self.likeness = places.likeness(reader.facts)

    def pool(self, *, without: int) -> list[int]:
        """The cases that may have a reason, by index, except those of a set."""
        index = self.index
        wanted = index.having("practice", self.needed) | index.having("theme", self.themes)
        wanted |= index.set_of(self.reader.close)
        rows = range(len(self.likeness))
        nearest = set(nlargest(SIMILAR_PLACES, rows, key=self.likeness.__getitem__))
        others = index.having("practice", self.shared)
        others |= index.having("city", keys_of(self.places.cities, nearest))
        others |= index.having("country", keys_of(self.places.countries, nearest))
        shown = self.shown & ~without
        found = chain(newest_first(wanted & shown), newest_first(others & shown & ~wanted))
        return list(islice(found, MOST_CASES))

    def suggested(self, case: int) -> Suggested | None:
        pk = self.index.cases[case]
        scored = [
            *self.by_needs(case),
            *self.by_meaning(pk),
            *self.by_setting(case),
            *self.by_practices(case),
        ]
        if not scored:
            return None
        points = sum(points for points, _reason in scored)
        reasons = [reason for _points, reason in scored if reason]
        return Suggested(pk, points, tuple(reasons[:MOST_REASONS])) if reasons else None

    def by_needs(self, case: int) -> Iterable[tuple[float, Reason | None]]:
        """Points for practices that the city needs; without any, for the rarest theme."""
        practices = self.index.keys_of("practice", case)
        if shown := [slug for slug in self.needed if slug in practices][:MOST_PRACTICES]:
            points = PRACTICE + FURTHER_PRACTICE * (len(shown) - 1)
            yield points, self.reason("practice", practice=self.practice(shown[0]))
            return
        if not self.themes:
            return
        themes = self.index.keys_of("theme", case)
        rare = {slug: self.rarity(slug) for slug in self.themes if slug in themes}
        if rare and (rarest := max(rare, key=rare.__getitem__)) and rare[rarest] > 0:
            theme = self.index.values["theme"][rarest]
            yield THEME * rare[rarest], self.reason("theme", theme=theme)

    def rarity(self, theme: str) -> float:
        """From 0, for a theme of all cases, to 1 for a theme of one case."""
        total = self.index.everything.bit_count()
        return 1 - log(self.index.count("theme", theme)) / log(total) if total > 1 else 0

    def by_meaning(self, case: int) -> Iterable[tuple[float, Reason | None]]:
        if close := self.reader.close.get(case):
            wanted = {"title": close.wanted.title, "language": close.wanted.language}
            # A need that is hardly close is still a reason.
            yield CLOSE * (0.2 + 0.8 * close.share), self.reason("close", **wanted)

    def by_setting(self, case: int) -> Iterable[tuple[float, Reason | None]]:
        """Points for the similarity of setting; a reason if enough is the same."""
        rows = self.places.rows_of(self.index, case)
        if not rows:
            return
        row = max(rows, key=lambda row: (self.likeness[row], -row))
        common = [
            (code, params)
            for code, params in comparisons(self.reader.facts, self.places.facts[row])
            if code in IN_COMMON
        ]
        weight = sum(1 if code == "region" else SETTING[IN_COMMON[code]] for code, _p in common)
        reason = None
        if weight >= LEAST_IN_COMMON:
            reason = self.reason(
                "setting", common=common, is_same_country=self.is_in_same_country(row)
            )
        yield SETTING_POINTS * self.likeness[row], reason

    def is_in_same_country(self, row: int) -> bool:
        own = self.reader.facts.country
        return bool(own) and own == self.places.facts[row].country

    def by_practices(self, case: int) -> Iterable[tuple[float, Reason | None]]:
        """Points for practices of the city's own cases, which show what it works on."""
        practices = self.index.keys_of("practice", case)
        if shared := [slug for slug in self.shared if slug in practices]:
            yield SHARED_PRACTICE, self.reason("shared", practice=self.practice(shared[0]))

    def reason(self, code: str, **params: Any) -> Reason:
        return Reason(code, self.reader.city, params)

    def practice(self, slug: str) -> Value:
        return self.index.values["practice"][slug]


def ordered(slugs: Iterable[str]) -> list[str]:
    """Return each slug once, in order."""
    return list(dict.fromkeys(slugs))


def keys_of(rows: Mapping[str, int], wanted: set[int]) -> list[str]:
    return [key for key, row in rows.items() if row in wanted]
