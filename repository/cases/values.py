"""The values of a facet, such as practices, each with its cases."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from django.utils.translation import get_language
from pyroaring import FrozenBitMap

from repository.cases.moves import Moves
from repository.places.country_names import country_name
from repository.places.models import REGIONS, languages
from repository.themes.models import TITLES as GOALS

# Shared by the values without names in other languages, of which there may be many.
NO_NAMES: Mapping[str, str] = {}


@dataclass(slots=True)
class Value:
    """A value of a facet: its key in the URL, its name, and the set of its cases."""

    key: str
    name: str
    names: Mapping[str, str]
    cases: FrozenBitMap

    @property
    def total(self) -> int:
        """Return the number of cases."""
        return len(self.cases)

    def label(self, facet: str) -> str:
        """Return the name in the active language."""
        if facet == "goal":
            return f"{self.key}. {GOALS[int(self.key)]}"
        if facet == "country":
            return country_name(self.key)
        if facet == "region":
            return str(REGIONS.get(self.key, self.key))
        if facet == "language":
            return language_name(self.key)
        return self.names.get(get_language() or "", self.name)

    def language(self, facet: str) -> str:
        """Return the language of `label`; names that are not translated are in English."""
        language = get_language() or "en"
        return "en" if facet in ("practice", "tag") and language not in self.names else language


class Values(dict[str, Value]):
    """The values of a facet by key. Those of one with very many are `Columns`."""

    def union(self) -> FrozenBitMap:
        """Return the set of cases that have any of the values."""
        return FrozenBitMap().union(*(value.cases for value in self.values()))

    def of(self, key: str) -> FrozenBitMap:
        """Return the set of cases with a value."""
        value = self.get(key)
        return value.cases if value else FrozenBitMap()

    def total(self, key: str) -> int:
        """Return the number of cases with a value."""
        value = self.get(key)
        return value.total if value else 0

    def newest(self) -> dict[str, int]:
        """Return the index of the newest case with each value."""
        return {key: value.cases.max() for key, value in self.items() if value.cases}

    def totals(self) -> dict[str, int]:
        """Return the number of cases with each value."""
        return {key: value.total for key, value in self.items()}

    def counts(self, cases: FrozenBitMap) -> dict[str, int]:
        """Return the number of cases in a set with each value of any."""
        count_in = cases.intersection_cardinality
        return {key: count for key, value in self.items() if (count := count_in(value.cases))}

    def largest(self, cases: FrozenBitMap | None, most: int) -> tuple[dict[str, int], int]:
        """Return the counts in a set, or of all cases, and the number of values with any case.

        Only the counts of the `most` values with most cases, and of those with as many.
        """
        return largest(self.totals() if cases is None else self.counts(cases), most)

    def keys_of(self, place: int) -> list[str]:
        """Return the sorted keys of the values that the case with this index has."""
        return sorted(key for key, value in self.items() if place in value.cases)

    def changed(self, moves: Moves, added: Mapping[str, Value]) -> Self:
        """Return the values after changes to some cases; `added` are those of these cases now.

        They are the same objects if nothing has changed.
        """
        found = type(self)()
        for key, value in self.items():
            now = added.get(key)
            cases = moves.after(value.cases, now.cases if now else FrozenBitMap())
            if cases is value.cases:
                found[key] = value
            elif cases:
                found[key] = Value(key, (now or value).name, (now or value).names, cases)
        for key in added.keys() - self.keys():
            cases = moves.after(FrozenBitMap(), added[key].cases)
            found[key] = Value(key, added[key].name, added[key].names, cases)
        return found


def largest(counts: dict[str, int], most: int) -> tuple[dict[str, int], int]:
    """Return the `most` largest counts, with all that equal the last, and the number of counts."""
    # Sorting the numbers first is faster: most values are not shown.
    least = sorted(counts.values())[-most] if len(counts) > most else 0
    return {key: count for key, count in counts.items() if count >= least}, len(counts)


def language_name(code: str) -> str:
    """Return the name of a language in the active language, from CLDR."""
    name = languages(get_language() or "en").get(code, code)
    return name[:1].upper() + name[1:]
