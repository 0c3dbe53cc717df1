"""Second factors in the database, and sessions in which they were used."""

import base64
import hmac
import struct
import time

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.test import RequestFactory

from community.accounts.authentication import record_authentication

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
PERIOD = 30  # seconds
RECOVERY_CODES = [f"{number:08}" for number in range(10)]


def add_totp(user) -> Authenticator:
    """Add an authenticator app with SECRET."""
    return add(user, Authenticator.Type.TOTP, secret=get_adapter().encrypt(SECRET))


def add_recovery_codes(user) -> Authenticator:
    codes = [get_adapter().encrypt(code) for code in RECOVERY_CODES]
    return add(user, Authenticator.Type.RECOVERY_CODES, migrated_codes=codes)


def add(user, kind: Authenticator.Type, **data) -> Authenticator:
    return Authenticator.objects.create(user=user, type=kind, data=data)


def totp(secret: str = SECRET, *, lasting: int = 5) -> str:
    """Return the current code of an authenticator app (RFC 6238), once it lasts so many seconds.

    Another one is current every 30 seconds, and no other is accepted.
    """
    left = PERIOD - time.time() % PERIOD
    if left < lasting:
        # A little more, so that the next period has begun.
        time.sleep(left + 0.1)
    counter = struct.pack(">Q", int(time.time()) // PERIOD)
    digest = hmac.digest(base64.b32decode(secret), counter, "sha1")
    start = digest[-1] & 15
    number = struct.unpack(">I", digest[start : start + 4])[0] & 0x7FFFFFFF
    return f"{number % 10**6:06}"


def note_authentication(session, user, method: str, **more) -> None:
    """Record in a session that a user has authenticated; the caller saves the session."""
    request = RequestFactory().get("/")
    request.session = session
    record_authentication(request, user, method, **more)
