"""Addresses that members are changing to: an address is theirs once they have confirmed it."""

from datetime import timedelta

from allauth.account.models import EmailAddress, EmailConfirmation
from django.db.models import F, QuerySet

from community.models import User
from repository.dates import clock

# As long as the link in our message is good.
WAITS_FOR = timedelta(days=3)


def is_taken(email: str) -> bool:
    """Whether an account has this address. An address that waits to be confirmed is nobody's."""
    # Both are asked always: the number of statements tells nothing.
    return any(
        [
            User.objects.filter(email=email).exists(),
            EmailAddress.objects.filter(email=email, verified=True).exists(),
        ]
    )


def is_change(address: EmailAddress) -> bool:
    """Whether it is to replace the address of an account, and not the one it was made with."""
    return address.email != address.user.email


def waiting() -> QuerySet[EmailAddress]:
    """Addresses that members are changing to."""
    return EmailAddress.objects.filter(verified=False).exclude(email=F("user__email"))


def note_asked(address: EmailAddress) -> None:
    """Note when a change was asked for, which the row of the address does not tell.

    Links are signed: the key of the note opens nothing.
    """
    EmailConfirmation.create(address)


def end_changes_to(address: EmailAddress) -> None:
    """End the changes of others to an address that its owner has confirmed."""
    waiting().filter(email=address.email).exclude(user=address.user_id).delete()


def end_old_changes() -> int:
    """End the changes that nobody confirmed for three days; return how many."""
    since = clock.now() - WAITS_FOR
    young = EmailConfirmation.objects.filter(created__gte=since).values("email_address")
    old = waiting().exclude(emailconfirmation=None).exclude(pk__in=young)
    ended = len(old)
    old.delete()
    EmailConfirmation.objects.filter(created__lt=since).delete()
    # Asked for before such notes were made: their three days begin now.
    for address in waiting().filter(emailconfirmation=None):
        note_asked(address)
    return ended
