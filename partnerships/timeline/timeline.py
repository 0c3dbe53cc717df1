"""Everything that happened to a request, newest first, in a fixed number of queries.

Calls, notes and emails are stored as entries. The rest is read from where it is kept: decisions,
the history of the request and of its owner, matches with their answers and questions, invitations,
and notices to the cities.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Min
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from community.models import Decision, Notification, User
from partnerships.models import (
    Handling,
    Match,
    MatchStatus,
    PartnershipRequest,
    Representation,
    RequestStatus,
    Side,
    TimelineEntry,
)

# Both cities know of the match, and something may still come of it.
ASKED_OR_INTRODUCED = (MatchStatus.PROPOSED, MatchStatus.INTRODUCED)
# Notices to the cities that nothing else on the timeline tells, by their event.
SENT: dict[str, str | Promise] = {
    "match.reminded": gettext_lazy("Reminder sent to the cities that haven’t answered"),
    "match.extended": gettext_lazy("Deadline extended"),
    "request.reminded": gettext_lazy("Reminder sent to the city"),
    "request.expiring": gettext_lazy("The city was told that its request expires soon"),
}
# Statuses that follow from no decision of a broker, with the one before where that matters.
BY_CITY: dict[tuple[str, str], str | Promise] = {
    ("", RequestStatus.SUBMITTED): gettext_lazy("Request submitted"),
    ("", RequestStatus.EXPIRED): gettext_lazy("Request expired"),
    ("", RequestStatus.DRAFT): gettext_lazy("Request withdrawn by the city"),
    (RequestStatus.EXPIRED, RequestStatus.OPEN): gettext_lazy("Request renewed"),
}


@dataclass(frozen=True)
class Item:
    """One line of the timeline; `entry` is what a broker wrote."""

    at: datetime
    what: str
    words: str = ""
    by: User | None = None
    url: str = ""
    entry: TimelineEntry | None = None


def timeline(asked: PartnershipRequest, matches: list[Match]) -> list[Item]:
    """Return the timeline of a request with its matches; a fixed number of queries."""
    found = [
        *of_entries(asked),
        *of_decisions(asked, matches),
        *of_statuses(asked),
        *of_handling(asked),
        *of_matches(matches),
        *of_invitations(asked),
        *of_notices(asked, matches),
    ]
    return sorted(found, key=lambda item: item.at, reverse=True)


def of_entries(asked: PartnershipRequest) -> Iterator[Item]:
    for entry in asked.timeline.select_related("by__membership", "city"):
        what = entry.get_kind_display()
        if entry.city:
            what = _("Email to %(city)s") % {"city": entry.city.localized_name}
        yield Item(entry.created_at, what, entry.words, entry.by, entry=entry)


def of_decisions(asked: PartnershipRequest, matches: list[Match]) -> Iterator[Item]:
    types = ContentType.objects.get_for_models(PartnershipRequest, Match)
    cities = {match.pk: match.city.localized_name for match in matches}
    rows = Decision.objects.filter(
        content_type=types[PartnershipRequest], object_id=asked.pk
    ) | Decision.objects.filter(content_type=types[Match], object_id__in=cities)
    for row in rows.select_related("by__membership"):
        parts = [row.done, row.get_reason_display() if row.reason else ""]
        if row.content_type_id == types[Match].pk:
            parts.append(cities[row.object_id])
        what = " · ".join(filter(None, map(str, parts)))
        yield Item(row.created_at, what, row.message, row.by)


def of_statuses(asked: PartnershipRequest) -> Iterator[Item]:
    events = PartnershipRequest.pgh_event_model.objects.filter(pgh_obj_id=asked.pk)
    rows = events.order_by("pgh_id").values_list("status", "submitted_at", "pgh_created_at")
    for (before, *_others), (status, submitted_at, at) in pairwise([("", None, None), *rows]):
        words = BY_CITY.get((before, status)) or BY_CITY.get(("", status))
        if before and status != before and words:
            is_submitted = status == RequestStatus.SUBMITTED and submitted_at
            yield Item(submitted_at if is_submitted else at, str(words))


def of_handling(asked: PartnershipRequest) -> Iterator[Item]:
    events = Handling.pgh_event_model.objects.filter(request_id=asked.pk).order_by("pgh_id")
    rows = list(events.values_list("owner_id", "snoozed_until", "pgh_created_at"))
    owners = User.objects.select_related("membership").in_bulk({row[0] for row in rows})
    for before, (owner, snoozed, at) in pairwise([(None, None, None), *rows]):
        if owner != before[0]:
            name = owners.get(owner) or _("No owner")
            yield Item(at, _("Owner: %(owner)s") % {"owner": name})
        if snoozed and snoozed != before[1]:
            yield Item(at, _("Snoozed until %(day)s") % {"day": date_format(snoozed)})


def of_matches(matches: Iterable[Match]) -> Iterator[Item]:
    """Candidates, their answers, which only brokers read, and their questions."""
    for match in matches:
        name = {"city": match.city.localized_name}
        yield Item(match.created_at, _("%(city)s became a candidate") % name)
        if match.introduced_at:
            yield Item(match.introduced_at, _("Introduced to %(city)s") % name)
        if match.status == "expired" and match.ended_at:
            yield Item(match.ended_at, _("No answer in time about %(city)s") % name)
        for side in Side:
            if at := getattr(match, f"{side}_answered_at"):
                answer = getattr(match, f"get_{side}_answer_display")()
                refusal = getattr(match, f"get_{side}_refusal_display")()
                city = match.city_of(side).localized_name
                what = " · ".join(filter(None, [city, str(answer), str(refusal)]))
                yield Item(at, what, getattr(match, f"{side}_words"))
        for row in match.questions.all():
            yield Item(row.created_at, _("Question about %(city)s") % name, row.words)
            if row.answered_at:
                yield Item(row.answered_at, _("Answer about %(city)s") % name, row.answer)


def of_invitations(asked: PartnershipRequest) -> Iterator[Item]:
    for row in asked.invitations.select_related("city"):
        if row.written_at:
            what = _("Invitation sent to %(office)s") % {"office": row.office}
            yield Item(row.written_at, what)
        if row.ended_at:
            yield Item(row.ended_at, f"{row.office} · {row.get_status_display()}")


def of_notices(asked: PartnershipRequest, matches: Iterable[Match]) -> Iterator[Item]:
    cities = [asked.city_id, *(match.city_id for match in matches)]
    # By member, because notices are indexed by member.
    members = Representation.objects.filter(city__in=cities).order_by().values("member")
    rows = Notification.objects.filter(
        member__in=members,
        event__in=SENT,
        content_type=ContentType.objects.get_for_model(PartnershipRequest),
        object_id=asked.pk,
    )
    for row in rows.order_by().values("event", "key").annotate(at=Min("created_at")):
        yield Item(row["at"], str(SENT[row["event"]]))


def follow_ups(items: Iterable[Item]) -> list[Any]:
    """Return the entries that wait to be followed up, earliest first."""
    entries = [item.entry for item in items if item.entry]
    open_entries = [each for each in entries if each.follow_up_on and not each.followed_up_at]
    return sorted(open_entries, key=lambda entry: (entry.follow_up_on, entry.pk))


def unanswered(matches: Iterable[Match]) -> Match | None:
    """Return the latest match of a request that ended without an answer, if none is live."""
    found = sorted(matches, key=lambda match: match.pk)
    if any(match.status in ASKED_OR_INTRODUCED and not is_overdue(match) for match in found):
        return None
    late = [match for match in found if match.status == MatchStatus.EXPIRED or is_overdue(match)]
    return late[-1] if late else None


def is_overdue(match: Match) -> bool:
    return match.is_proposed and match.is_late
