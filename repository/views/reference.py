from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from repository.http import public_page
from repository.models import CaseStudy, Reference
from repository.views.lists import page_of


@public_page
def reference_list(request: HttpRequest) -> HttpResponse:
    """All works cited, with the cases that cite them."""
    cases = CaseStudy.objects.published().only("slug", "title", "language").newest()
    rows = Reference.objects.public().prefetch_related(Prefetch("cases", cases))
    context = {"page": page_of(rows, request, size=100)}
    return render(request, "repository/reference_list.html", context)
