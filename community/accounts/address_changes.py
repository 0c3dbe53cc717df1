"""Pending changes of e-mail addresses; an address is a member's once it is confirmed."""

from datetime import timedelta

from allauth.account.models import EmailAddress, EmailConfirmation
from django.db.models import F, QuerySet

from community.models import User
from repository.dates import clock

# As long as the link in our message is valid.
PENDING_FOR = timedelta(days=3)


def is_taken(email: str) -> bool:
    """Whether an account has this address; a pending change to it does not count."""
    # Always run both queries: their number must not reveal anything.
    return any(
        [
            User.objects.filter(email=email).exists(),
            EmailAddress.objects.filter(email=email, verified=True).exists(),
        ]
    )


def is_change(address: EmailAddress) -> bool:
    """Whether it is to replace the address of an account that already has another."""
    return address.email != address.user.email


def waiting() -> QuerySet[EmailAddress]:
    """Unconfirmed addresses that members are changing to."""
    return EmailAddress.objects.filter(verified=False).exclude(email=F("user__email"))


def record_request(address: EmailAddress) -> None:
    """Record when a change was requested, which EmailAddress does not store.

    Links are signed: the key of this record opens nothing.
    """
    EmailConfirmation.create(address)


def end_changes_to(address: EmailAddress) -> None:
    """Cancel the pending changes of others to an address that its owner has confirmed."""
    waiting().filter(email=address.email).exclude(user=address.user_id).delete()


def delete_unconfirmed(email: str, *, other_than: int | None = None) -> None:
    """Delete an account with this address that was never confirmed: its owner uses it elsewhere."""
    unused = User.objects.filter(email=email, is_staff=False, last_login=None)
    unused.exclude(pk=other_than).exclude(emailaddress__verified=True).delete()


def end_old_changes() -> int:
    """Cancel the changes that were not confirmed within three days; return how many."""
    since = clock.now() - PENDING_FOR
    young = EmailConfirmation.objects.filter(created__gte=since).values("email_address")
    old = waiting().exclude(emailconfirmation=None).exclude(pk__in=young)
    ended = len(old)
    old.delete()
    EmailConfirmation.objects.filter(created__lt=since).delete()
    # Requested before such records were made: the three days begin now.
    for address in waiting().filter(emailconfirmation=None):
        record_request(address)
    return ended
