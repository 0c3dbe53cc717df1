"""Signed links to registrations, surveys and the pages of speakers, which need no account."""

from datetime import timedelta

from community.models import Registration
from repository.dates import clock
from repository.models import Speaker
from repository.pages.signed_links import SignedLink, address_mark

# Signed links to registrations, which show and change one without signing in.
#
# The signature covers the primary key of the registration and the address it was sent to. A link
# expires 90 days after the webinar, and at once if a member changes the address; while an account
# is closed it is invalid.


REGISTRATION = SignedLink("community.registration", "community:registration", holds=2)
REGISTRATION_FOR = timedelta(days=90)


def registration_token(registration: Registration) -> str:
    return REGISTRATION.sign(registration.pk, address_mark(registration.address))


def registration_path(registration: Registration) -> str:
    """The path of the page of a registration."""
    return REGISTRATION.path(registration.pk, address_mark(registration.address))


def registration_from(token: str) -> Registration | None:
    """The registration of a signed link; None for an invalid or expired one."""
    values = REGISTRATION.read(token)
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
    return registration if ends is None or clock.now() < ends + REGISTRATION_FOR else None


# Signed links to surveys, which open one without signing in.
#
# The signature covers the primary key of the registration and the address it was sent to, with a
# separate salt: a link to a registration does not open its survey, nor the other way round. A link
# expires 30 days after the survey is closed, because until then people can follow the moderation of
# their comment. It expires at once if a member changes the address; while an account is closed it
# is invalid.


SURVEY = SignedLink("community.survey", "community:survey", holds=2)
SURVEY_FOR = timedelta(days=30)


def survey_token(registration: Registration) -> str:
    return SURVEY.sign(registration.pk, address_mark(registration.address))


def survey_path(registration: Registration) -> str:
    """The path of the survey for a registration."""
    return SURVEY.path(registration.pk, address_mark(registration.address))


def surveyed_registration(token: str) -> Registration | None:
    """The registration of a signed link to its survey; None for an invalid or expired one.

    A webinar marked as held by mistake has no survey until it was held.
    """
    values = SURVEY.read(token)
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
    ends = registration.webinar.survey.closes_at + SURVEY_FOR
    return registration if clock.now() < ends else None


# Signed links to speakers' own pages, which show and change them without an account.
#
# The signature covers the speaker, the address it was sent to and the time. A link expires after 90
# days, and at once if staff change the address or delete the last talk; staff may send another at
# any time.


SPEAKER_FOR = timedelta(days=90)
SPEAKER = SignedLink("community.speaker", "community:speaking", holds=2, lasts=SPEAKER_FOR)


def speaker_token(speaker: Speaker) -> str:
    return SPEAKER.sign(speaker.pk, address_mark(speaker.email))


def speaker_path(speaker: Speaker) -> str:
    """The path of the speaker's own page."""
    return SPEAKER.path(speaker.pk, address_mark(speaker.email))


def speaker_from(token: str) -> Speaker | None:
    """The speaker of a signed link; None for an invalid or expired one."""
    values = SPEAKER.read(token)
    if values is None:
        return None
    number, mark = values
    speaker = Speaker.objects.filter(pk=number).exclude(email="").first()
    if speaker is None or address_mark(speaker.email) != mark:
        return None
    # Cancelled talks count: the speaker can still withdraw consent.
    return speaker if speaker.appearances.exists() else None
