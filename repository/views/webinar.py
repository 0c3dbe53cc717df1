from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from repository.http import public_page
from repository.models import Appearance, CaseStudy, Series, Webinar
from repository.schema_org import webinar_schema
from repository.views.evidence import evidence_groups
from repository.views.lists import page_of


@public_page
def webinar_list(request: HttpRequest) -> HttpResponse:
    """The series with their webinars and who spoke in them."""
    appearances = Appearance.objects.select_related("speaker")
    webinars = (
        Webinar.objects.public()
        .select_related("series")
        .prefetch_related(Prefetch("appearances", appearances))
        .order_by("-series__start", "series", "number")
    )
    series = Series.objects.public().prefetch_related("organizers").select_related("report").first()
    evidence = list(series.evidence.select_related("reference", "webinar")) if series else []
    context = {
        "section": "webinars",
        "page": page_of(webinars, request, size=30),
        "series": series,
        "groups": evidence_groups(evidence, headlines=True),
        "missing": [row for row in evidence if row.is_missing],
    }
    return render(request, "repository/webinar_list.html", context)


@public_page
def webinar_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """One webinar: what it was about, who spoke, recording and slides, cases it led to."""
    webinars = Webinar.objects.visible_to(request.user).select_related("series")
    webinar = get_object_or_404(webinars, slug=slug)
    appearances = list(webinar.appearances.select_related("speaker"))
    url = request.build_absolute_uri(webinar.get_absolute_url())
    context = {
        "section": "webinars",
        "webinar": webinar,
        "appearances": appearances,
        "cases": CaseStudy.objects.published().filter(webinars=webinar).newest().for_cards()[:24],
        "practices": webinar.practices.all(),
        "cities": webinar.cities.select_related("country"),
        "countries": webinar.countries.all(),
        "schema": webinar_schema(webinar, [row.speaker for row in appearances], url=url),
        "url": url,
    }
    response = render(request, "repository/webinar_detail.html", context)
    if webinar.is_draft:
        response.headers["Cache-Control"] = "private, no-store"
    return response
