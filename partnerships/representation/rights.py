"""Permission checks for use under the lock: rights may have ended since the page was loaded."""

from typing import Any

from django.utils.translation import gettext as _

from community.models import User
from community.moderation.decisions.rules import as_now
from partnerships import permissions
from repository.models import City, Organization
from repository.workflow import ActionRefused


def check_speaks(by: User, represented: City | Organization) -> None:
    """Raise ActionRefused unless the user currently represents the city or organisation."""
    if not permissions.speaks_for(as_now(by), represented):
        name = represented.localized_name if isinstance(represented, City) else represented
        raise ActionRefused(_("You don’t represent %(city)s.") % {"city": name})


def check_broker(by: User) -> None:
    """Raise ActionRefused unless the user is currently a broker."""
    if not permissions.can_broker(as_now(by)):
        raise ActionRefused(_("Only brokers can do this."))


def check_keeps(by: User, listing: Any) -> None:
    """Raise ActionRefused unless the user may currently edit the offer or need."""
    if permissions.can_keep(as_now(by), listing):
        return
    if isinstance(listing.owner, City | Organization):
        check_speaks(by, listing.owner)
    check_broker(by)
