"""Rules for decisions about objects of every type."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils.translation import gettext as _

from community import permissions
from community.models import WITHOUT_WORDS, Appeal, Decision, Reason, User, Verb
from community.moderation.reviewable import own_contribution, reviewable_of
from repository.dates import clock
from repository.workflow import ActionRefused, lock

UNDONE_WITHIN = timedelta(hours=24)


def lock_subject(subject: models.Model) -> Any:
    """Lock the subject of a decision; return its current state.

    Two moderators may decide concurrently: the second must see what the first did.
    """
    found = reviewable_of(subject)
    return found.lock(subject) if found else lock(type(subject), subject.pk)


def as_now(by: User) -> User:
    """Return a fresh copy of the user: an instance caches its permissions."""
    found = by.stored_now()
    if found is None:
        raise ActionRefused(_("Your account is closed."))
    return found


def check_words(verb: Verb, reason: str, message: str) -> None:
    """Raise ActionRefused if the verb requires a reason and a message and one is missing."""
    if verb not in WITHOUT_WORDS and not (reason and message.strip()):
        raise ActionRefused(
            _("Choose a reason and write a message. The member concerned will read both.")
        )


def latest_decision(subject: models.Model) -> Decision | None:
    """The last decision about a subject that was not undone and is not an undoing itself."""
    return Decision.objects.about(subject).standing().exclude(verb=Verb.UNDO).first()


def waiting_appeals(subject: models.Model) -> models.QuerySet[Appeal]:
    """The unanswered appeals against any decision about the subject."""
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

    @classmethod
    def of(cls, subject: models.Model, decisions: Iterable[Decision]) -> "Facts":
        """The same for one subject, from all decisions about it with their appeals."""
        key, decisions = key_of(subject), list(decisions)
        standing = (each for each in decisions if not each.undone_at and each.verb != Verb.UNDO)
        latest = next(standing, None)
        appeals = [each.appeal for each in decisions if hasattr(each, "appeal")]
        appeals.sort(key=lambda appeal: (appeal.decided_at or clock.now(), appeal.pk))
        return cls({key: latest} if latest else {}, {key: appeals})

    def is_latest(self, decision: Decision) -> bool:
        """Whether there is no later decision about the same subject."""
        return self.latest.get((decision.content_type_id, decision.object_id)) == decision

    def appeals_about(self, decision: Decision) -> list[Appeal]:
        """The appeals against any decision about the same subject, by time of the answer."""
        return self.appeals.get((decision.content_type_id, decision.object_id), [])

    def has_waiting_appeal(self, decision: Decision) -> bool:
        """Whether an appeal against any decision about the same subject is unanswered."""
        return any(not appeal.outcome for appeal in self.appeals_about(decision))


def key_of(subject: models.Model) -> tuple[int, int]:
    """The primary keys of the subject's content type and of the subject."""
    return ContentType.objects.get_for_model(subject).pk, subject.pk


def note_undone(
    decision: Decision, *, subject: models.Model, by: User, message: str, before: str
) -> Decision:
    """Mark a decision as undone; record and return the undoing as a separate decision.

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


def check_still_undoable(
    decision: Decision, by: User, *, within: timedelta = UNDONE_WITHIN
) -> None:
    """Raise ActionRefused unless this person may still undo the decision, whatever its type."""
    if by.pk != decision.by_id and not by.has_perm("community.undo_any"):
        raise ActionRefused(
            _("Only the person who made this decision, or an administrator, can undo it.")
        )
    if decision.undone_at is not None:
        raise ActionRefused(_("This decision has already been undone."))
    if by.pk == decision.concerns_id or permissions.is_concerned(by, decision):
        raise ActionRefused(own_contribution())
    if decision.created_at < clock.now() - within:
        if within < UNDONE_WITHIN:
            raise ActionRefused(
                _(
                    "This decision can only be undone within %(minutes)d minutes. Make a new "
                    "decision instead."
                )
                % {"minutes": within // timedelta(minutes=1)}
            )
        raise ActionRefused(
            _("A decision can only be undone within 24 hours. Make a new decision instead.")
        )
