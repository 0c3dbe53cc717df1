"""Signed links in invitations, which show an invitation and decline it without signing in.

The signature covers the invitation and the time. A link ends with the invitation. It gives no right
by itself: accepting takes an account, and a confirmed address or a broker (see `actions.py`).
"""

from datetime import timedelta

from partnerships.models import CityInvitation
from repository.pages.signed_links import SignedLink

HOLDS_FOR = timedelta(days=60)
LINK = SignedLink("partnerships.invitation", "partnerships:invitation", holds=1, lasts=HOLDS_FOR)


def path(invitation: CityInvitation) -> str:
    return path_of(invitation.pk)


def path_of(pk: int) -> str:
    """Return the path of the page of an invitation, by primary key."""
    return LINK.path(pk)


def invitation_from(token: str) -> CityInvitation | None:
    """Return the invitation of a signed link; None if the link is invalid or has expired."""
    values = LINK.read(token)
    if values is None:
        return None
    rows = CityInvitation.objects.select_related("city__country", "request__city__country")
    return rows.filter(pk=values[0]).first()
