"""Emails about an agreement that waits for confirmation."""

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from community.models import Notification, User
from community.notices.digests import one_line
from community.notices.events import NOTHING, Enclosure
from partnerships import permissions
from partnerships.models import RecordedAgreement


def about_recorded(notice: Notification, reader: User) -> Enclosure:
    """What is recorded, and what a confirmation means."""
    rows = RecordedAgreement.objects.select_related("match__request__city", "match__city")
    found = rows.filter(match=notice.details.get("agreement")).first()
    if found is None or not permissions.can_record_agreement(reader, found.match):
        return NOTHING
    values = {
        "title": one_line(found.title),
        "kind": found.get_agreement_kind_display(),
        "day": date_format(found.agreed_on),
    }
    return Enclosure(
        lines=(
            _("“%(title)s” (%(kind)s), agreed on %(day)s.") % values,
            _("The partnership starts when both cities have confirmed it."),
        ),
        words=found.summary,
    )


ENCLOSURES = {"agreement.recorded": about_recorded}
