"""Stopping messages from the message itself, without signing in (RFC 8058).

The address holds a signature instead of a password: who has it can stop one kind of message to
one member and nothing else. It does not run out, as old messages are opened late.
"""

from community.models import User
from repository.pages.signed_links import SignedLink

LINK = SignedLink("community.unsubscribing", "community:notice_stop", holds=2, is_plain=True)


def path(member: User, what: str) -> str:
    """The address at which a member stops one kind of notice, or one kind of digest."""
    return LINK.path(member.pk, what)


def member_from(token: str) -> tuple[User, str] | None:
    """Whose messages the address stops, and which; None for one that we did not make."""
    values = LINK.read(token)
    if values is None:
        return None
    number, what = values
    member = User.objects.filter(pk=number).first()
    return (member, what) if member else None
