"""Addresses for replies by email: each is bound to one member and one space.

The token is derived, not stored: two primary keys and a truncated HMAC in base32, which survives
mail servers that change the case of an address (docs/decisions/0028-replies-by-email.md).
"""

import base64
import hmac
from email.utils import parseaddr

from django.conf import settings
from django.utils.crypto import salted_hmac

# Never change it: addresses signed with it have been sent.
SALT = "partnerships.replies"
# Bytes of each primary key, and of the signature.
KEY_BYTES, SIGNATURE_BYTES = 6, 10
TOKEN_BYTES = 2 * KEY_BYTES + SIGNATURE_BYTES
# In base32 without padding.
TOKEN_LENGTH = -(-TOKEN_BYTES * 8 // 5)


def reply_address(member: int, match: int) -> str:
    """Return the address at which a member answers in a space; empty if replies are turned off."""
    if not settings.REPLY_ADDRESS:
        return ""
    name, _at, domain = settings.REPLY_ADDRESS.partition("@")
    return f"{name}+{token_for(member, match)}@{domain}"


def token_for(member: int, match: int) -> str:
    keys = member.to_bytes(KEY_BYTES) + match.to_bytes(KEY_BYTES)
    token = base64.b32encode(keys + signature(keys, settings.SECRET_KEY))
    return token.decode().rstrip("=").lower()


def names_of_site() -> list[str]:
    """Names and addresses by which mail programs call the sender of our emails."""
    name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    local, _at, domain = settings.REPLY_ADDRESS.partition("@")
    return [*filter(None, [name, address]), *([f"{local}+", f"{local}@{domain}"] if local else [])]


def read_address(address: str) -> tuple[int, int] | None:
    """Return the primary keys of member and match; None if it is not one of our addresses."""
    local, _at, domain = parseaddr(address)[1].lower().rpartition("@")
    name, _plus, token = local.partition("+")
    if not settings.REPLY_ADDRESS or f"{name}@{domain}" != settings.REPLY_ADDRESS.lower():
        return None
    return read_token(token)


def read_token(token: str) -> tuple[int, int] | None:
    if len(token) != TOKEN_LENGTH or not token.isascii():
        return None
    try:
        content = base64.b32decode(token.upper() + "=" * (-len(token) % 8))
    except ValueError:
        return None
    keys, signed = content[: 2 * KEY_BYTES], content[2 * KEY_BYTES :]
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    if not any(hmac.compare_digest(signed, signature(keys, secret)) for secret in secrets):
        return None
    return int.from_bytes(keys[:KEY_BYTES]), int.from_bytes(keys[KEY_BYTES:])


def signature(keys: bytes, secret: str) -> bytes:
    digest = salted_hmac(SALT, keys, secret=secret, algorithm="sha256").digest()
    return digest[:SIGNATURE_BYTES]
