"""How moderators review appeals against decisions of other moderators."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from community.models import Appeal, AppealOutcome, User
from community.moderation.appeals.actions import decide_appeal
from community.moderation.queue.columns import unanswered_appeals
from community.moderation.reviewable import (
    MODERATE,
    QueueRows,
    Reviewable,
    own_contribution,
    reviewable_of,
)
from community.moderation.reviews.forms import AppealAnswerForm
from community.permissions import is_concerned


class AppealReview(Reviewable):
    """How appeals are reviewed. Their subject is that of the decision appealed against."""

    model = Appeal
    word = "appeal"

    def exists(self, found: Appeal) -> bool:
        subject = self.subject(found)
        of_subject = reviewable_of(subject)
        return of_subject is not None and of_subject.exists(subject)

    def can_review(self, user: Any, found: Appeal) -> bool:
        """As the subject of the decision."""
        subject = self.subject(found)
        of_subject = reviewable_of(subject)
        return of_subject is not None and of_subject.can_review(user, subject)

    def subject(self, found: Appeal) -> Any:
        return found.decision.subject

    def verbs(self, found: Appeal) -> list[AppealOutcome]:
        return [] if found.outcome else list(AppealOutcome)

    def label(self, found: Appeal, verb: AppealOutcome) -> str:
        return _("Restore") if verb == AppealOutcome.RESTORED else _("Uphold decision")

    def why_not(self, found: Appeal, user: User) -> str:
        subject = self.subject(found)
        of_subject = reviewable_of(subject)
        if of_subject and found.decision.by_id == user.pk:
            return of_subject.own_decision()
        if of_subject and (refusal := of_subject.refusal(subject, user)):
            return refusal
        if found.by_id == user.pk or is_concerned(user, found.decision):
            return own_contribution()
        return ""

    def form(self, found: Appeal, data: Any, *, query: Any) -> AppealAnswerForm:
        return AppealAnswerForm(data)

    def decide(self, found: Appeal, *, by: User, form: Any) -> str:
        outcome = AppealOutcome(form.cleaned_data["outcome"])
        decide_appeal(appeal=found, by=by, outcome=outcome, answer=form.cleaned_data["answer"])
        return str(outcome.label)

    def waiting(self) -> Iterable[QueueRows]:
        yield QueueRows(
            "appeal",
            gettext_lazy("Appeals"),
            unanswered_appeals(MODERATE),
            title="words",
            author="by",
            language="by__language",
        )
