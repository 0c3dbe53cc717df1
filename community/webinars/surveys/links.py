"""Signed links to surveys, which open one without signing in.

The signature covers the primary key of the registration and the address it was sent to, with a
separate salt: a link to a registration does not open its survey, nor the other way round. A link
expires 30 days after the survey is closed, because until then people can follow the moderation of
their comment. It expires at once if a member changes the address; while an account is closed it is
invalid.
"""

from datetime import timedelta

from community.models import Registration
from repository.dates import clock
from repository.pages.signed_links import SignedLink, address_mark

LINK = SignedLink("community.survey", "community:survey", holds=2)
HOLDS_FOR = timedelta(days=30)


def token_of(registration: Registration) -> str:
    return LINK.sign(registration.pk, address_mark(registration.address))


def path(registration: Registration) -> str:
    """The path of the survey for a registration."""
    return LINK.path(registration.pk, address_mark(registration.address))


def registration_from(token: str) -> Registration | None:
    """The registration of a signed link to its survey; None for an invalid or expired one.

    A webinar marked as held by mistake has no survey until it was held.
    """
    values = LINK.read(token)
    if values is None:
        return None
    number, mark = values
    rows = Registration.objects.seated().select_related("webinar__survey", "webinar__series")
    found = rows.select_related("member", "survey_answer").filter(
        pk=number, webinar__survey__isnull=False
    )
    registration = found.first()
    if registration is None or not registration.address or not registration.webinar.is_held:
        return None
    if address_mark(registration.address) != mark:
        return None
    ends = registration.webinar.survey.closes_at + HOLDS_FOR
    return registration if clock.now() < ends else None
