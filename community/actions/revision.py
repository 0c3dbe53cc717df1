"""Changing a published case: somebody proposes it, an author or a moderator answers."""

from typing import Any, NamedTuple

import pghistory
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from community import completeness, documents, permissions
from community.models import (
    Claim,
    Decision,
    NoticeKind,
    Revision,
    RevisionStatus,
    SavedText,
    User,
    Verb,
)
from community.moderators import moderators
from community.notices import notify
from repository.actions import ActionRefused
from repository.models import CaseStudy

from .case_study import (
    SUBMISSIONS_A_DAY,
    ChangedMeanwhile,
    Document,
    remember,
    without_keys,
    write,
)
from .claim import end_claim
from .moderation import check_words
from .still_true import end_question
from .trust import check_rate, lock_author

# What a proposed change becomes, from "waiting" alone.
STEPS = {
    "accept": RevisionStatus.ACCEPTED,
    "decline": RevisionStatus.DECLINED,
    "withdraw": RevisionStatus.WITHDRAWN,
}


class Joined(NamedTuple):
    """A proposed change on the case as it is now, and the fields that both have changed."""

    document: Document
    conflicts: list[str]


@transaction.atomic
def propose(*, case: CaseStudy, document: Document, base: str, why: str, by: User) -> Revision:
    """Propose that a published case becomes what the document says; the same twice is one.

    `base` is the digest of the text that the form began with. ChangedMeanwhile where the case is
    another now.
    """
    lock_author(by)
    with pghistory.context(user=by.pk):
        case = lock_published(case)
        now = documents.document_of(case)
        document = with_listed_works(case, document, now)
        waiting = case.revisions.waiting().filter(by=by).first()
        if waiting is not None:
            if without_keys(waiting.document) == without_keys(document):
                return waiting
            raise ActionRefused(
                _("A change of yours waits here already. Take it back to propose another.")
            )
        if without_keys(now) == without_keys(document):
            raise ActionRefused(_("The case says this already: nothing is changed yet."))
        if documents.digest(now) != base:
            began = SavedText.objects.filter(case=case, digest=base).first()
            raise ChangedMeanwhile(began.document if began else None, now)
        why = " ".join(why.split())
        if not why:
            raise ActionRefused(_("Say why: whoever reads it decides by it."))
        lacking = completeness.hindrances(now)
        missing = [name for name in completeness.hindrances(document) if name not in lacking]
        if missing:
            raise ActionRefused(
                _("A published case needs: %(missing)s.") % {"missing": ", ".join(missing)}
            )
        if not by.is_staff:
            check_rate(Revision.objects.filter(by=by), most=SUBMISSIONS_A_DAY, hours=24)
        # Other forms may have begun with what is there now.
        remember(case)
        revision = Revision.objects.create(
            case=case, by=by, base=now, document=document, why=why[:500]
        )
        notify(
            readers(case, by),
            kind=NoticeKind.REVIEW,
            event="revision.submitted",
            subject=case,
            actor=by,
            key=f"revision-{revision.pk}",
            revision=str(revision.pk),
        )
    return revision


def readers(case: CaseStudy, by: User) -> list[int]:
    """Who is told: the moderators, and the authors where it is theirs to answer."""
    authors = list(case.authors.values_list("pk", flat=True))
    return [*moderators(), *([] if by.pk in authors else authors)]


def with_listed_works(case: CaseStudy, document: Document, now: Document) -> Document:
    """The document with works of the collection as they are there: a case cites, not edits them."""
    listed = {
        str(pk) for pk in case.references.filter(is_proposed=False).values_list("pk", flat=True)
    }
    there = {row["key"]: row for row in now["references"] if row["key"] in listed}
    rows = [there.get(row["key"], row) for row in document["references"]]
    return document | {"references": rows}


def fingerprint(case: CaseStudy) -> str:
    """A mark of the case with which a proposed change was compared."""
    return documents.digest(documents.document_of(case))


def joined(revision: Revision, now: Document) -> Joined:
    """The proposed change put on what the case is now."""
    document, both = documents.merge(revision.base, now, revision.document)
    # Lists of chosen things join without loss.
    return Joined(document, [name for name in both if name not in documents.CHOICES])


