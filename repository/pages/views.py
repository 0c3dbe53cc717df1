from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from repository.cases.facets import facet_index
from repository.evidence.arrangement import evidence_groups
from repository.maps import atlas
from repository.models import Appearance, CaseStudy, Evidence, Practice, Series, Webinar
from repository.pages.http import public_page
from repository.webinars.models import WebinarStatus

NEWEST = 6


@public_page
def about(request: HttpRequest) -> HttpResponse:
    """Show the aims, origin, rights and methods of the collection."""
    series = (
        Series.objects.public()
        .marking_figures()
        .select_related("report")
        .prefetch_related("organizers")
        .order_by("-has_figures", "-start", "slug")
        .first()
    )
    evidence = series.evidence.select_related("reference", "webinar") if series else []
    context = {
        "series": series,
        "groups": evidence_groups(evidence, headlines=True),
    }
    return render(request, "repository/pages/about.html", context)


@public_page
def home(request: HttpRequest) -> HttpResponse:
    """Show the home page: map, figures, newest cases and themes."""
    index = facet_index(request.edition)
    series = (
        Series.objects.public()
        .marking_figures()
        .select_related("report")
        .order_by("-has_figures", "-start", "slug")
        .first()
    )
    themes = sorted(
        index.values["theme"].values(), key=lambda value: (-value.cases.bit_count(), value.key)
    )
    held = Webinar.objects.filter(status=WebinarStatus.HELD)
    evidence = Evidence.objects.none()
    if series:
        headlines = series.evidence.filter(is_headline=True, is_missing=False)
        evidence = headlines.select_related("reference", "webinar")
    context = {
        "map": atlas.draw(request.edition, request.page_version),
        "cases": CaseStudy.objects.cards_of(index.cases[:NEWEST]),
        "case_count": len(index.cases),
        "next_webinar": Webinar.objects.upcoming().first(),
        "webinar_count": held.count(),
        "talk_count": Appearance.objects.filter(webinar__in=held).count(),
        "practice_count": Practice.objects.count(),
        "region_count": len(index.values["region"]),
        "themes": [
            {"slug": value.key, "label": value.label("theme"), "count": value.cases.bit_count()}
            for value in themes
        ],
        "series": series,
        "evidence": evidence,
    }
    return render(request, "repository/pages/home.html", context)
