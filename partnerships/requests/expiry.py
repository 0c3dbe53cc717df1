"""Expiry of open requests: warn their cities, then expire them. Run once a day."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from community.models import NoticeKind
from community.notices.notify import notify
from partnerships.desk.notices import focal_points
from partnerships.matches.actions import end_all
from partnerships.models import Brokering, PartnershipRequest, RequestCopy
from partnerships.requests import renewals
from partnerships.requests.actions import advance, lock_for
from partnerships.requests.renewals import expiry_of
from repository.dates import clock
from repository.workflow import ActionRefused, action, lock

COPIES_KEPT_FOR = timedelta(days=90)


def warn_due(now: datetime | None = None) -> int:
    """Warn cities of requests that expire soon, once for each expiry; return the number."""
    now = now or clock.now()
    until = now + timedelta(days=Brokering.current().warning_days)
    due = PartnershipRequest.objects.open().filter(warned_at=None, expires_at__lte=until)
    return sum(
        warn(partnership_request=partnership_request, now=now)
        for partnership_request in due.order_by("pk")
    )


@action
def warn(*, partnership_request: PartnershipRequest, now: datetime) -> bool:
    # It may be renewed concurrently.
    locked = lock(PartnershipRequest, partnership_request.pk)
    is_due = locked.is_open and locked.warned_at is None
    if not is_due or expiry_of(locked) != expiry_of(partnership_request):
        return False
    locked.warned_at = now
    locked.save(update_fields=["warned_at"])
    notify_with_link(locked, "request.expiring")
    return True


def expire_due(now: datetime | None = None) -> int:
    """Expire the requests whose term is over; return the number."""
    now = now or clock.now()
    due = PartnershipRequest.objects.open().filter(expires_at__lte=now)
    ended = 0
    for partnership_request in due.order_by("pk"):
        try:
            expire(partnership_request=partnership_request, now=now)
        except ActionRefused:
            # It was renewed or closed concurrently.
            continue
        ended += 1
    return ended


@action
def expire(
    *, partnership_request: PartnershipRequest, now: datetime | None = None
) -> PartnershipRequest:
    """Expire a request whose term is over; its city can still renew it."""
    partnership_request = lock_for("expire", partnership_request)
    if partnership_request.expires_at is None or partnership_request.expires_at > (
        now or clock.now()
    ):
        raise ActionRefused(
            _("“%(title)s” has not expired yet.") % {"title": partnership_request.title}
        )
    advance("expire", partnership_request)
    end_all(partnership_request.matches.all(), partnership_request)
    notify_with_link(partnership_request, "request.expired")
    return partnership_request


def notify_with_link(partnership_request: PartnershipRequest, event: str) -> None:
    """Notify the focal points of the city, each with their own single-use renewal link."""
    recipients = focal_points(partnership_request.city_id)
    for member in recipients:
        notify(
            [member],
            kind=NoticeKind.PARTNERSHIP,
            event=event,
            subject=partnership_request,
            key=f"{event}-{partnership_request.pk}-{expiry_of(partnership_request)}",
            renewal=renewals.token_for(partnership_request, member),
        )


@action
def forget_old_copies() -> int:
    """Delete copies of unsaved forms after three months; return the number."""
    old = RequestCopy.objects.filter(kept_at__lt=clock.now() - COPIES_KEPT_FOR)
    return old.delete()[0]
