"""Steps of a partnership request: submitted, withdrawn, renewed, matched, closed.

Its text is written in `drafts.py`; decisions of brokers are in `review.py`, expiry in `expiry.py`.
Rows are locked in this order: the city, where open requests are counted; the request; its matches;
members; pages.
"""

from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from community.models import Decision, NoticeKind, Reason, User, Verb
from community.moderation.claims.actions import end_claim
from community.moderation.decisions.rules import check_words
from community.notices.notify import notify
from partnerships.desk.notices import brokers, focal_points
from partnerships.matches.actions import end_all
from partnerships.models import (
    COUNTED,
    MAX_OPEN,
    Brokering,
    ClosingReason,
    PartnershipRequest,
    RequestStatus,
)
from partnerships.permissions import is_own_request, speaks_for
from partnerships.representation.rights import as_now, check_broker, check_speaks
from partnerships.requests.form_steps import gaps_of
from partnerships.requests.renewals import expiry_of
from repository.dates import clock
from repository.models import City
from repository.text.lists import list_of
from repository.workflow import ActionRefused, Step, action, lock_or_none

# The legal steps of a partnership request.
STEPS = {
    "submit": Step(
        frozenset({RequestStatus.DRAFT, RequestStatus.CHANGES_REQUESTED}),
        RequestStatus.SUBMITTED,
        gettext_lazy("You can’t submit “%(title)s” because its status is “%(status)s”."),
    ),
    "withdraw": Step(
        frozenset({RequestStatus.SUBMITTED, RequestStatus.CHANGES_REQUESTED}),
        RequestStatus.DRAFT,
        gettext_lazy("You can’t withdraw “%(title)s” because its status is “%(status)s”."),
    ),
    "open": Step(
        frozenset({RequestStatus.SUBMITTED}),
        RequestStatus.OPEN,
        gettext_lazy("You can’t open “%(title)s” because its status is “%(status)s”."),
    ),
    "request_changes": Step(
        frozenset({RequestStatus.SUBMITTED}),
        RequestStatus.CHANGES_REQUESTED,
        gettext_lazy("You can’t send “%(title)s” back because its status is “%(status)s”."),
    ),
    "decline": Step(
        frozenset({RequestStatus.SUBMITTED}),
        RequestStatus.DECLINED,
        gettext_lazy("You can’t decline “%(title)s” because its status is “%(status)s”."),
    ),
    # A decision is undone: the request is pending again.
    "restore": Step(
        frozenset({RequestStatus.CHANGES_REQUESTED, RequestStatus.DECLINED}),
        RequestStatus.SUBMITTED,
        gettext_lazy(
            "You can’t undo the decision about “%(title)s” because its status is “%(status)s”."
        ),
    ),
    "renew": Step(
        frozenset({RequestStatus.OPEN, RequestStatus.EXPIRED}),
        RequestStatus.OPEN,
        gettext_lazy("You can’t renew “%(title)s” because its status is “%(status)s”."),
    ),
    "expire": Step(
        frozenset({RequestStatus.OPEN}),
        RequestStatus.EXPIRED,
        gettext_lazy("“%(title)s” has not expired: its status is “%(status)s”."),
    ),
    "mark_matched": Step(
        frozenset({RequestStatus.OPEN}),
        RequestStatus.MATCHED,
        gettext_lazy("You can’t mark “%(title)s” as matched because its status is “%(status)s”."),
    ),
    "reopen": Step(
        frozenset({RequestStatus.MATCHED, RequestStatus.EXPIRED}),
        RequestStatus.OPEN,
        gettext_lazy("You can’t reopen “%(title)s” because its status is “%(status)s”."),
    ),
    "close": Step(
        frozenset({RequestStatus.OPEN, RequestStatus.MATCHED, RequestStatus.EXPIRED}),
        RequestStatus.CLOSED,
        gettext_lazy("You can’t close “%(title)s” because its status is “%(status)s”."),
    ),
}
# Steps after which a request counts towards the maximum of its city.
COUNTING = frozenset({"submit", "restore", "renew", "reopen"})


