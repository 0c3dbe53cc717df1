from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from repository import atlas
from repository.facets import facet_index
from repository.http import public_page
from repository.models import Appearance, Practice, Series, Webinar
from repository.per_edition import per_edition
from repository.views.lists import cards

NEWEST = 6


@per_edition
def counts() -> dict[str, int]:
    return {
        "webinar_count": Webinar.objects.count(),
        "talk_count": Appearance.objects.count(),
        "practice_count": Practice.objects.count(),
    }


@public_page
def home(request: HttpRequest) -> HttpResponse:
    """What this is, the map, the figures, the newest cases and the themes."""
    index = facet_index(request.edition)
    series = Series.objects.select_related("report").first()
    themes = sorted(
        index.values["theme"].values(), key=lambda value: (-value.cases.bit_count(), value.key)
    )
    context = {
        "map": atlas.picture(request.edition),
        "cases": cards(index.cases[:NEWEST]),
        "case_count": len(index.cases),
        **counts(request.edition),
        "region_count": len(index.values["region"]),
        "themes": [
            {"slug": value.key, "label": value.label("theme"), "count": value.cases.bit_count()}
            for value in themes
        ],
        "series": series,
        "evidence": series.evidence.filter(is_headline=True, is_missing=False) if series else [],
    }
    return render(request, "repository/home.html", context)
