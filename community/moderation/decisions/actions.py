"""Decisions of moderators about comments and experiences."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from community.discussion import actions as comments
from community.discussion.contributions import Contribution
from community.experiences import actions as experiences
from community.models import (
    Comment,
    Decision,
    Experience,
    Flag,
    FlagOutcome,
    NoticeKind,
    Standing,
    User,
    Verb,
)
from community.moderation.claims.actions import end_claim
from community.moderation.decisions.rules import (
    check_words,
    latest_decision,
    lock_subject,
    waiting_appeals,
)
from community.moderation.flags.flag_weight import ENOUGH, weight
from community.moderation.reviewable import own_contribution
from community.notices.notify import notify
from repository.dates import clock
from repository.workflow import ActionRefused, Step, action


@dataclass(frozen=True, kw_only=True)
class ContributionStep(Step[Standing]):
    """A step that also answers the flags.

    `needs_flags` are standings from which it is legal only while there are open flags.
    """

    flags: FlagOutcome
    needs_flags: frozenset[Standing] = frozenset()


# The legal steps of comments and experiences. Dismissing flags does not change the standing.
STEPS = {
    Verb.APPROVE: ContributionStep(
        frozenset({Standing.PENDING}),
        Standing.PUBLISHED,
        flags=FlagOutcome.DISMISSED,
        event="contribution.approved",
    ),
    Verb.DECLINE: ContributionStep(
        frozenset({Standing.PENDING}),
        Standing.DECLINED,
        flags=FlagOutcome.UPHELD,
        event="contribution.declined",
    ),
    # A contribution hidden by flags stays hidden when a moderator confirms it.
    Verb.HIDE: ContributionStep(
        frozenset({Standing.PUBLISHED}),
        Standing.HIDDEN,
        flags=FlagOutcome.UPHELD,
        event="contribution.hidden",
        needs_flags=frozenset({Standing.HIDDEN}),
    ),
    Verb.REMOVE: ContributionStep(
        frozenset({Standing.PUBLISHED, Standing.HIDDEN}),
        Standing.REMOVED,
        flags=FlagOutcome.UPHELD,
        event="contribution.removed",
    ),
    Verb.RESTORE: ContributionStep(
        frozenset({Standing.HIDDEN, Standing.DECLINED, Standing.REMOVED}),
        Standing.PUBLISHED,
        flags=FlagOutcome.DISMISSED,
        event="contribution.restored",
    ),
    Verb.DISMISS: ContributionStep(
        frozenset(),
        Standing.PUBLISHED,
        flags=FlagOutcome.DISMISSED,
        needs_flags=frozenset({Standing.PUBLISHED}),
    ),
}

# Fields that a moderator reads and may correct.
READ: dict[type[Contribution], list[str]] = {
    Comment: ["body"],
    Experience: ["city_id", "year", "status", "worked", "failed", "cost", "evidence_url"],
}
CORRECTABLE: dict[type[Contribution], list[str]] = {
    Comment: ["body"],
    Experience: ["worked", "failed", "cost"],
}


def fingerprint(subject: Contribution) -> str:
    """A digest of the contribution's texts: a decision names the version that was read."""
    words = "\0".join(str(getattr(subject, name)) for name in READ[type(subject)])
    return blake2b(words.encode(errors="replace"), digest_size=12).hexdigest()


def steps_from(standing: str, *, has_flags: bool) -> list[Verb]:
    """The legal verbs for a standing."""
    return [
        verb
        for verb, step in STEPS.items()
        if standing in step.sources or (has_flags and standing in step.needs_flags)
    ]


def open_verbs(subject: Contribution) -> list[Verb]:
    """The legal verbs now. What its author withdrew cannot be restored by others."""
    verbs = steps_from(subject.standing, has_flags=Flag.objects.about(subject).open().exists())
    if subject.standing == Standing.REMOVED:
        latest = latest_decision(subject)
        if latest is None or latest.verb not in (Verb.REMOVE, Verb.UPHOLD):
            verbs.remove(Verb.RESTORE)
    return verbs


