"""Facets of the case list: counts of published cases for each value and combination.

They are counted in SQL, in the narrow table of case facets.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from heapq import nsmallest
from typing import Any, NamedTuple

from django.core.paginator import Page
from django.db import models
from django.db.models import F, Func, JSONField, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from repository.cases.models import CaseFacet
from repository.cases.values import Value
from repository.models import City, Practice, Tag, Theme
from repository.pages.editions import PublicHttpRequest, cached_by_edition
from repository.pages.lists import page_of

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


NONE = Count(0, 0)


@dataclass(frozen=True)
class Counts:
    """The number of cases with each value, by facet and key; values without cases are not there."""

    by_facet: Mapping[str, Mapping[str, Count]] = field(default_factory=dict)

    def __getitem__(self, facet: str) -> Mapping[str, Count]:
        return self.by_facet.get(facet, {})

    def of(self, facet: str, key: str) -> Count:
        return self[facet].get(key, NONE)

    @property
    def all(self) -> Count:
        return self.of("all", "")

    def most(
        self, facet: str, *, chosen: Collection[str] = (), most: int
    ) -> tuple[list[tuple[str, Count]], int]:
        """Return the values with most cases, at most `most`, and the number of values.

        Those that are chosen come first, also without cases.
        """
        found = {**dict.fromkeys(chosen, NONE), **self[facet]}
        first = nsmallest(most, found, key=lambda key: (key not in chosen, -found[key].total, key))
        return [(key, found[key]) for key in first], len(found)


def counts_in(*parts: QuerySet[CaseFacet]) -> Counts:
    """Count the cases of the rows for each value, with one query; no two parts have the same."""
    numbers = {
        "total": models.Count("case"),
        "samples": models.Count("case", filter=Q(is_sample=True)),
    }
    first, *others = (
        rows.order_by().values_list("facet", "key").annotate(**numbers) for rows in parts
    )
    found: dict[str, dict[str, Count]] = {}
    for facet, key, total, of_samples in first.union(*others, all=True) if others else first:
        found.setdefault(facet, {})[key] = Count(total - of_samples, of_samples)
    return Counts(found)


@cached_by_edition()
def all_counts(_edition: str) -> Counts:
    """Return the counts of all published cases, kept for an edition: most pages need some."""
    return counts_in(CaseFacet.objects.all())


def counts_of(
    edition: str, chosen: Mapping[str, Sequence[str]], among: Sequence[int] | None = None
) -> Counts:
    """Return the counts of the values chosen, among some cases or all; at most one query.

    The counts of the values of a facet leave out what is chosen of it.
    """
    if among is None and not any(chosen.values()):
        return all_counts(edition)
    rows = CaseFacet.objects.all() if among is None else CaseFacet.objects.filter(case__in=among)
    limited = [facet for facet, keys in chosen.items() if keys]
    others = [facet for facet in ("all", *FACETS) if facet not in limited]
    found = rows.filter(facet__in=others).matching(chosen)
    if among is None and len(limited) == 1:
        [facet] = limited
        return Counts({**counts_in(found).by_facet, facet: all_counts(edition)[facet]})
    # Each part reads the rows of the cases found. One condition for all would read all rows.
    own = (rows.filter(facet=facet).matching({**chosen, facet: []}) for facet in limited)
    return counts_in(found, *own)


def practice_counts(edition: str, slugs: Iterable[str]) -> list[Count]:
    """Return the number of published cases with each of the practices."""
    counts = all_counts(edition)
    return [counts.of("practice", slug) for slug in slugs]


def newest_page(
    request: PublicHttpRequest, facet: str, key: str, *, size: int, also: Sequence[str] = ()
) -> tuple[Count, Page]:
    """Return the number of published cases with a value, and the requested page of them.

    They are listed newest first, loaded for cards; `also` names further columns.
    """
    count = all_counts(request.edition).of(facet, key)
    rows = CaseFacet.objects.of(facet, key).newest()
    page = page_of(rows, request, size=size, count=count.total)
    page.object_list = page.object_list.cards(also=also)
    return count, page


def practices_shown(cases: QuerySet[CaseFacet]) -> list[str]:
    """Return the slugs of the practices that any of the cases shows."""
    rows = CaseFacet.objects.filter(facet="practice", case__in=cases.values("case"))
    return list(rows.order_by("key").values_list("key", flat=True).distinct())


def translated_names(kind: str, *more: str) -> Func:
    names = Func(
        models.Value(kind), "pk", function="repository_translated_names", output_field=JSONField()
    )
    return Func(
        *more, names, template="(%(expressions)s)", arg_joiner=" || ", output_field=JSONField()
    )


def values_in(facet: str, rows: QuerySet, names: Any) -> QuerySet:
    return rows.order_by().values_list(models.Value(facet), "slug", "name", names)


@cached_by_edition()
def topics(_edition: str) -> dict[tuple[str, str], Value]:
    """Return all themes and practices, of which most pages name some, with one query."""
    themes = values_in("theme", Theme.objects.all(), translated_names("theme", "names"))
    practices = values_in("practice", Practice.objects.all(), translated_names("practice"))
    return {
        (facet, key): Value(key, name, names)
        for facet, key, name, names in themes.union(practices, all=True)
    }


def named(edition: str, wanted: Mapping[str, Iterable[str]]) -> dict[tuple[str, str], Value]:
    """Return values by facet and key, with their names; one query for cities and tags."""
    known = topics(edition)
    found = {
        (facet, key): known.get((facet, key)) or Value(key, key)
        for facet, keys in wanted.items()
        for key in keys
    }
    cities, tags = list(wanted.get("city", ())), list(wanted.get("tag", ()))
    if cities or tags:
        named_cities = values_in("city", City.objects.filter(slug__in=cities), F("names"))
        nothing = models.Value({}, JSONField())
        named_tags = values_in("tag", Tag.objects.filter(slug__in=tags), nothing)
        for facet, key, name, names in named_cities.union(named_tags, all=True):
            found[facet, key] = Value(key, name, names)
    return found
