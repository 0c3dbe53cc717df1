"""Middleware for response headers and error pages."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed

from config import errors

# Features that no page uses, unlike passkeys. Those that Chromium does not support on every system
# (bluetooth, web-share) are left out: it reports unknown names as errors on each page.
REFUSED = (
    *("accelerometer", "autoplay", "camera", "display-capture", "encrypted-media"),
    *("fullscreen", "geolocation", "gyroscope", "hid", "idle-detection", "magnetometer"),
    *("microphone", "midi", "payment", "picture-in-picture", "screen-wake-lock", "serial"),
    *("usb", "xr-spatial-tracking"),
)
OWN = ("publickey-credentials-create", "publickey-credentials-get")
PERMISSIONS_POLICY = ", ".join(
    [*(f"{feature}=()" for feature in REFUSED), *(f"{feature}=(self)" for feature in OWN)]
)

METHODS = ("GET", "HEAD", "POST")


def permissions_policy(get_response: Callable[[HttpRequest], HttpResponse]):
    """Add a Permissions-Policy header that disables unused features."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if response.status_code != 304:  # The browser applies the policy of the cached page.
            response.headers["Permissions-Policy"] = PERMISSIONS_POLICY
        # Granian would add its name; an empty header prevents that.
        response.headers["Server"] = ""
        return response

    return middleware


class MethodMiddleware:
    """Render an error page for 405 responses, with the Allow header.

    Views that are functions say which methods they take. Django's classes take PUT like POST, or
    any method, as redirects do: what no page sends is refused before.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code == 405 and not response.content:
            page = errors.method_not_allowed(request)
            page.headers["Allow"] = response.headers.get("Allow", "")
            return page
        return response

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        if request.method in METHODS or not hasattr(view, "view_class"):
            return None
        return HttpResponseNotAllowed(METHODS if hasattr(view.view_class, "post") else METHODS[:2])
