"""Daily reminders of due reports on partnerships."""

from datetime import date, timedelta

from django.core.mail import EmailMessage
from django.db.models import Q, QuerySet
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import override

from community.models import User
from community.notices.digests import language_of, one_line
from community.notices.emails import absolute, post
from partnerships.agreements import links
from partnerships.agreements.actions import speakers
from partnerships.agreements.models.progress import ASKED_BEFORE
from partnerships.models import Partnership, ProgressReport
from repository.dates import clock
from repository.workflow import action, lock_or_none

# Reminders are repeated while a report is overdue.
AGAIN_AFTER = timedelta(days=30)


def to_remind(*, on: date) -> QuerySet[ProgressReport]:
    """Reports due within two weeks or overdue, without a reminder in the last 30 days."""
    asked = Q(reminded_at=None) | Q(reminded_at__lt=clock.now() - AGAIN_AFTER)
    return ProgressReport.objects.filter(
        asked,
        submitted_at=None,
        due_on__lte=on + ASKED_BEFORE,
        partnership__in=Partnership.objects.running(),
    )


def remind() -> int:
    """Send the reminders; return the number of reports."""
    due = list(to_remind(on=clock.today()).values_list("pk", flat=True))
    return sum(ask(report=pk) for pk in due)


@action
def ask(*, report: int) -> bool:
    """Remind the focal points of all parties of one report."""
    # With concurrent runs, the second must see that the first has sent the reminder.
    locked = lock_or_none(to_remind(on=clock.today()).select_related("partnership"), report)
    if locked is None:
        return False
    members = User.objects.filter(pk__in=speakers(locked.partnership))
    for member in members:
        post(message_to(member, locked))
    locked.reminded_at = clock.now()
    locked.save(update_fields=["reminded_at"])
    return bool(members)


def message_to(member: User, report: ProgressReport) -> EmailMessage:
    """Return the e-mail with the signed link, in the member's language."""
    with override(language_of(member)):
        body = render_to_string(
            "partnerships/agreements/email/report_due.txt",
            {
                "title": one_line(report.partnership.title),
                "month": report.month,
                "due_on": report.due_on,
                "url": absolute(links.path(report, member)),
            },
        )
        subject = _("How is your partnership going?")
    headers = {"Auto-Submitted": "auto-generated"}
    return EmailMessage(subject, body.strip() + "\n", to=[member.email], headers=headers)
