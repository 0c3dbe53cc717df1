"""The values of a facet, such as practices, each with its cases."""

from array import array
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self

from django.utils.translation import get_language

from repository.cases.bitmaps import Members, Rows, bits, union
from repository.cases.moves import Moves
from repository.places.country_names import country_name
from repository.places.models import REGIONS, languages
from repository.themes.models import TITLES as GOALS

# Shared by the values without names in other languages, of which there may be many.
NO_NAMES: Mapping[str, str] = {}


@dataclass(slots=True)
class Value:
    """A value of a facet: its key in the URL, its name, and the set of its cases.

    `members` is a bitmap or, of a rare value, an array of indexes in ascending order; `total` is
    their number.
    """

    key: str
    name: str
    names: Mapping[str, str]
    members: Members
    total: int = field(init=False)

    def __post_init__(self) -> None:
        is_rare = isinstance(self.members, array)
        self.total = len(self.members) if is_rare else self.members.bit_count()

    @property
    def cases(self) -> int:
        """Return the set of cases as a bitmap."""
        return bits(self.members) if isinstance(self.members, array) else self.members

    @property
    def newest(self) -> int:
        """Return the index of the newest case."""
        if isinstance(self.members, array):
            return self.members[-1]
        return self.members.bit_length() - 1

    def count_in(self, cases: int, flagged: bytes) -> int:
        """Return the number of cases in a set, given also as `flags`."""
        if isinstance(self.members, array):
            return sum(map(flagged.__getitem__, self.members))
        return (self.members & cases).bit_count()

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

    def union(self) -> int:
        """Return the set of cases that have any of the values."""
        return union(value.members for value in self.values())

    def total(self, key: str) -> int:
        """Return the number of cases with a value."""
        value = self.get(key)
        return value.total if value else 0

    def totals(self) -> dict[str, int]:
        """Return the number of cases with each value."""
        return {key: value.total for key, value in self.items()}

    def counts(self, cases: int, flagged: bytes) -> dict[str, int]:
        """Return the number of cases in a set, given also as `flags`, with each value of any."""
        counts = {key: value.count_in(cases, flagged) for key, value in self.items()}
        return {key: count for key, count in counts.items() if count}

    def rows(self, cases: int) -> Rows:
        """Return the keys for each of so many cases."""
        keys = sorted(self)
        return Rows.of(keys, [self[key].members for key in keys], cases)

    def changed(self, moves: Moves, added: Mapping[str, Value]) -> Self:
        """Return the values after changes to some cases; `added` are those of these cases now.

        They are the same objects if nothing has changed.
        """
        found = type(self)()
        for key, value in self.items():
            now = added.get(key)
            members = moves.after(value.members, moves.put_of(now.members) if now else ())
            if members is value.members:
                found[key] = value
            elif members:
                found[key] = Value(key, (now or value).name, (now or value).names, members)
        for key in added.keys() - self.keys():
            members = moves.after(0, moves.put_of(added[key].members))
            found[key] = Value(key, added[key].name, added[key].names, members)
        return found


def language_name(code: str) -> str:
    """Return the name of a language in the active language, from CLDR."""
    name = languages(get_language() or "en").get(code, code)
    return name[:1].upper() + name[1:]
