"""Emails about a request: what happened, and what its reader can do next.

They describe the request as it is when the email is made; what is no longer true is left out.
"""

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from community.models import Notification, User
from community.notices.events import NOTHING, Enclosure
from partnerships.models import ClosingReason, PartnershipRequest, RequestStatus
from partnerships.representation.notices import APPEAL, reason_line
from partnerships.requests.form_steps import BY_NUMBER

# What to do next, above the address of the page.
NEXT = {
    "request.submitted": gettext_lazy("Review the request:"),
    "request.assigned": gettext_lazy("View the request:"),
    "request.reminded": gettext_lazy("Edit the request and submit it again:"),
    "request.opened": gettext_lazy("View your request:"),
    "request.changes-requested": gettext_lazy("Edit the request and submit it again:"),
    "request.declined": APPEAL,
    "request.expiring": gettext_lazy("Renew your request:"),
    "request.expired": gettext_lazy("Renew your request:"),
    "request.renewed": gettext_lazy("View your request:"),
    "request.reopened": gettext_lazy("View your request:"),
    "request.closed": gettext_lazy("View the request and the decision:"),
    "request.closed-by-city": gettext_lazy("View the request:"),
}
# The states in which what an event asks its reader to do makes sense; all for other events.
STATES = {
    "request.submitted": {RequestStatus.SUBMITTED},
    "request.reminded": {RequestStatus.CHANGES_REQUESTED},
    "request.opened": {RequestStatus.OPEN},
    "request.changes-requested": {RequestStatus.CHANGES_REQUESTED},
    "request.expiring": {RequestStatus.OPEN},
    "request.expired": {RequestStatus.EXPIRED},
    "request.renewed": {RequestStatus.OPEN},
    "request.reopened": {RequestStatus.OPEN},
}


def about_request(notice: Notification, reader: User) -> Enclosure:
    """The facts of the request for this event, and the next step."""
    rows = PartnershipRequest.objects.visible_to(reader).select_related("city__country")
    asked = rows.filter(pk=notice.object_id).first()
    if asked is None or asked.status not in STATES.get(notice.event, RequestStatus):
        return NOTHING
    return Enclosure(lines=tuple(lines_of(notice, asked)), answer=str(NEXT[notice.event]))


def lines_of(notice: Notification, asked: PartnershipRequest) -> list[str]:
    day = {"day": date_format(asked.expires_at)} if asked.expires_at else {"day": "–"}
    match notice.event:
        case "request.submitted" | "request.assigned":
            country = asked.city.country.localized_name
            return [
                _("City: %(city)s (%(country)s).")
                % {"city": asked.city.localized_name, "country": country}
            ]
        case "request.opened" | "request.reopened":
            return [
                _("It is open until %(day)s. Brokers are looking for partners.") % day,
                _("There is nothing to do now. We’ll notify you when there is a candidate."),
            ]
        case "request.renewed":
            return [_("It is open until %(day)s. Brokers are looking for partners.") % day]
        case "request.expiring":
            return [
                _("It expires on %(day)s.") % day,
                _("If you’re still looking for a partner, renew it with one click."),
            ]
        case "request.expired":
            return [
                _("It expired on %(day)s and is no longer on the board.") % day,
                _("If you’re still looking for a partner, renew it with one click."),
            ]
        case "request.changes-requested" | "request.reminded":
            return [*reason_line(notice), *step_line(asked)]
        case "request.closed" | "request.closed-by-city" if asked.closing_reason:
            label = ClosingReason(asked.closing_reason).label
            return [
                _("Reason: %(reason)s.") % {"reason": label},
                _("You can create a new request at any time."),
            ]
        case "request.declined":
            return [*reason_line(notice), _("You can create a new request at any time.")]
    return []


def step_line(asked: PartnershipRequest) -> list[str]:
    step = BY_NUMBER.get(str(asked.step_to_change))
    if step is None:
        return []
    words = {"number": step.number, "title": step.title}
    return [_("The changes are in step %(number)s: %(title)s.") % words]


ENCLOSURES = dict.fromkeys(NEXT, about_request)
