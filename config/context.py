"""What every template may use."""

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict:
    """Names of the languages in themselves, and whether this is a demo."""
    return {"DEMO": settings.DEMO}
