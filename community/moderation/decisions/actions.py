"""What moderators decide about comments and experiences, and how they take it back."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from hashlib import blake2b
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from community import permissions
from community.discussion import actions as comments
from community.discussion.contributions import Contribution
from community.experiences import actions as experiences
from community.models import (
    WITHOUT_WORDS,
    Appeal,
    Comment,
    Decision,
    Experience,
    Flag,
    FlagOutcome,
    Membership,
    NoticeKind,
    ProposedPractice,
    Reason,
    Revision,
    Standing,
    Survey,
    SurveyAnswer,
    TagProposal,
    User,
    Verb,
)
from community.moderation.claims.actions import end_claim
from community.moderation.flags.flag_weight import ENOUGH, weight
from community.notices.notify import notify
from community.pages.stamps import touch_members, touch_page
from repository.dates import clock
from repository.models import CaseStudy
from repository.workflow import ActionRefused, Step, action, lock, lock_all, lock_or_none

UNDONE_WITHIN = timedelta(hours=24)


@dataclass(frozen=True, kw_only=True)
class ContributionStep(Step[Standing]):
    """A step that also answers the flags.

    `needs_flags` are standings from which it is possible only while flags wait for an answer.
    """

    flags: FlagOutcome
    needs_flags: frozenset[Standing] = frozenset()


# The legal steps of a comment and of an experience. Dismissing flags changes no standing.
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
    # What members hid by their flags stays hidden when a moderator says so too.
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

# What a moderator reads and decides about; of these, what a moderator may put right.
READ: dict[type[Contribution], list[str]] = {
    Comment: ["body"],
    Experience: ["city_id", "year", "status", "worked", "failed", "cost", "evidence_url"],
}
PUT_RIGHT: dict[type[Contribution], list[str]] = {
    Comment: ["body"],
    Experience: ["worked", "failed", "cost"],
}


def fingerprint(subject: Contribution) -> str:
    """A mark of what a contribution says now: a decision about it names what was read."""
    words = "\0".join(str(getattr(subject, name)) for name in READ[type(subject)])
    return blake2b(words.encode(errors="replace"), digest_size=12).hexdigest()


def steps_from(standing: str, *, has_flags: bool) -> list[Verb]:
    """The verbs that are a step from a standing."""
    return [
        verb
        for verb, step in STEPS.items()
        if standing in step.sources or (has_flags and standing in step.needs_flags)
    ]


def open_verbs(subject: Contribution) -> list[Verb]:
    """The verbs that are a step now. What its author withdrew is not for others to restore."""
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
    """Decide about one contribution; with `changes`, put its words right and approve it.

    `seen` is the fingerprint of what the moderator has read.
    """
    subject = lock_subject(subject)
    if subject.author_id == by.pk:
        raise ActionRefused(_("This is yours: another moderator decides about it."))
    if seen is not None and seen != fingerprint(subject):
        raise ActionRefused(_("The text has changed since you opened it. Read it again."))
    check_step(subject, verb)
    check_words(verb, reason, message)
    end_claim(subject, by)
    if changes:
        put_right(subject, verb, changes)
    return record(subject, verb, by=by, reason=reason, message=message)


def lock_subject(subject: models.Model) -> Any:
    """What is decided about under a row lock, as it is now."""
    if isinstance(subject, Revision | ProposedPractice):
        # The case first, as whoever proposes or accepts a change does.
        lock_or_none(CaseStudy, subject.case_id)
    if isinstance(subject, SurveyAnswer):
        # The survey first, as whoever answers it or closes it does.
        lock_or_none(Survey, subject.survey_id)
    if isinstance(subject, TagProposal) and subject.subject is not None:
        # It takes ten tags, also from two at once.
        lock_or_none(type(subject.subject), subject.object_id, no_key=True)
    if isinstance(subject, User):
        # Of members it is the mark in their profile; their own row comes last, with the notices.
        lock_all(Membership.objects.filter(member=subject))
        return User.objects.get(pk=subject.pk)
    # Two moderators may decide at the same moment: the second sees what the first did.
    found = lock(type(subject), subject.pk)
    return found


def check_step(subject: Contribution, verb: Verb) -> None:
    if verb not in open_verbs(subject):
        raise ActionRefused(
            _("“%(verb)s” is not possible now: this is “%(standing)s”.")
            % {"verb": verb.label, "standing": Standing(subject.standing).label}
        )
    if verb == Verb.RESTORE and waiting_appeals(subject).exists():
        raise ActionRefused(_("An appeal about this waits. Decide the appeal."))


def check_words(verb: Verb, reason: str, message: str) -> None:
    if verb not in WITHOUT_WORDS and not (reason and message.strip()):
        raise ActionRefused(
            _("Choose a reason and write a message: the person concerned will read it.")
        )


def put_right(subject: Any, verb: Verb, changes: Mapping[str, str]) -> None:
    """Write what a moderator changed in the words, with the mark of what was edited."""
    if verb != Verb.APPROVE:
        raise ActionRefused(_("Words are put right only where something is approved."))
    wanted = {name: changes[name] for name in PUT_RIGHT[type(subject)] if name in changes}
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
    """Take the step of a locked contribution: its standing, its flags, one row, one notice."""
    step, before = STEPS[verb], subject.standing
    if before != step.target:
        subject.standing = step.target
        subject.save(update_fields=["standing"])
    touch_concerned(subject)
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
        tell(decision, step.event, subject)
    if isinstance(subject, Comment) and subject.is_published and before != subject.standing:
        comments.announce(subject)
    show(subject)
    return decision


def touch_concerned(subject: Contribution) -> None:
    """Lock all members who may be told of what has become of a contribution, in one order.

    Two moderators who approve what two members wrote to each other would otherwise hold one of
    them each, and wait for the other's.
    """
    told = {subject.author_id} if subject.author_id else set()
    if subject.is_published and subject.subject is not None:
        if isinstance(subject, Comment):
            told = told.union(*(found for _kind, _event, found in comments.concerned(subject)))
        elif isinstance(subject, Experience):
            told = told.union(*experiences.concerned(subject))
    touch_members(told)


def tell(decision: Decision, event: str, subject: Contribution) -> None:
    """Tell the author; not by whom it was decided, which is for staff to know."""
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
    )


def show(subject: Contribution) -> None:
    """Make the page new on which the contribution stands, for all and for its author."""
    if isinstance(subject, Experience):
        # It stands on the pages of its city and its tags as well.
        experiences.show(subject)
        return
    if subject.author_id is not None:
        touch_members([subject.author_id])
    if subject.subject is not None:
        touch_page(subject.subject)


def latest_decision(subject: models.Model) -> Decision | None:
    """The last decision about something that was not undone, undoing itself left out."""
    return Decision.objects.about(subject).standing().exclude(verb=Verb.UNDO).first()


def waiting_appeals(subject: models.Model) -> models.QuerySet[Appeal]:
    about = Decision.objects.about(subject).values("pk")
    return Appeal.objects.filter(decision__in=about, outcome="")


@dataclass(frozen=True)
class Facts:
    """What the checks before undoing need to know about several subjects, in two queries."""

    latest: dict[tuple[int, int], Decision]
    appeals: dict[tuple[int, int], list[Appeal]]

    @classmethod
    def about(cls, subjects: Iterable[models.Model]) -> "Facts":
        found: defaultdict[int, set[int]] = defaultdict(set)
        for subject in subjects:
            kind, pk = key_of(subject)
            found[kind].add(pk)
        condition = models.Q(pk__in=[])
        for kind, pks in found.items():
            condition |= models.Q(content_type=kind, object_id__in=pks)
        about = Decision.objects.filter(condition)
        latest = (
            about.standing()
            .exclude(verb=Verb.UNDO)
            .order_by("content_type", "object_id", "-created_at", "-pk")
            .distinct("content_type", "object_id")
        )
        appeals = defaultdict(list)
        rows = Appeal.objects.filter(decision__in=about).select_related("decision")
        for appeal in rows.order_by("decided_at", "pk"):
            appeals[appeal.decision.content_type_id, appeal.decision.object_id].append(appeal)
        return cls({(row.content_type_id, row.object_id): row for row in latest}, appeals)

    def is_latest(self, decision: Decision) -> bool:
        """Whether no other decision about the same thing has been taken since."""
        return self.latest.get((decision.content_type_id, decision.object_id)) == decision

    def appeals_about(self, decision: Decision) -> list[Appeal]:
        """The appeals against any decision about the same thing, by when they were answered."""
        return self.appeals.get((decision.content_type_id, decision.object_id), [])

    def has_waiting_appeal(self, decision: Decision) -> bool:
        return any(not appeal.outcome for appeal in self.appeals_about(decision))


def key_of(subject: models.Model) -> tuple[int, int]:
    return ContentType.objects.get_for_model(subject).pk, subject.pk


@action
def undo(*, decision: Decision, by: User, message: str = "") -> Decision:
    """Take back the last decision about something, as a step of its own.

    Within a day, by the moderator who took it or an administrator, where nothing has come of it
    since. The flags that it answered wait again.
    """
    if not isinstance(decision.subject, Contribution):
        raise ActionRefused(_("This decision cannot be undone."))
    subject = lock_subject(decision.subject)
    decision = Decision.objects.get(pk=decision.pk)
    check_undoing(decision, subject, by, Facts.about([subject]))
    end_claim(subject, by)
    after = subject.standing
    if after != decision.before:
        subject.standing = decision.before
        subject.save(update_fields=["standing"])
    touch_concerned(subject)
    decision.flags.update(outcome="", decision=None)
    if subject.is_published and is_flagged_enough(subject):
        # New flags have come since: with those that wait again, it would be hidden by now.
        raise ActionRefused(_("Something has happened since. Decide anew instead."))
    undoing = note_undone(decision, subject=subject, by=by, message=message, before=after)
    if STEPS[Verb(decision.verb)].event:
        tell(undoing, "contribution.undone", subject)
    show(subject)
    return undoing


def note_undone(
    decision: Decision, *, subject: models.Model, by: User, message: str, before: str
) -> Decision:
    """Mark a decision as undone, and keep that as a decision of its own: its row is returned.

    `before` is the state of the subject that the undoing ended.
    """
    decision.undone_at = clock.now()
    decision.save(update_fields=["undone_at"])
    return Decision.objects.create(
        subject=subject,
        by=by,
        concerns=decision.concerns,
        verb=Verb.UNDO,
        reason=Reason.MISTAKE,
        message=message.strip(),
        before=before,
    )


def is_flagged_enough(subject: models.Model) -> bool:
    """Whether so many members have flagged it that it is hidden until a moderator looks."""
    members = set(Flag.objects.about(subject).open().values_list("by", flat=True))
    # Nobody's flag counts for more than one.
    return len(members) >= ENOUGH and weight(members) >= ENOUGH


def check_still_undoable(decision: Decision, by: User) -> None:
    """Refuse what holds for decisions about anything: who undoes it, and when."""
    if by.pk != decision.by_id and not by.has_perm("community.undo_any"):
        raise ActionRefused(_("Only who decided, or an administrator, can undo this."))
    if decision.undone_at is not None:
        raise ActionRefused(_("This has been undone already."))
    if by.pk == decision.concerns_id or permissions.is_concerned(by, decision):
        raise ActionRefused(_("This is yours: another moderator decides about it."))
    if decision.created_at < clock.now() - UNDONE_WITHIN:
        raise ActionRefused(_("A decision can be undone within 24 hours. Decide anew instead."))


def check_undoing(decision: Decision, subject: Contribution, by: User, facts: Facts) -> None:
    if decision.by_id is None or decision.verb not in STEPS:
        raise ActionRefused(_("This decision cannot be undone."))
    check_still_undoable(decision, by)
    is_appealed = any(
        appeal.decision_id == decision.pk
        or (appeal.decided_at is not None and appeal.decided_at >= decision.created_at)
        for appeal in facts.appeals_about(decision)
    )
    if (
        not facts.is_latest(decision)
        or subject.standing != STEPS[Verb(decision.verb)].target
        or is_appealed
    ):
        raise ActionRefused(_("Something has happened since. Decide anew instead."))
