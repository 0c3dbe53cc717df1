"""Addresses for replies by email: each is bound to one member and one space.

The token is derived, not stored: two primary keys and a signature
(docs/decisions/0028-incoming-emails.md).
"""

from email.utils import parseaddr

from django.conf import settings

from community.notices.address_tokens import content_of, signed_address, token_in

# Never change it: addresses signed with it have been sent.
SALT = "partnerships.replies"
# Of each primary key.
KEY_BYTES = 6


def reply_address(member: int, match: int) -> str:
    """Return the address at which a member answers in a space; empty if replies are turned off."""
    keys = member.to_bytes(KEY_BYTES) + match.to_bytes(KEY_BYTES)
    return signed_address(settings.REPLY_ADDRESS, keys, salt=SALT)


def names_of_site() -> list[str]:
    """Names and addresses by which mail programs call the sender of our emails."""
    name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    local, _at, domain = settings.REPLY_ADDRESS.partition("@")
    return [*filter(None, [name, address]), *([f"{local}+", f"{local}@{domain}"] if local else [])]


def read_address(address: str) -> tuple[int, int] | None:
    """Return the primary keys of member and match; None if it is not one of our addresses."""
    token = token_in(parseaddr(address)[1], settings.REPLY_ADDRESS)
    keys = content_of(token, size=2 * KEY_BYTES, salt=SALT) if token else None
    return (int.from_bytes(keys[:KEY_BYTES]), int.from_bytes(keys[KEY_BYTES:])) if keys else None
