"""Parts of a member's own desk (`/desk/`) about the partnership desk."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from community.dashboard import dashboard as member_desk
from community.dashboard.dashboard import Found
from community.dashboard.entries import Day, Entry, Part, Progress, Waiting
from community.dashboard.rows import Row
from community.moderation.queue.entries import totals
from partnerships.agreements.models.progress import ASKED_BEFORE
from partnerships.desk import queue
from partnerships.desk.dashboard_sources import LISTINGS, SOURCES
from partnerships.invitations import links as invitations_links
from partnerships.models import (
    ApplicationStatus,
    MatchStatus,
    PartnershipStatus,
    Representation,
    RepresentationStatus,
    RequestStatus,
)
from partnerships.permissions import can_broker
from partnerships.representation.cards import answers_of
from repository.dates import clock


def review(found: Found) -> list[Waiting]:
    """One card for the queue of brokers, if anything is in it."""
    if not can_broker(found.user):
        return []
    total, late = totals(queue.kinds())
    return [member_desk.queue_card(_("Partnerships"), total, late, "brokering")] if total else []


def listings(found: Found) -> list[Waiting]:
    """Offers and needs returned by a broker, then suggestions to decide about."""
    shown: list[Waiting] = []
    for word in LISTINGS:
        page = f"partnerships:{word}_detail"
        shown += [
            Waiting(
                _("A broker has requested changes"),
                row.title,
                reverse(page, args=[row.key]),
                found.decision(row),
                act=_("Make changes"),
                ink="people",
            )
            for row in found.rows[f"{word}-back"]
        ]
    shown += [
        Waiting(
            _("Suggested by the editors: adopt or decline it"),
            row.title,
            reverse("partnerships:suggestion_detail", args=[row.key]),
            act=_("View suggestion"),
            ink="soil",
        )
        for row in found.rows["suggestion"]
    ]
    return shown


def invitations(found: Found) -> list[Waiting]:
    """Invitations to represent a city, sent to an address of the member."""
    return [
        Waiting(
            _("You’re invited to represent this city: accept or decline"),
            row.place,
            invitations_links.path_of(row.key),
            act=_("View invitation"),
            ink="people",
        )
        for row in found.rows["city-invitation"]
    ]


def to_answer(found: Found) -> list[Waiting]:
    """Matches, questions and agreements that a city of the member has not answered."""
    return (
        [
            Waiting(
                _("We found a possible partner for you. Accept or decline the proposal."),
                row.title,
                match_page(row),
                act=_("View proposal"),
                due=row.due.date() if row.due else None,
                ink="people",
            )
            for row in found.rows["unanswered"]
        ]
        + [
            Waiting(
                _("The other city has a question"),
                row.title,
                match_page(row),
                act=_("Answer question"),
                ink="people",
            )
            for row in found.rows["question"]
        ]
        + [
            Waiting(
                _("An agreement has been recorded: confirm or correct it"),
                row.title,
                reverse("partnerships:partnership_new", args=[row.key]),
                act=_("View agreement"),
                ink="border",
            )
            for row in found.rows["agreement-to-confirm"]
        ]
    )


def requests_to_do(found: Found) -> list[Waiting]:
    """Requests of the member's cities that were returned for changes, or that expire soon."""
    shown = []
    for row in found.rows["request-to-do"]:
        page = request_page(row)
        if row.state == RequestStatus.OPEN:
            what = _("Your request expires. Renew it if you’re still looking for a partner.")
            act = _("Renew request")
            shown.append(Waiting(what, row.title, page, act=act, due=day_of(row), ink="people"))
        else:
            what, act = _("A broker has requested changes"), _("Make changes")
            shown.append(Waiting(what, row.title, page, found.decision(row), act, ink="people"))
    return shown


def reports_to_do(found: Found) -> list[Waiting]:
    """Progress reports that are due soon, from the day of the first reminder, or late."""
    soon = clock.today() + ASKED_BEFORE
    return [
        Waiting(
            _("How is your partnership going? Write a progress report."),
            row.title,
            report_page(row),
            act=_("Write report"),
            due=row.due.date(),
            ink="border",
        )
        for row in found.rows["report"]
        if row.due is not None and row.due.date() <= soon
    ]


def days(found: Found) -> list[Day]:
    """Answers and reports that are due, calls and visits, and the ends of open requests."""
    return [
        *(
            Day(row.due.date(), _("Answer: %(title)s") % {"title": row.title}, match_page(row))
            for row in found.rows["unanswered"]
            if row.due
        ),
        *(
            Day(row.due.date(), _("Report: %(title)s") % {"title": row.title}, report_page(row))
            for row in found.rows["report"]
            if row.due
        ),
        *(
            Day(localtime(row.at).date(), f"{row.title}: {row.words}", match_page(row))
            for row in found.rows["meeting"]
        ),
        *(
            Day(day, _("Request expires: %(title)s") % {"title": row.title}, request_page(row))
            for row in found.rows["request"]
            if row.state == RequestStatus.OPEN and (day := day_of(row))
        ),
    ]


def call(found: Found) -> Entry | None:
    """A request for a partner, for members who represent a city."""
    if all(row.state == RepresentationStatus.ASKED for row in found.rows["city"]):
        return None
    return Entry(_("Request a partner"), reverse("partnerships:request_new"))


