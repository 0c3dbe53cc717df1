"""The link to a speaker's own page, which shows and changes it without an account.

It holds a signature over the speaker, the address it was sent to and the moment. It ends after 90
days, and at once where staff write down another address or take the last talk away; staff may send
another at any time.
"""

from datetime import timedelta

from repository.models import Speaker
from repository.pages.signed_links import SignedLink, address_mark

HOLDS_FOR = timedelta(days=90)
LINK = SignedLink("community.speaker", "community:speaking", holds=2, lasts=HOLDS_FOR)


def token_of(speaker: Speaker) -> str:
    return LINK.sign(speaker.pk, address_mark(speaker.email))


def path(speaker: Speaker) -> str:
    """The address of the speaker's own page."""
    return LINK.path(speaker.pk, address_mark(speaker.email))


def speaker_from(token: str) -> Speaker | None:
    """The speaker whom a link is for; None for one that we did not make, or that has ended."""
    values = LINK.read(token)
    if values is None:
        return None
    number, mark = values
    speaker = Speaker.objects.filter(pk=number).exclude(email="").first()
    if speaker is None or address_mark(speaker.email) != mark:
        return None
    # A talk that is cancelled counts: what is shown of the speaker can still be taken back.
    return speaker if speaker.appearances.exists() else None
