"""Emails about representations: the reason of a decision, and what their reader can do next."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from community.models import Notification, Reason, User
from community.notices.events import NOTHING, Enclosure
from partnerships.models import Representation

APPEAL = gettext_lazy("View the decision, where you can also appeal:")
# What to do next, above the address of the page.
NEXT = {
    "representation.asked": gettext_lazy("Review the request:"),
    "representation.address-confirmed": gettext_lazy("Review the request:"),
    "representation.approved": gettext_lazy("View your cities:"),
    "representation.declined": APPEAL,
    "representation.ended": APPEAL,
    "representation.last-day": gettext_lazy("View your cities:"),
    "representation.ending": gettext_lazy("View your cities:"),
    "representation.lapsed": gettext_lazy("To represent it again, send a new request:"),
}


def reason_line(notice: Notification) -> list[str]:
    """The reason for a decision, unless the message says it all."""
    reason = notice.details.get("reason", "")
    if reason not in Reason.values or reason in (Reason.NONE, Reason.OTHER):
        return []
    return [_("Reason: %(reason)s.") % {"reason": Reason(reason).label}]


def about_representation(notice: Notification, _reader: User) -> Enclosure:
    row = Representation.objects.filter(pk=notice.object_id).first()
    if row is None:
        return NOTHING
    lines = reason_line(notice)
    if notice.event == "representation.approved" and row.is_current:
        lines = [
            _(
                "You can now publish the organisation’s offers and take part in the partnerships "
                "it facilitates."
            )
            if row.is_of_organization
            else _(
                "You can now complete the city’s profile, add offers and needs, and request a "
                "partner."
            )
        ]
    return Enclosure(lines=tuple(lines), answer=str(NEXT[notice.event]))


ENCLOSURES = dict.fromkeys(NEXT, about_representation)
