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
from partnerships.spaces import notices as spaces_notices
from partnerships.spaces.tabs import Tab

# The text of each event; see `community/notices/events.py`.
EVENTS = {
    "representation.asked": _("{actor} asks to speak for {subject}."),
    "request.submitted": _("A partnership request waits for a broker: {subject}."),
    "request.assigned": _("A broker made you the owner of the request {subject}."),
    "request.reminded": _("Your city’s request {subject} still waits for your changes."),
    "request.opened": _("Your city’s request {subject} is open."),
    "request.changes-requested": _("A broker asks for changes to your city’s request {subject}."),
    "request.declined": _("Your city’s request {subject} was declined."),
    "request.expiring": _("Your city’s request {subject} expires soon. One click renews it."),
    "request.expired": _("Your city’s request {subject} has expired. One click renews it."),
    "request.renewed": _("Your city’s request {subject} was renewed."),
    "request.reopened": _("Your city’s request {subject} is open again."),
    "request.closed": _("A broker closed your city’s request {subject}."),
    "request.closed-by-city": _("A colleague closed your city’s request {subject}."),
    "match.proposed": _("A city is proposed as a partner for {subject}: say yes or no."),
    "match.asked": _("Your city is asked to be the partner for {subject}: say yes or no."),
    "match.extended": _("There is more time to answer about {subject}."),
    "match.reminded": _("Your city has not answered about {subject}, and the time ends soon."),
    "match.introduced": _("Both cities said yes: you are introduced for {subject}."),
    "match.declined": _("There will be no partnership with this city for {subject}: one said no."),
    "match.expired": _("The time to answer about {subject} is over: not both cities said yes."),
    "match.withdrawn": _("A proposed partnership for {subject} was withdrawn."),
    "match.interest": _("A city is interested in {subject}."),
    "match.made": _("Two cities said yes and are introduced for {subject}."),
    "match.full": _("A yes to {subject} was refused: the city that is asked has no room."),
    "match.next": _("Two cities did not come together for {subject}: look at the next candidate."),
    "match.stepped-back": _("A city took its part in {subject} back."),
    "invitation.accepted": _("An office that you invited to answer {subject} said yes."),
    "invitation.declined": _("An office that you invited to answer {subject} said no."),
    "invitation.lapsed": _("An office that you invited to answer {subject} has not answered."),
    "question.asked": _("A city has a question about {subject}: pass it on."),
    "question.passed": _("The other city has a question about {subject}."),
    "question.answered": _("A question about {subject} was answered: pass the answer on."),
    "question.returned": _("Your question about {subject} is answered."),
    "decision.undone": _("A broker took back the decision about {subject}."),
    "representation.laid-down": _("{actor} no longer speaks for {subject}."),
    "representation.address-confirmed": _(
        "The official address stated for {subject} is confirmed."
    ),
    "representation.approved": _("You now speak for {subject}."),
    "representation.declined": _("A broker declined that you speak for {subject}."),
    "representation.ended": _("You no longer speak for {subject}: a broker has ended it."),
    "representation.last-day": _("The last day on which you speak for {subject} has changed."),
    "representation.ending": _("In a month at most you no longer speak for {subject}."),
    "representation.lapsed": _("You no longer speak for {subject}: your last day is over."),
    "listing.submitted": _("{actor} wrote {subject} for the board: please read it."),
    "listing.published": _("{subject} is on the board of partnerships."),
    "offer.new": _("New on the board, about what you follow: {subject}."),
    "listing.changes-requested": _("A broker asks for changes to {subject}."),
    "listing.declined": _("{subject} was declined for the board of partnerships."),
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
