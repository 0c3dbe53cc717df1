"""Suggested edits of a published case: propose, accept, decline, withdraw, forward, undo."""

from datetime import datetime
from typing import Any, NamedTuple

from django.db import models
from django.utils.translation import gettext as _

from community import permissions
from community.discussion.trust import check_rate, first_standing, lock_author
from community.models import (
    Claim,
    Decision,
    HiddenChange,
    NoticeKind,
    ProposedPractice,
    Revision,
    RevisionStatus,
    SavedText,
    Standing,
    User,
    Verb,
)
from community.moderation.claims.actions import end_claim
from community.moderation.decisions.rules import check_words
from community.notices.notify import followers, moderators, notify
from community.translating.edits import edit_of
from community.writing.drafts import completeness
from community.writing.drafts import documents as drafts_documents
from community.writing.drafts.actions import (
    SUBMISSIONS_A_DAY,
    Document,
    end_question,
    remember,
    without_keys,
    write,
)
from community.writing.preserved_input import EditConflict
from repository.cases.preview_cache import draw_later
from repository.dates import clock
from repository.models import CaseStudy, Reference
from repository.text.lists import list_of
from repository.text.parsing import whole_number
from repository.workflow import ActionRefused, Step, action, lock, lock_or_none

# The legal steps of an unanswered revision; moderators forward held ones to the authors.
OPEN = frozenset({RevisionStatus.HELD, RevisionStatus.WAITING})
STEPS = {
    "accept": Step(OPEN, RevisionStatus.ACCEPTED),
    "decline": Step(OPEN, RevisionStatus.DECLINED),
    "withdraw": Step(OPEN, RevisionStatus.WITHDRAWN),
    "forward": Step(frozenset({RevisionStatus.HELD}), RevisionStatus.WAITING),
}
# The step of each decision of a moderator that can be undone.
DECISIONS = {
    Verb.FORWARD: STEPS["forward"],
    Verb.APPROVE: STEPS["accept"],
    Verb.DECLINE: STEPS["decline"],
}


class Joined(NamedTuple):
    """A suggested edit merged into the current case, and the conflicting fields."""

    document: Document
    conflicts: list[str]


@action
def propose(*, case: CaseStudy, document: Document, base: str, why: str, by: User) -> Revision:
    """Suggest that a published case become the document. Idempotent.

    `base` is the digest of the text that the form was opened with. Raises EditConflict if the
    case has changed since.
    """
    lock_author(by)
    case = lock_published(case)
    now = drafts_documents.document_of(case)
    document = with_listed_works(case, document, now)
    waiting = case.revisions.waiting().filter(by=by).first()
    if waiting is not None:
        if without_keys(waiting.document) == without_keys(document):
            return waiting
        raise ActionRefused(
            _("You already have a suggested change here. Withdraw it before you suggest another.")
        )
    if without_keys(now) == without_keys(document):
        raise ActionRefused(_("You haven’t changed anything yet."))
    if drafts_documents.digest(now) != base:
        began = SavedText.objects.filter(case=case, digest=base).first()
        raise EditConflict(began.document if began else None, now)
    why = " ".join(why.split())
    if not why:
        raise ActionRefused(_("Give a reason for the change."))
    lacking = completeness.missing_essentials(now)
    missing = [name for name in completeness.missing_essentials(document) if name not in lacking]
    if missing:
        raise ActionRefused(
            _("A published case needs: %(missing)s.") % {"missing": list_of(missing)}
        )
    if not by.is_staff:
        check_rate(Revision.objects.filter(by=by), most=SUBMISSIONS_A_DAY, hours=24)
    # Other open forms may be based on the current text.
    remember(case, now=now)
    why = why[:500]
    authors = list(case.authors.values_list("pk", flat=True))
    to_authors = authors if by.pk not in authors else []
    is_held = bool(to_authors) and waits_for_moderator(by, why, now, document)
    revision = Revision.objects.create(
        case=case,
        by=by,
        base=now,
        document=document,
        why=why,
        status=RevisionStatus.HELD if is_held else RevisionStatus.WAITING,
    )
    notify_reviewers(revision, [*moderators(), *([] if is_held else to_authors)])
    return revision


def waits_for_moderator(by: User, why: str, now: Document, document: Document) -> bool:
    """Whether moderators read a suggested edit before the authors, to spare them advertising.

    They do if it is the member's first one, or one of the first three and adds a link.
    """
    added = [why]
    for name in drafts_documents.FIELDS:
        before = {*str(now[name]).split()}
        added += [word for word in str(document[name]).split() if word not in before]
    return first_standing(by, " ".join(added)) == Standing.PENDING


