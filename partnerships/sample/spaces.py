"""Introduced sample cities at work: messages, a plan and a meeting."""

from datetime import timedelta
from typing import TYPE_CHECKING

from partnerships.models import Match, Side
from partnerships.spaces import actions
from repository.dates import clock

if TYPE_CHECKING:
    from partnerships.sample.requests import Story


def work(story: "Story", match: Match) -> None:
    """Let the two cities write to each other, plan a call and agree on a plan."""
    cast, row = story.cast, story.row
    people = [cast.focal_points[row["partner"]], story.by]
    for number, body in enumerate(row["talk"]):
        with story.after(15 + 2 * number):
            actions.say(match=match, by=people[number % 2], body=body, token=f"sample-{number}")
    with story.after(row["days"]):
        actions.add_meeting(
            match=match,
            by=story.by,
            title=row["title"],
            at=clock.now() + timedelta(days=6),
            place="https://meet.example/sample",
        )
    if row["plan"]:
        with story.after(25):
            plan = actions.write_plan(match=match, by=story.by, text=row["plan"], version=0)
        with story.after(26):
            actions.agree(match=match, side=Side.REQUESTER, by=story.by, version=plan.version)