def lock_for(verb: str, partnership_request: PartnershipRequest) -> PartnershipRequest:
    """Lock the row of the request in a state that allows the verb.

    The city is locked first if the step adds to its open or pending requests.
    """
    city = None
    if verb in COUNTING:
        # Two focal points may submit concurrently: the second must count the request of the first.
        cities = City.objects.filter(partnership_requests=partnership_request.pk)
        city = cities.select_for_update(no_key=True, of=("self",)).first()
    locked = lock_or_none(PartnershipRequest, partnership_request.pk)
    if locked is None or (city is not None and city.pk != locked.city_id):
        raise ActionRefused(
            _("Someone changed this request after you opened the page. Check it, then try again.")
        )
    STEPS[verb].check(locked, title=locked.title)
    if verb in COUNTING:
        check_room(locked)
    return locked


def advance(verb: str, partnership_request: PartnershipRequest, **values: Any) -> None:
    """Save the state that the verb leads to, with the other values it changes."""
    for name, value in {"status": STEPS[verb].target, **values}.items():
        setattr(partnership_request, name, value)
    partnership_request.save(update_fields=["status", *values, "updated_at"])


def check_room(partnership_request: PartnershipRequest) -> None:
    """Refuse another request if its city, which must be locked, has the maximum."""
    others = PartnershipRequest.objects.filter(city=partnership_request.city_id, status__in=COUNTED)
    if others.exclude(pk=partnership_request.pk).count() >= MAX_OPEN:
        raise ActionRefused(
            _(
                "Your city already has %(most)d requests that are open or in review. Close "
                "or withdraw one first."
            )
            % {"most": MAX_OPEN}
        )


# Steps of the city


@action
def submit(*, partnership_request: PartnershipRequest, by: User) -> PartnershipRequest:
    """Submit a request to the brokers."""
    partnership_request = lock_for("submit", partnership_request)
    check_speaks(by, partnership_request.city)
    if gaps := gaps_of(partnership_request):
        raise ActionRefused(
            _("Add this before you submit the request: %(missing)s.")
            % {"missing": list_of(gap.name for gap in gaps)}
        )
    advance("submit", partnership_request, submitted_at=clock.now())
    notify(
        brokers(),
        kind=NoticeKind.BROKERING,
        event="request.submitted",
        subject=partnership_request,
        # Notify once a day if it is submitted, withdrawn and submitted again.
        key=f"request-submitted-{partnership_request.pk}-{clock.today()}",
    )
    return partnership_request


@action
def withdraw(*, partnership_request: PartnershipRequest, by: User) -> PartnershipRequest:
    """Withdraw a request that is pending or was returned by the brokers; it becomes a draft."""
    partnership_request = lock_for("withdraw", partnership_request)
    check_speaks(by, partnership_request.city)
    advance("withdraw", partnership_request)
    return partnership_request


@action
def renew(
    *, partnership_request: PartnershipRequest, by: User, expiry: str | None = None
) -> PartnershipRequest:
    """Renew an open request for another term.

    `expiry` identifies the expiry to postpone (`renewals.expiry_of`), so that a link in a message
    renews only once, and not after another renewal.
    """
    partnership_request = lock_for("renew", partnership_request)
    check_speaks(by, partnership_request.city)
    if expiry is not None and expiry != expiry_of(partnership_request):
        raise ActionRefused(_("This request has already been renewed."))
    advance("renew", partnership_request, **term(partnership_request))
    notify_city(partnership_request, "request.renewed", but=by)
    return partnership_request


