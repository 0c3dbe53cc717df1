"""Emails about the space: each says what happened, if its reader currently has access."""

from datetime import timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from community.models import Notification, User
from community.notices.digests import one_line
from community.notices.enclosures import NOTHING, Enclosure
from partnerships import permissions
from partnerships.models import Meeting
from partnerships.spaces.times import local_times
from repository.webinars import calendars
from repository.webinars.calendars import Method

LASTS = timedelta(hours=1)  # assumed length of a meeting


def event_of(meeting: Meeting, *, attendee: str = "") -> calendars.Event:
    """Convert a meeting to a calendar event."""
    return calendars.Event(
        uid=f"meeting-{meeting.pk}",
        title=meeting.title,
        start=meeting.at,
        end=meeting.at + LASTS,
        changed_at=meeting.changed_at,
        sequence=meeting.sequence,
        path=reverse("partnerships:match_detail", args=[meeting.match_id]),
        place=meeting.place,
        is_cancelled=meeting.is_cancelled,
        attendee=attendee,
    )


def about_meeting(notice: Notification, reader: User) -> Enclosure:
    """The date as it is now, in both time zones and as an invitation, or a cancellation."""
    rows = Meeting.objects.select_related("match__request__city__country", "match__city__country")
    meeting = rows.filter(pk=notice.details.get("meeting")).first()
    if meeting is None or not permissions.can_enter(reader, meeting.match):
        return NOTHING
    sides = permissions.sides_of(reader, meeting.match)
    lines = [one_line(meeting.title)]
    lines += [
        _("%(city)s: %(time)s") % {"city": local.city.localized_name, "time": local.text}
        for local in local_times(meeting.at, meeting.match, sides)
    ]
    if meeting.place:
        lines.append(_("Where: %(place)s") % {"place": one_line(meeting.place)})
    if meeting.is_cancelled:
        lines.append(_("This date is cancelled."))
    method = Method.CANCEL if meeting.is_cancelled else Method.REQUEST
    event = event_of(meeting, attendee=reader.email)
    return Enclosure(lines=tuple(lines), calendar=calendars.calendar([event], method=method))


ENCLOSURES = {
    "space.meeting": about_meeting,
    "space.meeting-changed": about_meeting,
    "space.meeting-cancelled": about_meeting,
    "space.meeting-own": about_meeting,
}
