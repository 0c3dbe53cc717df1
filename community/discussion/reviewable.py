"""The review of comments, and the base of the review of experiences."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Q
from django.db.models.fields.json import KT
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from community.discussion.contributions import Contribution
from community.models import Comment, Decision, Flag, FlagOutcome, Standing, User, Verb
from community.moderation.decisions import actions
from community.moderation.decisions.rules import Facts
from community.moderation.queue.columns import flagged, theme_of_subject
from community.moderation.reviewable import QueueRows, Reviewable, no_longer_undoable
from community.moderation.reviews.decision_page import DecisionPage
from repository.workflow import ActionRefused

SIMILAR = 5
# Flagged contributions that others have seen; three flags may have hidden them since.
SHOWN = Q(standing__in=[Standing.PUBLISHED, Standing.HIDDEN])


class ContributionReview(DecisionPage, Reviewable):
    """Comments and experiences: standings, flags, corrections by the moderator."""

    results = {verb: step.target for verb, step in actions.STEPS.items()}
    can_undo_restored = True

    def page(self, subject: Any) -> Any:
        return subject.subject

    def author(self, subject: Any) -> User | None:
        return subject.author

    def texts(self, subject: Any) -> list[tuple[Any, str]]:
        # The order of the form; the JSON object in the database has its own.
        fields = [field for field in subject._meta.fields if field.name in subject.rendered]
        return [
            (field.verbose_name if len(fields) > 1 else "", subject.rendered[field.name])
            for field in fields
        ]

    def similar(self, subject: Any) -> list[Contribution]:
        rows = type(subject).objects.filter(
            content_type=subject.content_type, object_id=subject.object_id
        )
        return list(rows.exclude(pk=subject.pk).order_by("-created_at")[:SIMILAR])

    def verbs(self, found: Any) -> list[Verb]:
        return actions.open_verbs(found)

    def fingerprint(self, found: Any) -> str:
        return actions.fingerprint(found)

    def editable(self, found: Any) -> Iterable[str]:
        return actions.CORRECTABLE[type(found)] if found.is_pending else ()

    def refreshed_fields(self, found: Any) -> Iterable[str]:
        return actions.CORRECTABLE[type(found)]

    def apply(self, found: Any, verb: Verb, *, by: User, form: Any, words: dict) -> None:
        # Approving saves the texts in the form, changed or not.
        changes = form.changes() if verb == Verb.APPROVE else None
        seen = form.cleaned_data["seen"]
        actions.decide(subject=found, verb=verb, by=by, seen=seen, changes=changes, **words)

    def done(self, verb: Verb) -> str:
        return _("Published") if verb == Verb.APPROVE else super().done(verb)

    def state(self, subject: Any) -> str:
        return subject.standing

    def has_moved_on(self, decision: Decision, subject: Any, facts: Facts) -> bool:
        return any(
            appeal.decision_id == decision.pk
            or (appeal.decided_at is not None and appeal.decided_at >= decision.created_at)
            for appeal in facts.appeals_about(decision)
        )

    def restore(self, subject: Any, decision: Decision, *, by: User) -> None:
        if subject.standing != decision.before:
            subject.standing = decision.before
            subject.save(update_fields=["standing"])
        decision.flags.update(outcome="", decision=None)
        if subject.is_published and actions.is_flagged_enough(subject):
            # With later flags, the reopened ones would have hidden it by now.
            raise ActionRefused(no_longer_undoable())

    def notify_undone(self, undoing: Decision, decision: Decision, subject: Any) -> None:
        if actions.STEPS[Verb(decision.verb)].event:
            actions.notify_author(undoing, self.undone_event, subject)
        self.announce(subject)

    def restore_on_appeal(
        self, subject: Any, first: Decision, decision: Decision, *, by: User
    ) -> None:
        # An upheld appeal means that the flags which led to hiding were wrong.
        step = actions.STEPS[Verb.RESTORE]
        if subject.standing in step.sources:
            subject.standing = step.target
            subject.save(update_fields=["standing"])
        first.flags.update(outcome=FlagOutcome.DISMISSED, decision=decision)
        open_flags = Flag.objects.about(subject).open()
        open_flags.update(outcome=FlagOutcome.DISMISSED, decision=decision)

    def remove_again(self, subject: Any, decision: Decision, first: Decision) -> None:
        subject.standing = decision.before
        subject.save(update_fields=["standing"])
        if first.by_id is None:
            # It had been hidden by flags alone: reopen them.
            decision.flags.update(outcome="", decision=None)
        else:
            decision.flags.update(outcome=FlagOutcome.UPHELD, decision=first)

    def announce(self, subject: Any) -> None:
        actions.announce(subject)


class CommentReview(ContributionReview):
    model = Comment
    word = "comment"

    def queryset(self) -> Any:
        return Comment.objects.prefetch_related("subject")

    def waiting(self) -> Iterable[QueueRows]:
        columns = {
            "title": KT("rendered__body"),
            "is_rendered": True,
            "author": "author",
            "language": "language",
            "theme": theme_of_subject(),
        }
        yield QueueRows("comment", gettext_lazy("Comments"), Comment.objects.pending(), **columns)
        yield QueueRows(
            "flagged-comment",
            gettext_lazy("Flagged comments"),
            flagged(Comment.objects.filter(SHOWN)),
            since="flagged_at",
            **columns,
        )
