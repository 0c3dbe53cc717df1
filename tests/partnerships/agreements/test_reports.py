from datetime import date, timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from community.models import Notification
from community.writing.drafts import documents as drafts_documents
from partnerships.agreements import reminders
from partnerships.agreements.reports import (
    MAX_MILESTONES,
    add_milestone,
    mark_milestone,
    remove_milestone,
    submit_report,
)
from partnerships.agreements.write_up import write_up
from partnerships.models import Milestone, ProgressReport
from repository.models import CaseStudy
from repository.workflow import ActionRefused
from tests.factories import PracticeFactory, ProgressReportFactory
from tests.factories.partnerships import THEN
from tests.partnerships.agreements.agreements import REPORT, put

pytestmark = pytest.mark.django_db

NEXT = {"title": "Ten shops", "due_on": date(2026, 6, 1)}


def test_plan_the_same_step_once(partnership, focal_point):
    for _time in range(2):
        add_milestone(partnership=partnership, by=focal_point, **NEXT)
    assert Milestone.objects.count() == 1


def test_plan_no_more_than_thirty(partnership, focal_point):
    for number in range(MAX_MILESTONES):
        add_milestone(partnership=partnership, by=focal_point, **NEXT | {"title": str(number)})
    with pytest.raises(ActionRefused, match="up to 30"):
        add_milestone(partnership=partnership, by=focal_point, **NEXT)


def test_plan_without_a_title_is_refused(partnership, focal_point):
    with pytest.raises(ActionRefused, match="Enter the milestone"):
        add_milestone(partnership=partnership, by=focal_point, **NEXT | {"title": " "})


def test_mark_and_unmark(partnership, focal_point):
    step = add_milestone(partnership=partnership, by=focal_point, **NEXT)
    mark = {"partnership": partnership, "milestone": step.pk, "by": focal_point}
    assert mark_milestone(done_on=date(2026, 5, 1), **mark).done_on == date(2026, 5, 1)
    with pytest.raises(ActionRefused, match="You can’t remove a milestone that is done"):
        remove_milestone(**mark)
    assert mark_milestone(done_on=None, **mark).done_on is None
    remove_milestone(**mark)
    with pytest.raises(ActionRefused, match="no longer exists"):
        remove_milestone(**mark)


def test_mark_a_day_in_the_future_is_refused(partnership, focal_point):
    step = add_milestone(partnership=partnership, by=focal_point, **NEXT)
    tomorrow = timezone.localdate() + timedelta(days=1)
    with pytest.raises(ActionRefused, match="future"):
        mark_milestone(partnership=partnership, milestone=step.pk, done_on=tomorrow, by=focal_point)


def test_hand_in_once(partnership, focal_point, colleague):
    report = partnership.reports.get()
    submit_report(report=report, by=focal_point, **REPORT)
    with pytest.raises(ActionRefused, match="already"):
        submit_report(report=report, by=colleague, **REPORT | {"progress": "Another."})
    report.refresh_from_db()
    assert (report.progress, report.by) == ("Ten shops are trained.", focal_point)
    assert Notification.objects.get().member == colleague


@pytest.mark.parametrize("missing", ["light", "progress"])
def test_hand_in_an_incomplete_report_is_refused(partnership, focal_point, missing):
    with pytest.raises(ActionRefused, match="Choose a status and describe what has been done"):
        submit_report(report=partnership.reports.get(), by=focal_point, **REPORT | {missing: ""})


@pytest.mark.parametrize("status", ["active", "stalled"])
def test_hand_in_that_it_is_completed(partnership, focal_point, colleague, status):
    put(partnership, status)
    done = REPORT | {"light": "done"}
    submit_report(report=partnership.reports.get(), by=focal_point, outcome="Three days.", **done)
    partnership.refresh_from_db()
    today = timezone.localdate()
    assert (partnership.status, partnership.outcome, partnership.ended_on) == (
        "completed",
        "Three days.",
        today,
    )
    notices = Notification.objects.filter(member=colleague).values_list("event", flat=True)
    assert list(notices) == ["partnership.complete"]


def test_hand_in_that_it_is_completed_without_the_outcome_is_refused(partnership, focal_point):
    with pytest.raises(ActionRefused, match="Describe the outcome"):
        submit_report(
            report=partnership.reports.get(), by=focal_point, **REPORT | {"light": "done"}
        )
    assert ProgressReport.objects.get().submitted_at is None
    partnership.refresh_from_db()
    assert partnership.status == "active"


