"""How moderators review appeals against decisions of other moderators."""

from collections.abc import Iterable
from typing import Any

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from community.models import Appeal, AppealOutcome, User
from community.moderation.appeals.actions import decide_appeal
from community.moderation.queue.entries import Kind
from community.moderation.queue.themes import number_of
from community.moderation.reviewable import (
    Reviewable,
    own_contribution,
    own_decision,
    registered,
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

    def is_reviewed_here(self, found: Appeal) -> bool:
        of_subject = reviewable_of(self.subject(found))
        # Subjects decided by another app have a review page there.
        return of_subject is None or bool(of_subject.word)

    def subject(self, found: Appeal) -> Any:
        return found.decision.subject

    def verbs(self, found: Appeal) -> list[AppealOutcome]:
        return [] if found.outcome else list(AppealOutcome)

    def why_not(self, found: Appeal, user: User) -> str:
        if found.decision.by_id == user.pk:
            return own_decision()
        if found.by_id == user.pk or is_concerned(user, found.decision):
            return own_contribution()
        return ""

    def form(self, found: Appeal, data: Any) -> AppealAnswerForm:
        return AppealAnswerForm(data)

    def decide(self, found: Appeal, *, by: User, form: Any) -> str:
        outcome = AppealOutcome(form.cleaned_data["outcome"])
        decide_appeal(appeal=found, by=by, outcome=outcome, answer=form.cleaned_data["answer"])
        return str(outcome.label)

    def queue(self) -> Iterable[Kind]:
        elsewhere = [number_of(each.model).value for each in registered() if not each.word]
        yield Kind(
            "appeal",
            _("Appeals"),
            lambda: Appeal.objects.filter(outcome="").exclude(
                # Decisions of a higher app are in its own queue.
                decision__content_type__in=elsewhere
            ),
            Appeal,
            title=F("words"),
            author=F("by"),
            language=F("by__language"),
        )
