"""Actions on milestones and progress reports."""

from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from community.models import User
from partnerships.agreements.actions import lock_running, notify_parties, take_step
from partnerships.models import (
    Light,
    Milestone,
    Partnership,
    ProgressReport,
)
from repository.dates import clock
from repository.workflow import ActionRefused, action, lock

MAX_MILESTONES = 30


@action
def add_milestone(*, partnership: Partnership, title: str, due_on: date, by: User) -> Milestone:
    """Add a milestone. Idempotent for the same title and date."""
    partnership = lock_running(partnership, by)
    title = " ".join(title.split())
    if not title:
        raise ActionRefused(_("Enter the milestone."))
    same = partnership.milestones.filter(title=title, due_on=due_on).first()
    if same is not None:
        return same
    if partnership.milestones.count() >= MAX_MILESTONES:
        raise ActionRefused(_("A partnership can have up to 30 milestones. Remove one first."))
    made = Milestone.objects.create(partnership=partnership, title=title, due_on=due_on)
    return made


@action
def mark_milestone(
    *, partnership: Partnership, milestone: int, done_on: date | None, by: User
) -> Milestone:
    """Mark a milestone as done on a day, or as not done."""
    partnership = lock_running(partnership, by)
    found = find_milestone(partnership, milestone)
    if done_on is not None and done_on > clock.today():
        raise ActionRefused(_("The date must not be in the future."))
    if found.done_on != done_on:
        found.done_on = done_on
        found.save(update_fields=["done_on"])
    return found


@action
def remove_milestone(*, partnership: Partnership, milestone: int, by: User) -> None:
    """Delete a milestone, unless it is done."""
    partnership = lock_running(partnership, by)
    found = find_milestone(partnership, milestone)
    if found.done_on is not None:
        raise ActionRefused(_("You can’t remove a milestone that is done."))
    found.delete()


def find_milestone(partnership: Partnership, pk: int) -> Milestone:
    found = partnership.milestones.filter(pk=pk).first()
    if found is None:
        raise ActionRefused(_("This milestone no longer exists."))
    return found


# The fields of a progress report.
REPORTED = ("light", "progress", "problems", "figure", "evidence_url")


@action
def submit_report(
    *, report: ProgressReport, by: User, outcome: str = "", **fields: Any
) -> ProgressReport:
    """Submit a report, once: it is final, and changes go into the next one.

    One that says "completed" completes the partnership, with its `outcome`: everyone is notified
    only of this.
    """
    partnership = lock_running(report.partnership, by)
    # Both cities may report concurrently: the second must see the report of the first.
    report = lock(ProgressReport, report.pk)
    if report.submitted_at is not None:
        raise ActionRefused(
            _("This progress report has already been submitted. You can read it below.")
        )
    for name in REPORTED:
        setattr(report, name, fields[name])
    if not (report.light and report.progress):
        raise ActionRefused(_("Choose a status and describe what has been done."))
    report.by, report.submitted_at = by, clock.now()
    report.save(update_fields=[*REPORTED, "by", "submitted_at"])
    if report.light != Light.DONE:
        notify_parties(partnership, "report.handed-in", by=by)
        return report
    take_step(partnership=partnership, verb="complete", by=by, words=outcome)
    return report
