"""What the pages of a partnership show: the public page, and the parts for its parties."""

from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy

from community.models import Decision
from partnerships import permissions
from partnerships.agreements import actions
from partnerships.agreements.forms import FacilitatorForm, MilestoneForm, StepForm, WriteUpForm
from partnerships.agreements.write_up import own_problems
from partnerships.models import (
    Partnership,
    PartnershipStatus,
    PartyRole,
    Progress,
    Representation,
    kind_of,
)
from repository.models import CaseStudy
from repository.translations.reading import CARD, translate

# Labels of the buttons of the steps.
STEP_LABELS = {
    "stall": gettext_lazy("Mark as stalled"),
    "resume": gettext_lazy("Resume"),
    "complete": gettext_lazy("Mark as completed"),
    "discontinue": gettext_lazy("Discontinue"),
}
# Messages after the steps.
STEP_MESSAGES = {
    "stall": gettext_lazy("Partnership marked as stalled."),
    "resume": gettext_lazy("Partnership resumed."),
    "complete": gettext_lazy("Partnership completed."),
    "discontinue": gettext_lazy("Partnership discontinued."),
}


def described(user: Any, partnership: Partnership, *, may_run: bool) -> dict[str, Any]:
    """Parties, subjects, progress and outcome."""
    held = Representation.objects.held_by(user)
    is_mine = Q(city=OuterRef("city")) | Q(organization=OuterRef("organization"))
    rows = partnership.parties.annotate(is_mine=Exists(held.filter(is_mine)))
    parties = list(rows.select_related("city__country", "organization__country").order_by("pk"))
    practices = list(partnership.practices.all())
    inspired_by = shown_case(partnership.inspired_by)
    written = resulting_case(partnership, user, may_run=may_run)
    cases = [case for case in (inspired_by, written) if case]
    translate(("practice", practices), ("case", cases), only=CARD)
    is_running = bool(actions.steps_from(partnership.status))
    # After its end no more reports are due.
    reports = [row for row in partnership.reports.all() if is_running or row.submitted_at]
    return {
        "light": Progress(partnership.light),
        "kind": kind_of(parties),
        "parties": parties,
        "practices": practices,
        "themes": partnership.themes.all(),
        "milestones": partnership.milestones.all(),
        "reports": reports,
        "next_report": next((row for row in reports if row.submitted_at is None), None),
        "today": timezone.localdate(),
        "inspired_by": inspired_by,
        "resulting_case": written,
        "may_run": may_run,
        "is_running": is_running,
    }


def managed(user: Any, partnership: Partnership, parties: list[Any]) -> dict[str, Any]:
    """What a party or a broker can do, given the parties of `described`."""
    mine = [party for party in parties if party.is_mine]
    # Only cities are asked whether it should be public.
    cities = [party for party in mine if party.city]
    may_broker = permissions.can_broker(user)
    decides = may_broker and not mine
    found = {
        "is_party": bool(mine),
        "wants_public": all(party.wants_public for party in cities) if cities else None,
        "steps": [
            (verb, STEP_LABELS[verb], form_of(verb, decides=decides))
            for verb in actions.steps_from(partnership.status)
        ],
        "milestone_form": MilestoneForm(auto_id="milestone-%s"),
        "may_broker": may_broker,
        "facilitators": [party for party in parties if party.role == PartyRole.FACILITATOR],
        "facilitator_form": FacilitatorForm() if may_broker else None,
    }
    is_completed = partnership.status == PartnershipStatus.COMPLETED
    if mine and is_completed and partnership.resulting_case is None:
        problems = own_problems(partnership, user)
        found |= {
            "may_write_up": True,
            "problems": problems,
            "write_up_form": WriteUpForm() if problems else None,
        }
    return found


def decided(partnership: Partnership) -> dict[str, Any]:
    """The decisions of brokers, for the parties."""
    decisions = list(Decision.objects.about(partnership))
    return {
        "decisions": decisions,
        # The reason category given by staff: the public page shows only their text.
        "decision": next(
            (each for each in decisions if each.reason and each.message == partnership.reason),
            None,
        ),
    }


def form_of(verb: str, sent: Any = None, *, decides: bool) -> StepForm:
    """Return the form of a step; `decides` if the reader acts as staff."""
    return StepForm(sent, step=actions.STEPS[verb], decides=decides, auto_id=f"{verb}-%s")


def resulting_case(partnership: Partnership, user: Any, *, may_run: bool) -> CaseStudy | None:
    """Return the case that resulted from a partnership, if the user may read it.

    A draft is visible only to its authors, moderators and administrators.
    """
    case = partnership.resulting_case
    if case is None or case.is_published or not may_run:
        return shown_case(case)
    return case if CaseStudy.objects.visible_to(user).filter(pk=case.pk).exists() else None


def shown_case(case: CaseStudy | None) -> CaseStudy | None:
    """Return a case only if it is public."""
    return case if case is not None and case.is_published else None
