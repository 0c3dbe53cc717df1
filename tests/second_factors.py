"""Second factors as the database keeps them, and sessions in which they were shown."""

import base64
import hmac
import struct
import time

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.test import RequestFactory

from community.accounts.second_factor import record_authentication

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
RECOVERY_CODES = [f"{number:08}" for number in range(10)]


def add_totp(user) -> Authenticator:
    """An authenticator app with SECRET."""
    return add(user, Authenticator.Type.TOTP, secret=get_adapter().encrypt(SECRET))


def add_recovery_codes(user) -> Authenticator:
    codes = [get_adapter().encrypt(code) for code in RECOVERY_CODES]
    return add(user, Authenticator.Type.RECOVERY_CODES, migrated_codes=codes)


def add(user, kind: Authenticator.Type, **data) -> Authenticator:
    return Authenticator.objects.create(user=user, type=kind, data=data)


def totp(secret: str = SECRET) -> str:
    """The code that an authenticator app shows now (RFC 6238)."""
    counter = struct.pack(">Q", int(time.time()) // 30)
    digest = hmac.digest(base64.b32decode(secret), counter, "sha1")
    start = digest[-1] & 15
    number = struct.unpack(">I", digest[start : start + 4])[0] & 0x7FFFFFFF
    return f"{number % 10**6:06}"


def note_authentication(session, user, method: str, **more) -> None:
    """Note in a session that a user has proved who they are; the session is saved by the caller."""
    request = RequestFactory().get("/")
    request.session = session
    record_authentication(request, user, method, **more)
