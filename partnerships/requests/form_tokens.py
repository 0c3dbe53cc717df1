"""Tickets: which opened form of a request a text comes from, and whose it is, signed by us.

A text that is sent after the login has expired is kept for the member to whom we gave the form.
"""

import secrets
from typing import NamedTuple

from django.core import signing

SALT = "partnerships.request_tickets"
LASTS = 30 * 24 * 3600  # seconds


class Ticket(NamedTuple):
    """`request` is a primary key, 0 for a request that is new."""

    member: int
    token: str
    request: int

    @property
    def text(self) -> str:
        return signing.dumps(list(self), salt=SALT)


def new_ticket(*, member: int, request: int = 0) -> Ticket:
    return Ticket(member, secrets.token_hex(12), request)


def read_ticket(text: str) -> Ticket | None:
    """The ticket, if we gave it out within a month."""
    try:
        return Ticket(*signing.loads(text, salt=SALT, max_age=LASTS))
    except signing.BadSignature:
        return None
