"""What the provider says about a person who signs in: its signed tokens, and the claims in them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import jwt
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.validators import validate_email

from repository.email_addresses import validate_email_address

# Who signed a token, for whom, and when


# Algorithms with a public key. A shared secret would let everyone who knows it sign.
ALGORITHMS = {
    *("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"),
    *("ES256", "ES384", "ES512", "EdDSA"),
}
# Characters. Tokens with hundreds of groups have fewer.
LONGEST = 100_000
# Seconds by which the clock of the provider may differ.
LEEWAY = 60


class InvalidToken(OAuth2Error):
    """The ID token is not valid. The text is for the log and has nothing from the token."""


def check(token: Any, *, config: dict[str, Any], client_id: str) -> dict[str, Any]:
    """Return the claims of a token that the provider with this configuration has signed.

    Raise InvalidToken if it is not valid, and RequestException if the keys cannot be fetched.
    """
    if not isinstance(token, str) or len(token) > LONGEST:
        raise InvalidToken("there is no ID token, or it is too long")
    try:
        header = jwt.get_unverified_header(token)
        algorithm = header.get("alg")
        if algorithm not in algorithms_of(config):
            raise InvalidToken("the ID token has an algorithm that the provider does not name")
        claims = jwt.decode(
            token,
            key=key_of(header, config["jwks_uri"]),
            algorithms=[algorithm],
            audience=client_id,
            issuer=config["issuer"],
            leeway=LEEWAY,
            options={
                "require": ["iss", "aud", "sub", "iat", "exp"],
                "enforce_minimum_key_length": True,
            },
        )
    except jwt.PyJWTError as error:
        # Without the text of the error, which may contain what the token says.
        raise InvalidToken(f"the ID token is not valid ({type(error).__name__})") from None
    has_several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
    if claims.get("azp", None if has_several else client_id) != client_id:
        raise InvalidToken("the ID token was issued to another site")
    return claims


def algorithms_of(config: dict[str, Any]) -> list[str]:
    """The algorithms that the provider names; the default of the standard if it names none."""
    named = config.get("id_token_signing_alg_values_supported", ["RS256"])
    return [name for name in named if name in ALGORITHMS]


def key_of(header: dict[str, Any], address: str) -> jwt.PyJWK:
    """Fetch the keys of the provider, and return the one that the header of a token names.

    Sign-ins are rare, so that the keys are not cached: new ones are known at once, and withdrawn
    ones no longer.
    """
    with get_adapter().get_requests_session() as session:
        response = session.get(address, allow_redirects=False)
        response.raise_for_status()
        keys = response.json()["keys"]
    found = [
        key
        for key in keys
        if key.get("use", "sig") == "sig"
        and key.get("alg", header["alg"]) == header["alg"]
        # A token may leave the name out if the provider has one key only.
        and key.get("kid") == header.get("kid", key.get("kid"))
    ]
    if len(found) != 1:
        raise InvalidToken("the ID token names no key of the provider")
    return jwt.PyJWK(found[0], header["alg"])


# The person in a valid token


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
