"""Rules for accounts that are connected to the provider."""

import time
from datetime import timedelta
from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.http import HttpRequest

from repository.dates import clock

# Sessions end then, however much they are used: roles are updated at each sign-in.
SESSION_LASTS = timedelta(hours=12)
# Seconds for which a sign-in confirms who it is; as many as for a password.
CONFIRMS_FOR = 300
# In the session: when the person signed in at the provider.
AUTHENTICATED_AT = "provider_authenticated_at"


def is_connected(user: Any) -> bool:
    """Whether the account is of a person at the provider."""
    issuer = settings.OIDC_ISSUER
    return bool(issuer) and user.socialaccount_set.filter(provider=issuer).exists()


def limit_session(request: HttpRequest) -> None:
    request.session.set_expiry(clock.now() + SESSION_LASTS)


def record_time(request: HttpRequest, authenticated_at: float | None) -> None:
    """Remember when the person signed in at the provider; now, if it does not say."""
    at = time.time() if authenticated_at is None else authenticated_at
    request.session[AUTHENTICATED_AT] = at


def confirms_at_provider(user: Any) -> bool:
    """Whether only the provider can confirm who it is: no password and no factor here."""
    if not settings.OIDC_ISSUER or not user.is_authenticated or user.has_usable_password():
        return False
    return not is_mfa_enabled(user) and is_connected(user)


def must_confirm(request: HttpRequest) -> bool:
    """Whether someone has to sign in at the provider again, to confirm who it is."""
    since = time.time() - CONFIRMS_FOR
    is_recent = request.session.get(AUTHENTICATED_AT, 0) > since
    return not is_recent and confirms_at_provider(request.user)
