"""Emails about offers and needs: the reason of a decision, and what their reader can do next."""

from django.utils.translation import gettext_lazy

from community.models import Notification, User
from community.notices.events import Enclosure
from partnerships.representation.notices import APPEAL, reason_line

# What to do next, above the address of the page.
NEXT = {
    "listing.submitted": gettext_lazy("Review it:"),
    "listing.published": gettext_lazy("View it on the board:"),
    "listing.changes-requested": gettext_lazy("Edit it and submit it again:"),
    "listing.declined": APPEAL,
    "offer.new": gettext_lazy("View the offer:"),
}


def about_listing(notice: Notification, _reader: User) -> Enclosure:
    return Enclosure(lines=tuple(reason_line(notice)), answer=str(NEXT[notice.event]))


ENCLOSURES = dict.fromkeys(NEXT, about_listing)
