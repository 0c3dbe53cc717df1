"""The next step of two introduced cities or of their partnership, shown above everything else."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from partnerships import permissions
from partnerships.agreements.models.progress import ASKED_BEFORE
from partnerships.models import Match, Partnership, PartnershipStatus, Side
from partnerships.spaces.tabs import Tab, address
from repository.dates import clock
from repository.text.lists import list_of


@dataclass(frozen=True)
class NextStep:
    """What to do, why or by when, and where; without an address there is nothing to do."""

    title: str
    text: str = ""
    url: str = ""
    label: str = ""
    # The language of the title, if a member wrote it.
    language: str = ""


def next_step(
    user: Any, match: Match | None, partnership: Partnership | None, sides: Sequence[Side]
) -> NextStep | None:
    """Return the next step for a reader who represents `sides`; in at most two queries."""
    if partnership is not None:
        return of_partnership(user, partnership)
    return of_match(match, sides) if match is not None else None


def of_match(match: Match, sides: Sequence[Side]) -> NextStep:
    recorded, plan = getattr(match, "recorded", None), getattr(match, "plan", None)
    record = reverse("partnerships:partnership_new", args=[match.pk])
    if recorded is not None:
        missing = [side for side in Side if getattr(recorded, f"{side}_confirmed_at") is None]
        text = _("When both cities have confirmed it, the partnership starts.")
        if set(missing) & set(sides):
            return NextStep(_("Confirm the agreement"), text, record, _("Read and confirm"))
        waiting = _("Waiting for %(cities)s to confirm the agreement")
        return NextStep(waiting % named(match, missing), text, record, _("View the agreement"))
    part = address(match, Tab.AGREEMENT, "plan")
    if plan is None or not plan.version:
        if not match.messages.exists():
            text = _("Introduce yourself, and suggest a time for a first call.")
            write = address(match, Tab.MESSAGES, "messages")
            return NextStep(_("Write the first message"), text, write, _("Write a message"))
        text = _("Who does what by when, what it costs and who pays.")
        return NextStep(_("Write a plan together"), text, part, _("Write plan"))
    missing = [side for side in Side if getattr(plan, f"{side}_agreed_at") is None]
    if not missing:
        text = _("Both cities have agreed to the plan.")
        return NextStep(_("Record your agreement"), text, record, _("Record agreement"))
    if set(missing) & set(sides):
        text = _("After each change, both cities must agree again.")
        return NextStep(_("Agree to the plan"), text, part, _("Read the plan"))
    waiting = _("Waiting for %(cities)s to agree to the plan")
    return NextStep(waiting % named(match, missing), "", part, _("Read the plan"))


def named(match: Match, sides: Sequence[Side]) -> dict[str, str]:
    return {"cities": list_of([match.city_of(side).localized_name for side in sides])}


def of_partnership(user: Any, partnership: Partnership) -> NextStep | None:
    """Return the next step; None for a partnership that has ended, once it has a case."""
    if partnership.status == PartnershipStatus.COMPLETED:
        if partnership.resulting_case_id or not permissions.parties_of(user, partnership):
            return None
        text = _("Share what you learned with other cities.")
        write = address(partnership, Tab.PROGRESS, "write-up")
        return NextStep(_("Write a case about the outcome"), text, write, _("Write a case"))
    if partnership.status == PartnershipStatus.DISCONTINUED:
        return None
    report = partnership.reports.filter(submitted_at=None).order_by("due_on").first()
    today = clock.today()
    if report is not None and report.due_on <= today + ASKED_BEFORE:
        text = _("Overdue since %(day)s.") if report.due_on < today else _("Due on %(day)s")
        return NextStep(
            _("Report your progress"),
            text % {"day": date_format(report.due_on)},
            reverse("partnerships:report", args=[partnership.pk, report.pk]),
            _("Write progress report"),
        )
    if partnership.status == PartnershipStatus.STALLED:
        text = _("The partnership is stalled: resume it, or end it with a reason.")
        change = address(partnership, Tab.PROGRESS, "changed")
        return NextStep(_("Decide how to go on"), text, change, _("Update the status"))
    part = address(partnership, Tab.PROGRESS, "milestones")
    milestone = partnership.milestones.filter(done_on=None).order_by("due_on", "pk").first()
    if milestone is None:
        text = _("A milestone shows both cities what comes next, and by when.")
        return NextStep(_("Add a milestone"), text, part, _("Add milestone"))
    return NextStep(
        milestone.title,
        _("Due on %(day)s") % {"day": date_format(milestone.due_on)},
        part,
        _("View progress"),
        partnership.language,
    )
