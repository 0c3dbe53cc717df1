"""Browsers that have signed in to an account before.

Failed logins are counted for each account regardless of their origin, so anyone who knows the
address could lock its owner out. A browser known to the account has a rate limit of its own
instead. Its signed cookie is valid for a year, and until the password is changed. It does not sign
anyone in.
"""

import secrets
from typing import NamedTuple

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare, salted_hmac

from community.models import User

# Part of the signature of cookies: it must not change.
SALT = "community.known_devices"

KEPT_FOR = 365 * 24 * 60 * 60
# Pages that ask for a password are under /accounts/, /fr/accounts/ and so on.
PATH = "/"
# Several people may share a browser.
MAX_ACCOUNTS = 5


class Device(NamedTuple):
    """A browser: its random name, and for each account by primary key the mark of its password."""

    name: str
    accounts: dict[str, str]


def remember(request: HttpRequest, response: HttpResponse, user: User) -> None:
    """Record in the browser's cookie that this user has signed in there."""
    device = device_of(request) or Device(secrets.token_urlsafe(16), {})
    others = [pair for pair in device.accounts.items() if pair[0] != str(user.pk)]
    accounts = dict([*others[1 - MAX_ACCOUNTS :], (str(user.pk), password_mark(user))])
    response.set_cookie(
        settings.KNOWN_DEVICE_COOKIE_NAME,
        signing.dumps([device.name, accounts], salt=SALT),
        max_age=KEPT_FOR,
        path=PATH,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def known_as(request: HttpRequest, email: str) -> str | None:
    """The key for the rate limit of this browser's login attempts to an account.

    None if the browser is not known to the account, or there is no such account.
    """
    device = device_of(request)
    if device is None:
        return None
    addresses = EmailAddress.objects.select_related("user").filter(
        email=email.lower(), verified=True, user__in=list(device.accounts)
    )
    address = addresses.first()
    if address is None:
        return None
    mark = device.accounts[str(address.user_id)]
    if not constant_time_compare(mark, password_mark(address.user)):
        return None
    return f"{address.user_id}:{device.name}"


def device_of(request: HttpRequest) -> Device | None:
    """The device in the signed cookie, or None."""
    cookie = request.COOKIES.get(settings.KNOWN_DEVICE_COOKIE_NAME, "")
    try:
        return Device(*signing.loads(cookie, salt=SALT, max_age=KEPT_FOR))
    except signing.BadSignature:
        return None


def password_mark(user: User) -> str:
    """A mark that changes with the password and reveals nothing about it."""
    return salted_hmac(SALT, user.password, algorithm="sha256").hexdigest()[:32]
