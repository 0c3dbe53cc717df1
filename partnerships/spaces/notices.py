"""Emails about the space: each says what happened, if its reader currently has access."""

from dataclasses import replace
from urllib.parse import urlsplit

from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from community.models import Notification, User
from community.notices.digests import one_line
from community.notices.events import NOTHING, Enclosure
from partnerships import permissions
from partnerships.matches.notices import about_match, cities_line, match_of
from partnerships.models import Match, Meeting, Plan, Side, SpaceFile, SpaceMessage
from partnerships.replies.addresses import reply_address
from partnerships.replies.quotes import marker
from partnerships.spaces.tabs import Tab, address
from partnerships.spaces.times import local_times
from repository.webinars import calendars
from repository.webinars.calendars import Method


def event_of(meeting: Meeting, *, attendee: str = "") -> calendars.Event:
    """Convert a meeting to a calendar event."""
    return calendars.Event(
        uid=f"meeting-{meeting.pk}",
        title=meeting.title,
        start=meeting.at,
        end=meeting.ends_at,
        changed_at=meeting.changed_at,
        sequence=meeting.sequence,
        path=address(meeting.match, Tab.FILES, "dates"),
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
    if minutes := meeting.stated_minutes:
        lines.append(
            ngettext("Length: %(count)s minute", "Length: %(count)s minutes", minutes)
            % {"count": minutes}
        )
    if meeting.place:
        lines.append(_("Where: %(place)s") % {"place": one_line(meeting.place)})
    if meeting.is_cancelled:
        lines.append(_("This meeting has been cancelled."))
    method = Method.CANCEL if meeting.is_cancelled else Method.REQUEST
    event = event_of(meeting, attendee=reader.email)
    return Enclosure(
        lines=tuple(lines),
        calendar=calendars.calendar([event], method=method),
        headers=conversation(meeting.match),
    )


def about_message(notice: Notification, reader: User) -> Enclosure:
    """What was written."""
    rows = SpaceMessage.objects.select_related(
        "match__request__city__country", "match__city__country"
    )
    message = rows.filter(pk=notice.details.get("said")).first()
    if message is None or not permissions.can_enter(reader, message.match):
        return NOTHING
    enclosure = Enclosure(lines=(cities_line(message.match, reader),), words=message.body)
    return with_reply(enclosure, message.match, reader)


def with_reply(enclosure: Enclosure, match: Match, reader: User) -> Enclosure:
    """Add how to answer: by email, if that is set up, and on the site."""
    headers = conversation(match)
    address = reply_address(reader.pk, match.pk)
    # Brokers cannot reply by email, since it proves no second factor.
    if not address or not permissions.sides_of(reader, match):
        answer = _("Don’t reply to this email. Answer on the site:")
        return replace(enclosure, answer=answer, headers=headers)
    return replace(
        enclosure,
        marker=marker(),
        answer=_("Reply to this email, or answer on the site:"),
        headers=headers | {"Reply-To": address},
    )


def conversation(match: Match) -> dict[str, str]:
    """Headers by which mail programs show all emails about a space as one conversation."""
    first = f"<space-{match.pk}@{urlsplit(settings.SITE_URL).hostname}>"
    return {"In-Reply-To": first, "References": first}


def about_file(notice: Notification, reader: User) -> Enclosure:
    """What the file is, if it has not been removed."""
    rows = SpaceFile.objects.select_related("match__request__city__country", "match__city__country")
    file = rows.filter(pk=notice.details.get("file")).first()
    if file is None or not permissions.can_enter(reader, file.match):
        return NOTHING
    kind, size = file.get_kind_display(), filesizeformat(file.size)
    line = _("“%(title)s” (%(kind)s, %(size)s)")
    described = line % {"title": one_line(file.title), "kind": kind, "size": size}
    enclosure = Enclosure(lines=(described, cities_line(file.match, reader)))
    return with_reply(enclosure, file.match, reader)


def about_plan(notice: Notification, reader: User) -> Enclosure:
    """The plan as it is now, and who has agreed to it."""
    plan = Plan.objects.filter(match=notice.details.get("match")).first()
    match = match_of(notice, reader)
    if plan is None or match is None or not permissions.can_enter(reader, match):
        return NOTHING
    lines = [cities_line(match, reader)]
    for side in Side:
        city = {"city": match.city_of(side).localized_name}
        if getattr(plan, f"{side}_agreed_at"):
            lines.append(_("%(city)s has agreed to it.") % city)
        else:
            lines.append(_("%(city)s has not agreed yet.") % city)
    if plan.is_agreed:
        lines.append(_("Next, record the agreement on the page below."))
    return with_reply(Enclosure(lines=tuple(lines), words=plan.text), match, reader)


def about_broker_message(notice: Notification, reader: User) -> Enclosure:
    """The match; once both cities are introduced, an answer goes to their space."""
    enclosure, match = about_match(notice, reader), match_of(notice, reader)
    if match is None or not match.is_introduced:
        return enclosure
    return with_reply(enclosure, match, reader)


ENCLOSURES = {
    "match.message": about_broker_message,
    **dict.fromkeys(("plan.changed", "plan.accepted", "plan.agreed"), about_plan),
    "space.message": about_message,
    "space.file": about_file,
    "space.meeting": about_meeting,
    "space.meeting-changed": about_meeting,
    "space.meeting-cancelled": about_meeting,
    "space.meeting-own": about_meeting,
}
