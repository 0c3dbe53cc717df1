"""What answers to proposals and requests of members share.

Practices, tags, the mark of verified policymakers and comments in surveys: a moderator answers, and
may undo the answer within a day; an appeal leads back to what was before as well.
"""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from community.models import Decision, User
from community.moderation.reviewable import Reviewable
from community.moderation.reviews.decision_page import DecisionPage
from repository.workflow import ActionRefused


class AnswerReview(DecisionPage, Reviewable):
    """`restore_subject` makes a locked subject what it was before a decision, or refuses."""

    restore_subject: Callable[[Any, Decision], None]

    def restore(self, subject: Any, decision: Decision, *, by: User) -> None:
        self.restore_subject(subject, decision)

    def restore_on_appeal(
        self, subject: Any, first: Decision, decision: Decision, *, by: User
    ) -> None:
        try:
            self.restore_subject(subject, first)
        except ActionRefused:
            raise ActionRefused(
                _("What this is about has changed since: let the decision stand, and say why.")
            ) from None
