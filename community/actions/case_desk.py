"""Steps that editors take on the page of a case at the desk: those concerned hear of them, as of
what is decided from the queue."""

from django.utils.translation import gettext as _

from community.models import Decision, NoticeKind, Reason, User, Verb
from community.notices import notify
from repository.actions import case_study
from repository.models import CaseStudy
from repository.workflow import ActionRefused, action

from . import case_review
from .claim import end_claim
from .moderation import waiting_appeals


@action
def publish(*, case: CaseStudy, by: User) -> CaseStudy:
    """Publish a case, submitted or not: a decision as from the queue."""
    case_study.lock_for("publish", case)
    sources = case_study.STEPS["publish"].sources
    case_review.decide(case=case, verb=Verb.APPROVE, by=by, sources=sources)
    return CaseStudy.objects.get(pk=case.pk)


@action
def archive(*, case: CaseStudy, reason: str, by: User) -> CaseStudy:
    """Archive a case; its authors are told why, in the words that readers see."""
    case = case_study.archive(case=case, reason=reason, by=by)
    end_claim(case, by)
    authors = authors_of(case)
    decision = Decision.objects.create(
        subject=case,
        by=by,
        concerns_id=authors[0] if authors else None,
        verb=Verb.ARCHIVE,
        reason=Reason.OTHER,
        message=case.archived_reason,
        before=case_study.STEPS["restore"].target,
    )
    case_review.tell(decision, case, "case.archived", authors)
    return case


@action
def restore(*, case: CaseStudy, by: User) -> CaseStudy:
    """Make an archived case public again, and tell its authors."""
    case = case_study.restore(case=case, by=by)
    if waiting_appeals(case).exists():
        # Its authors have a right to an answer.
        raise ActionRefused(_("An appeal about this waits. Decide the appeal."))
    notify(
        [author for author in authors_of(case) if author != by.pk],
        kind=NoticeKind.DECISION,
        event="case.restored",
        subject=case,
        key=f"case-restored-{case.pk}-{case.updated_at.isoformat()}",
    )
    return case


def authors_of(case: CaseStudy) -> list[int]:
    return list(case.authors.order_by("pk").values_list("pk", flat=True))
