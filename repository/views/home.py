from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from repository import atlas
from repository.facets import facet_index
from repository.http import public_page
from repository.models import Appearance, CaseStudy, Practice, Series, Webinar

NEWEST = 6


@public_page
def home(request: HttpRequest) -> HttpResponse:
    """What this is, the map, the figures, the newest cases and the themes."""
    index = facet_index(request.edition)
    series = Series.objects.select_related("report").first()
    themes = sorted(
        index.values["theme"].values(), key=lambda value: (-value.cases.bit_count(), value.key)
    )
    context = {
        "map": atlas.draw(request.edition),
        "cases": CaseStudy.objects.published().newest().for_cards()[:NEWEST],
        "case_count": len(index.cases),
        "webinar_count": Webinar.objects.count(),
        "talk_count": Appearance.objects.count(),
        "practice_count": Practice.objects.count(),
        "region_count": len(index.values["region"]),
        "themes": [
            {"slug": value.key, "label": value.label("theme"), "count": value.cases.bit_count()}
            for value in themes
        ],
        "series": series,
        "evidence": series.evidence.all() if series else [],
    }
    return render(request, "repository/home.html", context)
