from heapq import nsmallest

from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render

from repository.cases.facets import Count, Counts, all_counts, newest_page, practices_shown
from repository.maps import atlas
from repository.models import (
    CaseFacet,
    CaseStatus,
    CaseStudy,
    City,
    Country,
    Practice,
    Speaker,
)
from repository.pages.editions import PublicHttpRequest
from repository.pages.http import public_page
from repository.pages.lists import page_of
from repository.pages.schema_org import city_schema, country_schema
from repository.places import areas, peers
from repository.places.ordering import by_cases
from repository.places.with_cases import places_with_cases
from repository.practices.known import practices_of
from repository.text.sorting import sort_key
from repository.translations.reading import CARD, translate

# How many cases, and how many practices and people, the page of a city shows.
CASES, SHOWN = 12, 24
# How many cities and practices the page of a country shows.
MOST_CITIES, MOST_PRACTICES = 60, 40


@public_page(parameters=["page", "region", "country"])
def city_list(request: PublicHttpRequest) -> HttpResponse:
    """Show the map, its places as a list, and countries with cases that have no city.

    `region` or `country` enlarges a part of the map and narrows the list to it.
    """
    area = areas.asked(request.GET.get("region", ""), request.GET.get("country", ""))
    counts = all_counts(request.edition)
    page = page_of(by_cases(area).select_related("country"), request, size=60)
    page.object_list = list(page.object_list)
    for city in page.object_list:
        count = count_on(city, counts.of("city", city.slug))
        city.case_count, city.sample_count = count
    shown = places_with_cases(request.edition, atlas.MOST_CITIES)
    countries = Country.objects.filter(pk__in=shown.countries, **area.countries)
    context = {
        "section": "places",
        "map": atlas.draw_area(request.edition, region=area.region, country=area.country),
        "areas": areas.with_places(request.edition, area),
        "area": area,
        "page": page,
        "countries": sorted(countries, key=lambda country: sort_key(country.localized_name)),
    }
    return render(request, "repository/places/city_list.html", context)


def count_on(city: City, count: Count) -> Count:
    """Return the number of its cases to show: all cases of a sample city are samples, like it."""
    return Count(count.total, 0) if city.is_sample else count


@public_page(parameters=["page"])
def city_detail(request: PublicHttpRequest, slug: str) -> HttpResponse:
    """Show a city with its cases, people and practices."""
    city = get_object_or_404(City.objects.select_related("country"), slug=slug)
    count, page = newest_page(request, "city", slug, size=CASES)
    cases = CaseFacet.objects.of("city", slug)
    shown = practices_shown(cases if city.is_sample else cases.real())
    practices = by_name(practices_of(shown, request.edition))[:SHOWN]
    surroundings = atlas.surroundings(request.edition, city=city, country=city.country)
    url = request.build_absolute_uri(city.get_absolute_url())
    webinars = list(city.webinars.public().select_related("series")[:40])
    translate(("case", page.object_list), only=CARD)
    translate(("city", [city]), ("webinar", webinars))
    context = {
        "section": "places",
        "city": city,
        "map": surroundings and atlas.draw_surroundings(surroundings),
        "size": peers.size_among(city, peers.peers(request.edition)),
        "page": page,
        "count": count_on(city, count),
        "practices": practices,
        "speakers": speakers_of(city)[:SHOWN],
        "webinars": webinars,
        "schema": city_schema(city, url=url),
        "url": url,
    }
    return render(request, "repository/places/city_detail.html", context)


def speakers_of(city: City) -> QuerySet[Speaker]:
    """Return the people of its organisations, and those who present its cases."""
    presenters = CaseStudy.speakers.through.objects.filter(
        casestudy__cities=city, casestudy__status=CaseStatus.PUBLISHED
    )
    return (
        Speaker.objects.public()
        .filter(Q(organization__city=city) | Q(pk__in=presenters.values("speaker")))
        .select_related("organization")
        .only("slug", "name", "organization__name")
    )


@public_page(parameters=["page"])
def country_detail(request: PublicHttpRequest, iso2: str) -> HttpResponse:
    """Show a country with its groups, cities, cases and people."""
    if iso2 != iso2.lower():
        raise Http404
    country = get_object_or_404(Country, iso2=iso2.upper())
    counts = all_counts(request.edition)
    count, page = newest_page(request, "country", country.iso2, size=CASES)
    cases = CaseFacet.objects.of("country", country.iso2)
    shown = practices_shown(cases.real())
    practices = by_name(practices_of(shown, request.edition))[:MOST_PRACTICES]
    url = request.build_absolute_uri(country.get_absolute_url())
    surroundings = atlas.surroundings(request.edition, country=country)
    cities = with_most_cases(country, counts)
    samples = [city for city in cities if city.is_sample]
    webinars = list(country.webinars.public().select_related("series")[:40])
    translate(("case", page.object_list), ("webinar", webinars), only=CARD)
    context = {
        "section": "places",
        "country": country,
        "map": surroundings and atlas.draw_surroundings(surroundings),
        "peers": peers.countries_by_cases(counts, country.iso2),
        "page": page,
        "count": count,
        "cities": cities,
        "city_count": len(cities) - len(samples),
        "city_samples": len(samples),
        "practices": practices,
        "speakers": country.speakers.public().select_related("organization")[:60],
        "webinars": webinars,
        "schema": country_schema(country, url=url),
        "url": url,
    }
    return render(request, "repository/places/country_detail.html", context)


def by_name(practices: list[Practice]) -> list[Practice]:
    return sorted(practices, key=lambda practice: sort_key(practice.name))


def with_most_cases(country: Country, counts: Counts) -> list[City]:
    """Return the cities of a country with most cases, in two queries."""
    known = country.cities.values_list("slug", "name", "pk")
    chosen = nsmallest(
        MOST_CITIES, known, key=lambda row: (-counts.of("city", row[0]).total, *row[1:])
    )
    cities = City.objects.in_bulk([pk for _slug, _name, pk in chosen])
    return [cities[pk] for _slug, _name, pk in chosen if pk in cities]
