"""Which cases could be useful to a city: by what it needs and by its setting, with reasons.

docs/partnerships.md explains the points.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from math import log
from typing import Any, Final, NamedTuple

from partnerships.cases_for_cities.collection import Places
from partnerships.cases_for_cities.needs import Close, Wanted
from repository.cases.facets import Counts
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
# How many reasons are given.
MOST_REASONS: Final = 2


@dataclass(frozen=True)
class Reason:
    """Why a case could be useful to a city: a code with facts, for `sentences`."""

    code: str
    city: City
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Case:
    """A published case that may be useful, with its sorted keys of facets."""

    pk: int
    is_sample: bool
    published_at: datetime
    keys: dict[str, list[str]]

    def of(self, facet: str) -> list[str]:
        return self.keys.get(facet, [])


@dataclass(frozen=True)
class Reader:
    """A city for which cases are chosen: its setting, and what it needs.

    `close` are needs close in meaning to cases, by the primary key of the case, and `shared` the
    practices of its own cases. `pool` are the cases that may have a reason.
    """

    city: City
    facts: Facts
    wanted: tuple[Wanted, ...] = ()
    close: Mapping[int, Close] = field(default_factory=dict)
    shared: tuple[str, ...] = ()
    pool: tuple[Case, ...] = ()

    @property
    def practices(self) -> list[str]:
        """The practices that it needs."""
        return ordered(slug for each in self.wanted for slug in each.practices)

    @property
    def themes(self) -> list[str]:
        return ordered(slug for each in self.wanted for slug in each.themes)


@dataclass(frozen=True)
class Suggested:
    """A case for a city, by primary key, with its points and reasons, the strongest first.

    `places` are its rows of `Places`.
    """

    case: int
    points: float
    reasons: tuple[Reason, ...]
    places: tuple[int, ...] = ()


@dataclass(frozen=True)
class Context:
    """What points and reasons depend on; `names` are values of facets, by facet and key."""

    counts: Counts
    places: Places
    names: Mapping[tuple[str, str], Value]


def suggest(readers: Collection[Reader], context: Context, *, most: int) -> list[Suggested]:
    """Return the cases most useful to any of some cities, best first; none without a reason."""
    scored = [
        Scored(case, comparison.points(case), comparison)
        for comparison in (Comparison(reader, context) for reader in readers)
        for case in comparison.reader.pool
    ]
    # Real cases before samples, newest first. The reasons of all others are never looked up.
    scored.sort(key=lambda each: (each.case.published_at, each.case.pk), reverse=True)
    scored.sort(key=lambda each: (-round(each.points, 6), each.case.is_sample))
    best: dict[int, Suggested] = {}
    for case, points, comparison in scored:
        if len(best) == most:
            break
        if case.pk not in best and (reasons := comparison.reasons(case)):
            rows = tuple(comparison.rows_of(case))
            best[case.pk] = Suggested(case.pk, points, tuple(reasons[:MOST_REASONS]), rows)
    return list(best.values())


class Scored(NamedTuple):
    """A case with its points for the city of a comparison."""

    case: Case
    points: float
    comparison: "Comparison"


class Comparison:
    """One city compared with cases.

    Points are computed for up to 1,500 cases, and reasons looked up for a few of them.
    """

    def __init__(self, reader: Reader, context: Context) -> None:
        self.reader, self.context, self.places = reader, context, context.places
        self.needed, self.shared = reader.practices, set(reader.shared)
        self.rarity = {slug: rarity(context.counts, slug) for slug in reader.themes}
        self.likeness = self.places.likeness(reader.facts)

    def points(self, case: Case) -> float:
        """Add up the points of a case."""
        points = SETTING_POINTS * self.likeness_of(case)
        if shown := self.needs_shown(case):
            points += PRACTICE + FURTHER_PRACTICE * (len(shown) - 1)
        elif theme := self.rarest_theme(case):
            points += THEME * self.rarity[theme]
        if close := self.reader.close.get(case.pk):
            # A need that is hardly close is still a reason.
            points += CLOSE * (0.2 + 0.8 * close.share)
        if self.first_shared(case):
            # It shows what the city works on.
            points += SHARED_PRACTICE
        return points

    def reasons(self, case: Case) -> list[Reason]:
        """Return the reasons for a case, the strongest first."""
        found = []
        if shown := self.needs_shown(case):
            found.append(self.reason("practice", practice=self.context.names["practice", shown[0]]))
        elif theme := self.rarest_theme(case):
            found.append(self.reason("theme", theme=self.context.names["theme", theme]))
        if close := self.reader.close.get(case.pk):
            wanted = {"title": close.wanted.title, "language": close.wanted.language}
            found.append(self.reason("close", **wanted))
        if rows := self.rows_of(case):
            row = max(rows, key=lambda row: (self.likeness[row], -row))
            if in_common := self.in_common(row):
                found.append(in_common)
        if slug := self.first_shared(case):
            found.append(self.reason("shared", practice=self.context.names["practice", slug]))
        return found

    def rows_of(self, case: Case) -> list[int]:
        return self.places.rows_of(case.of("city"), case.of("country"))

    def needs_shown(self, case: Case) -> list[str]:
        """Return the first practices that the city needs and the case shows."""
        return [slug for slug in self.needed if slug in case.of("practice")][:MOST_PRACTICES]

    def rarest_theme(self, case: Case) -> str | None:
        """Return the rarest theme that the city needs and the case is about, unless all are."""
        found = [
            slug for slug, rarity in self.rarity.items() if rarity > 0 and slug in case.of("theme")
        ]
        return max(found, key=self.rarity.__getitem__, default=None)

    def first_shared(self, case: Case) -> str | None:
        """Return a practice that the case shows, and a case of the city too."""
        return next((slug for slug in case.of("practice") if slug in self.shared), None)

    def likeness_of(self, case: Case) -> float:
        """Return the similarity of the most similar of the places of a case."""
        return max((self.likeness[row] for row in self.rows_of(case)), default=0.0)

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


def rarity(counts: Counts, theme: str) -> float:
    """From 0, for a theme of all cases, to 1 for a theme of one case."""
    total, having = counts.all.total, counts.of("theme", theme).total
    return 1 - log(having) / log(total) if total > 1 and having else 0


def ordered(slugs: Iterable[str]) -> list[str]:
    """Return each slug once, in order."""
    return list(dict.fromkeys(slugs))
