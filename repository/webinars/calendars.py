"""Calendar files in the iCalendar format (RFC 5545).

Times are written in UTC, and calendars show them in local time, so that no time zone definitions
or daylight-saving rules are needed.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parseaddr
from enum import StrEnum
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.http import HttpResponse

from repository.webinars.models import Webinar


class Method(StrEnum):
    """What a calendar does with an event that it receives by email (iTIP, RFC 5546)."""

    REQUEST = "REQUEST"
    CANCEL = "CANCEL"


@dataclass(frozen=True, kw_only=True)
class Event:
    """One event. `uid` identifies it permanently on this site.

    `changed_at` is the time of the last change, and `sequence` the number of changes; calendars
    replace an older version. `attendee` is the email address of who is invited.
    """

    uid: str
    title: str
    start: datetime
    end: datetime
    changed_at: datetime
    path: str
    place: str = ""
    text: str = ""
    is_cancelled: bool = False
    sequence: int = 0
    attendee: str = ""

    @property
    def lines(self) -> list[str]:
        host = urlsplit(settings.SITE_URL).hostname
        values = {
            "UID": f"{self.uid}@{host}",
            "DTSTAMP": moment(self.changed_at),
            "LAST-MODIFIED": moment(self.changed_at),
            "SEQUENCE": str(self.sequence),
            "DTSTART": moment(self.start),
            "DTEND": moment(self.end),
            "SUMMARY": escaped(self.title),
            "LOCATION": escaped(self.place),
            "DESCRIPTION": escaped(self.text),
            "URL": self.url,
            "STATUS": "CANCELLED" if self.is_cancelled else "CONFIRMED",
            **(self.people if self.attendee else {}),
        }
        return [
            "BEGIN:VEVENT",
            *(f"{name}:{value}" for name, value in values.items() if value),
            "END:VEVENT",
        ]

    @property
    def url(self) -> str:
        return settings.SITE_URL + self.path

    @property
    def google_url(self) -> str:
        """A link that opens the event, not saved yet, in Google Calendar."""
        query = {
            "action": "TEMPLATE",
            "text": self.title,
            "dates": f"{moment(self.start)}/{moment(self.end)}",
            "details": "\n\n".join(filter(None, [self.text, self.url])),
        }
        return f"https://calendar.google.com/calendar/render?{urlencode(query)}"

    @property
    def outlook_url(self) -> str:
        """A link that opens the event, not saved yet, in Outlook on the web."""
        query = {
            "path": "/calendar/action/compose",
            "rru": "addevent",
            "subject": self.title,
            "startdt": f"{self.start.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
            "enddt": f"{self.end.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
            "body": "\n\n".join(filter(None, [self.text, self.url])),
        }
        return f"https://outlook.live.com/calendar/0/deeplink/compose?{urlencode(query)}"

    @property
    def people(self) -> dict[str, str]:
        """The site as organiser, which takes no answers, and who is invited."""
        invited = "ATTENDEE;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=FALSE"
        _name, organizer = parseaddr(settings.DEFAULT_FROM_EMAIL)
        return {"ORGANIZER": f"mailto:{organizer}", invited: f"mailto:{self.attendee}"}


def event_of(webinar: Webinar, *, place: str = "") -> Event:
    """Return the event of a webinar with a known time; `place` is the link to the meeting."""
    return Event(
        uid=f"webinar-{webinar.pk}",
        title=webinar.title,
        start=webinar.starts_at,
        end=webinar.ends_at,
        changed_at=webinar.updated_at,
        path=webinar.get_absolute_url(),
        place=place,
        text=webinar.summary,
        is_cancelled=webinar.is_cancelled,
    )


# A calendar must have a component (RFC 5545, section 3.6).
NO_EVENTS = (
    *("BEGIN:VTIMEZONE", "TZID:UTC", "BEGIN:STANDARD", "DTSTART:19700101T000000"),
    *("TZOFFSETFROM:+0000", "TZOFFSETTO:+0000", "END:STANDARD", "END:VTIMEZONE"),
)


def calendar(events: Iterable[Event], *, name: str = "", method: Method | None = None) -> str:
    """Return events as one file; `name` is the name of a calendar that subscribes to it.

    With a `method` it is a message to a calendar, with the attendee of each event.
    """
    components = [line for event in events for line in event.lines]
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//South-South City Exchange//Calendar//EN",
        *([f"METHOD:{method}"] if method else []),
        *([f"X-WR-CALNAME:{escaped(name)}"] if name else []),
        *(components or NO_EVENTS),
        "END:VCALENDAR",
    ]
    return "".join(f"{folded(line)}\r\n" for line in lines)


def response(events: Iterable[Event], *, filename: str, name: str = "") -> HttpResponse:
    """Return the file as a response, to open or to subscribe to."""
    headers = {"Content-Disposition": f'attachment; filename="{filename}"'}
    content = calendar(events, name=name)
    return HttpResponse(content, content_type="text/calendar; charset=utf-8", headers=headers)


def moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def escaped(text: str) -> str:
    """Escape a text value; line breaks become spaces, so that it cannot add another line."""
    text = " ".join(text.replace("\0", "").split())
    return text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")


def folded(line: str) -> str:
    """Fold a line after 75 bytes; continuation lines begin with a space."""
    parts, part = [], ""
    for letter in line:
        if len((part + letter).encode()) > 73:
            parts.append(part)
            part = ""
        part += letter
    return "\r\n ".join([*parts, part])
