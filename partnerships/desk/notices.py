"""Notices of the partnership desk: texts and recipients.

A notice is about a city, an offer, a need, a request or a partnership, and is shown while its
reader may see that; `match="12"` in the details links to a match. A notice must not name a person
of the other city before the introduction: do not pass `actor` there.
"""

from collections.abc import Collection
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from community.discussion import subjects
from community.discussion.subjects import Kind
from community.models import NoticeKind
from community.notices import events as notices_events
from community.notices import wording
from community.notices.notify import staff_with
from partnerships.agreements import notices as agreements_notices
from partnerships.listings import notices as listings_notices
from partnerships.matches import notices as matches_notices
from partnerships.models import Representation
from partnerships.representation import notices as representation_notices
from partnerships.requests import notices as requests_notices
from partnerships.spaces import notices as spaces_notices
from partnerships.spaces.tabs import Tab

# The text of each event; see `community/notices/events.py`.
EVENTS = {
    "representation.asked": _("{actor} has asked to represent {subject}."),
    "request.submitted": _("New partnership request to review: {subject}."),
    "request.assigned": _("A broker assigned the request {subject} to you."),
    "request.reminded": _("Your city’s request {subject} is waiting for your changes."),
    "request.opened": _("Your city’s request {subject} is open."),
    "request.changes-requested": _(
        "A broker has requested changes to your city’s request {subject}."
    ),
    "request.declined": _("Your city’s request {subject} was declined."),
    "request.expiring": _(
        "Your city’s request {subject} expires soon. You can renew it with one click."
    ),
    "request.expired": _(
        "Your city’s request {subject} has expired. You can renew it with one click."
    ),
    "request.renewed": _("Your city’s request {subject} was renewed."),
    "request.reopened": _("Your city’s request {subject} is open again."),
    "request.closed": _("A broker closed your city’s request {subject}."),
    "request.closed-by-city": _("A colleague closed your city’s request {subject}."),
    "match.proposed": _("A partner city has been proposed for {subject}. Accept or decline."),
    "match.asked": _("Your city has been proposed as a partner for {subject}. Accept or decline."),
    "match.extended": _("The deadline to answer about {subject} was extended."),
    "match.reminded": _("Your city hasn’t answered about {subject} yet. Accept or decline."),
    "match.introduced": _("Both cities accepted. You have been introduced for {subject}."),
    "match.declined": _("A proposed partner for {subject} was declined."),
    "match.expired": _("The deadline for {subject} has passed without an answer from both cities."),
    "match.withdrawn": _("The proposal for {subject} was withdrawn."),
    "match.interest": _("A city is interested in {subject}."),
    "match.made": _("Two cities accepted and have been introduced for {subject}."),
    "match.full": _(
        "A city could not accept {subject}: the proposed partner has no capacity left."
    ),
    "match.next": _("A proposal for {subject} was not accepted. Review the next candidate."),
    "match.message": _("A broker wrote to you about {subject}."),
    "match.stepped-back": _("A city withdrew its answer about {subject}."),
    "invitation.accepted": _("An office accepted your invitation about {subject}."),
    "invitation.declined": _("An office declined your invitation about {subject}."),
    "invitation.lapsed": _("An office hasn’t answered your invitation about {subject}."),
    "question.asked": _("A city asked a question about {subject}. Review and forward it."),
    "question.passed": _("The other city has a question about {subject}."),
    "question.answered": _(
        "A question about {subject} was answered. Review and forward the answer."
    ),
    "question.returned": _("Your question about {subject} has been answered."),
    "decision.undone": _("A broker undid a decision about {subject}."),
    "representation.laid-down": _("{actor} no longer represents {subject}."),
    "representation.address-confirmed": _("The official address for {subject} has been confirmed."),
    "representation.approved": _("You now represent {subject}."),
    "representation.declined": _("A broker declined your request to represent {subject}."),
    "representation.ended": _("A broker ended your representation of {subject}."),
    "representation.last-day": _("The end date of your representation of {subject} has changed."),
    "representation.ending": _("Your representation of {subject} ends within a month."),
    "representation.lapsed": _("Your representation of {subject} has ended."),
    "listing.submitted": _("{actor} submitted {subject} for the board. Review it."),
    "listing.published": _("{subject} is now on the partnership board."),
    "offer.new": _("New on the partnership board, based on what you follow: {subject}."),
    "listing.changes-requested": _("A broker has requested changes to {subject}."),
    "listing.declined": _("A broker declined {subject}."),
    "agreement.recorded": _("{actor} recorded an agreement for {subject}. Confirm or correct it."),
    "agreement.taken-back": _("{actor} withdrew the agreement recorded for {subject}."),
    "partnership.agreed": _("The partnership {subject} has been agreed."),
    # Until 2026 a partnership was started after it was agreed.
    "partnership.start": _("The partnership {subject} has started."),
    "partnership.stall": _("The partnership {subject} has stalled."),
    "partnership.resume": _("The partnership {subject} has resumed."),
    "partnership.complete": _("The partnership {subject} has been completed."),
    "partnership.discontinue": _("The partnership {subject} has been discontinued."),
    "partnership.joined": _("A broker added a facilitator to the partnership {subject}."),
    "partnership.left": _("A broker removed a facilitator from the partnership {subject}."),
    "report.handed-in": _("A progress report on {subject} was submitted."),
    "cluster.asked": _("A city has applied to join the cluster {subject}."),
    "cluster.joined": _("Your city has joined the cluster {subject}."),
    "cluster.declined": _(
        "A broker declined your city’s application to join the cluster {subject}."
    ),
    "cluster.news": _("There is news in the cluster {subject}."),
    "cluster.taken-down": _("A broker removed your news from the cluster {subject}."),
    # After the introduction both know each other by name.
    "match.parted": _("The introduction for {subject} has ended."),
    "space.message": _("{actor} sent you a message about {subject}."),
    "space.file": _("{actor} shared a file about {subject}."),
    "space.meeting": _("{actor} scheduled a meeting about {subject}."),
    "space.meeting-changed": _("{actor} changed a meeting about {subject}."),
    "space.meeting-cancelled": _("{actor} cancelled a meeting about {subject}."),
    "space.meeting-own": _("Calendar invitation: your meeting about {subject}."),
    "plan.changed": _("{actor} changed the plan for {subject}."),
    "plan.accepted": _("{actor} agreed to the plan for {subject}."),
    "plan.agreed": _("Both cities have agreed to the plan for {subject}."),
}
KINDS = [
    Kind("representation", "partnerships.Representation", _("Representation")),
    Kind("cluster", "partnerships.Cluster", _("Cluster")),
    Kind("offer", "partnerships.Offer", _("Offer")),
    Kind("need", "partnerships.Need", _("Need")),
    Kind("request", "partnerships.PartnershipRequest", _("Partnership request")),
    Kind("partnership", "partnerships.Partnership", _("Partnership")),
]
FIELDS = {
    "representation": ["place"],
    "cluster": ["name", "slug"],
    "offer": ["title", "language"],
    "need": ["title", "language"],
    "request": ["title", "language"],
    "partnership": ["title", "language"],
}
# Notices to a single member that link to the decision, with its reason and the appeal.
TAKEN_AWAY = {"representation.declined", "representation.ended"}
LEADS_TO = {
    "renewal": "partnerships:request_renew_signed",
    "agreement": "partnerships:partnership_new",
    "match": "partnerships:match_detail",
    "representation": "admin:review representation",
    "invitation": "admin:invitation",
    "application": "partnerships:cluster_application",
    "joining": "admin:review cluster-application",
}
# The part of the page of two introduced cities that shows it.
QUERIES = {
    event: query
    for query, events in {
        f"?tab={Tab.MESSAGES}": ["space.message"],
        f"?tab={Tab.FILES}": ["space.file"],
        f"?tab={Tab.FILES}#dates": [
            "space.meeting",
            "space.meeting-changed",
            "space.meeting-cancelled",
            "space.meeting-own",
        ],
        f"?tab={Tab.AGREEMENT}#plan": ["plan.changed", "plan.accepted", "plan.agreed"],
    }.items()
    for event in events
}


