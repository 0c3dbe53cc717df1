"""Signed links to registrations, which show and change one without signing in.

The signature covers the primary key of the registration and the address it was sent to. A link
expires 90 days after the webinar, and at once if a member changes the address; while an account is
closed it is invalid.
"""

from datetime import timedelta

from community.models import Registration
from repository.dates import clock
from repository.pages.signed_links import SignedLink, address_mark

LINK = SignedLink("community.registration", "community:registration", holds=2)
HOLDS_FOR = timedelta(days=90)


def token_of(registration: Registration) -> str:
    return LINK.sign(registration.pk, address_mark(registration.address))


def path(registration: Registration) -> str:
    """The path of the page of a registration."""
    return LINK.path(registration.pk, address_mark(registration.address))


def registration_from(token: str) -> Registration | None:
    """The registration of a signed link; None for an invalid or expired one."""
    values = LINK.read(token)
    if values is None:
        return None
    number, mark = values
    rows = Registration.objects.select_related("webinar", "member", "country", "city")
    registration = rows.filter(pk=number).first()
    if registration is None or not registration.address:
        return None
    if address_mark(registration.address) != mark:
        return None
    ends = registration.webinar.ends_at
    return registration if ends is None or clock.now() < ends + HOLDS_FOR else None
