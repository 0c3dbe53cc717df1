"""Which cases could be useful to a city: by what it needs and by its setting, with reasons.

docs/partnerships.md explains the points.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from heapq import nlargest
from math import log
from operator import itemgetter
from typing import Any, Final, NamedTuple

from pyroaring import FrozenBitMap

from partnerships.cases_for_cities.collection import Places
from partnerships.cases_for_cities.needs import Close, Wanted
from repository.cases.facets import FacetIndex
from repository.cases.values import Value
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
# How many cases are compared, the newest for each kind of reason.
MOST_CASES: Final = 300
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
    own = FrozenBitMap().union(*(index.of("city", reader.city.slug) for reader in readers))
    scored = [
        each for reader in readers for each in Comparison(reader, index, places).scored(without=own)
    ]
    # Real cases before samples, newest first. The reasons of all others are never looked up.
    scored.sort(key=lambda each: (-round(each.points, 6), -each.place))
    best: dict[int, Suggested] = {}
    for each in scored:
        if len(best) == most:
            break
        if each.place not in best and (reasons := each.comparison.reasons(each.place)):
            case = index.cases[each.place]
            best[each.place] = Suggested(case, each.points, tuple(reasons[:MOST_REASONS]))
    return list(best.values())


class Scored(NamedTuple):
    """A case, by index, with its points for the city of a comparison."""

    place: int
    points: float
    comparison: "Comparison"


class Comparison:
    """One city compared with the cases of an edition.

    Points are computed for up to 1,500 cases, and reasons looked up for a few of them.
    """

    def __init__(self, reader: Reader, index: FacetIndex, places: Places) -> None:
        self.reader, self.index, self.places = reader, index, places
        own = index.of("city", reader.city.slug)
        self.needed = self.having(
            "practice", ordered(slug for each in reader.wanted for slug in each.practices)
        )
        self.themes = self.having(
            "theme", ordered(slug for each in reader.wanted for slug in each.themes)
        )
        self.rarity = {slug: rarity(index, slug) for slug in self.themes}
        self.shared = sorted(index.counts("practice", own))
        self.has_shared = index.having("practice", self.shared).__contains__
        self.likeness = places.likeness(reader.facts)
        # Of the most similar first.
        self.in_countries = sorted(
            (
                (self.likeness[row], index.of("country", code))
                for code, row in places.countries.items()
            ),
            key=itemgetter(0),
            reverse=True,
        )

    def having(self, facet: str, keys: Iterable[str]) -> dict[str, Callable[[int], bool]]:
        """Return for each value of a facet whether a case has it."""
        return {key: self.index.of(facet, key).__contains__ for key in keys}

    def likeness_at(self, row: int | None) -> float:
        return 0.0 if row is None else self.likeness[row]

    def pool(self, *, without: FrozenBitMap) -> Iterable[int]:
        """The cases that may have a reason, by index, except some."""
        index, places = self.index, self.places
        rows = range(len(self.likeness))
        nearest = set(nlargest(SIMILAR_PLACES, rows, key=self.likeness.__getitem__))
        near = {"city": places.cities, "country": places.countries}
        kinds = (
            [index.of("practice", slug) for slug in self.needed],
            [index.of("theme", slug) for slug in self.themes],
            [index.set_of(self.reader.close)],
            [index.of(kind, key) for kind in near for key in keys_of(near[kind], nearest)],
            [index.of("practice", slug) for slug in self.shared],
        )
        compared = index.everything if self.reader.city.is_sample else index.real
        found = FrozenBitMap()
        for sets in kinds:
            shown = FrozenBitMap().union(*sets) & (compared - without)
            found |= shown[max(len(shown) - MOST_CASES, 0) :]
        return found

    def scored(self, *, without: FrozenBitMap) -> list[Scored]:
        """The points of the cases in the pool."""
        return [Scored(case, self.points(case), self) for case in self.pool(without=without)]

    def points(self, case: int) -> float:
        """Add up the points of a case."""
        points = SETTING_POINTS * self.likeness_of(case)
        if shown := self.needs_shown(case):
            points += PRACTICE + FURTHER_PRACTICE * (len(shown) - 1)
        elif theme := self.rarest_theme(case):
            points += THEME * self.rarity[theme]
        if self.reader.close and (close := self.reader.close.get(self.index.cases[case])):
            # A need that is hardly close is still a reason.
            points += CLOSE * (0.2 + 0.8 * close.share)
        if self.has_shared(case):
            # It shows what the city works on.
            points += SHARED_PRACTICE
        return points

    def reasons(self, case: int) -> list[Reason]:
        """Return the reasons for a case, the strongest first."""
        found = []
        if shown := self.needs_shown(case):
            found.append(self.reason("practice", practice=self.practice(shown[0])))
        elif theme := self.rarest_theme(case):
            found.append(self.reason("theme", theme=self.index.values["theme"][theme]))
        if close := self.reader.close.get(self.index.cases[case]):
            wanted = {"title": close.wanted.title, "language": close.wanted.language}
            found.append(self.reason("close", **wanted))
        if rows := self.places.rows_of(self.index, case):
            row = max(rows, key=lambda row: (self.likeness[row], -row))
            if in_common := self.in_common(row):
                found.append(in_common)
        if self.has_shared(case):
            practices = self.index.keys_of("practice", case)
            shared = next(slug for slug in self.shared if slug in practices)
            found.append(self.reason("shared", practice=self.practice(shared)))
        return found

    def needs_shown(self, case: int) -> list[str]:
        """Return the first practices that the city needs and the case shows."""
        return [slug for slug, has in self.needed.items() if has(case)][:MOST_PRACTICES]

    def rarest_theme(self, case: int) -> str | None:
        """Return the rarest theme that the city needs and the case is about, unless all are."""
        found = [slug for slug, has in self.themes.items() if self.rarity[slug] > 0 and has(case)]
        return max(found, key=self.rarity.__getitem__, default=None)

    def likeness_of(self, case: int) -> float:
        """Return the similarity of the most similar of `Places.rows_of`, which takes longer."""
        if slugs := self.index.keys_of("city", case):
            return max(self.likeness_at(self.places.cities.get(slug)) for slug in slugs)
        return next((likeness for likeness, cases in self.in_countries if case in cases), 0.0)

    def in_common(self, row: int) -> Reason | None:
        """Return what a city has in common with a place, if that is enough."""
        common = [
            (code, params)
            for code, params in comparisons(self.reader.facts, self.places.facts[row])
            if code in IN_COMMON
        ]
        weight = sum(1 if code == "region" else SETTING[IN_COMMON[code]] for code, _p in common)
        if weight < LEAST_IN_COMMON:
            return None
        is_same = self.is_in_same_country(row)
        return self.reason("setting", common=common, is_same_country=is_same)

    def is_in_same_country(self, row: int) -> bool:
        own = self.reader.facts.country
        return bool(own) and own == self.places.facts[row].country

    def reason(self, code: str, **params: Any) -> Reason:
        return Reason(code, self.reader.city, params)

    def practice(self, slug: str) -> Value:
        return self.index.values["practice"][slug]


def rarity(index: FacetIndex, theme: str) -> float:
    """From 0, for a theme of all cases, to 1 for a theme of one case."""
    total, having = len(index.cases), index.count("theme", theme)
    return 1 - log(having) / log(total) if total > 1 and having else 0


def ordered(slugs: Iterable[str]) -> list[str]:
    """Return each slug once, in order."""
    return list(dict.fromkeys(slugs))


def keys_of(rows: Mapping[str, int], wanted: set[int]) -> list[str]:
    return [key for key, row in rows.items() if row in wanted]
