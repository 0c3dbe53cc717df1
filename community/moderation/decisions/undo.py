"""Which action takes back a decision of moderators: by what it decided, and about what."""

from collections.abc import Iterable
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from community.discussion.contributions import Contribution
from community.models import Decision, Revision, User, Verb
from community.moderation.appeals import actions as appeals_actions
from community.moderation.decisions import actions, answers
from community.moderation.decisions.actions import Facts
from community.moderation.reviews import case_review
from community.writing.revisions import review as revisions_review
from repository.models import CaseStudy
from repository.workflow import ActionRefused


def way_back(decision: Decision, subject: models.Model | None, facts: Facts) -> Any:
    """The module whose `undo` and `check_undoing` are for this decision."""
    is_ours = isinstance(subject, Contribution | CaseStudy | Revision) or (
        type(subject) in answers.KINDS
    )
    if not is_ours or decision.by_id is None:
        raise ActionRefused(_("This decision cannot be undone."))
    if decision.verb == Verb.UPHOLD or appeals_actions.answered_by(decision, facts) is not None:
        return appeals_actions
    if isinstance(subject, CaseStudy):
        return case_review
    if isinstance(subject, Revision):
        return revisions_review
    return actions if isinstance(subject, Contribution) else answers


def undo(*, decision: Decision, by: User, message: str = "") -> Decision:
    """Take back a decision, as a step of its own."""
    subject = decision.subject
    module = way_back(decision, subject, facts_about([subject]))
    return module.undo(decision=decision, by=by, message=message)


def why_not(decision: Decision, by: User, facts: Facts) -> str:
    """Why this person cannot undo a decision now; empty if they can.

    The list of decisions and the page of each ask this; `undo` checks the same under a lock.
    """
    try:
        way_back(decision, decision.subject, facts).check_undoing(
            decision, decision.subject, by, facts
        )
    except ActionRefused as refusal:
        return str(refusal)
    return ""


def facts_about(subjects: Iterable[models.Model | None]) -> Facts:
    """What `why_not` needs to know about each subject that is still there."""
    return Facts.about(subject for subject in subjects if subject is not None)
