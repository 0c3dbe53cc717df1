"""A value of a facet, such as a city, with its cases."""

from array import array
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.translation import get_language

from repository.cases.bitmaps import Members, bits
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


def language_name(code: str) -> str:
    """Return the name of a language in the active language, from CLDR."""
    name = languages(get_language() or "en").get(code, code)
    return name[:1].upper() + name[1:]
