"""The review of translations by members, at the moderators' desk."""

from collections.abc import Iterable
from typing import Any

from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from community.models import (
    Decision,
    NoticeKind,
    ProposalState,
    TranslationProposal,
    User,
    Verb,
)
from community.moderation.decisions.rules import Facts
from community.moderation.reviewable import QueueRows, Reviewable
from community.moderation.reviews.decision_page import DecisionPage
from community.notices.notify import notify
from community.translating import actions
from community.translating.originals import fingerprint, translatable_row
from community.translating.panes import changes_of
from repository.models import Original
from repository.translations.kinds import kinds
from repository.workflow import ActionRefused, lock


class TranslationReview(DecisionPage, Reviewable):
    model = TranslationProposal
    word = "translation"
    undone_event = "translation.undone"
    results = {
        Verb.APPROVE: actions.STEPS["accept"].target,
        Verb.DECLINE: actions.STEPS["decline"].target,
    }

    def page(self, subject: TranslationProposal) -> Any:
        return translatable_row(subject.kind, subject.object_id)

    def author(self, subject: TranslationProposal) -> User | None:
        return subject.by

    def context(self, subject: TranslationProposal) -> dict[str, Any]:
        row = translatable_row(subject.kind, subject.object_id)
        if row is None:
            return {}
        kind = kinds[subject.kind]
        return {
            "changes": changes_of(kind, row, subject),
            "original_language": kind.language_of(row),
        }

    def verbs(self, found: TranslationProposal) -> list[Verb]:
        return [Verb.APPROVE, Verb.DECLINE] if found.is_submitted else []

    def fingerprint(self, found: TranslationProposal) -> str:
        row = translatable_row(found.kind, found.object_id)
        return "" if row is None else fingerprint(kinds[found.kind], row, found.language)

    def apply(
        self, found: TranslationProposal, verb: Verb, *, by: User, form: Any, words: dict
    ) -> None:
        if verb == Verb.APPROVE:
            actions.accept(proposal=found, by=by, seen=form.cleaned_data["seen"])
        elif verb == Verb.DECLINE:
            actions.decline(proposal=found, by=by, **words)
        else:
            raise ActionRefused(_("You can’t do this here."))

    def queryset(self) -> Any:
        return TranslationProposal.objects.with_titles()

    def lock(self, subject: TranslationProposal) -> TranslationProposal:
        # The original first: claiming and accepting lock it in this order.
        actions.lock_original_of(subject)
        return lock(TranslationProposal, subject.pk)

    def has_moved_on(self, decision: Decision, subject: TranslationProposal, facts: Facts) -> bool:
        return (
            super().has_moved_on(decision, subject, facts)
            or not actions.can_reopen(subject)
            or (decision.verb == Verb.APPROVE and not actions.is_unchanged(subject))
        )

    def restore(self, subject: TranslationProposal, decision: Decision, *, by: User) -> None:
        if decision.verb == Verb.APPROVE:
            actions.restore_translation(subject)
        self.reopen(subject, decision)

    def reopen(self, subject: TranslationProposal, decision: Decision) -> None:
        subject.status = ProposalState(decision.before)
        subject.decided_by = subject.decided_at = None
        subject.message, subject.result, subject.replaced = "", "", {}
        subject.save(
            update_fields=["status", "decided_by", "decided_at", "message", "result", "replaced"]
        )

    def notify_undone(
        self, undoing: Decision, decision: Decision, subject: TranslationProposal
    ) -> None:
        notify(
            [subject.by_id],
            kind=NoticeKind.DECISION,
            event=self.undone_event,
            subject=subject,
            key=f"decision-{undoing.pk}",
            message=undoing.message,
        )

    def can_appeal(self, decision: Decision, subject: TranslationProposal) -> bool:
        return decision.verb == Verb.DECLINE and self.holds(decision, subject)

    def described(self, subject: TranslationProposal) -> dict[str, str]:
        return {"text": _("Your translation"), "url": subject.get_absolute_url()}

    def restore_on_appeal(
        self, subject: TranslationProposal, first: Decision, decision: Decision, *, by: User
    ) -> None:
        if not actions.can_reopen(subject):
            raise ActionRefused(
                _(
                    "This has changed since the decision, so it can’t be restored. Uphold "
                    "the decision and explain why."
                )
            )
        self.reopen(subject, first)

    def waiting(self) -> Iterable[QueueRows]:
        title = Original.objects.filter(kind=OuterRef("kind"), object_id=OuterRef("object_id"))
        yield QueueRows(
            "translation",
            gettext_lazy("Translations"),
            TranslationProposal.objects.submitted().of_translatable(),
            title=Subquery(title.values("title")[:1]),
            since="submitted_at",
            author="by",
            language="language",
        )