def test_hand_in_an_outcome_only_if_it_is_completed(partnership, focal_point):
    submit_report(report=partnership.reports.get(), by=focal_point, outcome="Three days.", **REPORT)
    partnership.refresh_from_db()
    assert (partnership.status, partnership.outcome) == ("active", "")


def test_hand_in_after_the_end_is_refused(partnership, focal_point):
    put(partnership, "completed")
    with pytest.raises(ActionRefused, match="has ended"):
        submit_report(report=partnership.reports.get(), by=focal_point, **REPORT)


def test_ask_for_reports_once(partnership, mailoutbox, focal_point, colleague):
    report = partnership.reports.get()
    far = ProgressReportFactory(
        partnership=partnership, month=24, due_on=timezone.localdate() + timedelta(days=15)
    )
    assert (reminders.remind(), reminders.remind()) == (1, 0)
    assert ProgressReport.objects.get(pk=far.pk).reminded_at is None
    ProgressReport.objects.filter(pk=report.pk).update(
        reminded_at=timezone.now() - timedelta(days=31)
    )
    assert reminders.remind() == 1


def test_ask_for_no_reports_after_the_end(partnership):
    put(partnership, "discontinued")
    assert reminders.remind() == 0


def test_write_in_the_readers_language(partnership, focal_point):
    focal_point.language = "fr"
    partnership.title = "Shops <b> https://example.org/"
    message = reminders.message_to(focal_point, partnership.reports.get())
    assert message.to == [focal_point.email]
    links = [line for line in message.body.splitlines() if line.startswith("http")]
    assert len(links) == 1
    assert "/partnerships/reports/" in links[0]
    assert "https://" not in message.body.replace(links[0], "")


def test_write_up_as_a_case(partnership, focal_point, colleague, asking, giving):
    practice = PracticeFactory()
    partnership.practices.add(practice)
    ProgressReportFactory(
        partnership=partnership,
        month=12,
        due_on=date(2027, 3, 2),
        submitted_at=THEN,
        by=focal_point,
        **REPORT,
    )
    put(partnership, "completed")
    case = write_up(partnership=partnership, by=focal_point)
    assert write_up(partnership=partnership, by=colleague) == case
    assert (case.status, list(case.authors.all())) == ("draft", [focal_point])
    assert list(case.practices.all()) == [practice]
    assert set(case.cities.all()) == {asking, giving}
    assert case.challenge.startswith("Parcels take twelve days to reach a village.")
    assert case.solution == "Ten shops are trained."
    assert case.results == "Three days.\n\n5 days"
    partnership.refresh_from_db()
    assert partnership.resulting_case == case
    assert CaseStudy.objects.count() == 1


@pytest.fixture
def problems(partnership, focal_point, colleague):
    """Reports of problems by both cities of a completed partnership."""
    for month, by, words in ((12, focal_point, "Customs is slow."), (24, colleague, "No budget.")):
        ProgressReportFactory(
            partnership=partnership,
            month=month,
            due_on=date(2025 + month // 12, 3, 2),
            submitted_at=THEN,
            by=by,
            **REPORT | {"problems": words},
        )
    put(partnership, "completed")


def test_write_up_leaves_out_the_problems(partnership, problems, focal_point):
    """Problems are reported to the partner and the brokers; a case is public."""
    case = write_up(partnership=partnership, by=focal_point)
    assert case.solution == "Ten shops are trained.\n\nTen shops are trained."
    assert case.what_did_not_work == ""
    assert "Customs is slow." not in str(drafts_documents.document_of(case))


def test_write_up_includes_the_problems_of_ones_own_city(partnership, problems, focal_point):
    """Only the city that reported a problem may publish it."""
    case = write_up(partnership=partnership, by=focal_point, include_problems=True)
    assert case.what_did_not_work == "Customs is slow."


def test_write_up_before_the_end_is_refused(partnership, focal_point):
    with pytest.raises(ActionRefused, match="completed"):
        write_up(partnership=partnership, by=focal_point)


def test_ask_by_command(partnership, capsys):
    call_command("ask_cities")
    call_command("ask_cities")
    assert (
        capsys.readouterr().out
        == "Progress reports requested: 1.\nProgress reports requested: 0.\n"
    )
