"""Signed tokens after "+" in an address of this site, for replies and for reports by email.

A token is some bytes and a truncated HMAC, in base32, which survives mail servers that change the
case of an address.
"""

import base64
import hmac

from django.conf import settings
from django.utils.crypto import salted_hmac

SIGNATURE_BYTES = 10


def signed_address(address: str, content: bytes, *, salt: str, about: bytes = b"") -> str:
    """Return `address` with a token; empty if `address` is empty.

    `about` is signed with the content, but not part of the token: who reads it must know it.
    """
    if not address:
        return ""
    signed = content + signature(content + about, salt, settings.SECRET_KEY)
    token = base64.b32encode(signed).decode().rstrip("=").lower()
    name, _at, domain = address.partition("@")
    return f"{name}+{token}@{domain}"


def token_in(given: str, address: str) -> str | None:
    """Return what follows "+" in `given`, which may be forged; None if it is another address."""
    local, _at, domain = given.lower().rpartition("@")
    name, _plus, token = local.partition("+")
    return token if address and f"{name}@{domain}" == address.lower() else None


def content_of(token: str, *, size: int, salt: str, about: bytes = b"") -> bytes | None:
    """Return the content of a token, of `size` bytes; None if it is not one of ours."""
    # In base32 without padding.
    length = -(-(size + SIGNATURE_BYTES) * 8 // 5)
    if len(token) != length or not token.isascii():
        return None
    try:
        whole = base64.b32decode(token.upper() + "=" * (-length % 8))
    except ValueError:
        return None
    content, signed = whole[:size], whole[size:]
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    is_ours = any(
        hmac.compare_digest(signed, signature(content + about, salt, secret)) for secret in secrets
    )
    return content if is_ours else None


def signature(content: bytes, salt: str, secret: str) -> bytes:
    digest = salted_hmac(salt, content, secret=secret, algorithm="sha256").digest()
    return digest[:SIGNATURE_BYTES]
