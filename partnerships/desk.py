"""What a member's own desk (`/desk/`) shows of the partnership desk."""

from django.urls import reverse
from django.utils.translation import gettext as _

from community import desk
from community.models import User
from partnerships.models import Representation, RepresentationStatus


def cities(user: User) -> desk.Part | None:
    """The cities that a member speaks for, or has asked to; nothing where there are none."""
    rows = Representation.objects.of(user).filter(
        status__in=[RepresentationStatus.ASKED, RepresentationStatus.APPROVED]
    )
    entries = [
        desk.Entry(
            title=row.city.localized_name if row.city else row.place,
            url=row.get_absolute_url(),
            state=row.get_status_display() if row.status == RepresentationStatus.ASKED else "",
            waits=row.status == RepresentationStatus.ASKED,
            words=row.position,
        )
        for row in rows.select_related("city")[: desk.SHOWN]
        if row.is_current or row.status == RepresentationStatus.ASKED
    ]
    if not entries:
        return None
    more = desk.Entry(_("Cities you speak for"), reverse("partnerships:representation_list"))
    return desk.Part("cities", _("Cities"), entries, "", more)


def declare() -> None:
    """Add what is shown here to the desk of each member; once."""
    if cities not in desk.ADDED_PARTS:
        desk.ADDED_PARTS.append(cities)
