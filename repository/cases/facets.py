"""Facets of the case list: counts of published cases for each value and combination.

A set of cases is an integer bitmap whose bit i is the i-th published case, newest first.
Intersection and union are single operations on integers, so that all counts of a page cost less
than one query, with ten cases or ten thousand. The sets of rare values are stored as arrays of
their indexes, which take less memory.
"""

import json
from array import array
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from heapq import nsmallest
from itertools import chain, compress

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from repository.cases.bitmaps import Members, PlaceByKey, Rows, bits, flags, lowest, places, stored
from repository.pages.editions import Known, Part, Tokens, per_edition
from repository.places.country_names import country_name
from repository.places.landlocked import NOT_DEVELOPING
from repository.places.models import REGIONS, languages
from repository.replicas import chunked_cursor_to_read
from repository.text.sorting import sort_key
from repository.themes.models import TITLES as GOALS

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
# One row for each value of each facet, with the cases that have it. One statement instead of
# eight, so that the first view of an edition needs only one more query.
QUERY = """
WITH published AS (
    -- Samples come after all real cases.
    SELECT id, language, is_sample,
        row_number() OVER (ORDER BY is_sample, published_at DESC, id DESC) - 1 AS place
    FROM repository_casestudy WHERE status = 'published'
), countries AS (
    SELECT casestudy_id, country_id FROM repository_casestudy_countries
    UNION SELECT cc.casestudy_id, city.country_id
    FROM repository_casestudy_cities cc JOIN repository_city city ON city.id = cc.city_id
)
SELECT 'all', '', '', '{}', array_agg(id ORDER BY place) FROM published
UNION ALL SELECT 'sample', '', '', '{}', array_agg(place) FROM published WHERE is_sample
UNION ALL SELECT 'theme', t.slug, t.name,
        (t.names || repository_translated_names('theme', t.id))::text, array_agg(p.place)
    FROM published p JOIN repository_casestudy_themes x ON x.casestudy_id = p.id
    JOIN repository_theme t ON t.id = x.theme_id GROUP BY t.id
-- The first theme of a case is its main one.
UNION ALL SELECT 'main', t.slug, '', '{}', array_agg(p.place)
    FROM published p JOIN (
        SELECT DISTINCT ON (casestudy_id) casestudy_id, theme_id
        FROM repository_casestudy_themes ORDER BY casestudy_id, id
    ) x ON x.casestudy_id = p.id
    JOIN repository_theme t ON t.id = x.theme_id GROUP BY t.id
UNION ALL SELECT 'practice', t.slug, t.name,
        repository_translated_names('practice', t.id)::text, array_agg(p.place)
    FROM published p JOIN repository_casestudy_practices x ON x.casestudy_id = p.id
    JOIN repository_practice t ON t.id = x.practice_id GROUP BY t.id
UNION ALL SELECT 'goal', x.goal_id::text, '', '{}', array_agg(p.place)
    FROM published p JOIN repository_casestudy_goals x ON x.casestudy_id = p.id GROUP BY x.goal_id
UNION ALL SELECT 'country', x.country_id, '', '{}', array_agg(p.place)
    FROM published p JOIN countries x ON x.casestudy_id = p.id GROUP BY x.country_id
UNION ALL SELECT 'region', c.region, c.region, '{}', array_agg(DISTINCT p.place)
    FROM published p JOIN countries x ON x.casestudy_id = p.id
    JOIN repository_country c ON c.iso2 = x.country_id WHERE c.region <> '' GROUP BY c.region
UNION ALL SELECT 'city', t.slug, t.name, t.names::text, array_agg(p.place)
    FROM published p JOIN repository_casestudy_cities x ON x.casestudy_id = p.id
    JOIN repository_city t ON t.id = x.city_id GROUP BY t.id
UNION ALL SELECT 'language', p.language, '', '{}', array_agg(p.place)
    FROM published p GROUP BY p.language
UNION ALL SELECT 'tag', t.slug, t.name, '{}', array_agg(p.place)
    FROM published p JOIN repository_taggeditem x ON x.object_id = p.id
    JOIN django_content_type k ON k.id = x.content_type_id
        AND k.app_label = 'repository' AND k.model = 'casestudy'
    JOIN repository_tag t ON t.id = x.tag_id GROUP BY t.id
-- The types of places, as far as they are known.
UNION ALL SELECT 'trait', k.trait, k.value, '{}', array_agg(DISTINCT p.place)
    FROM published p JOIN repository_casestudy_cities x ON x.casestudy_id = p.id
    JOIN repository_city t ON t.id = x.city_id, LATERAL (VALUES
        ('landlocked', '', NOT t.has_sea_port), ('sea', '', t.has_sea_port),
        ('dry', '', t.has_dry_port), ('rail', '', t.has_rail_hub), ('air', '', t.has_air_hub),
        ('size', width_bucket(t.population, %(sizes)s)::text, t.population IS NOT NULL)
    ) AS k (trait, value, holds) WHERE k.holds GROUP BY k.trait, k.value
UNION ALL SELECT 'trait', k.trait, k.value, '{}', array_agg(DISTINCT p.place)
    FROM published p JOIN countries x ON x.casestudy_id = p.id
    JOIN repository_country c ON c.iso2 = x.country_id, LATERAL (VALUES
        ('landlocked', '', c.is_lldc OR c.iso2 = ANY(%(landlocked)s)),
        ('ldc', '', c.is_ldc), ('sids', '', c.is_sids),
        ('income', c.income_group, c.income_group <> ''),
        ('subregion', c.subregion, c.subregion <> '')
    ) AS k (trait, value, holds) WHERE k.holds GROUP BY k.trait, k.value
"""
# Samples come last, as in the index.
TITLES = """
SELECT id FROM repository_casestudy WHERE status = 'published'
ORDER BY is_sample, lower(unaccent(title)), published_at DESC, id DESC
"""
# Populations from which a city belongs to the next larger class, by the classes of the United
# Nations (World Urbanization Prospects).
SIZES = [500_000, 1_000_000, 5_000_000, 10_000_000]


