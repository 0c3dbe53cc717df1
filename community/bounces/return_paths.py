"""Return paths: mail servers send reports of failure to an address made for each email.

Its token has the time at which the email was sent, and a truncated HMAC of that and the recipient,
in base32, which survives mail servers that change the case. Only who got the email, and servers on
its way, know it: nobody can report failures of another person's address.
"""

import base64
import hmac
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.crypto import salted_hmac

SALT = "community.bounces"
TIME_BYTES, SIGNATURE_BYTES = 4, 10
TOKEN_BYTES = TIME_BYTES + SIGNATURE_BYTES
# In base32 without padding.
TOKEN_LENGTH = -(-TOKEN_BYTES * 8 // 5)
# Mail servers try for five days at most, and report then.
HOLDS_FOR = timedelta(days=14)


def return_path(email: str) -> str:
    """The address for reports about an email sent now; empty if reports are turned off."""
    if not settings.BOUNCE_ADDRESS:
        return ""
    time = int(timezone.now().timestamp()).to_bytes(TIME_BYTES)
    token = base64.b32encode(time + signature(time, email, settings.SECRET_KEY))
    name, _at, domain = settings.BOUNCE_ADDRESS.partition("@")
    return f"{name}+{token.decode().rstrip('=').lower()}@{domain}"


def token_of(address: str) -> str | None:
    """The part after "+" of one of our return paths, which may be forged; None for others."""
    local, _at, domain = address.lower().rpartition("@")
    name, _plus, token = local.partition("+")
    if not settings.BOUNCE_ADDRESS or f"{name}@{domain}" != settings.BOUNCE_ADDRESS.lower():
        return None
    return token


def sent_at(token: str, email: str) -> datetime | None:
    """When the email with this token was sent to an address.

    None if the token is not of an email to this address, or is too old.
    """
    if len(token) != TOKEN_LENGTH or not token.isascii():
        return None
    try:
        content = base64.b32decode(token.upper() + "=" * (-len(token) % 8))
    except ValueError:
        return None
    time, signed = content[:TIME_BYTES], content[TIME_BYTES:]
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    if not any(hmac.compare_digest(signed, signature(time, email, secret)) for secret in secrets):
        return None
    at = datetime.fromtimestamp(int.from_bytes(time), UTC)
    return at if at > timezone.now() - HOLDS_FOR else None


def signature(time: bytes, email: str, secret: str) -> bytes:
    content = time + email.lower().encode()
    digest = salted_hmac(SALT, content, secret=secret, algorithm="sha256").digest()
    return digest[:SIGNATURE_BYTES]
