"""Return paths: mail servers send reports of failure to an address made for each email.

Its token has the time at which the email was sent, signed together with the recipient. Only who got
the email, and servers on its way, know it: nobody can report failures of another person's address.
"""

from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.utils import timezone

from community.notices.address_tokens import content_of, signed_address, token_in

SALT = "community.bounces"
TIME_BYTES = 4
# Mail servers try for five days at most, and report then.
HOLDS_FOR = timedelta(days=14)


def return_path(email: str) -> str:
    """The address for reports about an email sent now; empty if reports are turned off."""
    time = int(timezone.now().timestamp()).to_bytes(TIME_BYTES)
    return signed_address(settings.BOUNCE_ADDRESS, time, salt=SALT, about=email.lower().encode())


def token_of(address: str) -> str | None:
    """The part after "+" of one of our return paths, which may be forged; None for others."""
    return token_in(address, settings.BOUNCE_ADDRESS)


def sent_at(token: str, email: str) -> datetime | None:
    """When the email with this token was sent to an address.

    None if the token is not of an email to this address, or is too old.
    """
    time = content_of(token, size=TIME_BYTES, salt=SALT, about=email.lower().encode())
    if time is None:
        return None
    at = datetime.fromtimestamp(int.from_bytes(time), UTC)
    return at if at > timezone.now() - HOLDS_FOR else None
