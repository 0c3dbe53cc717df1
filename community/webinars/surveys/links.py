"""The link to the survey of one registration, which opens it without signing in.

It holds a signature of its own over the number of the registration and the address it was sent
to: a link to a registration does not open it, nor the other way round. It ends 30 days after the
survey is closed: until then people see what became of their comment. It ends at once where a member
changes the address; while an account is closed it opens nothing.
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
    """The address of the survey for a registration."""
    return LINK.path(registration.pk, address_mark(registration.address))


def registration_from(token: str) -> Registration | None:
    """The registration whose survey a link opens; None for a link that is none, or has ended.

    A webinar that was called held by mistake has no survey until it is.
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
