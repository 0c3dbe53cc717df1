from datetime import date, timedelta

import pytest

from partnerships.agreements.progress import due_dates, months_after, with_light
from partnerships.models import Partnership, PartnershipStatus, Progress
from tests.factories import PartnershipFactory, ProgressReportFactory
from tests.factories.partnerships import THEN

TODAY = date(2026, 11, 25)


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 3, 2), 6, date(2026, 9, 2)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2023, 8, 31), 6, date(2024, 2, 29)),
        (date(2026, 1, 15), 24, date(2028, 1, 15)),
        (date(2026, 12, 1), 12, date(2027, 12, 1)),
    ],
)
def test_count_months(day, months, expected):
    assert months_after(day, months) == expected


def test_reports_are_due_three_times():
    assert due_dates(date(2026, 3, 2)) == {
        6: date(2026, 9, 2),
        12: date(2027, 3, 2),
        24: date(2028, 3, 2),
    }


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("status", "reported", "late_by", "light"),
    [
        ("active", "", None, Progress.NOT_REPORTED),
        ("active", "", -1, Progress.NOT_REPORTED),
        ("active", "", 0, Progress.NOT_REPORTED),
        ("active", "", 1, Progress.DELAYED),
        ("active", "", 90, Progress.DELAYED),
        ("active", "", 91, Progress.STUCK),
        ("active", "on-track", None, Progress.ON_TRACK),
        ("active", "on-track", 1, Progress.DELAYED),
        ("active", "stuck", 1, Progress.STUCK),
        ("active", "stuck", None, Progress.STUCK),
        ("active", "done", None, Progress.DONE),
        ("stalled", "on-track", None, Progress.STUCK),
        ("discontinued", "done", None, Progress.STUCK),
        ("completed", "stuck", 100, Progress.DONE),
    ],
)
def test_light_follows_status_and_reports(status, reported, late_by, light):
    words = {"stalled": {"reason": "No visas."}, "discontinued": {"reason": "No money."}}
    ended = status in (PartnershipStatus.COMPLETED, PartnershipStatus.DISCONTINUED)
    made = PartnershipFactory(
        status=status,
        ended_on=TODAY if ended else None,
        outcome="Three days." if status == "completed" else "",
        **words.get(status, {}),
    )
    if reported:
        ProgressReportFactory(
            partnership=made,
            due_on=date(2026, 5, 1),
            light=reported,
            progress="Ten shops.",
            submitted_at=THEN,
        )
    if late_by is not None:
        ProgressReportFactory(partnership=made, month=12, due_on=TODAY - timedelta(days=late_by))
    assert with_light(Partnership.objects.all(), on=TODAY).get().light == light


@pytest.mark.django_db
def test_light_follows_the_latest_report():
    made = PartnershipFactory(status="active")
    for month, light in ((6, "stuck"), (12, "on-track")):
        ProgressReportFactory(
            partnership=made,
            month=month,
            due_on=date(2026, month, 1),
            light=light,
            progress="Ten shops.",
            submitted_at=THEN,
        )
    assert with_light(Partnership.objects.all(), on=TODAY).get().light == Progress.ON_TRACK
