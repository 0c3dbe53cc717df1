"""The language of a page: the reader's cookie, then the member's profile, then the browser."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.locale import LocaleMiddleware
from django.utils import translation
from django.utils.cache import patch_vary_headers


class LanguageMiddleware(LocaleMiddleware):
    """Never by URL: one address, several languages, told apart by Vary and Content-Language."""

    def process_request(self, request: HttpRequest) -> None:
        language = translation.get_language_from_request(request)
        if settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
            language = profile_language(request) or language
        translation.activate(language)
        request.LANGUAGE_CODE = translation.get_language()

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        response = super().process_response(request, response)
        # The cookie decides as well, so a shared cache must keep the versions apart.
        patch_vary_headers(response, ["Cookie"])
        return response


def profile_language(request: HttpRequest) -> str | None:
    """The language a signed-in member chose, if the site speaks it."""
    # Reading the user reads the session: not for readers who carry no session cookie.
    if settings.SESSION_COOKIE_NAME not in request.COOKIES or not request.user.is_authenticated:
        return None
    return request.user.language if request.user.language in dict(settings.LANGUAGES) else None
