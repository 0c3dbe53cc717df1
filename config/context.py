"""Template context processors."""

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language, get_language_info

NATIVE_NAMES = [
    (code, get_language_info(code)["name_local"].capitalize()) for code, _ in settings.LANGUAGES
]


def site(request: HttpRequest) -> dict:
    """Add the other languages with their native names, and whether this is a demo."""
    here = get_language()
    return {
        "DEMO": settings.DEMO,
        "other_languages": [pair for pair in NATIVE_NAMES if pair[0] != here],
    }
