"""The URLs of the site, and two baseline views that show the minimum cost of a page."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from config.urls import handler429
from config.urls import urlpatterns as site
from repository.models import CaseStudy

__all__ = ["handler429", "urlpatterns"]

# 20 KB, about the size of a page.
BODY = b"<p>What one city learned, another can use.</p>\n".ljust(80) * 256


def bare(request: HttpRequest) -> HttpResponse:
    """Return 20 KB without a query."""
    return HttpResponse(BODY)


def one_query(request: HttpRequest, number: int) -> HttpResponse:
    """Return 20 KB after one query by primary key."""
    CaseStudy.objects.get(pk=number)
    return HttpResponse(BODY)


urlpatterns = [
    path("ceiling/bare/", bare),
    path("ceiling/one-query/<int:number>/", one_query),
    *site,
]
