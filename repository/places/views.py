from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from repository.cases.facets import facet_index
from repository.maps import atlas
from repository.models import CaseStatus, CaseStudy, City, Country, Practice, Speaker
from repository.pages.editions import Known, per_edition
from repository.pages.http import public_page
from repository.pages.lists import cards_page, page_of
from repository.pages.schema_org import city_schema, country_schema
from repository.places.gazetteer import fold

PUBLISHED = Q(cases__status="published")
# Practices and people of one city that its page names.
SHOWN = 24
# What a city has takes up to 30 KB of memory.
MOST_KNOWN = 300


@public_page(parameters=["page"])
def city_list(request: HttpRequest) -> HttpResponse:
    """The map, the same places as a list, and countries with cases of no single city."""
    cities = (
        City.objects.select_related("country")
        .annotate(case_count=Count("cases", filter=PUBLISHED, distinct=True))
        .order_by("-case_count", "name", "slug")
    )
    context = {
        "section": "places",
        "map": atlas.picture(request.edition, request.page_version),
        "page": page_of(cities, request, size=60),
        "countries": sorted(
            Country.objects.with_published_cases(), key=lambda country: fold(country.localized_name)
        ),
    }
    return render(request, "repository/places/city_list.html", context)


@public_page(parameters=["page"])
def city_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """One city with its cases, people and practices."""
    city = get_object_or_404(City.objects.select_related("country"), slug=slug)
    index = facet_index(request.edition)
    cases = index.having("city", [city.slug])
    practices, people, webinars = city_parts(city, request.edition)
    url = request.build_absolute_uri(city.get_absolute_url())
    context = {
        "section": "places",
        "city": city,
        "page": cards_page(index.members(cases), request, size=12),
        "practices": practices,
        "people": people,
        "webinars": webinars,
        "schema": city_schema(city, url=url),
        "url": url,
    }
    return render(request, "repository/places/city_detail.html", context)


@per_edition
def known_parts() -> Known[tuple[str | None, int], list[SafeString]]:
    """What stands on the pages of cities in this edition, by language and primary key."""
    return Known(MOST_KNOWN)


def city_parts(city: City, edition: str) -> list[SafeString]:
    """Practices, people and webinars of a city, each as HTML that is empty where there are none."""
    known, key = known_parts(edition), (get_language(), city.pk)
    if parts := known.get(key):
        return parts
    index = facet_index(edition)
    shown = index.shown_by(index.having("city", [city.slug]), "practice", most=SHOWN)
    presenters = CaseStudy.speakers.through.objects.filter(
        casestudy__cities=city, casestudy__status=CaseStatus.PUBLISHED
    )
    speakers = (
        Speaker.objects.public()
        .filter(Q(organization__city=city) | Q(pk__in=presenters.values("speaker")))
        .select_related("organization")
    )
    context = {
        "practices": Practice.objects.filter(slug__in=shown).only("slug", "name", "summary"),
        "speakers": speakers.only("slug", "name", "organization__name")[:SHOWN],
        "webinars": city.webinars.public()[:40],
    }
    parts = [
        render_to_string(f"repository/{part}.html", context)
        for part in ("practices/_practices", "people/_people", "webinars/_webinar_links")
    ]
    known[key] = parts
    return parts


@public_page(parameters=["page"])
def country_detail(request: HttpRequest, iso2: str) -> HttpResponse:
    """One country with the groups it is counted in, its cities, cases and people."""
    if iso2 != iso2.lower():
        raise Http404
    country = get_object_or_404(Country, iso2=iso2.upper())
    cities = country.cities.annotate(
        case_count=Count("cases", filter=PUBLISHED, distinct=True)
    ).order_by("-case_count", "name")
    index = facet_index(request.edition)
    cases = index.having("country", [country.iso2])
    practices = Practice.objects.filter(slug__in=index.shown_by(cases, "practice", most=40))
    url = request.build_absolute_uri(country.get_absolute_url())
    context = {
        "section": "places",
        "country": country,
        "page": cards_page(index.members(cases), request, size=12),
        "cities": cities[:60],
        "practices": practices.only("slug", "name", "summary"),
        "speakers": country.speakers.public().select_related("organization")[:60],
        "webinars": country.webinars.public()[:40],
        "schema": country_schema(country, url=url),
        "url": url,
    }
    return render(request, "repository/places/country_detail.html", context)
