"""Unsubscribe from a message without signing in (RFC 8058).

The signed link authorises to stop one kind of message to one member and nothing else. It does not
expire, because old messages are opened late.
"""

from community.models import User
from repository.pages.signed_links import SignedLink

LINK = SignedLink("community.unsubscribing", "community:notice_stop", holds=2, is_plain=True)


def path(member: User, what: str) -> str:
    """The path at which a member unsubscribes from one kind of notice or digest."""
    return LINK.path(member.pk, what)


def member_from(token: str) -> tuple[User, str] | None:
    """The member and the kind of message of a signed link; None for an invalid one."""
    values = LINK.read(token)
    if values is None:
        return None
    number, what = values
    member = User.objects.filter(pk=number).first()
    return (member, what) if member else None