@transaction.atomic
def accept(
    *,
    revision: Revision,
    by: User,
    seen: str | None = None,
    document: Document | None = None,
) -> Revision:
    """Make the case what was proposed; with `document`, what the one who accepts made of it.

    `seen` is the fingerprint of the case that they have read: ChangedMeanwhile where a document
    was written for another, a refusal where a change was only looked at.
    """
    with pghistory.context(user=by.pk):
        # The case first: two changes of one case may be accepted at the same moment.
        case = lock_published(revision.case)
        revision = lock_waiting(revision)
        check_may_answer(revision, by)
        now = documents.document_of(case)
        if seen is not None and seen != documents.digest(now):
            if document is not None:
                began = SavedText.objects.filter(case=case, digest=seen).first()
                raise ChangedMeanwhile(began.document if began else None, now)
            raise ActionRefused(
                _("The case has changed since you opened this. Look at the differences again.")
            )
        if document is None:
            document, conflicts = joined(revision, now)
            if conflicts:
                raise ActionRefused(
                    _(
                        "The same text of the case has changed since this was proposed. "
                        "Edit it first, then accept it."
                    )
                )
        else:
            document = with_listed_works(case, document, now)
        end_claim_on(revision, by)
        remember(case)
        also: tuple[str, ...] = ()
        if case.authors.filter(pk=revision.by_id).exists():
            # Who updates a case of their own has looked whether it is still true.
            case.verified_at, also = timezone.localdate(), ("verified_at",)
            end_question(case)
        write(case, document, by=revision.by or by, also=also)
        case.references.filter(is_proposed=True).update(is_proposed=False)
        remember(case)
        if not permissions.answers_as_author(by, revision):
            note(revision, Verb.APPROVE, by)
        return decided(revision, "accept", by=by)


@transaction.atomic
def decline(*, revision: Revision, by: User, message: str, reason: str = "") -> Revision:
    """Leave the case as it is, with words to whoever proposed the change; of staff a reason."""
    with pghistory.context(user=by.pk):
        revision = lock_waiting(revision)
        check_may_answer(revision, by)
        as_author = permissions.answers_as_author(by, revision)
        if not as_author:
            check_words(Verb.DECLINE, reason, message)
        if not message.strip():
            raise ActionRefused(_("Write a message: whoever proposed it will read it."))
        end_claim_on(revision, by)
        if not as_author:
            note(revision, Verb.DECLINE, by, reason=reason, message=message.strip())
        return decided(revision, "decline", by=by, message=message.strip())


@transaction.atomic
def withdraw(*, revision: Revision, by: User) -> Revision:
    """Take back what one has proposed."""
    with pghistory.context(user=by.pk):
        revision = lock_waiting(revision)
        if revision.by_id != by.pk:
            raise ActionRefused(_("A change is taken back by whoever proposed it."))
        Claim.objects.about(revision).delete()
        return decided(revision, "withdraw", by=by)


def decided(revision: Revision, verb: str, *, by: User, message: str = "") -> Revision:
    """Take the step of a locked proposal: one row, and one notice to whoever proposed it."""
    revision.status, revision.decided_by, revision.message = STEPS[verb], by, message
    revision.decided_at = timezone.now()
    revision.save(update_fields=["status", "decided_by", "decided_at", "message"])
    if verb != "withdraw" and revision.by_id is not None:
        notify(
            [revision.by_id],
            kind=NoticeKind.DECISION,
            event=f"revision.{revision.status}",
            subject=revision.case,
            key=f"revision-{revision.pk}-answer",
            revision=str(revision.pk),
            message=message,
        )
    return revision


def note(revision: Revision, verb: Verb, by: User, *, reason: str = "", message: str = "") -> None:
    """Put a moderator's answer on the record of decisions."""
    Decision.objects.create(
        subject=revision,
        by=by,
        concerns=revision.by,
        verb=verb,
        reason=reason,
        message=message,
        before=RevisionStatus.WAITING,
    )


def lock_published(case: CaseStudy) -> Any:
    found = CaseStudy.objects.select_for_update(of=("self",)).filter(pk=case.pk).first()
    if found is None or not found.is_published:
        raise ActionRefused(_("This case is not published now, so it takes no changes."))
    return found


def lock_waiting(revision: Revision) -> Revision:
    # An author and a moderator may answer at the same moment: the second sees what the first did.
    rows: models.QuerySet[Revision] = Revision.objects.select_for_update(of=("self",))
    found = rows.filter(pk=revision.pk).first()
    if found is None:
        raise ActionRefused(_("This is no longer there."))
    if not found.is_waiting:
        raise ActionRefused(
            _("This change has been answered already: %(status)s.")
            % {"status": found.get_status_display()}
        )
    return found


def check_may_answer(revision: Revision, by: User) -> None:
    if revision.by_id == by.pk:
        raise ActionRefused(_("This is yours: somebody else decides about it."))
    if not permissions.can_answer_revision(by, revision):
        raise ActionRefused(_("An author or a moderator answers this."))


def end_claim_on(revision: Revision, by: User) -> None:
    """As for all that waits; authors are not told which moderator looks at it."""
    if not permissions.can_moderate(by):
        if Claim.objects.about(revision).live().exists():
            raise ActionRefused(_("A moderator looks at this now. Try again in half an hour."))
        Claim.objects.about(revision).delete()
    else:
        end_claim(revision, by)
