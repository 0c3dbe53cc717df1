from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from repository.http import public_page
from repository.models import CaseStudy, Recommendation
from repository.views.lists import page_of


@public_page
def recommendation_list(request: HttpRequest) -> HttpResponse:
    """Policy recommendations and action points, each with the cases that support it."""
    cases = CaseStudy.objects.published().only("slug", "title", "language").newest()
    rows = Recommendation.objects.select_related("series").prefetch_related(
        Prefetch("cases", cases)
    )
    context = {"page": page_of(rows, request, size=20)}
    return render(request, "repository/recommendation_list.html", context)
