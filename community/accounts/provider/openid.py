"""allauth's OpenID Connect, with checks of what the provider answers.

Loaded only if a provider is configured.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac

from community.accounts.provider import id_tokens
from community.accounts.provider.claims import Refused, read

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
            id_token = id_tokens.check(sent, config=self.openid_config, client_id=app.client_id)
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
