"""The addresses to which emails are returned, so that no more are sent."""

from datetime import datetime

from django.apps import apps
from django.db import models, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from community.models import Bounce, BounceKind

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
