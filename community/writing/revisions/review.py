"""What moderators do with a suggested edit besides answering it: pass it on, and undo."""

from typing import Any

from django.utils.translation import gettext as _

from community.models import (
    Decision,
    ProposedPractice,
    Revision,
    RevisionStatus,
    SavedText,
    User,
    Verb,
)
from community.moderation.claims.actions import end_claim
from community.translating.edits import edit_of
from community.writing.drafts import documents as drafts_documents
from community.writing.drafts.actions import remember, write
from community.writing.revisions import actions as revision_actions
from community.writing.revisions.actions import (
    check_may_answer,
    lock_published,
    lock_waiting,
    note,
    notify_reviewers,
)
from repository.models import CaseStudy, Reference
from repository.text.parsing import whole_number
from repository.workflow import ActionRefused, Step, action

# The state to which each undoable decision has led.
STEPS = {
    Verb.PASS_ON: Step(frozenset({RevisionStatus.HELD}), RevisionStatus.WAITING),
    Verb.APPROVE: revision_actions.STEPS["accept"],
    Verb.DECLINE: revision_actions.STEPS["decline"],
}


@action
def pass_on(*, revision: Revision, by: User) -> Decision:
    """Pass a newcomer's suggested edit on to the authors."""
    case = lock_published(revision.case)
    revision = lock_waiting(revision)
    check_may_answer(revision, by)
    if not revision.is_held:
        raise ActionRefused(_("The authors can already answer this."))
    end_claim(revision, by)
    decision = note(revision, Verb.PASS_ON, by)
    revision.status = STEPS[Verb.PASS_ON].target
    revision.save(update_fields=["status"])
    notify_reviewers(revision, list(case.authors.values_list("pk", flat=True)))
    return decision


def can_wait(revision: Revision) -> bool:
    """Whether it can be reopened: it still has its text, and no newer one is open."""
    newer = revision.case.revisions.waiting().filter(by=revision.by).exclude(pk=revision.pk)
    return bool(revision.document) and not (revision.by_id is not None and newer.exists())


def text_before(revision: Revision) -> SavedText | None:
    """The text that an accepted edit replaced, if the case is still as the edit left it."""
    case = CaseStudy.objects.get(pk=revision.case_id)
    if (
        not case.is_published
        or drafts_documents.digest(drafts_documents.document_of(case)) != revision.result
    ):
        return None
    return SavedText.objects.filter(case=case, digest=revision.replaced).first()


def restore_case(case: CaseStudy, revision: Revision, *, by: User) -> None:
    """Restore a locked case to its text before an edit was accepted."""
    before = text_before(revision)
    if before is None:
        raise ActionRefused(_("This has changed since the decision. Make a new decision instead."))
    document = before.document
    # Works that the edit removed still exist; those that it added become proposed ones again.
    found = [whole_number(row["key"]) for row in document["references"]]
    keys = [key for key in found if key is not None]
    case.references.add(*Reference.objects.filter(pk__in=keys))
    came = Reference.objects.filter(cases=case, pk__in=made_with(revision, Reference))
    came.exclude(pk__in=[*keys, *cited_elsewhere(case)]).update(is_proposed=True)
    proposed = ProposedPractice.objects.filter(pk__in=made_with(revision, ProposedPractice))
    proposed.filter(case=case, outcome="").delete()
    with edit_of(case):
        write(case, document | {"proposed": []}, by=by)
    remember(case)


def made_with(revision: Any, model: Any) -> list[int]:
    """Primary keys of the rows created in the transaction that accepted an edit."""
    accepted = revision.events.filter(status=RevisionStatus.ACCEPTED).order_by("-pgh_id").first()
    rows = model.pgh_event_model.objects.filter(pgh_label="insert")
    return list(
        rows.filter(pgh_created_at=accepted.pgh_created_at).values_list("pgh_obj_id", flat=True)
    )


def cited_elsewhere(case: CaseStudy) -> list[int]:
    """The works of a case that other cases cite as well."""
    links = CaseStudy.references.through.objects
    own = links.filter(casestudy=case).values("reference")
    others = links.filter(reference__in=own).exclude(casestudy=case)
    return list(others.values_list("reference", flat=True))
