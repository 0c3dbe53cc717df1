"""Decisions of moderators about submitted cases, and undoing decisions about any case."""

from collections.abc import Collection

from django.utils.translation import gettext as _

from community import permissions
from community.models import Decision, NoticeKind, User, Verb
from community.moderation.claims.actions import end_claim
from community.moderation.decisions.rules import check_words
from community.moderation.reviewable import own_contribution
from community.notices.notify import notify, notify_followers_of_case
from repository.cases.actions import publish
from repository.models import CaseStatus, CaseStudy
from repository.workflow import ActionRefused, Step, action, lock

SUBMITTED = frozenset({CaseStatus.SUBMITTED})
STEPS = {
    Verb.APPROVE: Step(SUBMITTED, CaseStatus.PUBLISHED, event="case.published"),
    Verb.REQUEST_CHANGES: Step(
        SUBMITTED, CaseStatus.CHANGES_REQUESTED, event="case.changes-requested"
    ),
    Verb.DECLINE: Step(SUBMITTED, CaseStatus.DECLINED, event="case.declined"),
}


def fingerprint(case: CaseStudy) -> str:
    """A digest of the text that a moderator has read."""
    return case.updated_at.isoformat()


@action
def decide(
    *,
    case: CaseStudy,
    verb: Verb,
    by: User,
    reason: str = "",
    message: str = "",
    seen: str | None = None,
    sources: Collection[CaseStatus] = SUBMITTED,
) -> Decision:
    """Publish a submitted case, request changes from its authors, or decline it.

    `sources` are the legal states before the step: editors also publish drafts.
    """
    # Two moderators may decide concurrently: the second must see what the first did. A draft is
    # deleted with the account of its only author.
    case = lock(CaseStudy, case.pk)
    if verb not in STEPS or case.status not in sources:
        raise ActionRefused(
            _("You can’t choose “%(verb)s” because the status is “%(standing)s”.")
            % {"verb": verb.label, "standing": case.get_status_display()}
        )
    authors = list(case.authors.order_by("pk").values_list("pk", flat=True))
    if permissions.has_written(by, case):
        raise ActionRefused(own_contribution())
    if seen is not None and seen != fingerprint(case):
        raise ActionRefused(
            _("The text changed after you opened this page. Read it again before you decide.")
        )
    check_words(verb, reason, message)
    end_claim(case, by)
    step, before = STEPS[verb], case.status
    if verb == Verb.APPROVE:
        publish(case=case, by=by)
    else:
        case.status = step.target
        case.save(update_fields=["status", "updated_at"])
    decision = Decision.objects.create(
        subject=case,
        by=by,
        concerns_id=authors[0] if authors else None,
        verb=verb,
        reason=reason,
        message=message.strip(),
        before=before,
    )
    notify_authors(decision, case, step.event, authors)
    if verb == Verb.APPROVE:
        notify_followers_of_case(case)
    return decision


def notify_authors(decision: Decision, case: CaseStudy, event: str, authors: list[int]) -> None:
    """Notify authors, by primary key, of a decision about their case."""
    notify(
        authors,
        kind=NoticeKind.DECISION,
        event=event,
        subject=case,
        key=f"decision-{decision.pk}",
        decision=str(decision.pk),
        reason=decision.reason,
        message=decision.message,
    )
