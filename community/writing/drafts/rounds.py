"""What authors have changed in a case since a moderator last requested changes."""

from dataclasses import dataclass

from community.models import Decision, Verb
from community.writing.drafts import documents
from community.writing.revisions.differences import FieldChange, field_changes
from repository.models import CaseStudy


@dataclass(frozen=True)
class Round:
    """The decision that requested changes, and the changes since the submission that it was about.

    `changes` is None if the text of that submission was not recorded.
    """

    decision: Decision
    changes: list[FieldChange] | None


def last_round(case: CaseStudy) -> Round | None:
    """The last round of a case; None if no changes were requested."""
    decision = (
        Decision.objects.about(case)
        .standing()
        .filter(verb=Verb.REQUEST_CHANGES)
        .select_related("by__membership")
        .first()
    )
    if decision is None:
        return None
    earlier = case.submissions.filter(created_at__lt=decision.created_at).first()
    if earlier is None or not earlier.document:
        return Round(decision, None)
    # A field added since then was empty.
    before = documents.empty() | earlier.document
    return Round(decision, field_changes(before, documents.document_of(case)))
