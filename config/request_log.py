"""An id for each request, in its response and in all lines that it logs."""

import logging
import re
import time
from collections.abc import Callable
from uuid import uuid4

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from config.log import current_request, path_of

logger = logging.getLogger(__name__)

HEADER = "X-Request-ID"
# What proxies send: hexadecimal digits or a UUID, and no text.
REQUEST_ID = re.compile(r"[A-Za-z0-9-]{8,64}")


def request_log(get_response: Callable[[HttpRequest], HttpResponse]):
    """Give each request an id, and log it if requests are logged."""

    def middleware(request: HttpRequest) -> HttpResponse:
        request.request_id = id_of(request)
        token = current_request.set(request)
        began = time.perf_counter()
        try:
            response = get_response(request)
            response.headers[HEADER] = request.request_id
            is_static = request.path.startswith(settings.STATIC_URL)
            if logger.isEnabledFor(logging.INFO) and not is_static:
                milliseconds = round(1000 * (time.perf_counter() - began), 1)
                match = request.resolver_match
                logger.info(
                    "Request",
                    extra={
                        "method": request.method,
                        "path": path_of(match) if match else None,
                        "view": match.view_name if match else None,
                        "status": response.status_code,
                        "milliseconds": milliseconds,
                    },
                )
            return response
        finally:
            current_request.reset(token)

    return middleware


def id_of(request: HttpRequest) -> str:
    """Return the id that the proxy has given to a request, or a new one."""
    given = request.headers.get(HEADER, "")
    is_trusted = settings.ALLAUTH_TRUSTED_PROXY_COUNT > 0 and REQUEST_ID.fullmatch(given)
    return given if is_trusted else uuid4().hex
