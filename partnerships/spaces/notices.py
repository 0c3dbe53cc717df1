"""Emails about the space: each says what happened, if its reader currently has access."""

from datetime import timedelta

from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.translation import gettext as _

from community.models import Notification, User
from community.notices.digests import one_line
from community.notices.enclosures import NOTHING, Enclosure
from partnerships import permissions
from partnerships.models import Meeting, SpaceFile, SpaceMessage
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


def about_message(notice: Notification, reader: User) -> Enclosure:
    """What was written."""
    rows = SpaceMessage.objects.select_related("match__request__city", "match__city")
    message = rows.filter(pk=notice.details.get("said")).first()
    if message is None or not permissions.can_enter(reader, message.match):
        return NOTHING
    return Enclosure(words=message.body)


def about_file(notice: Notification, reader: User) -> Enclosure:
    """What the file is, if it has not been removed."""
    rows = SpaceFile.objects.select_related("match__request__city", "match__city")
    file = rows.filter(pk=notice.details.get("file")).first()
    if file is None or not permissions.can_enter(reader, file.match):
        return NOTHING
    kind, size = file.get_kind_display(), filesizeformat(file.size)
    line = _("“%(title)s” (%(kind)s, %(size)s)")
    return Enclosure(lines=(line % {"title": one_line(file.title), "kind": kind, "size": size},))


ENCLOSURES = {
    "space.message": about_message,
    "space.file": about_file,
    "space.meeting": about_meeting,
    "space.meeting-changed": about_meeting,
    "space.meeting-cancelled": about_meeting,
    "space.meeting-own": about_meeting,
}
