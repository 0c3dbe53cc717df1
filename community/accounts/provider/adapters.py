"""allauth's OpenID Connect, with checks of what the provider answers.

Loaded only if a provider is configured.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.providers.base import AuthError
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from requests import RequestException

from community.accounts.provider import claims
from community.accounts.provider.actions import connect
from community.accounts.provider.claims import InvalidToken, Refused, read
from repository.workflow import ActionRefused

ENDPOINTS = ["authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri"]


@contextmanager
def malformed_answers() -> Iterator[None]:
    """Report an answer that allauth does not expect as an error of the provider."""
    try:
        yield
    except (AttributeError, ImproperlyConfigured, KeyError, TypeError, ValueError) as error:
        raise OAuth2Error("malformed answer") from error


def nonce_of(code_verifier: str) -> str:
    """Return the nonce of a request: its ID token must have it. The session has the verifier."""
    return salted_hmac("provider-nonce", code_verifier, algorithm="sha256").hexdigest()


class StaffOAuth2Adapter(OpenIDConnectOAuth2Adapter):
    @cached_property
    def openid_config(self) -> dict[str, Any]:
        """The provider's description of itself, fetched once for each request to this site."""
        with malformed_answers():
            config = super().openid_config
            if config["issuer"].rstrip("/") != settings.OIDC_ISSUER:
                raise ValueError("another issuer")
            scheme = urlsplit(settings.OIDC_ISSUER).scheme
            if any(urlsplit(config[name]).scheme != scheme for name in ENDPOINTS):
                raise ValueError("an endpoint without encryption")
        return config

    def get_callback_url(self, request, app) -> str:
        # allauth's has the name of the provider in it.
        return request.build_absolute_uri(reverse("provider_callback"))

    def get_access_token_data(self, request, app, client, pkce_code_verifier=None) -> dict:
        with malformed_answers():
            self.nonce = nonce_of(pkce_code_verifier)
            return super().get_access_token_data(request, app, client, pkce_code_verifier)

    def parse_token(self, data):
        with malformed_answers():
            return super().parse_token(data)

    def complete_login(self, request, app, token, **kwargs):
        """Check what the provider says. Nothing of it is stored with the account."""
        with malformed_answers():
            sent = kwargs["response"].get("id_token")
            id_token = claims.check(sent, config=self.openid_config, client_id=app.client_id)
            if not constant_time_compare(id_token.get("nonce", ""), self.nonce):
                raise Refused("the ID token is of another sign-in")
            # allauth fetches the user info. It would not check the signature of the ID token.
            login = super().complete_login(request, app, token, response={})
            login.claims = read(id_token, login.account.extra_data["userinfo"])
        login.account.extra_data = {}
        return login


class StaffProvider(OpenIDConnectProvider):
    oauth2_adapter_class = StaffOAuth2Adapter

    @cached_property
    def oauth2_adapter(self) -> StaffOAuth2Adapter:
        return self.oauth2_adapter_class(self.request, self.app.provider_id)

    def get_oauth2_adapter(self, request) -> StaffOAuth2Adapter:
        return self.oauth2_adapter

    def get_pkce_params(self) -> dict[str, str]:
        parameters = super().get_pkce_params()
        return parameters | {"nonce": nonce_of(parameters["code_verifier"])}

    def get_scope(self) -> list[str]:
        if not settings.OIDC_GROUPS:
            return ["openid", "email"]
        # Some providers send groups with the profile, others with a scope of that name, and refuse
        # scopes that they do not know.
        known = self.oauth2_adapter.openid_config.get("scopes_supported") or []
        wanted = ["profile", settings.OIDC_GROUPS_CLAIM]
        return ["openid", "email", *(scope for scope in wanted if scope in known)]


# Hooks of allauth for the provider


log = logging.getLogger(__name__)


class ProviderAdapter(DefaultSocialAccountAdapter):
    def pre_social_login(self, request, sociallogin) -> None:
        """Connect a person who signs in for the first time. allauth's own sign-up is not used."""
        # Otherwise stored in the session while a second factor is asked for.
        sociallogin.token = None
        if sociallogin.is_existing:
            if sociallogin.user.is_superuser:
                raise Refused("superusers sign in without the provider")
            return
        target, email = sociallogin.state.get("next", "/"), sociallogin.claims.email
        language = language_of(target)
        try:
            user = connect(account=sociallogin.account, email=email, language=language)
        except ActionRefused:
            raise Refused("the address is of an account that can’t be connected") from None
        except (IntegrityError, ValidationError):
            # Two sign-ins at once: the other one has created the account.
            raise Refused("signed in twice at once") from None
        sociallogin.user = user
        if user.last_login is None:
            welcome = reverse("community:welcome")
            sociallogin.state["next"] = f"{welcome}?{urlencode({'next': target})}"
        else:
            self.send_notification_mail("account/email/provider_connected", user)

    def on_authentication_error(
        self, request, provider, error=None, exception=None, extra_context=None
    ) -> None:
        state = (extra_context or {}).get("state") or {}
        is_cancelled = error == AuthError.CANCELLED
        response = failed(request, exception, target=state.get("next"), is_cancelled=is_cancelled)
        raise ImmediateHttpResponse(response)


def failed(
    request: HttpRequest,
    error: Exception | None,
    *,
    target: str | None = None,
    is_cancelled: bool = False,
) -> HttpResponse:
    """Redirect to the sign-in page, with a message, in the language of the page to return to."""
    target = target or "/"
    with translation.override(language_of(target) or settings.LANGUAGE_CODE):
        messages.error(request, text_of(error, is_cancelled=is_cancelled))
        return redirect_to_login(target, reverse("account_login"))


def text_of(error: Exception | None, *, is_cancelled: bool) -> str:
    name = {"name": settings.OIDC_NAME}
    if is_cancelled:
        return _("You cancelled signing in with %(name)s.") % name
    # Without the text of other errors, which may contain what the provider says about somebody.
    is_ours = isinstance(error, Refused | InvalidToken)
    reason = str(error) if is_ours else type(error).__name__
    if isinstance(error, RequestException) and error.request is not None:
        reason += f" at {error.request.url!s}"
    log.warning("Signing in with the provider failed: %s.", reason)
    if isinstance(error, Refused):
        return _("You can’t sign in here with this %(name)s account.") % name
    if isinstance(error, RequestException):
        return _("%(name)s does not answer. Try again in a few minutes.") % name
    return _("Signing in with %(name)s failed. Try again.") % name


def language_of(path: str) -> str:
    """The language of a page, for messages and new accounts; empty if it is the default."""
    return translation.get_language_from_path(path) or ""