def notify_reviewers(revision: Revision, members: list[int]) -> None:
    """Notify those who can answer a suggested edit, moderators or authors, by primary key."""
    notify(
        members,
        kind=NoticeKind.REVIEW,
        event="revision.submitted",
        subject=revision.case,
        actor=revision.by,
        key=f"revision-{revision.pk}",
        revision=str(revision.pk),
    )


def with_listed_works(case: CaseStudy, document: Document, now: Document) -> Document:
    """Use the listed works as they are in the collection: a case cites and cannot edit them."""
    listed = {
        str(pk) for pk in case.references.filter(is_proposed=False).values_list("pk", flat=True)
    }
    there = {row["key"]: row for row in now["references"] if row["key"] in listed}
    rows = [there.get(row["key"], row) for row in document["references"]]
    return document | {"references": rows}


def fingerprint(case: CaseStudy) -> str:
    """A digest of the version of the case with which a suggested edit was compared."""
    return drafts_documents.digest(drafts_documents.document_of(case))


def joined(revision: Revision, now: Document) -> Joined:
    """Merge the suggested edit into the current text of the case."""
    document, both = drafts_documents.merge(revision.base, now, revision.document)
    # Lists of choices merge without conflicts.
    return Joined(document, [name for name in both if name not in drafts_documents.CHOICES])


@action
def accept(
    *,
    revision: Revision,
    by: User,
    seen: str | None = None,
    document: Document | None = None,
) -> Revision:
    """Apply a suggested edit to its case; `document` is the accepter's version of it.

    `seen` is the fingerprint of the case that they have read. If the case has changed since,
    raises EditConflict with a document, and ActionRefused without.
    """
    # The case first: two edits of one case may be accepted concurrently.
    case = lock_published(revision.case)
    revision = lock_waiting(revision)
    check_may_answer(revision, by)
    now = drafts_documents.document_of(case)
    if seen is not None and seen != drafts_documents.digest(now):
        if document is not None:
            began = SavedText.objects.filter(case=case, digest=seen).first()
            raise EditConflict(began.document if began else None, now)
        raise ActionRefused(
            _("The case has changed since you opened this page. Check the differences again.")
        )
    if document is None:
        document, conflicts = joined(revision, now)
        if conflicts:
            raise ActionRefused(
                _(
                    "The same part of the case has changed since this was suggested. Edit the "
                    "suggestion before you accept it."
                )
            )
    else:
        document = with_listed_works(case, document, now)
    end_claim_on(revision, by)
    revision.replaced = remember(case, now=now)
    also: tuple[str, ...] = ()
    if case.authors.filter(pk=revision.by_id).exists():
        # An author who updates a case has checked whether it is still true.
        case.verified_at, also = clock.today(), ("verified_at",)
        end_question(case)
    with edit_of(case):
        write(case, document, by=revision.by or by, also=also)
    case.references.filter(is_proposed=True).update(is_proposed=False)
    revision.result = remember(case)
    draw_later(case)
    decision = None
    if not permissions.answers_as_author(by, revision):
        decision = note(revision, Verb.APPROVE, by)
    notify_readers(case, revision, by)
    return decided(revision, "accept", by=by, decision=decision)


def notify_readers(case: CaseStudy, revision: Revision, by: User) -> None:
    """Notify the other authors and the followers of a change; followers once a day."""
    authors = set(case.authors.values_list("pk", flat=True))
    known = {by.pk, revision.by_id}
    following = followers(case) - authors - known
    notify(
        authors - known,
        kind=NoticeKind.DECISION,
        event="case.changed-own",
        subject=case,
        key=f"revision-{revision.pk}-{revision.result}",
        revision=str(revision.pk),
    )
    notify(
        following,
        kind=NoticeKind.FOLLOWED,
        event="case.changed",
        subject=case,
        key=f"case-changed-{case.pk}-{clock.today()}",
    )


@action
def decline(*, revision: Revision, by: User, message: str, reason: str = "") -> Revision:
    """Decline a suggested edit with a message to its proposer; staff also give a reason."""
    revision = lock_waiting(revision)
    check_may_answer(revision, by)
    as_author = permissions.answers_as_author(by, revision)
    if not as_author:
        check_words(Verb.DECLINE, reason, message)
    if not message.strip():
        raise ActionRefused(_("Write a message to the member who suggested the change."))
    end_claim_on(revision, by)
    decision = None
    if not as_author:
        decision = note(revision, Verb.DECLINE, by, reason=reason, message=message.strip())
    return decided(revision, "decline", by=by, message=message.strip(), decision=decision)


