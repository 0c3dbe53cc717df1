"""Cases for cities, read from the database in a fixed number of queries."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.db.models import QuerySet

from community.models import User
from partnerships.cases_for_cities import needs
from partnerships.cases_for_cities.collection import facts_of, places
from partnerships.cases_for_cities.ranking import Reader, Suggested, suggest
from partnerships.models import Representation
from repository.cases.facets import facet_index
from repository.models import CaseStudy, City
from repository.pages.editions import cached_by_edition

# Cases on each page, and cities of a member for which they are chosen.
SHOWN, CITIES = 3, 3


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

    At most four queries; none without a city.
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
    """Return the most useful cases for any of the cities."""
    if not readers:
        return []
    close = needs.close_cases(each for reader in readers for each in reader.wanted)
    compared = [
        replace(
            reader,
            close={case: each for (city, case), each in close.items() if city == reader.city.pk},
        )
        for reader in readers
    ]
    return suggest(compared, facet_index(edition), places(edition), most=SHOWN)


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
