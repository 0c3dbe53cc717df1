"""The OpenID Connect provider with which staff sign in: its settings. Off by default."""

import os
import re
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

from config.environment import LOOPBACK, service_key, service_url

# The roles that a provider can grant, as in `community.accounts.roles`.
ROLES = ["Moderators", "Brokers", "Administrators"]
LONGEST_NAME = 40
# It is stored with each account that is connected.
LONGEST_ISSUER = 200
DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]+")


def issuer() -> str:
    """Return the URL of the provider, without its last slash; empty if there is none."""
    url = service_url(
        "OIDC_ISSUER",
        "the URL of an OpenID Connect provider, like https://id.example.org, without "
        "/.well-known/openid-configuration. Leave it unset to have none.",
    )
    if len(url) > LONGEST_ISSUER:
        raise ImproperlyConfigured(f"OIDC_ISSUER must have {LONGEST_ISSUER} characters or fewer.")
    parts = urlsplit(url)
    # What it says is trusted because the connection is encrypted.
    if parts.scheme == "http" and parts.hostname not in {host.strip("[]") for host in LOOPBACK}:
        raise ImproperlyConfigured("OIDC_ISSUER must begin with https://.")
    return url


def client(issuer: str) -> tuple[str, str]:
    """Return the client id and secret of this site at the provider."""
    client_id = os.environ.get("OIDC_CLIENT_ID", "").strip()
    secret = service_key("OIDC_CLIENT_SECRET")
    if issuer and not (client_id and secret):
        raise ImproperlyConfigured(
            "OIDC_ISSUER needs OIDC_CLIENT_ID and OIDC_CLIENT_SECRET, which the provider gives to "
            "each site that is registered there."
        )
    return client_id, secret


def name(issuer: str) -> str:
    """Return the name of the provider on buttons, by default its host."""
    found = os.environ.get("OIDC_NAME", "").strip() or urlsplit(issuer).hostname or ""
    if os.environ.get("OIDC_NAME") and len(found) > LONGEST_NAME:
        raise ImproperlyConfigured(f"OIDC_NAME must have {LONGEST_NAME} characters or fewer.")
    return found


def domains(issuer: str) -> list[str]:
    """Return the domains of the email addresses that may sign in."""
    found = [domain.lower() for domain in listed("OIDC_DOMAINS")]
    wrong = [domain for domain in found if not DOMAIN.fullmatch(domain)]
    if wrong or (issuer and not found):
        raise ImproperlyConfigured(
            "OIDC_DOMAINS must be the domains of the email addresses of staff, separated by "
            f"commas, like exchange.example{f', not {wrong[0]!r}' if wrong else ''}."
        )
    return found


def groups() -> dict[str, str]:
    """Return the roles by group at the provider: `Moderators=group,Brokers=group`."""
    found = {}
    for pair in listed("OIDC_GROUPS"):
        role, _equals, group = (part.strip() for part in pair.partition("="))
        if role not in ROLES or not group or unquote(group) in found:
            raise ImproperlyConfigured(
                "OIDC_GROUPS must look like Moderators=group-one,Brokers=group-two, with each "
                f"group once and the roles {', '.join(ROLES)}, not {pair!r}."
            )
        found[unquote(group)] = role
    return found


def listed(name: str) -> list[str]:
    """Return the values of a setting that are separated by commas."""
    return [part.strip() for part in os.environ.get(name, "").split(",") if part.strip()]


def providers(*, issuer: str, client_id: str, secret: str, name: str) -> dict[str, dict]:
    """Return SOCIALACCOUNT_PROVIDERS. Accounts are stored by issuer: each has its own numbers."""
    if not issuer:
        return {}
    app = {
        "provider_id": issuer,
        "name": name,
        "client_id": client_id,
        "secret": secret,
        "settings": {"server_url": issuer},
    }
    return {
        "openid_connect": {
            "APPS": [app],
            "OAUTH_PKCE_ENABLED": True,
            "provider_class": "community.accounts.provider.adapters.StaffProvider",
        }
    }
