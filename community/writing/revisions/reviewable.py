"""The review of suggested edits."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from community.models import Decision, NoticeKind, Revision, RevisionStatus, User, Verb
from community.moderation.decisions.rules import Facts
from community.moderation.duplicates import Duplicate, of_case
from community.moderation.queue.columns import theme_of_case
from community.moderation.reviewable import QueueRows, Reviewable
from community.moderation.reviews.decision_page import DecisionPage
from community.notices.notify import notify
from community.writing.revisions import actions
from community.writing.revisions.actions import lock_published
from community.writing.revisions.views import compared
from repository.models import CaseStatus, CaseStudy
from repository.workflow import ActionRefused, lock, lock_or_none

SIMILAR = 5


class RevisionReview(DecisionPage, Reviewable):
    model = Revision
    word = "revision"
    results = {verb: step.target for verb, step in actions.DECISIONS.items()}

    def page(self, subject: Revision) -> Any:
        return subject.case

    def author(self, subject: Revision) -> User | None:
        return subject.by

    def similar(self, subject: Revision) -> list[Revision]:
        rows = subject.case.revisions.waiting().exclude(pk=subject.pk)
        return list(rows[:SIMILAR])

    def duplicates(self, subject: Revision, user: User) -> list[Duplicate]:
        text = subject.document
        return of_case(subject.case, text["title"], text["summary"], user=user)

    def context(self, subject: Revision) -> dict[str, Any]:
        return compared(subject)

    def verbs(self, found: Revision) -> list[Verb]:
        if not found.is_waiting:
            return []
        return [Verb.APPROVE, *([Verb.FORWARD] if found.is_held else []), Verb.DECLINE]

    def fingerprint(self, found: Revision) -> str:
        return actions.fingerprint(found.case)

    def apply(self, found: Revision, verb: Verb, *, by: User, form: Any, words: dict) -> None:
        if verb == Verb.APPROVE:
            actions.accept(revision=found, by=by, seen=form.cleaned_data["seen"])
        elif verb == Verb.FORWARD:
            actions.forward(revision=found, by=by)
        elif verb == Verb.DECLINE:
            actions.decline(revision=found, by=by, **words)
        else:
            raise ActionRefused(_("You can’t do this here."))

    def queryset(self) -> Any:
        return Revision.objects.select_related("case")

    def lock(self, subject: Revision) -> Revision:
        # The case first: proposing and accepting lock it in this order.
        lock_or_none(CaseStudy, subject.case_id)
        return lock(Revision, subject.pk)

    def has_moved_on(self, decision: Decision, subject: Revision, facts: Facts) -> bool:
        return (
            super().has_moved_on(decision, subject, facts)
            or not actions.can_wait(subject)
            or (decision.verb == Verb.APPROVE and actions.text_before(subject) is None)
        )

    def restore(self, subject: Revision, decision: Decision, *, by: User) -> None:
        # Restore the case as it was before the edit.
        if decision.verb == Verb.APPROVE:
            actions.restore_case(lock_published(subject.case), subject, by=by)
        subject.status = RevisionStatus(decision.before)
        subject.decided_by = subject.decided_at = None
        subject.message = subject.replaced = subject.result = ""
        subject.save(
            update_fields=["status", "decided_by", "decided_at", "message", "replaced", "result"]
        )

    def notify_undone(self, undoing: Decision, decision: Decision, subject: Revision) -> None:
        # Passing on sent no notice to the proposer.
        if subject.by_id is not None and decision.verb != Verb.FORWARD:
            notify(
                [subject.by_id],
                kind=NoticeKind.DECISION,
                event=self.undone_event,
                subject=subject.case,
                key=f"decision-{undoing.pk}",
                revision=str(subject.pk),
                message=undoing.message,
            )

    def can_appeal(self, decision: Decision, subject: Revision) -> bool:
        return decision.verb == Verb.DECLINE and self.holds(decision, subject)

    def described(self, subject: Revision) -> dict[str, str]:
        return {"text": _("Your suggested change"), "url": subject.get_absolute_url()}

    def restore_on_appeal(
        self, subject: Revision, first: Decision, decision: Decision, *, by: User
    ) -> None:
        if not actions.can_wait(subject):
            raise ActionRefused(
                _(
                    "This member has a newer suggestion waiting. Answer that one, or uphold the "
                    "decision."
                )
            )
        subject.status, subject.message = RevisionStatus(first.before), ""
        subject.decided_by = subject.decided_at = None
        subject.save(update_fields=["status", "message", "decided_by", "decided_at"])

    def waiting(self) -> Iterable[QueueRows]:
        yield QueueRows(
            "revision",
            gettext_lazy("Suggested changes"),
            Revision.objects.waiting().filter(case__status=CaseStatus.PUBLISHED),
            title="case__title",
            author="by",
            language="case__language",
            theme=theme_of_case("case"),
        )
