"""Middleware for the language, for private pages and for access to the desk."""

from typing import Any

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.middleware.locale import LocaleMiddleware
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation
from django.utils.cache import add_never_cache_headers, patch_vary_headers
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from community.accounts import authentication
from community.accounts.languages import profile_language
from repository.pages.addresses import without_language
from repository.text.languages import html_language


class LanguageMiddleware(LocaleMiddleware):
    """Determine the language by the URL, never by a cookie or the browser.

    The URLs of the admin and of the API have no prefix: the admin is in the language of the
    profile, the API in that of the parameter `lang`.
    """

    def __init__(self, get_response):
        super().__init__(get_response)
        self.admin = reverse("admin:index")
        self.api = reverse("api:docs").removesuffix("docs")

    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        if request.path_info.startswith(self.admin):
            language = profile_language(request.user) if request.user.is_authenticated else ""
        elif request.path_info.startswith(self.api):
            language = request.GET.get("lang")
        else:
            return
        if language in dict(settings.LANGUAGES):
            translation.activate(language)
            request.LANGUAGE_CODE = language

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        # Instead of Django's, which adds Accept-Language to Vary for URLs without a prefix.
        language = html_language(translation.get_language())
        response.headers.setdefault("Content-Language", language)
        # A public page is the same with any cookie, except that of a session: its ETag differs.
        if "public" not in response.headers.get("Cache-Control", ""):
            patch_vary_headers(response, ["Cookie"])
        return response


class PrivatePagesMiddleware:
    """Forbid browsers and caches to store pages about accounts; allauth does so for some only."""

    def __init__(self, get_response):
        self.get_response = get_response
        # Reversed before any request, in the default language.
        self.private = (reverse("account_login").removesuffix("login/"), reverse("admin:index"))

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if without_language(request.path).startswith(self.private):
            add_never_cache_headers(response)
        return response


class DeskMiddleware:
    """Protect the desk: one check before every admin page, in addition to the page's own.

    Elsewhere staff permissions are suspended until a second factor was shown: a session opened
    with a password alone has only the rights of a member.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        asked = request.user
        request.user = SimpleLazyObject(lambda: with_rights(request, asked))
        response = self.get_response(request)
        # A suspended permission was checked and the page refused: offer the second factor.
        known = getattr(request, "_cached_user", None)
        if response.status_code in (403, 404) and getattr(known, "suspended_right_checked", False):
            # A refused POST has no page to return to.
            is_page = request.method in ("GET", "HEAD")
            return ask_for_factor(request, known, request.get_full_path() if is_page else "/")
        return response

    def process_view(self, request, view, args, kwargs) -> HttpResponse | None:
        match = request.resolver_match
        if match.namespaces[:1] != ["admin"] or match.view_name == "admin:login":
            return None
        user = request.user
        if not user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if not user.is_staff:
            raise PermissionDenied
        is_protected = settings.DEMO or authentication.showed_provider(request, user)
        if is_protected or (authentication.has_factor(user) and not user.staff_rights_suspended):
            return None
        return ask_for_factor(request, user, request.get_full_path())


def with_rights(request: HttpRequest, user: Any) -> Any:
    """The user of a request, with staff permissions suspended unless a second factor was shown."""
    # Loading a session that does not exist would add Cookie to Vary.
    if settings.SESSION_COOKIE_NAME not in request.COOKIES:
        user = AnonymousUser()
    if user.is_authenticated:
        is_asked = user.is_staff and not settings.DEMO
        user.staff_rights_suspended = is_asked and not authentication.showed_factor(request, user)
    return user


def ask_for_factor(request: HttpRequest, user: Any, back: str) -> HttpResponse:
    """Redirect staff to set up or show a second factor, and then to `back`."""
    if not authentication.has_factor(user):
        messages.warning(
            request,
            _("The staff desk requires two-step verification. Set it up here to continue."),
        )
        return redirect("mfa_index")
    methods = get_adapter().get_reauthentication_methods(user)
    factors = [method for method in methods if method["id"].startswith("mfa_")]
    return redirect_to_login(back, factors[0]["url"])
