"""Steps that editors take on a case's page at the desk.

The people concerned are notified as of decisions from the queue.
"""

from django.utils.translation import gettext as _

from community.models import Decision, NoticeKind, Reason, User, Verb
from community.moderation.claims.actions import end_claim
from community.moderation.decisions.rules import latest_decision, waiting_appeals
from community.moderation.reviewable import own_contribution
from community.moderation.reviews import case_review
from community.notices.notify import notify
from repository.cases import actions as cases_actions
from repository.models import CaseStudy
from repository.workflow import ActionRefused, action


@action
def publish(*, case: CaseStudy, by: User) -> CaseStudy:
    """Publish a case, submitted or not, with a decision as from the queue."""
    cases_actions.lock_for("publish", case)
    sources = cases_actions.STEPS["publish"].sources
    case_review.decide(case=case, verb=Verb.APPROVE, by=by, sources=sources)
    return CaseStudy.objects.get(pk=case.pk)


@action
def archive(*, case: CaseStudy, reason: str, by: User) -> CaseStudy:
    """Archive a case; notify its authors of the reason that readers see."""
    case = cases_actions.archive(case=case, reason=reason, by=by)
    end_claim(case, by)
    authors = authors_of(case)
    decision = Decision.objects.create(
        subject=case,
        by=by,
        concerns_id=authors[0] if authors else None,
        verb=Verb.ARCHIVE,
        reason=Reason.OTHER,
        message=case.archived_reason,
        before=cases_actions.STEPS["restore"].target,
    )
    case_review.notify_authors(decision, case, "case.archived", authors)
    return case


@action
def restore(*, case: CaseStudy, by: User) -> CaseStudy:
    """Make an archived case public again and notify its authors.

    Authors cannot undo what another moderator has decided about their case.
    """
    case = cases_actions.restore(case=case, by=by)
    latest = latest_decision(case)
    if (
        latest is not None
        and latest.verb in (Verb.ARCHIVE, Verb.UPHOLD)
        and latest.by_id != by.pk
        and by.pk in authors_of(case)
    ):
        raise ActionRefused(own_contribution())
    if waiting_appeals(case).exists():
        # Its authors have a right to an answer.
        raise ActionRefused(_("There is an open appeal about this. Decide the appeal first."))
    notify(
        [author for author in authors_of(case) if author != by.pk],
        kind=NoticeKind.DECISION,
        event="case.restored",
        subject=case,
        key=f"case-restored-{case.pk}-{case.updated_at.isoformat()}",
    )
    return case


def authors_of(case: CaseStudy) -> list[int]:
    """The primary keys of the authors."""
    return list(case.authors.order_by("pk").values_list("pk", flat=True))
