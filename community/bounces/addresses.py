"""Addresses from which emails are returned, so that no more are sent, and our return paths."""

from datetime import UTC, datetime, timedelta

from django.apps import apps
from django.conf import settings
from django.db import models, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from community.models import Bounce, BounceKind
from community.notices.address_tokens import content_of, signed_address, token_in

# The columns with addresses to which we write: (model, field). Higher apps add their own.
HOLDERS = [
    ("community.User", "email"),
    ("community.Registration", "email"),
    ("repository.Speaker", "email"),
]


def holders() -> list[tuple[models.QuerySet, str]]:
    return [(apps.get_model(label)._base_manager.all(), field) for label, field in HOLDERS]


def is_held(email: str) -> bool:
    """Whether anybody here has this address."""
    return any(rows.filter(**{f"{field}__iexact": email}).exists() for rows, field in holders())


def is_returned(email: str) -> bool:
    """Whether automatic emails to an address are not sent."""
    return Bounce.objects.active().of(email).exists()


@transaction.atomic
def record(*, email: str, kind: BounceKind, at: datetime, status: str = "") -> bool:
    """Store what a mail server or a provider reports; return whether that changed anything.

    `at` is when the email was sent, or if that is unknown, when it was returned. Idempotent.
    Ignores addresses that nobody here has, and reports about emails sent before the bounce was
    cleared.
    """
    if not is_held(email):
        return False
    values = {"kind": kind, "status": status, "reported_at": min(at, timezone.now())}
    made, is_new = Bounce.objects.get_or_create(
        email__iexact=email, defaults=values | {"email": email.lower()}
    )
    if is_new:
        return True
    bounce = Bounce.objects.select_for_update().filter(pk=made.pk).first()
    if bounce is None or (bounce.cleared_at is None and bounce.kind == kind):
        return False
    if bounce.cleared_at and at <= bounce.cleared_at:
        return False
    Bounce.objects.filter(pk=bounce.pk).update(**values, cleared_at=None)
    return True


def clear(*, email: str) -> None:
    """Send emails to an address again. Idempotent."""
    Bounce.objects.active().of(email).update(cleared_at=timezone.now())


def forget() -> int:
    """Delete the bounces of addresses that nobody here has any more; return how many."""
    found = Bounce.objects.all()
    for rows, field in holders():
        found = found.filter(~Exists(rows.filter(**{f"{field}__iexact": OuterRef("email")})))
    return found.delete()[0]


# Return paths: mail servers send reports of failure to an address made for each email. Its token
# has the time at which the email was sent, signed together with the recipient. Only who got the
# email, and servers on its way, know it: nobody can report failures of the address of another.
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
