"""Signed links that renew a request from a message, without signing in.

A link is for one member, one request and one expiry: it renews once, and only while the member
represents the city.
"""

from typing import NamedTuple

from community.models import User
from partnerships.models import PartnershipRequest
from partnerships.permissions import speaks_for
from repository.pages.signed_links import SignedLink

LINK = SignedLink("partnerships.renewals", "partnerships:request_renew_signed", holds=3)


class Renewal(NamedTuple):
    """The member and the request of a renewal link, and the expiry that it postpones."""

    partnership_request: PartnershipRequest
    member: User
    expiry: str


def expiry_of(partnership_request: PartnershipRequest) -> str:
    """Return an identifier of the current expiry of a request."""
    return partnership_request.expires_at.isoformat() if partnership_request.expires_at else ""


def token_for(partnership_request: PartnershipRequest, member: int) -> str:
    """Return the signed token by which a member, by primary key, can renew a request once."""
    return LINK.sign(partnership_request.pk, member, expiry_of(partnership_request))


def renewal_from(token: str) -> Renewal | None:
    """Return the contents of a token; None if it is invalid or the member lost the right."""
    values = LINK.read(token)
    if values is None:
        return None
    pk, member, expiry = values
    partnership_request = PartnershipRequest.objects.select_related("city").filter(pk=pk).first()
    user = User.objects.filter(pk=member, is_active=True).first()
    if (
        partnership_request is None
        or user is None
        or not speaks_for(user, partnership_request.city)
    ):
        return None
    return Renewal(partnership_request, user, expiry)
