"""Answering flags on a published case."""

from django.utils.translation import gettext as _

from community import permissions
from community.models import Decision, Flag, FlagOutcome, NoticeKind, User, Verb
from community.moderation.claims.actions import end_claim
from community.moderation.decisions.rules import check_words
from community.moderation.reviewable import own_contribution
from community.notices.notify import notify
from repository.cases.actions import archive
from repository.models import CaseStatus, CaseStudy
from repository.workflow import ActionRefused, action, lock

VERBS = [Verb.DISMISS, Verb.ARCHIVE]


@action
def answer_flags(
    *, case: CaseStudy, verb: Verb, by: User, reason: str = "", message: str = ""
) -> Decision:
    """Dismiss the flags on a case, or archive it with the message as the public reason."""
    case = lock(CaseStudy, case.pk)
    flags = Flag.objects.about(case).open()
    if verb not in VERBS or case.status != CaseStatus.PUBLISHED or not flags.exists():
        raise ActionRefused(_("There are no open flags on this case."))
    authors = list(case.authors.values_list("pk", flat=True))
    if permissions.has_written(by, case):
        raise ActionRefused(own_contribution())
    check_words(verb, reason, message)
    end_claim(case, by)
    before = case.status
    if verb == Verb.ARCHIVE:
        case = archive(case=case, reason=message, by=by)
    decision = Decision.objects.create(
        subject=case,
        by=by,
        concerns_id=authors[0] if authors else None,
        verb=verb,
        reason=reason,
        message=message.strip(),
        before=before,
    )
    outcome = FlagOutcome.UPHELD if verb == Verb.ARCHIVE else FlagOutcome.DISMISSED
    flags.update(outcome=outcome, decision=decision)
    if verb == Verb.ARCHIVE:
        notify(
            authors,
            kind=NoticeKind.DECISION,
            event="case.archived",
            subject=case,
            key=f"decision-{decision.pk}",
            decision=str(decision.pk),
            reason=reason,
            message=decision.message,
        )
    return decision
