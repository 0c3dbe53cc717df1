"""Report the number of queries, and the worker, in response headers."""

import os

from django.db import connection
from django.http import HttpRequest, HttpResponse


class CountQueriesMiddleware:
    """Add X-Queries and X-Worker to the response if the request has X-Count-Queries."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "HTTP_X_COUNT_QUERIES" not in request.META:
            return self.get_response(request)
        count = 0

        def wrapper(execute, sql, params, many, context):
            nonlocal count
            count += 1
            return execute(sql, params, many, context)

        with connection.execute_wrapper(wrapper):
            response = self.get_response(request)
        response.headers["X-Queries"] = str(count)
        response.headers["X-Worker"] = str(os.getpid())
        return response
