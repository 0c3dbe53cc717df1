"""Messages about registrations, in the recipient's language and time zone."""

from collections.abc import Callable, Iterable
from datetime import timedelta
from functools import cache

from django.core.mail import EmailMessage
from django.tasks import TaskContext, TaskResultStatus, task
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override
from django_tasks_db.models import DBTaskResult

from community.models import Registration
from community.notices.digests import one_line
from community.notices.emails import absolute, post
from community.tasks.queue import once_for_each
from community.webinars import links as webinars_links
from community.webinars import time_zones as webinars_time_zones
from repository.models import Webinar
from repository.translations.reading import names_in

# How long before the webinar each reminder is sent.
REMINDERS = {"day": timedelta(days=1), "hour": timedelta(hours=1)}

SUBJECTS = {
    "confirm": _("Confirm your registration: %(title)s"),
    "already": _("You’re registered: %(title)s"),
    "registered": _("You’re registered: %(title)s"),
    "waiting": _("You’re on the waiting list: %(title)s"),
    "promoted": _("You have a seat: %(title)s"),
    "announced": _("Taking place after all: %(title)s"),
    "moved": _("New time: %(title)s"),
    "cancelled": _("Cancelled: %(title)s"),
    "day": _("Tomorrow: %(title)s"),
    "hour": _("In an hour: %(title)s"),
    "survey": _("How was it? Two-minute survey: %(title)s"),
}

# Answers to a form, which are sent even if emails to the address were returned before.
REQUESTED = {"confirm", "already", "registered", "waiting"}


def title_in(webinar: Webinar, language: str) -> str:
    return names_in("webinar", [webinar.title], language).get(webinar.title, webinar.title)


def send_to_all(registrations: Iterable[Registration], kind: str) -> None:
    """Queue a message to everyone with one of these registrations for the same webinar."""
    title_of = cache(title_in)
    for registration in registrations:
        send(registration, kind, title_of)


def send(
    registration: Registration, kind: str, title_of: Callable[[Webinar, str], str] = title_in
) -> None:
    """Queue one message, in the transaction of the caller."""
    if not registration.address:
        return
    webinar = registration.webinar
    with override(registration.language):
        title = one_line(title_of(webinar, registration.language))
        context = {
            "kind": kind,
            # Until the owner of an address confirms, include nothing that someone else may have
            # typed.
            "name": "" if kind in ("confirm", "already") else one_line(registration.addressee),
            "title": title,
            "moment": webinars_time_zones.moment(webinar.starts_at, registration.time_zone),
            "there": webinars_time_zones.moment(webinar.starts_at, webinar.time_zone),
            "reason": one_line(webinar.cancelled_because),
            "registration": registration,
            # For people with a seat: those on the waiting list must not attend.
            "meeting": webinar.meeting_link if registration.has_seat and kind != "survey" else "",
            "url": absolute(webinars_links.registration_path(registration)),
            "survey_url": absolute(webinars_links.survey_path(registration))
            if kind == "survey"
            else "",
            "webinar_url": absolute(webinar.get_absolute_url()),
        }
        subject = str(SUBJECTS[kind]) % {"title": title}
        body = render_to_string("community/webinars/email/registration.txt", context)
    headers = {"Auto-Submitted": "auto-generated"}
    message = EmailMessage(
        subject[:120], body.strip() + "\n", to=[registration.address], headers=headers
    )
    post(message, requested=kind in REQUESTED)


def plan_reminders(webinar: Webinar) -> None:
    """Queue the reminders, for the time they are due.

    If the webinar is moved, the reminders queued before find another time and do nothing. If it is
    moved back or announced again, they are still queued and are not queued twice.
    """
    for kind, before in REMINDERS.items():
        due = webinar.starts_at - before
        waiting = DBTaskResult.objects.filter(
            task_path=remind.module_path,
            status=TaskResultStatus.READY,
            run_after=due,
            args_kwargs__kwargs__contains={"webinar": webinar.pk, "kind": kind},
        )
        if due > timezone.now() and not waiting.exists():
            remind.using(run_after=due).enqueue(
                webinar=webinar.pk, kind=kind, starts_at=webinar.starts_at.isoformat()
            )


@task(takes_context=True)
def remind(context: TaskContext, *, webinar: int, kind: str, starts_at: str) -> None:
    """Remind all who have a seat, unless the webinar was moved or cancelled.

    A late reminder is not sent: that of the day before not within the last hour, that of the last
    hour not after the start.
    """
    found = Webinar.objects.filter(pk=webinar, starts_at=parse_datetime(starts_at)).first()
    if found is None or not found.takes_registrations:
        return
    last_moment = found.starts_at - (REMINDERS["hour"] if kind == "day" else timedelta(0))
    if timezone.now() < last_moment:
        send_to_seated(context, found, kind)


def send_to_seated(context: TaskContext, webinar: Webinar, kind: str) -> None:
    """Mail all who have a seat, each once even if the task is rerun."""
    title_of = cache(title_in)

    def work(pk: int) -> None:
        rows = webinar.registrations.seated().select_related("member")
        # Read again under a lock: it may have been cancelled in the meantime.
        registration = rows.select_for_update(of=("self",)).filter(pk=pk).first()
        if registration is not None:
            registration.webinar = webinar
            send(registration, kind, title_of)

    seated = webinar.registrations.seated().order_by("pk").values_list("pk", flat=True)
    once_for_each(context, list(seated), work)