# With more values than this, and a selection of at most one case in `SMALL`, count the values of
# the cases instead of the cases of each value.
FEW_VALUES, SMALL = 20, 16
# The counts of all facets for one selection take about 10 KB of memory.
MAX_COUNTED = 400

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
            return self.members[0]
        return lowest(self.members)

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


@dataclass
class FacetIndex:
    """The published cases of one edition, indexed by facet.

    `cases` are primary keys, newest first; `values` are the values of each facet by key.
    """

    cases: Sequence[int] = field(default_factory=list)
    values: dict[str, dict[str, Value]] = field(
        default_factory=lambda: {facet: {} for facet in FACETS}
    )
    # The set of sample cases, which come last.
    samples: int = 0
    # The set of cases of each main theme, by slug.
    main_themes: dict[str, int] = field(default_factory=dict)
    # The set of cases in each type of place, such as ("landlocked", "") or ("income", "low").
    traits: dict[tuple[str, str], int] = field(default_factory=dict)

    def __post_init__(self):
        self.everything = (1 << len(self.cases)) - 1
        self.real = self.everything & ~self.samples
        self._rows: dict[str, Rows] = {}
        self._ordered: tuple[Sequence[int], Sequence[int], Sequence[int]] | None = None
        self._counted: Known[int, dict[tuple[str, int], tuple[list[tuple[int, Value]], int]]]
        self._counted = Known(MAX_COUNTED)

    @cached_property
    def place(self) -> PlaceByKey:
        """Return the index of each case by primary key."""
        return PlaceByKey(self.cases)

    def set_of(self, pks: Iterable[int]) -> int:
        """Return the set of the published cases among `pks`."""
        return bits(self.place[pk] for pk in pks if pk in self.place)

    def having(self, facet: str, keys: Iterable[str]) -> int:
        """Return the set of cases that have any of the values `keys` of a facet."""
        found = 0
        for key in keys:
            if value := self.values[facet].get(key):
                found |= value.cases
        return found

    def having_any(self, facet: str) -> int:
        """Return the set of cases that have a value of a facet."""
        found, rare = 0, []
        for value in self.values[facet].values():
            if isinstance(value.members, array):
                rare.append(value.members)
            else:
                found |= value.members
        return found | bits(chain.from_iterable(rare))

    def count(self, facet: str, key: str) -> int:
        value = self.values[facet].get(key)
        return value.total if value else 0

    def counted(
        self, facet: str, cases: int, *, chosen: Collection[str], most: int
    ) -> tuple[list[tuple[int, Value]], int]:
        """Return the values of a facet with their counts among `cases`, and the number of values.

        Selected values come first, then those with the most cases, at most `most` in all; a value
        without cases is left out unless it is selected.
        """
        if chosen:
            return self._count(facet, cases, chosen, most)
        if (of_cases := self._counted.get(cases)) is None:
            of_cases = self._counted[cases] = {}
        if (known := of_cases.get((facet, most))) is None:
            known = of_cases[facet, most] = self._count(facet, cases, chosen, most)
        return known

    def _count(self, facet: str, cases: int, chosen: Collection[str], most: int):
        values = self.values[facet]
        counts = self.counts(facet, cases)
        kept = values.keys() & chosen
        number = len(counts) + sum(1 for key in kept if key not in counts)
        # Sorting the numbers first is faster: most values are not shown.
        least = sorted(counts.values())[-most] if len(counts) > most else 0
        found = [(False, -counts.get(key, 0), key) for key in kept]
        found += [
            (True, -count, key)
            for key, count in counts.items()
            if count >= least and key not in kept
        ]
        return [(-count, values[key]) for _last, count, key in sorted(found)[:most]], number

    def counts(self, facet: str, cases: int) -> dict[str, int]:
        """Return the number of `cases` for each value of a facet, without zeros."""
        values = self.values[facet]
        if cases == self.everything:
            return {key: value.total for key, value in values.items()}
        if len(values) > FEW_VALUES and cases.bit_count() * SMALL <= len(self.cases):
            return self.rows(facet).counts(places(cases))
        flagged = self.flags(cases)
        counts = {key: value.count_in(cases, flagged) for key, value in values.items()}
        return {key: count for key, count in counts.items() if count}

    def keys_of(self, facet: str, place: int) -> list[str]:
        """Return the sorted keys of a facet that the case with this index has."""
        values = self.values[facet]
        if len(values) > FEW_VALUES:
            return self.rows(facet)[place]
        return sorted(key for key, value in values.items() if value.cases >> place & 1)

    def in_order(self, pks: Sequence[int]) -> tuple[Sequence[int], Sequence[int]]:
        """Return the published cases among `pks`, and their indexes; remember the last answer."""
        if self._ordered is None or self._ordered[0] is not pks:
            known = array("Q", (pk for pk in pks if pk in self.place))
            self._ordered = pks, known, array("I", map(self.place.__getitem__, known))
        return self._ordered[1:]

    def rows(self, facet: str) -> Rows:
        """Return the keys of a facet for each case."""
        if facet not in self._rows:
            members = {key: value.members for key, value in self.values[facet].items()}
            self._rows[facet] = Rows(members, len(self.cases))
        return self._rows[facet]

    def flags(self, cases: int) -> bytes:
        """Return a set as one byte (1 or 0) for each case."""
        return flags(cases).ljust(len(self.cases), b"\0")

    def shown_by(self, cases: int, facet: str, *, most: int) -> list[str]:
        """Return the keys of values that any of the cases has, the first `most` by name."""
        found = (value for value in self.values[facet].values() if value.cases & cases)
        by_name = nsmallest(most, found, key=lambda value: sort_key(value.label(facet)))
        return [value.key for value in by_name]

    def members(self, cases: int) -> Sequence[int]:
        """Return the primary keys of a set, newest first."""
        if cases == self.everything:
            return self.cases
        return list(compress(self.cases, flags(cases)))


