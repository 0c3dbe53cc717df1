"""Partnerships of sample cities at all stages, with milestones and reports."""

from datetime import timedelta
from typing import TYPE_CHECKING

from community.models import Reason
from partnerships.agreements import actions, recording, reports
from partnerships.models import Match, Partnership, Side
from repository.dates import clock

if TYPE_CHECKING:
    from partnerships.sample.requests import Story

# Days after the request was submitted.
RECORDED, CONFIRMED, STARTED = 40, 43, 50


def agree(story: "Story", match: Match) -> Partnership:
    """Record what both cities agreed, and the outcome."""
    row = story.row
    terms = row["partnership"]
    partner = story.cast.focal_points[row["partner"]]
    with story.after(RECORDED):
        recorded = recording.record(
            match=match,
            title=row["title"],
            agreed_on=clock.today(),
            agreement_kind=terms["kind"],
            summary=f"{row['challenge']}\n\n{row['result']}",
            by=story.by,
        )
    with story.after(CONFIRMED):
        recording.confirm(match=match, side=Side.CANDIDATE, by=partner, version=recorded.version)
    made = Partnership.objects.get(match=match)
    with story.after(CONFIRMED + 1):
        sides = [story.by, partner]
        if "facilitator" in row:
            helper = row["facilitator"]
            sides.append(story.cast.focal_points[helper])
            actions.add_facilitator(
                partnership=made, helper=story.cast.cities[helper], by=story.cast.broker
            )
        if row.get("public", True):
            for member in sides:
                actions.want_public(partnership=made, wanted=True, by=member)
    add_milestones(story, made)
    hand_in_reports(story, made)
    end(story, made)
    return made


def add_milestones(story: "Story", made: Partnership) -> None:
    """Add a milestone each four months; mark those in the past as done, a little late."""
    terms = story.row["partnership"]
    with story.after(STARTED + 1):
        first = clock.today()
        found = [
            reports.add_milestone(
                partnership=made,
                title=title,
                due_on=first + timedelta(days=120 * number),
                by=story.by,
            )
            for number, title in enumerate(terms["milestones"], 1)
        ]
    if terms["state"] in ("stalled", "discontinued"):
        found = found[:1]
    for milestone in found:
        with story.after((milestone.due_on - first).days + STARTED + 6):
            done_on = clock.today()
            if done_on >= milestone.due_on:
                reports.mark_milestone(
                    partnership=made, milestone=milestone.pk, done_on=done_on, by=story.by
                )


def hand_in_reports(story: "Story", made: Partnership) -> None:
    terms = story.row["partnership"]
    due = made.reports.order_by("due_on")
    for report, light, figure in zip(due, terms["lights"], terms["figures"], strict=False):
        days = (report.due_on - made.agreed_on).days + RECORDED
        with story.after(days - 3):
            reports.submit_report(
                report=report,
                by=story.by,
                light=light,
                progress=f"{story.row['result']}",
                problems="" if light in ("on-track", "done") else story.row["challenge"],
                figure=figure,
                evidence_url="",
                outcome=terms.get("outcome", ""),
            )


def end(story: "Story", made: Partnership) -> None:
    """Stall or discontinue it, if that is what happened; the last report completes it."""
    terms = story.row["partnership"]
    verb = {"stalled": "stall", "discontinued": "discontinue"}.get(terms["state"])
    if verb is None:
        return
    last = made.reports.submitted().latest("due_on")
    with story.after((last.due_on - made.agreed_on).days + RECORDED + 12):
        actions.take_step(
            partnership=made,
            verb=verb,
            by=story.by,
            words=terms["why"],
            reason=Reason.NONE,
        )
