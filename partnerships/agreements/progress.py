"""Progress of a partnership: the traffic light, and the due dates of reports."""

from calendar import monthrange
from datetime import date, timedelta

from django.db.models import Case, CharField, Exists, OuterRef, QuerySet, Subquery, Value, When

from partnerships.models import (
    REPORT_MONTHS,
    Partnership,
    PartnershipStatus,
    Progress,
    ProgressReport,
)

# A report overdue by this long turns the light to "stuck".
STUCK_AFTER = timedelta(days=90)


def months_after(day: date, months: int) -> date:
    """Return the same day of a later month, or its last day if the month is shorter."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def due_dates(agreed_on: date) -> dict[int, date]:
    """Return the due dates of reports by months since the agreement."""
    return {month: months_after(agreed_on, month) for month in REPORT_MONTHS}


def with_light(partnerships: QuerySet[Partnership], *, on: date) -> QuerySet[Partnership]:
    """Annotate partnerships with `light`: that of the last report, lowered if one is overdue.

    The values are those of `Progress`.

    A completed partnership is done and a discontinued one stuck, whatever the reports say.
    Otherwise a stalled one, or one with a report 90 days overdue, is stuck; one with an overdue
    report is at best delayed; one without a report due yet is not reported yet.
    """
    reports = ProgressReport.objects.filter(partnership=OuterRef("pk"))
    last = reports.submitted().order_by("-due_on").values("light")[:1]
    late = reports.filter(submitted_at=None, due_on__lt=on)
    long_late = reports.filter(submitted_at=None, due_on__lt=on - STUCK_AFTER)
    stopped = [PartnershipStatus.STALLED, PartnershipStatus.DISCONTINUED]
    light = Case(
        When(status=PartnershipStatus.COMPLETED, then=Value(Progress.DONE)),
        When(status__in=stopped, then=Value(Progress.STUCK)),
        When(Exists(long_late), then=Value(Progress.STUCK)),
        When(last_light=Progress.STUCK, then=Value(Progress.STUCK)),
        When(Exists(late), then=Value(Progress.DELAYED)),
        When(last_light__isnull=False, then="last_light"),
        default=Value(Progress.NOT_REPORTED),
        output_field=CharField(),
    )
    return partnerships.alias(last_light=Subquery(last)).annotate(light=light)