def declare() -> None:
    """Register these events for notices."""
    notices_events.EVENTS.update(EVENTS)
    subjects.KINDS.update({kind.word: kind for kind in KINDS})
    wording.FIELDS.update(FIELDS)
    wording.LEADS_TO.update(LEADS_TO)
    wording.QUERIES.update(QUERIES)
    wording.TAKEN_AWAY.update(TAKEN_AWAY)
    wording.NAMES.add("representation")
    notices_events.ENCLOSURES.update(agreements_notices.ENCLOSURES)
    notices_events.ENCLOSURES.update(listings_notices.ENCLOSURES)
    notices_events.ENCLOSURES.update(matches_notices.ENCLOSURES)
    notices_events.ENCLOSURES.update(representation_notices.ENCLOSURES)
    notices_events.ENCLOSURES.update(requests_notices.ENCLOSURES)
    notices_events.ENCLOSURES.update(spaces_notices.ENCLOSURES)
    notices_events.RIGHTS[NoticeKind.BROKERING] = "partnerships.broker"


def brokers() -> list[int]:
    """Return the primary keys of all brokers."""
    return staff_with("partnerships.broker")


def focal_points(*cities: int, organizations: Collection[int] = ()) -> list[int]:
    """Return the primary keys of the current focal points of the cities or organisations."""
    current = Representation.objects.current().filter(
        Q(city__in=cities) | Q(organization__in=organizations), member__is_active=True
    )
    return list(current.order_by("member").values_list("member", flat=True).distinct())


def speakers(listing: Any) -> list[int]:
    """Return the primary keys of the current focal points of the owner of an offer or need."""
    found = {
        name: [key] if (key := getattr(listing, f"{name}_id", None)) else []
        for name in ("city", "organization")
    }
    return focal_points(*found["city"], organizations=found["organization"])
