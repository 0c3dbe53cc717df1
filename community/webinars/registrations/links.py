"""The link to one registration, which shows and changes it without signing in.

It holds a signature over the number of the registration and the address it was sent to. It ends 90
days after the webinar, and at once where a member changes the address; while an account is closed
it opens nothing.
"""

from datetime import timedelta

from django.core import signing
from django.urls import reverse

from community.models import Registration
from community.webinars.speakers.links import mark
from repository.dates import clock

SALT = "community.registration"
HOLDS_FOR = timedelta(days=90)


def token_of(registration: Registration) -> str:
    return signing.dumps([registration.pk, mark(registration.address)], salt=SALT)


def path(registration: Registration) -> str:
    """The address of the page of a registration."""
    return reverse("community:registration", args=[token_of(registration)])


def read(token: str) -> Registration | None:
    """The registration that a link is for; None for one that we did not make, or that has ended."""
    try:
        number, told = signing.loads(token, salt=SALT)
    except (signing.BadSignature, TypeError):
        # Links from before they had the mark of an address held the number alone.
        return None
    rows = Registration.objects.select_related("webinar", "member", "country", "city")
    registration = rows.filter(pk=number).first()
    if registration is None or not registration.address:
        return None
    if mark(registration.address) != told:
        return None
    ends = registration.webinar.ends_at
    return registration if ends is None or clock.now() < ends + HOLDS_FOR else None
