"""Addresses that open a page without signing in: they hold a signature instead of a password."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core import signing
from django.urls import reverse
from django.utils.crypto import salted_hmac

# Part of addresses that have been sent: never to be changed, as every salt of a link.
ADDRESS_SALT = "community.speaker"


@dataclass(frozen=True)
class SignedLink:
    """The links to one page. Who has one can open that page for what it names, and nothing else."""

    # A literal: messages that have been sent hold links signed with it.
    salt: str
    # The name of the URL, whose argument is the token.
    view: str
    # How many values it holds.
    holds: int
    lasts: timedelta | None = None
    # Without the time, in words: short enough for the header of a message. Its values are strings.
    is_plain: bool = False

    def sign(self, *values: Any) -> str:
        if self.is_plain:
            return self.plain_signer().sign(":".join(map(str, values)))
        return signing.dumps(list(values), salt=self.salt)

    def path(self, *values: Any) -> str:
        return reverse(self.view, args=[self.sign(*values)])

    def read(self, token: str) -> list[Any] | None:
        """The values of a token; None for one that we did not make, or whose time is over."""
        try:
            if self.is_plain:
                values = self.plain_signer().unsign(token).split(":")
            else:
                values = signing.loads(token, salt=self.salt, max_age=self.lasts)
        except signing.BadSignature:
            return None
        # Links to registrations were once a number alone.
        return values if isinstance(values, list) and len(values) == self.holds else None

    def plain_signer(self) -> signing.Signer:
        return signing.Signer(salt=self.salt, sep=":")


def address_mark(email: str) -> str:
    """A short word that stands for an address without telling it.

    A link that holds it ends when the address changes.
    """
    return salted_hmac(ADDRESS_SALT, email.lower(), algorithm="sha256").hexdigest()[:16]
