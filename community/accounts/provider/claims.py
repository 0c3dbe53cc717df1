"""What the provider says about a person who signs in."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.validators import validate_email

from repository.email_addresses import validate_email_address


class Refused(PermissionDenied):
    """This person may not sign in with the provider. The reason is for the log."""


@dataclass(frozen=True)
class Claims:
    """A verified address of an allowed domain, the roles, and how the person signed in.

    `authenticated_at` is a Unix time. It is earlier than this sign-in if the person had a session
    at the provider, and None if the provider does not say.
    """

    email: str
    roles: frozenset[str]
    used_second_factor: bool
    authenticated_at: float | None


def read(id_token: dict[str, Any], userinfo: dict[str, Any]) -> Claims:
    """Return the claims; raise Refused if they do not allow signing in."""
    if id_token.get("sub") != userinfo.get("sub"):
        raise Refused("the ID token and the user info are about different people")
    # The address and its verification are from the same source.
    source = userinfo if userinfo.get("email") else id_token
    return Claims(
        email=allowed_address(source.get("email"), is_verified=source.get("email_verified")),
        roles=roles_of({**id_token, **userinfo}.get(settings.OIDC_GROUPS_CLAIM)),
        # Only the ID token is about this sign-in.
        used_second_factor=any(
            value in settings.OIDC_SECOND_FACTOR
            for value in [*texts(id_token.get("amr")), *texts(id_token.get("acr"))]
        ),
        authenticated_at=time_of(id_token.get("auth_time")),
    )


def allowed_address(email: Any, *, is_verified: Any) -> str:
    # Some providers send the text "true".
    if is_verified is not True and is_verified != "true":
        raise Refused("the provider has not verified the address")
    try:
        validate_email(email)
        validate_email_address(email)
    except ValidationError:
        raise Refused("the address is not valid") from None
    if email.rpartition("@")[2].lower() not in settings.OIDC_DOMAINS:
        raise Refused("the domain of the address is not in OIDC_DOMAINS")
    return email.lower()


def roles_of(groups: Any) -> frozenset[str]:
    found = [settings.OIDC_GROUPS.get(group) for group in texts(groups)]
    return frozenset(role for role in found if role)


def time_of(value: Any) -> float | None:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def texts(value: Any) -> Iterable[str]:
    """The texts of a claim that is one text or a list of them."""
    values = value if isinstance(value, list) else [value]
    return [each for each in values if isinstance(each, str)]
