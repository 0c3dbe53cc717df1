"""Notices of the partnership desk: texts and recipients.

A notice is about a city, an offer, a need, a request or a partnership, and is shown while its
reader may see that; `match="12"` in the details links to a match. A notice must not name a person
of the other city before the introduction: do not pass `actor` there.
"""

from collections.abc import Collection

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from community.discussion import subjects
from community.discussion.subjects import Kind
from community.models import NoticeKind
from community.notices import enclosures, wording
from community.notices import events as notices_events
from community.notices.moderators import staff_with
from partnerships.agreements import notices as agreements_notices
from partnerships.matches import notices as matches_notices
from partnerships.models import Representation
from partnerships.requests import notices as requests_notices
from partnerships.spaces import notices as spaces_notices
from partnerships.spaces.tabs import Tab

# The text of each event; see `community/notices/events.py`.
EVENTS = {
    "representation.asked": _("{actor} requested to represent {subject}."),
    "request.submitted": _("New partnership request to review: {subject}."),
    "request.assigned": _("A broker assigned the partnership request {subject} to you."),
    "request.reminded": _("Reminder: your city’s partnership request {subject} needs changes."),
    "request.opened": _("Your city’s partnership request {subject} is open."),
    "request.changes-requested": _(
        "A broker asked for changes to your city’s partnership request {subject}."
    ),
    "request.declined": _("Your city’s partnership request {subject} was declined."),
    "request.expiring": _("Your city’s partnership request {subject} expires soon."),
    "request.expired": _("Your city’s partnership request {subject} has expired."),
    "request.renewed": _("A colleague renewed your city’s partnership request {subject}."),
    "request.reopened": _("Your city’s partnership request {subject} is open again."),
    "request.closed": _("A broker closed your city’s partnership request {subject}."),
    "request.closed-by-city": _("A colleague closed your city’s partnership request {subject}."),
    "match.proposed": _("We found a possible partner for {subject}: accept or decline."),
    "match.asked": _("Your city is proposed as a partner for {subject}: accept or decline."),
    "match.extended": _("You have more time to answer the proposal for {subject}."),
    "match.reminded": _("Reminder: your city has not answered the proposal for {subject}."),
    "match.introduced": _("Both cities accepted: you’re introduced for {subject}."),
    "match.declined": _("The proposal for {subject} was declined."),
    "match.expired": _("The proposal for {subject} expired without an answer from both cities."),
    "match.withdrawn": _("The proposal for {subject} was withdrawn."),
    "match.interest": _("A city is interested in {subject}."),
    "match.made": _("Both cities accepted and are introduced for {subject}."),
    "match.full": _(
        "A city could not accept {subject}: the proposed partner has no capacity left."
    ),
    "match.next": _("A match for {subject} ended. Choose the next candidate."),
    "match.stepped-back": _("A city withdrew from the match for {subject}."),
    "invitation.accepted": _("An office accepted your invitation to answer {subject}."),
    "invitation.declined": _("An office declined your invitation to answer {subject}."),
    "invitation.lapsed": _("Your invitation to answer {subject} expired without an answer."),
    "question.asked": _("A city asked a question about {subject}. Pass it on."),
    "question.passed": _("The other city has a question about {subject}."),
    "question.answered": _("A city answered a question about {subject}. Pass the answer on."),
    "question.returned": _("Your question about {subject} was answered."),
    "decision.undone": _("A broker undid the decision about {subject}."),
    "representation.laid-down": _("{actor} no longer represents {subject}."),
    "representation.address-confirmed": _(
        "The official email address for {subject} was confirmed."
    ),
    "representation.approved": _("You now represent {subject}."),
    "representation.declined": _("Your request to represent {subject} was declined."),
    "representation.ended": _("You no longer represent {subject}: a broker ended it."),
    "representation.last-day": _("Your end date for representing {subject} has changed."),
    "representation.ending": _("You will stop representing {subject} within a month."),
    "representation.lapsed": _("You no longer represent {subject}: your end date has passed."),
    "listing.submitted": _("{actor} submitted {subject} for the board. Review it."),
    "listing.published": _("{subject} is now on the board."),
    "offer.new": _("New on the board, matching what you follow: {subject}."),
    "listing.changes-requested": _("A broker asked for changes to {subject}."),
    "listing.declined": _("A broker declined {subject} for the board."),
    "agreement.recorded": _("{actor} recorded an agreement for {subject}: please confirm it."),
    "agreement.taken-back": _("{actor} took back the agreement recorded for {subject}."),
    "partnership.agreed": _("The partnership {subject} is agreed."),
    "partnership.start": _("The work of the partnership {subject} has begun."),
    "partnership.stall": _("The partnership {subject} has stalled."),
    "partnership.resume": _("The partnership {subject} goes on."),
    "partnership.complete": _("The partnership {subject} is completed."),
    "partnership.discontinue": _("The partnership {subject} is discontinued."),
    "partnership.joined": _("A broker added a facilitator to the partnership {subject}."),
    "partnership.left": _("A broker took a facilitator out of the partnership {subject}."),
    "report.handed-in": _("A progress report on {subject} is in."),
    "cluster.asked": _("A city asks to join the cluster {subject}."),
    "cluster.joined": _("Your city is now in the cluster {subject}."),
    "cluster.declined": _(
        "A broker declined the application of your city to join the cluster {subject}."
    ),
    "cluster.news": _("There is news in the cluster {subject}."),
    "cluster.taken-down": _("A broker took down what you wrote in the cluster {subject}."),
    # After the introduction both know each other by name.
    "match.parted": _("The introduction for {subject} has ended."),
    "space.message": _("{actor} wrote to you about {subject}."),
    "space.file": _("{actor} shared a file about {subject}."),
    "space.meeting": _("{actor} noted a date for {subject}."),
    "space.meeting-changed": _("{actor} changed a date for {subject}."),
    "space.meeting-cancelled": _("{actor} cancelled a date for {subject}."),
    "space.meeting-own": _("Your date for {subject}, for your calendar."),
    "plan.changed": _("{actor} changed the plan for {subject}."),
    "plan.accepted": _("{actor} agrees to the plan for {subject}."),
    "plan.agreed": _("Both cities agree to the plan for {subject}."),
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
    "representation": "admin:partnerships_representation_review",
    "invitation": "admin:invitation",
    "application": "partnerships:cluster_application",
    "joining": "admin:partnerships_clusterapplication_review",
}
# The part of the page of two introduced cities that shows it.
QUERIES = {
    event: f"?tab={tab.value}"
    for tab, events in {
        Tab.MESSAGES: ["space.message"],
        Tab.FILES: ["space.file"],
        Tab.DATES: [
            "space.meeting",
            "space.meeting-changed",
            "space.meeting-cancelled",
            "space.meeting-own",
        ],
        Tab.PLAN: ["plan.changed", "plan.accepted", "plan.agreed"],
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
    enclosures.ENCLOSURES.update(agreements_notices.ENCLOSURES)
    enclosures.ENCLOSURES.update(matches_notices.ENCLOSURES)
    enclosures.ENCLOSURES.update(requests_notices.ENCLOSURES)
    enclosures.ENCLOSURES.update(spaces_notices.ENCLOSURES)
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