@per_edition(*INDEXED)
def facet_index() -> FacetIndex:
    """Build the index of the current edition with one query."""
    cases: Sequence[int] = []
    samples = 0
    main_themes: dict[str, int] = {}
    traits: dict[tuple[str, str], int] = {}
    values: dict[str, dict[str, Value]] = {facet: {} for facet in FACETS}
    with chunked_cursor_to_read() as cursor:
        cursor.execute(QUERY, {"sizes": SIZES, "landlocked": sorted(NOT_DEVELOPING)})
        # Row by row: fetching all at once would take ten times the memory of the result.
        for facet, key, name, names, members in cursor:
            if facet == "all":
                cases = array("Q", members or [])
            elif facet == "sample":
                samples = bits(members or [])
            elif facet == "main":
                main_themes[key] = bits(members)
            elif facet == "trait":
                # A place may be landlocked as a city and as a part of its country.
                traits[key, name] = traits.get((key, name), 0) | bits(members)
            else:
                names = json.loads(names) or NO_NAMES
                value = Value(key, name, names, stored(members, len(cases)))
                values[facet][key] = value
    return FacetIndex(cases, values, samples, main_themes, traits)


@per_edition(Part.CASES, Part.CASE_TEXTS)
def title_order() -> Sequence[int]:
    """Return the primary keys of the published cases in the order of their titles."""
    with chunked_cursor_to_read() as cursor:
        cursor.execute(TITLES)
        return array("Q", (pk for (pk,) in cursor))


def by_title(edition: Tokens, index: FacetIndex, cases: int) -> Sequence[int]:
    """Return the primary keys of a set, ordered by title."""
    pks, places = index.in_order(title_order(edition))
    if cases == index.everything:
        return pks
    return list(compress(pks, map(index.flags(cases).__getitem__, places)))


def language_name(code: str) -> str:
    """Return the name of a language in the active language, from CLDR."""
    name = languages(get_language() or "en").get(code, code)
    return name[:1].upper() + name[1:]
