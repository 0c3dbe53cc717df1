"""Tickets: which opened form of which member a text comes from, signed by us.

A text that is sent after the login has expired is kept for the member to whom we gave the form.
"""

import secrets
from dataclasses import dataclass

from django.core import signing

SALT = "community.writing"
LASTS = 30 * 24 * 3600  # seconds


@dataclass(frozen=True)
class Ticket:
    """`case` is a primary key, 0 for a case that is new."""

    member: int
    token: str
    case: int

    def __str__(self) -> str:
        return signing.dumps([self.member, self.token, self.case], salt=SALT)


def new_ticket(*, member: int, case: int = 0) -> Ticket:
    return Ticket(member, secrets.token_hex(12), case)


def read_ticket(text: str) -> Ticket | None:
    """The ticket, if we gave it out within a month."""
    try:
        return Ticket(*signing.loads(text, salt=SALT, max_age=LASTS))
    except (signing.BadSignature, TypeError):
        return None
