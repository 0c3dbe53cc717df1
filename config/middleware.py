"""What the house adds to each answer."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from config import errors

# Pages use none of these; passkeys they do use. Features that Chromium does not know on every
# system (bluetooth, web-share) are left out: it reports an unknown name as an error on each page.
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


def permissions_policy(get_response: Callable[[HttpRequest], HttpResponse]):
    """Tell browsers what no page of the site uses."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if response.status_code != 304:  # The browser keeps the policy of the page it has.
            response.headers["Permissions-Policy"] = PERMISSIONS_POLICY
        # Granian would name itself, and leaves out no header: an empty one says nothing.
        response.headers["Server"] = ""
        return response

    return middleware


def method_page(get_response: Callable[[HttpRequest], HttpResponse]):
    """Give a refused method a page that says so, and keep the Allow header."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if response.status_code == 405 and not response.content:
            page = errors.method_not_allowed(request)
            page.headers["Allow"] = response.headers.get("Allow", "")
            return page
        return response

    return middleware
