"""Which action takes back a decision of moderators: by what it decided, and about what."""

from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from community.models import Decision, Revision, User, Verb
from community.models.contribution import Contribution
from repository.actions import ActionRefused
from repository.models import CaseStudy

from . import answer, appeal, case_review, moderation, revision_review


def way_back(decision: Decision, subject: models.Model | None) -> Any:
    """The module whose `undo` and `check_undoing` are for this decision."""
    is_ours = isinstance(subject, Contribution | CaseStudy | Revision) or (
        type(subject) in answer.KINDS
    )
    if not is_ours or decision.by_id is None:
        raise ActionRefused(_("This decision cannot be undone."))
    if decision.verb == Verb.UPHOLD or appeal.answered_by(decision) is not None:
        return appeal
    if isinstance(subject, CaseStudy):
        return case_review
    if isinstance(subject, Revision):
        return revision_review
    return moderation if isinstance(subject, Contribution) else answer


def undo(*, decision: Decision, by: User, message: str = "") -> Decision:
    """Take back a decision, as a step of its own."""
    module = way_back(decision, decision.subject)
    return module.undo(decision=decision, by=by, message=message)


def check(decision: Decision, subject: Any, by: User) -> None:
    """Refuse, in words, what cannot be undone by this person now; the act looks again."""
    way_back(decision, subject).check_undoing(decision, subject, by)
