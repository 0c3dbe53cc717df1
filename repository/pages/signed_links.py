"""Signed links, which open a page without signing in."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core import signing
from django.urls import reverse
from django.utils.crypto import salted_hmac

# Never change a salt: links signed with it have been sent.
ADDRESS_SALT = "community.speaker"


@dataclass(frozen=True)
class SignedLink:
    """The signed links to one page; a link grants access to that page and its values only."""

    # A literal, since links signed with it have been sent.
    salt: str
    # The name of a URL that takes the token as its argument.
    view: str
    # The number of values in the token.
    holds: int
    lasts: timedelta | None = None
    # Values are strings, without a timestamp: short enough for the header of an e-mail.
    is_plain: bool = False

    def sign(self, *values: Any) -> str:
        if self.is_plain:
            return self.plain_signer().sign(":".join(map(str, values)))
        return signing.dumps(list(values), salt=self.salt)

    def path(self, *values: Any) -> str:
        return reverse(self.view, args=[self.sign(*values)])

    def read(self, token: str) -> list[Any] | None:
        """Return the values of a token; None if its signature is invalid or it has expired."""
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
    """Return a short digest of an e-mail address, which does not reveal the address.

    A link that holds it becomes invalid when the address changes.
    """
    return salted_hmac(ADDRESS_SALT, email.lower(), algorithm="sha256").hexdigest()[:16]
