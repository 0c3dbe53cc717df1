"""Stopping messages from the message itself, without signing in (RFC 8058).

The address holds a signature instead of a password: who has it can stop one kind of message to
one member and nothing else. It does not run out, as old messages are opened late.
"""

from community.models import Delivery, NoticeKind, NoticeSetting, User
from community.notices.deliveries import chosen_by
from repository.pages.signed_links import SignedLink
from repository.workflow import action, lock

LINK = SignedLink("community.unsubscribing", "community:notice_stop", holds=2, is_plain=True)


def path(member: User, what: str) -> str:
    """The address at which a member stops one kind of notice, or one kind of digest."""
    return LINK.path(member.pk, what)


def read(token: str) -> tuple[User, str] | None:
    """Whose messages the address stops, and which; None for one that we did not make."""
    values = LINK.read(token)
    if values is None:
        return None
    number, what = values
    member = User.objects.filter(pk=number).first()
    return (member, what) if member else None


@action
def stop(*, member: User, what: str) -> None:
    """Send a member no more of one kind: of notices, or of all that a digest gathers."""
    # Lock the member so that concurrent clicks are idempotent.
    lock(User, member.pk, no_key=True)
    chosen = chosen_by(member)
    for kind in [kind for kind in NoticeKind if kind == what or chosen[kind] == what]:
        NoticeSetting.objects.update_or_create(
            member=member, kind=kind, defaults={"delivery": Delivery.NONE}
        )
