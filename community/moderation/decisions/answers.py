"""How moderators' answers to what members propose or ask for are taken back.

Practices, tags, the mark of verified policymakers and words from surveys: within a day by whoever
answered, or after an appeal by another moderator. Both lead back to what was before. What each
answer led to, and how it is put back, is a line of KINDS; all else is as with comments
(`moderation.py`, `appeal.py`).
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from django.db import models
from django.utils.translation import gettext as _

from community.models import (
    Decision,
    Mark,
    NoticeKind,
    ProposalOutcome,
    ProposalStatus,
    ProposedPractice,
    SurveyAnswer,
    TagProposal,
    User,
    Verb,
)
from community.moderation.claims.actions import end_claim
from community.moderation.decisions.actions import (
    Facts,
    check_still_undoable,
    lock_subject,
    note_undone,
)
from community.notices.notify import notify
from community.profiles import verification
from community.tagging import actions as tagging_actions
from community.webinars.surveys import actions as surveys_actions
from community.writing.proposed_practices import actions as proposed_practices_actions
from repository.workflow import ActionRefused, action


class Kind(NamedTuple):
    """Answers to one kind of thing.

    `led_to` is the state that each verb leads to. `put_back` makes what is locked what it was
    before a decision, or refuses. `page` is what the news of it are about; `undone` and `appealed`
    are their events.
    """

    state_of: Callable[[Any], str]
    led_to: Mapping[str, str]
    put_back: Callable[[Any, Decision], None]
    page: Callable[[Any], models.Model]
    undone: str
    appealed: str = "appeal.decided"


KINDS: dict[type[models.Model], Kind] = {
    ProposedPractice: Kind(
        lambda proposed: proposed.outcome,
        {
            Verb.APPROVE: ProposalOutcome.ACCEPTED,
            Verb.MERGE: ProposalOutcome.ACCEPTED,
            Verb.DECLINE: ProposalOutcome.DECLINED,
        },
        proposed_practices_actions.put_back,
        lambda proposed: proposed.case,
        "practice.undone",
    ),
    TagProposal: Kind(
        lambda proposal: proposal.status,
        {Verb.APPROVE: ProposalStatus.ACCEPTED, Verb.DECLINE: ProposalStatus.DECLINED},
        tagging_actions.put_back,
        lambda proposal: proposal.subject,
        "tag.undone",
    ),
    SurveyAnswer: Kind(
        lambda answer: answer.words,
        {verb: step.target for verb, step in surveys_actions.STEPS.items()},
        surveys_actions.put_back,
        lambda answer: answer.survey.webinar,
        "survey.undone",
    ),
    User: Kind(
        lambda member: member.membership.mark,
        {
            Verb.APPROVE: Mark.VERIFIED,
            Verb.DECLINE: Mark.NOT_VERIFIED,
            Verb.REMOVE: Mark.NOT_VERIFIED,
        },
        verification.put_back,
        lambda member: member,
        "verification.undone",
        "verification.appealed",
    ),
}


def still_holds(decision: Decision, subject: Any) -> bool:
    """Whether what was answered is still the state of the subject."""
    kind = KINDS[type(subject)]
    if isinstance(subject, User) and not hasattr(subject, "membership"):
        return False
    return kind.led_to.get(decision.verb) == kind.state_of(subject)


def check_undoing(decision: Decision, subject: Any, by: User, facts: Facts) -> None:
    if decision.verb not in KINDS[type(subject)].led_to:
        raise ActionRefused(_("This decision cannot be undone."))
    check_still_undoable(decision, by)
    if (
        not still_holds(decision, subject)
        or not facts.is_latest(decision)
        or facts.has_waiting_appeal(decision)
    ):
        raise ActionRefused(_("Something has happened since. Decide anew instead."))


@action
def undo(*, decision: Decision, by: User, message: str = "") -> Decision:
    """Take back the last answer, as a step of its own: what was answered waits again."""
    if type(decision.subject) not in KINDS:
        raise ActionRefused(_("This decision cannot be undone."))
    subject = lock_subject(decision.subject)
    kind = KINDS[type(subject)]
    decision = Decision.objects.get(pk=decision.pk)
    check_undoing(decision, subject, by, Facts.about([subject]))
    end_claim(subject, by)
    after = kind.state_of(subject)
    kind.put_back(subject, decision)
    undoing = note_undone(decision, subject=subject, by=by, message=message, before=after)
    if decision.concerns_id is not None:
        notify(
            [decision.concerns_id],
            kind=NoticeKind.DECISION,
            event=kind.undone,
            subject=kind.page(subject),
            key=f"decision-{undoing.pk}",
            decision=str(undoing.pk),
            message=undoing.message,
        )
    return undoing