@action
def close(
    *,
    partnership_request: PartnershipRequest,
    by: User,
    reason: ClosingReason | str,
    message: str = "",
) -> PartnershipRequest:
    """Close a request permanently. A broker who does not represent the city gives a reason."""
    if reason not in ClosingReason.values:
        raise ActionRefused(_("Give a reason for closing the request."))
    partnership_request = lock_for("close", partnership_request)
    before = partnership_request.status
    is_own = speaks_for(as_now(by), partnership_request.city)
    if not is_own:
        check_broker(by)
        if is_own_request(by, partnership_request):
            raise ActionRefused(
                _(
                    "You can’t decide on your own city or contribution. Another broker will "
                    "review it."
                )
            )
        check_words(Verb.CLOSE, Reason.OTHER, message)
    advance(
        "close", partnership_request, closing_reason=ClosingReason(reason), closed_at=clock.now()
    )
    end_all(partnership_request.matches.all(), partnership_request)
    if is_own:
        notify_city(partnership_request, "request.closed-by-city", but=by)
    else:
        record(
            partnership_request, Verb.CLOSE, "request.closed", before=before, by=by, message=message
        )
    return partnership_request


# Steps that follow from matches


@action
def mark_matched(
    *, partnership_request: PartnershipRequest, by: User | None = None
) -> PartnershipRequest:
    """Mark a request as matched once both cities have accepted; no other candidate is asked."""
    partnership_request = lock_for("mark_matched", partnership_request)
    advance("mark_matched", partnership_request)
    end_all(partnership_request.matches.all(), partnership_request)
    return partnership_request


@action
def reopen(
    *, partnership_request: PartnershipRequest, by: User | None = None, message: str = ""
) -> PartnershipRequest:
    """Reopen a request whose match came to nothing or whose term was too short.

    A broker gives a reason. It locks the city, so call it before anything else is locked.
    """
    partnership_request = lock_for("reopen", partnership_request)
    before = partnership_request.status
    if partnership_request.matches.introduced().exists():
        # A request has one partner: while it has one, no other could be introduced.
        raise ActionRefused(
            _("Two cities are already introduced for this request. End the introduction first.")
        )
    if by is not None:
        check_broker(by)
        if is_own_request(by, partnership_request):
            raise ActionRefused(
                _(
                    "You can’t decide on your own city or contribution. Another broker will "
                    "review it."
                )
            )
        check_words(Verb.REOPEN, Reason.OTHER, message)
    is_over = (
        partnership_request.expires_at is None or partnership_request.expires_at <= clock.now()
    )
    advance("reopen", partnership_request, **(term(partnership_request) if is_over else {}))
    if by is not None:
        record(
            partnership_request,
            Verb.REOPEN,
            "request.reopened",
            before=before,
            by=by,
            message=message,
        )
    else:
        notify_city(partnership_request, "request.reopened")
    return partnership_request


# Shared by the steps


def term(partnership_request: PartnershipRequest) -> dict[str, Any]:
    """The dates of a request opened now, for the term set by the brokers."""
    now = clock.now()
    return {
        "opened_at": partnership_request.opened_at or now,
        "expires_at": now + timedelta(days=Brokering.current().request_days),
        "warned_at": None,
    }


def notify_city(
    partnership_request: PartnershipRequest, event: str, *, but: User | None = None
) -> None:
    """Notify the focal points of the request's city of a change."""
    recipients = set(focal_points(partnership_request.city_id)) - {but.pk if but else None}
    notify(recipients, kind=NoticeKind.PARTNERSHIP, event=event, subject=partnership_request)


def record(
    partnership_request: PartnershipRequest,
    verb: Verb,
    event: str,
    *,
    before: str,
    by: User,
    reason: str = Reason.OTHER,
    message: str = "",
) -> Decision:
    """Record a decision and notify the city in the same words, without naming the broker."""
    end_claim(partnership_request, by)
    decision = Decision.objects.create(
        subject=partnership_request,
        by=by,
        concerns_id=partnership_request.created_by_id,
        verb=verb,
        reason=reason,
        message=message.strip(),
        before=before,
    )
    notify(
        focal_points(partnership_request.city_id),
        kind=NoticeKind.PARTNERSHIP,
        event=event,
        subject=partnership_request,
        key=f"decision-{decision.pk}",
        decision=str(decision.pk),
        reason=decision.reason,
        message=decision.message,
    )
    return decision
