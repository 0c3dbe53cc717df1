"""The URLs of the site with a view that makes one query, and headers that tell what a page took."""

import os
from collections.abc import Callable

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import path

from config.urls import handler429
from config.urls import urlpatterns as site
from repository.models import CaseStudy

__all__ = ["handler429", "urlpatterns"]

# 20 KB, about the size of a page.
BODY = b"<p>What one city learned, another can use.</p>\n".ljust(80) * 256


def one_query(request: HttpRequest, number: int) -> HttpResponse:
    """Return 20 KB after one query by primary key: the unit of all results."""
    CaseStudy.objects.get(pk=number)
    return HttpResponse(BODY)


urlpatterns = [path("one-query/<int:number>/", one_query), *site]


def report_queries(get_response: Callable) -> Callable:
    """Middleware: add X-Queries and X-Worker to the response to a request with X-Report."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if "X-Report" not in request.headers:
            return get_response(request)
        count = 0

        def counted(execute, sql, params, many, context):
            nonlocal count
            count += 1
            return execute(sql, params, many, context)

        with connection.execute_wrapper(counted):
            response = get_response(request)
        response.headers["X-Queries"] = str(count)
        response.headers["X-Worker"] = str(os.getpid())
        return response

    return middleware
