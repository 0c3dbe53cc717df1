"""Stopping messages from the message itself, without signing in (RFC 8058).

The address holds a signature instead of a password: who has it can stop one kind of message to
one member and nothing else. It does not run out, as old messages are opened late.
"""

from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.urls import reverse

from community.models import Delivery, NoticeKind, NoticeSetting, User
from community.notices.deliveries import chosen_by
from repository.workflow import lock

SIGNER = "community.unsubscribing"


def path(member: User, what: str) -> str:
    """The address at which a member stops one kind of notice, or one kind of digest."""
    return reverse("community:notice_stop", args=[_signer().sign(f"{member.pk}:{what}")])


def read(token: str) -> tuple[User, str] | None:
    """Whose messages the address stops, and which; None for one that we did not make."""
    try:
        number, _colon, what = _signer().unsign(token).partition(":")
    except BadSignature:
        return None
    member = User.objects.filter(pk=number).first()
    return (member, what) if member else None


@transaction.atomic
def stop(member: User, what: str) -> None:
    """Send a member no more of one kind: of notices, or of all that a digest gathers."""
    # Locked: twice at once is once.
    lock(User, member.pk, no_key=True)
    chosen = chosen_by(member)
    for kind in [kind for kind in NoticeKind if kind == what or chosen[kind] == what]:
        NoticeSetting.objects.update_or_create(
            member=member, kind=kind, defaults={"delivery": Delivery.NONE}
        )


def _signer() -> Signer:
    # A signature with a sign that no other word holds.
    return Signer(salt=SIGNER, sep=":")
