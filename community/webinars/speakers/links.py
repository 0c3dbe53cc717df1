"""Signed links to speakers' own pages, which show and change them without an account.

The signature covers the speaker, the address it was sent to and the time. A link expires after 90
days, and at once if staff change the address or delete the last talk; staff may send another at
any time.
"""

from datetime import timedelta

from repository.models import Speaker
from repository.pages.signed_links import SignedLink, address_mark

HOLDS_FOR = timedelta(days=90)
LINK = SignedLink("community.speaker", "community:speaking", holds=2, lasts=HOLDS_FOR)


def token_of(speaker: Speaker) -> str:
    return LINK.sign(speaker.pk, address_mark(speaker.email))


def path(speaker: Speaker) -> str:
    """The path of the speaker's own page."""
    return LINK.path(speaker.pk, address_mark(speaker.email))


def speaker_from(token: str) -> Speaker | None:
    """The speaker of a signed link; None for an invalid or expired one."""
    values = LINK.read(token)
    if values is None:
        return None
    number, mark = values
    speaker = Speaker.objects.filter(pk=number).exclude(email="").first()
    if speaker is None or address_mark(speaker.email) != mark:
        return None
    # Cancelled talks count: the speaker can still withdraw consent.
    return speaker if speaker.appearances.exists() else None