def cities(found: Found) -> Part | None:
    """The cities that a member represents, or has requested to represent; None without any."""
    rows = found.rows["city"]
    if not rows:
        return None
    approved = [row.key for row in rows if row.state == RepresentationStatus.APPROVED]
    found_cities = Representation.objects.filter(pk__in=approved).select_related("city__profile")
    cities = {each.pk: each.city for each in found_cities} if approved else {}
    entries = [
        with_progress(entry, cities[row.key]) if row.key in cities else entry
        for row, entry in zip(rows, spoken_for(rows), strict=True)
    ]
    more = Entry(_("Your cities"), reverse("partnerships:representation_list"))
    return Part("cities", _("Cities"), entries, "", more, is_in_rail=True)


def with_progress(entry: Entry, city: Any) -> Entry:
    """The line of a city that the member represents, with the progress of its profile."""
    filled, total, missing = answers_of(city, getattr(city, "profile", None))
    url = reverse("partnerships:city_profile_edit", args=[city.slug])
    benefit = missing[0].benefit if missing else ""
    progress = Progress(filled, total, benefit, url)
    return replace(entry, is_sample=city.is_sample, progress=progress)


def organizations(found: Found) -> Part | None:
    """The organisations that a member represents, or has requested to represent."""
    entries = spoken_for(found.rows["organization"])
    may_offer = not all(entry.waits for entry in entries)
    more = Entry(_("Add offer"), reverse("partnerships:offer_new")) if may_offer else None
    return Part("organizations", _("Organisations"), entries, "", more) if entries else None


def spoken_for(rows: Iterable[Row]) -> list[Entry]:
    page = reverse("partnerships:representation_list")
    entries = []
    for row in rows:
        waits = row.state == RepresentationStatus.ASKED
        state = str(RepresentationStatus.ASKED.label) if waits else ""
        entries.append(Entry(row.place, page, state, waits, row.title))
    return entries


def requests(found: Found) -> Part | None:
    """Requests of the member's cities, newest first; None for members without a city."""
    waiting = (RequestStatus.SUBMITTED, RequestStatus.CHANGES_REQUESTED)
    new = reverse("partnerships:request_new")
    entries = [
        Entry(
            title=row.title or _("Untitled"),
            url=f"{new}?copy={row.state}",
            words=_("Saved %(when)s, not submitted yet")
            % {"when": date_format(localtime(row.at), "DATETIME_FORMAT")},
        )
        for row in found.rows["request-draft"]
    ] + [
        Entry(
            title=row.title,
            url=request_page(row),
            state=str(RequestStatus(row.state).label),
            waits=row.state in waiting,
            words=row.place,
        )
        for row in found.rows["request"]
    ]
    return part_of("requests", _("Partnership requests"), entries)


def matches(found: Found) -> Part | None:
    """Matches of the member's cities, newest first; None without any."""
    entries = [
        Entry(
            title=row.title,
            url=match_page(row),
            state=str(MatchStatus(row.state).label),
            waits=row.state == MatchStatus.PROPOSED,
            words=row.place,
        )
        for row in found.rows["match"]
    ]
    return part_of("matches", _("Proposed partners"), entries)


def partnerships(found: Found) -> Part | None:
    """Partnerships of the member's cities and organisations, newest first."""
    entries = [
        Entry(
            title=row.title,
            url=reverse("partnerships:partnership_detail", args=[row.key]),
            state=str(PartnershipStatus(row.state).label),
        )
        for row in found.rows["partnership"]
    ]
    return part_of("partnerships", _("Partnerships"), entries)


def clusters(found: Found) -> Part | None:
    """Applications of the member's cities to join a cluster, newest first; None without any."""
    entries = [
        Entry(
            title=row.title,
            url=reverse("partnerships:cluster_application", args=[row.key]),
            state=str(ApplicationStatus(row.state).label),
            waits=row.state == ApplicationStatus.PENDING,
            words=row.place,
        )
        for row in found.rows["cluster-application"]
    ]
    return part_of("clusters", _("Applications to join clusters"), entries)


def part_of(word: str, title: str, entries: list[Entry]) -> Part | None:
    """Return a part of the page; None without entries."""
    return Part(word, title, entries, "") if entries else None


def request_page(row: Row) -> str:
    return reverse("partnerships:request_detail", args=[row.key])


def match_page(row: Row) -> str:
    return reverse("partnerships:match_detail", args=[row.key])


def report_page(row: Row) -> str:
    return reverse("partnerships:report", args=[row.state, row.key])


def day_of(row: Row) -> date | None:
    """The day of a moment, in the time zone of the site; a date is a moment of its own."""
    return localtime(row.due).date() if row.due else None


WAITING = [review, invitations, listings, to_answer, requests_to_do, reports_to_do]
PARTS = [cities, organizations, requests, matches, partnerships, clusters]


def declare() -> None:
    """Register these parts for the desk of members. Idempotent."""
    if cities not in member_desk.ADDED_PARTS:
        member_desk.ADDED_SOURCES += SOURCES
        member_desk.ADDED_WAITING += WAITING
        member_desk.ADDED_PARTS += PARTS
        member_desk.ADDED_DAYS += [days]
        member_desk.ADDED_CALLS += [call]
