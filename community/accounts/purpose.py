"""What a visitor was doing when they signed up, signed into the link that confirms their address.

The link also names the browser that signed up, by a digest of its random cookie. Only that browser
is signed in without the password: anyone else with the link (a mail scanner, a forwarded message,
the owner of an address that somebody else has typed) must know it. On another device the link
leads to the sign-in page, and from there to the same place.
"""

import re
import secrets
from dataclasses import dataclass
from hashlib import sha256
from urllib.parse import urlencode

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core import signing
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.utils.encoding import escape_uri_path
from django.utils.http import url_has_allowed_host_and_scheme

from repository.pages import cache
from repository.pages.http import path_of_site

SALT = "community.accounts.purpose"
PARAMETER = "purpose"
# As long as the link.
KEPT_FOR = 3 * 24 * 60 * 60
# A longer path is not preserved: some mail programs cut links.
MAX_LENGTH = 500
BROWSER = re.compile(r"[\w-]{43}")


@dataclass(frozen=True)
class Purpose:
    """Where a new member was going, and the digest of the browser that signed up."""

    target: str
    browser: str

    @property
    def welcome_url(self) -> str:
        """The page that asks new members who they are, and leads on to the target."""
        query = f"?{urlencode({'next': self.target})}" if self.target else ""
        return f"{reverse('community:welcome')}{query}"

    def is_of(self, request: HttpRequest) -> bool:
        """Whether the request comes from the browser that signed up."""
        browser = browser_of(request)
        return bool(browser) and constant_time_compare(digest_of(browser), self.browser)


def query_for(request: HttpRequest) -> str:
    """The query of links to sign in or join that leads back to this page; empty if none can.

    Nobody wants to return to a page about signing in, which passes on where it was to lead itself.
    """
    account_pages = reverse("account_login").removesuffix("login/")
    if request.path.startswith(account_pages):
        target = sent_next(request) or request.GET.get("next", "")
    else:
        target = cache.url_of(request)
        if len(target) > MAX_LENGTH:
            target = escape_uri_path(request.path)
    # Without the host, which is not known to be ours on the page that says so.
    is_path = target.startswith("/") and url_has_allowed_host_and_scheme(target, None)
    if len(target) > MAX_LENGTH or not is_path:
        return ""
    return f"?{urlencode({'next': target})}"


def sent_next(request: HttpRequest) -> str:
    try:
        return request.POST.get("next", "")
    except BadRequest:
        # The page that says so is rendered with the same request.
        return ""


def name_browser(request: HttpRequest, response: HttpResponse) -> None:
    """Give a browser that opens the sign-up form a random name.

    When the form is opened, not when it is sent: the response to it must not depend on the address.
    """
    if not browser_of(request):
        response.set_cookie(
            settings.SIGN_UP_COOKIE_NAME,
            secrets.token_urlsafe(32),
            max_age=KEPT_FOR,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )


def forget_browser(response: HttpResponse) -> None:
    response.delete_cookie(settings.SIGN_UP_COOKIE_NAME, samesite="Lax")


def browser_of(request: HttpRequest) -> str:
    name = request.COOKIES.get(settings.SIGN_UP_COOKIE_NAME, "")
    return name if BROWSER.fullmatch(name) else ""


def digest_of(browser: str) -> str:
    return sha256(browser.encode()).hexdigest()[:32] if browser else ""


def signed(request: HttpRequest, address: EmailAddress) -> str:
    """The purpose of a sign-up, as a query parameter of the link that confirms the address."""
    target = path_of_site(request, request.POST.get("next", "")) or ""
    if len(target) > MAX_LENGTH:
        target = ""
    value = [address.pk, target, digest_of(browser_of(request))]
    return urlencode({PARAMETER: signing.dumps(value, salt=SALT)})


def purpose_of(request: HttpRequest, address: EmailAddress) -> Purpose | None:
    """The purpose in a link, if it was signed for this address."""
    value = request.POST.get(PARAMETER) or request.GET.get(PARAMETER, "")
    try:
        pk, target, browser = signing.loads(value, salt=SALT, max_age=KEPT_FOR)
    except (signing.BadSignature, ValueError):
        return None
    if pk != address.pk:
        return None
    # Checked again: the host may have changed since.
    return Purpose(path_of_site(request, target) or "", browser)