@action
def decide(
    *,
    subject: Contribution,
    verb: Verb,
    by: User,
    reason: str = "",
    message: str = "",
    seen: str | None = None,
    changes: Mapping[str, str] | None = None,
) -> Decision:
    """Decide about one contribution; with `changes`, correct its words and approve it.

    `seen` is the fingerprint of the version that the moderator has read.
    """
    subject = lock_subject(subject)
    if subject.author_id == by.pk:
        raise ActionRefused(own_contribution())
    if seen is not None and seen != fingerprint(subject):
        raise ActionRefused(
            _("The text changed after you opened this page. Read it again before you decide.")
        )
    check_step(subject, verb)
    check_words(verb, reason, message)
    end_claim(subject, by)
    if changes:
        save_corrections(subject, verb, changes)
    return record(subject, verb, by=by, reason=reason, message=message)


def check_step(subject: Contribution, verb: Verb) -> None:
    """Raise ActionRefused if the verb is impossible now, or an appeal must be answered first."""
    if verb not in open_verbs(subject):
        raise ActionRefused(
            _("You can’t choose “%(verb)s” because the status is “%(standing)s”.")
            % {"verb": verb.label, "standing": Standing(subject.standing).label}
        )
    if verb == Verb.RESTORE and waiting_appeals(subject).exists():
        raise ActionRefused(_("There is an open appeal about this. Decide the appeal first."))


def save_corrections(subject: Any, verb: Verb, changes: Mapping[str, str]) -> None:
    """Save a moderator's corrections and mark the contribution as edited."""
    if verb != Verb.APPROVE:
        raise ActionRefused(_("You can only correct the text when you approve it."))
    wanted = {name: changes[name] for name in CORRECTABLE[type(subject)] if name in changes}
    changed = [name for name in wanted if wanted[name] != getattr(subject, name)]
    for name in changed:
        setattr(subject, name, wanted[name])
    if changed:
        try:
            subject.full_clean(validate_unique=False)
        except ValidationError as mistake:
            raise ActionRefused(" ".join(mistake.messages)) from None
        subject.edited_at = clock.now()
        subject.save(update_fields=[*changed, "rendered", "edited_at"])


def record(
    subject: Contribution, verb: Verb, *, by: User | None, reason: str, message: str
) -> Decision:
    """Apply the step to a locked contribution: standing, flags, decision and notice."""
    step, before = STEPS[verb], subject.standing
    if before != step.target:
        subject.standing = step.target
        subject.save(update_fields=["standing"])
    decision = Decision.objects.create(
        subject=subject,
        by=by,
        concerns=subject.author,
        verb=verb,
        reason=reason,
        message=message.strip(),
        before=before,
    )
    if by is not None:
        Flag.objects.about(subject).open().update(outcome=step.flags, decision=decision)
    if step.event:
        notify_author(decision, step.event, subject)
    if isinstance(subject, Comment) and subject.is_published and before != subject.standing:
        comments.announce(subject)
    announce(subject)
    return decision


def notify_author(decision: Decision, event: str, subject: Contribution) -> None:
    """Notify the author. Which moderator decided is known to staff only."""
    if decision.concerns_id is None or subject.subject is None:
        return
    notify(
        [decision.concerns_id],
        kind=NoticeKind.DECISION,
        event=event,
        subject=subject.subject,
        key=f"decision-{decision.pk}",
        decision=str(decision.pk),
        reason=decision.reason,
        message=decision.message,
        what=subject._meta.model_name or "",
    )


def announce(subject: Contribution) -> None:
    """Notify those concerned by a report that has become public."""
    if isinstance(subject, Experience) and subject.is_published:
        experiences.announce(subject)


def is_flagged_enough(subject: models.Model) -> bool:
    """Whether enough members have flagged it to hide it until a moderator decides."""
    members = set(Flag.objects.about(subject).open().values_list("by", flat=True))
    # No member's flag counts for more than one.
    return len(members) >= ENOUGH and weight(members) >= ENOUGH
