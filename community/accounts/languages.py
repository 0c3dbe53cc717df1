"""The language in a member's profile."""

from typing import Any

from django.conf import settings
from django.http import HttpResponseRedirect

from repository.pages.addresses import in_language


def profile_language(user: Any) -> str:
    """The language in the profile of a member; empty if there is none that the site has."""
    return user.language if user.language in dict(settings.LANGUAGES) else ""


def lead_in_language_of(user: Any, response: Any) -> None:
    """Change a redirect within the site to the page in the language of the member's profile."""
    language = profile_language(user)
    if language and isinstance(response, HttpResponseRedirect):
        response.headers["Location"] = in_language(response.url, language)
