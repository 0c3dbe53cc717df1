"""The link to a speaker's own page, which shows and changes it without an account.

It holds a signature over the speaker, the address it was sent to and the moment. It ends after 90
days, and at once where staff write down another address or take the last talk away; staff may send
another at any time.
"""

from datetime import timedelta

from django.core import signing
from django.urls import reverse
from django.utils.crypto import salted_hmac

from repository.models import Speaker

SALT = "community.speaker"
HOLDS_FOR = timedelta(days=90)


def token_of(speaker: Speaker) -> str:
    return signing.dumps([speaker.pk, mark(speaker.email)], salt=SALT)


def mark(email: str) -> str:
    """A short word that stands for an address without telling it."""
    return salted_hmac(SALT, email.lower(), algorithm="sha256").hexdigest()[:16]


def path(speaker: Speaker) -> str:
    """The address of the speaker's own page."""
    return reverse("community:speaking", args=[token_of(speaker)])


def read(token: str) -> Speaker | None:
    """The speaker whom a link is for; None for one that we did not make, or that has ended."""
    try:
        number, told = signing.loads(token, salt=SALT, max_age=HOLDS_FOR)
    except signing.BadSignature:
        return None
    speaker = Speaker.objects.filter(pk=number).exclude(email="").first()
    if speaker is None or mark(speaker.email) != told:
        return None
    # A talk that is cancelled counts: what is shown of the speaker can still be taken back.
    return speaker if speaker.appearances.exists() else None