@action
def withdraw(*, revision: Revision, by: User) -> Revision:
    """Withdraw a suggested edit; only its proposer can."""
    revision = lock_waiting(revision)
    if revision.by_id != by.pk:
        raise ActionRefused(_("Only the member who suggested a change can withdraw it."))
    Claim.objects.about(revision).delete()
    return decided(revision, "withdraw", by=by)


def decided(
    revision: Revision,
    verb: str,
    *,
    by: User,
    message: str = "",
    decision: Decision | None = None,
) -> Revision:
    """Apply the step to a locked revision: one row, and one notice to its proposer.

    For a moderator's decision the notice has the reason and a link to appeal.
    """
    revision.status, revision.decided_by, revision.message = STEPS[verb].target, by, message
    revision.decided_at = clock.now()
    revision.save(
        update_fields=["status", "decided_by", "decided_at", "message", "replaced", "result"]
    )
    if verb != "withdraw" and revision.by_id is not None:
        details = {"revision": str(revision.pk), "message": message}
        if decision is not None:
            details |= {"decision": str(decision.pk), "reason": decision.reason}
        notify(
            [revision.by_id],
            kind=NoticeKind.DECISION,
            event=f"revision.{revision.status}",
            subject=revision.case,
            # It may be answered again after its first answer was undone.
            key=f"revision-{revision.pk}-{revision.decided_at}",
            **details,  # type: ignore[arg-type]
        )
    return revision


def note(
    revision: Revision, verb: Verb, by: User, *, reason: str = "", message: str = ""
) -> Decision:
    """Record a moderator's answer as a decision."""
    return Decision.objects.create(
        subject=revision,
        by=by,
        concerns=revision.by,
        verb=verb,
        reason=reason,
        message=message,
        before=revision.status,
    )


def lock_published(case: CaseStudy) -> Any:
    found = lock_or_none(CaseStudy, case.pk)
    if found is None or not found.is_published:
        raise ActionRefused(_("This case isn’t published, so it can’t be changed this way."))
    return found


def lock_waiting(revision: Revision) -> Revision:
    # An author and a moderator may answer concurrently: the second must see the first's answer.
    found = lock(Revision, revision.pk)
    if not found.is_waiting:
        raise ActionRefused(
            _("This suggested change has already been answered: %(status)s.")
            % {"status": found.get_status_display()}
        )
    return found


def check_may_answer(revision: Revision, by: User) -> None:
    if revision.by_id == by.pk:
        raise ActionRefused(_("You suggested this change, so another person must answer it."))
    if not permissions.can_answer_revision(by, revision):
        raise ActionRefused(_("Only an author or a moderator can answer this."))


def end_claim_on(proposal: models.Model, by: User) -> None:
    """End a moderator's claim; authors are not told which moderator has it."""
    if not permissions.can_moderate(by):
        if Claim.objects.about(proposal).live().exists():
            raise ActionRefused(_("A moderator is reviewing this now. Try again in 30 minutes."))
        Claim.objects.about(proposal).delete()
    else:
        end_claim(proposal, by)


# What moderators do besides: forward a suggested edit to the authors, and undo


@action
def forward(*, revision: Revision, by: User) -> Decision:
    """Forward a newcomer's suggested edit to the authors."""
    case = lock_published(revision.case)
    revision = lock_waiting(revision)
    check_may_answer(revision, by)
    if not revision.is_held:
        raise ActionRefused(_("The authors can already answer this."))
    end_claim(revision, by)
    decision = note(revision, Verb.FORWARD, by)
    revision.status = STEPS["forward"].target
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


# The text of a change in the public history of a case


@action
def hide_change(*, case: CaseStudy, at: datetime, by: User) -> HiddenChange:
    """Hide the text of one change from the public; the desk still shows it. Idempotent."""
    check_may_hide(by)
    hidden, _is_new = HiddenChange.objects.get_or_create(case=case, at=at, defaults={"by": by})
    return hidden


@action
def show_change(*, case: CaseStudy, at: datetime, by: User) -> None:
    """Show the text of one change again."""
    check_may_hide(by)
    HiddenChange.objects.filter(case=case, at=at).delete()


def check_may_hide(by: User) -> None:
    if not permissions.can_moderate(by):
        raise ActionRefused(_("Only moderators can do this."))
