"""Cases for cities, read from the database in a fixed number of queries."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from heapq import nlargest

from django.db.models import Q, QuerySet, Value

from community.models import User
from partnerships.cases_for_cities import needs
from partnerships.cases_for_cities.collection import Places, facts_of, places
from partnerships.cases_for_cities.ranking import Case, Context, Reader, Suggested, suggest
from partnerships.models import Representation
from repository.cases.facets import all_counts, named
from repository.models import CaseFacet, CaseStudy, City
from repository.pages.editions import cached_by_edition

# Cases on each page, and cities of a member for which they are chosen.
SHOWN, CITIES = 3, 3
# How many places of similar setting are looked at.
SIMILAR_PLACES = 30
# How many cases are compared, the newest for each kind of reason, and their facets that are. Every
# case has "all".
MOST_CASES = 300
COMPARED = ("all", "practice", "theme", "city", "country")


@dataclass(frozen=True)
class Entry:
    """A line of a list: a case with its title and why it is suggested."""

    case: CaseStudy
    suggested: Suggested


@cached_by_edition(200)
def for_page_of(edition: str, city: int) -> list[Suggested]:
    """Return cases for the page of a city, by what everybody may read."""
    cities = with_facts(City.objects.filter(pk=city))
    return suggested_for(readers_of(cities, needs.public_rows()), edition)


def cities_of(user: User) -> list[City]:
    """Return the first cities that a member represents, in one query."""
    return with_facts(City.objects.filter(pk__in=Representation.objects.cities_of(user)))


def for_own(cities: list[City], edition: str) -> list[Suggested]:
    """Return cases for cities that the reader represents, also by their own open requests.

    At most eight queries; none without a city.
    """
    return suggested_for(readers_of(cities, needs.own_rows()), edition)


def with_facts(cities: QuerySet) -> list[City]:
    return list(cities.select_related("country", "profile").order_by("name", "slug")[:CITIES])


def readers_of(cities: list[City], rows: Mapping[str, QuerySet]) -> list[Reader]:
    """Return the cities with what they need, by rows of needs and requests."""
    if not cities:
        return []
    wanted = needs.wanted_by([city.pk for city in cities], rows)
    return [
        Reader(city, facts_of(city), tuple(each for each in wanted if each.city == city.pk))
        for city in cities
    ]


def suggested_for(readers: list[Reader], edition: str) -> list[Suggested]:
    """Return the most useful cases for any of the cities.

    Never their own cases, and samples only for sample cities. Four queries, and those for meaning.
    """
    if not readers:
        return []
    close = needs.close_cases(each for reader in readers for each in reader.wanted)
    slugs = [reader.city.slug for reader in readers]
    own = CaseStudy.objects.published().filter(cities__slug__in=slugs).order_by("practices__slug")
    shared = set(own.values_list("cities", "practices__slug"))
    compared = [
        replace(
            reader,
            close={case: each for (city, case), each in close.items() if city == reader.city.pk},
            shared=tuple(slug for city, slug in shared if city == reader.city.pk and slug),
        )
        for reader in readers
    ]
    where = places(edition)
    names = named(
        edition,
        {
            "practice": {slug for each in compared for slug in (*each.practices, *each.shared)},
            "theme": {slug for each in compared for slug in each.themes},
        },
    )
    context = Context(all_counts(edition), where, names)
    return suggest(with_pools(compared, where, without=slugs), context, most=SHOWN)


def with_pools(readers: list[Reader], where: Places, *, without: list[str]) -> list[Reader]:
    """Return the readers with the cases that may have a reason, in two queries."""
    first, *others = (
        rows.values_list(Value(number), "case")[:MOST_CASES]
        for number, reader in enumerate(readers)
        for rows in pools(reader, where, without)
    )
    pools_of: dict[int, list[int]] = {}
    for number, case in first.union(*others):
        pools_of.setdefault(number, []).append(case)
    cases = cases_by_key({case for pool in pools_of.values() for case in pool})
    return [
        replace(reader, pool=tuple(cases[case] for case in pools_of.get(number, ())))
        for number, reader in enumerate(readers)
    ]


def pools(reader: Reader, where: Places, without: list[str]) -> Iterator[QuerySet]:
    """Yield the newest cases for each kind of reason, except those of some cities."""
    likeness = where.likeness(reader.facts)
    nearest = set(nlargest(SIMILAR_PLACES, range(len(likeness)), key=likeness.__getitem__))
    compared = CaseFacet.objects.of("all", "")
    if not reader.city.is_sample:
        compared = compared.real()
    own = CaseFacet.objects.filter(facet="city", key__in=without)
    compared = compared.exclude(case__in=own.values("case")).newest()
    near = Q()
    for facet, rows in (("city", where.cities), ("country", where.countries)):
        near |= Q(facet=facet, key__in=[key for key, row in rows.items() if row in nearest])
    for condition in [
        near,
        Q(facet="practice", key__in=reader.practices),
        Q(facet="theme", key__in=reader.themes),
        Q(facet="practice", key__in=reader.shared),
    ]:
        having = CaseFacet.objects.filter(condition).values("case")
        yield compared.filter(case__in=having)
    yield compared.filter(case__in=list(reader.close))


def cases_by_key(pks: Collection[int]) -> dict[int, Case]:
    """Load what is compared of cases, with one query."""
    rows = CaseFacet.objects.filter(case__in=pks, facet__in=COMPARED).order_by("case_id", "key")
    found: dict[int, Case] = {}
    for pk, facet, key, is_sample, published_at in rows.values_list(
        "case", "facet", "key", "is_sample", "published_at"
    ):
        case = found.setdefault(pk, Case(pk, is_sample, published_at, {}))
        case.keys.setdefault(facet, []).append(key)
    return found


def with_titles(found: list[Suggested]) -> list[Entry]:
    """Load what a list of titles shows, in one query; none without cases."""
    if not found:
        return []
    cases = CaseStudy.objects.published().only("slug", "title", "language", "status", "is_sample")
    loaded = cases.in_bulk([each.case for each in found])
    return [Entry(loaded[each.case], each) for each in found if each.case in loaded]


def with_cards(found: list[Suggested]) -> list[Entry]:
    """Load what cards show, in six queries; none without cases."""
    chosen = {each.case: each for each in found}
    cases = CaseStudy.objects.cards_of(list(chosen)) if chosen else []
    return [Entry(case, chosen[case.pk]) for case in cases]
