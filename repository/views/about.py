from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from repository.http import public_page
from repository.models import Series
from repository.views.evidence import evidence_groups


@public_page
def about(request: HttpRequest) -> HttpResponse:
    """Aims, origin and rights of the collection, and how it is made."""
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
    return render(request, "repository/about.html", context)
