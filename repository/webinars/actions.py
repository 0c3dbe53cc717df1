"""Workflow of webinars: draft, announced, live, held, or cancelled."""

from collections.abc import Callable
from datetime import timedelta

from django.contrib.auth.models import AbstractBaseUser
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from repository.dates import clock
from repository.models import Webinar, WebinarStatus
from repository.webinars.models import OPEN
from repository.workflow import ActionRefused, Step, action, lock

# The legal transitions of a webinar. An abandoned draft is deleted, since it was never public.
STEPS = {
    "announce": Step(
        frozenset({WebinarStatus.DRAFT, WebinarStatus.CANCELLED}),
        WebinarStatus.ANNOUNCED,
        _("You can’t announce “%(title)s” because its status is “%(status)s”."),
    ),
    "go_live": Step(
        # A webinar marked as held too early can go live again.
        frozenset({WebinarStatus.ANNOUNCED, WebinarStatus.HELD}),
        WebinarStatus.LIVE,
        _("You can’t mark “%(title)s” as live because its status is “%(status)s”."),
    ),
    "hold": Step(
        frozenset({WebinarStatus.DRAFT, *OPEN}),
        WebinarStatus.HELD,
        _("You can’t mark “%(title)s” as held because its status is “%(status)s”."),
    ),
    "cancel": Step(
        frozenset(OPEN),
        WebinarStatus.CANCELLED,
        _("You can’t cancel “%(title)s” because its status is “%(status)s”."),
    ),
}
# How long before its start a webinar can go live.
EARLY = timedelta(hours=1)
# Callbacks of higher apps, called in the same transaction with the webinar and "announced",
# "moved" (an announced webinar was rescheduled), "cancelled", "held", or "capacity" (an announced
# webinar got more seats).
changed: list[Callable[[Webinar, str], None]] = []


def notify_subscribers(webinar: Webinar, what: str) -> None:
    for callback in changed:
        callback(webinar, what)


def lock_for(verb: str, webinar: Webinar) -> Webinar:
    """Lock the row of the webinar and check that its status allows the verb."""
    locked = lock(Webinar, webinar.pk)
    locked.status = STEPS[verb].check(locked, title=locked.title)
    return locked


@action
def announce(*, webinar: Webinar, by: AbstractBaseUser) -> Webinar:
    """Announce a webinar, also one that was cancelled."""
    webinar = lock_for("announce", webinar)
    start = webinar.local_start
    if start is None or webinar.minutes is None:
        raise ActionRefused(
            gettext("To announce this webinar, add a date, a start time, a time zone and a length.")
        )
    refuse_past(webinar)
    webinar.date = start.date()
    webinar.cancelled_because = ""
    webinar.save(update_fields=["status", "date", "cancelled_because", "updated_at"])
    notify_subscribers(webinar, "announced")
    return webinar


@action
def go_live(*, webinar: Webinar, by: AbstractBaseUser) -> Webinar:
    """Mark a webinar as live; possible from EARLY before its start."""
    webinar = lock_for("go_live", webinar)
    start = webinar.local_start
    if start is None or webinar.minutes is None:
        raise ActionRefused(gettext("This webinar has no date and time yet."))
    refuse_past(webinar)
    if start - clock.now() > EARLY:
        raise ActionRefused(
            gettext("It starts on %(start)s. You can mark it as live from one hour before.")
            % {"start": date_format(start, "DATETIME_FORMAT")}
        )
    webinar.save(update_fields=["status", "updated_at"])
    return webinar


@action
def hold(*, webinar: Webinar, by: AbstractBaseUser) -> Webinar:
    """Mark a webinar as held."""
    webinar = lock_for("hold", webinar)
    if webinar.starts_at and webinar.starts_at > clock.now():
        raise ActionRefused(
            gettext("This webinar hasn’t started yet. If it won’t take place, cancel it.")
        )
    webinar.save(update_fields=["status", "updated_at"])
    notify_subscribers(webinar, "held")
    return webinar


@action
def cancel(*, webinar: Webinar, reason: str, by: AbstractBaseUser) -> Webinar:
    """Cancel a webinar, with a public reason."""
    reason = " ".join(reason.split())
    longest = Webinar._meta.get_field("cancelled_because").max_length or 0
    if not 0 < len(reason) <= longest:
        raise ActionRefused(
            gettext("Enter a reason of 1 to %(longest)d characters. Readers will see it.")
            % {"longest": longest}
        )
    webinar = lock_for("cancel", webinar)
    webinar.cancelled_because = reason
    webinar.save(update_fields=["status", "cancelled_because", "updated_at"])
    notify_subscribers(webinar, "cancelled")
    return webinar


@action
def replan(*, webinar: Webinar, by: AbstractBaseUser) -> Webinar:
    """Save the changes that staff made to a webinar, keeping the status stored in its row."""
    before = lock(Webinar, webinar.pk)
    webinar.status, webinar.cancelled_because = before.status, before.cancelled_because
    is_moved = webinar.starts_at != before.starts_at
    if webinar.local_start:
        webinar.date = webinar.local_start.date()
    if webinar.status in OPEN and is_moved:
        refuse_past(webinar)
    if webinar.status == WebinarStatus.HELD and is_over(before) and not is_over(webinar):
        # It could go live again and change the seats that attendance figures refer to.
        raise ActionRefused(gettext("You can’t move a past webinar to a future date."))
    webinar.save()
    if webinar.status in OPEN and is_moved:
        notify_subscribers(webinar, "moved")
    if webinar.status in OPEN and has_grown(before.capacity, webinar.capacity):
        notify_subscribers(webinar, "capacity")
    return webinar


def refuse_past(webinar: Webinar) -> None:
    if webinar.ends_at is not None and is_over(webinar):
        raise ActionRefused(
            gettext("At this date and time, the webinar would already be over. Check both.")
        )


def is_over(webinar: Webinar) -> bool:
    """Has its planned end passed, or is there none?"""
    return webinar.ends_at is None or webinar.ends_at <= clock.now()


def has_grown(before: int | None, after: int | None) -> bool:
    """Are there more seats than before? None means unlimited."""
    return before is not None and (after is None or after > before)
