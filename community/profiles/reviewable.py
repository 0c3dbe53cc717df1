"""The review of members who ask for verification as policymakers."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from community.models import Decision, Mark, Membership, User, Verb
from community.moderation.decisions.rules import latest_decision
from community.moderation.reviewable import QueueRows
from community.moderation.reviews.decision_page import AnswerReview
from community.profiles import verification
from repository.workflow import ActionRefused, lock_all


class MemberReview(AnswerReview):
    model = User
    word = "member"
    undone_event = "verification.undone"
    appealed_event = "verification.appealed"
    reopened_event = "verification.reopened"
    results = {
        Verb.APPROVE: Mark.VERIFIED,
        Verb.DECLINE: Mark.NOT_VERIFIED,
        Verb.REMOVE: Mark.NOT_VERIFIED,
    }
    restore_subject = staticmethod(verification.restore_mark)

    def exists(self, found: User) -> bool:
        return hasattr(found, "membership")

    def author(self, subject: User) -> User:
        return subject

    def context(self, subject: User) -> dict[str, Any]:
        return {"proof": self.proof(subject)}

    def proof(self, member: User) -> str:
        """The member's proof for staff; after the decision, the one they had given."""
        latest = latest_decision(member)
        if member.membership.proof or latest is None:
            return member.membership.proof
        before = verification.before_decision(member.membership, latest)
        return before.proof if before is not None else ""

    def verbs(self, found: User) -> list[Verb]:
        waits = found.membership.asked_at is not None
        return [Verb.APPROVE, Verb.DECLINE] if waits else []

    def apply(self, found: User, verb: Verb, *, by: User, form: Any, words: dict) -> None:
        if verb == Verb.APPROVE:
            verification.verify(member=found, by=by)
        elif verb == Verb.DECLINE:
            verification.decline(member=found, by=by, **words)
        else:
            raise ActionRefused(_("This isn’t possible here."))

    def queryset(self) -> Any:
        return User.objects.select_related("membership")

    def lock(self, subject: User) -> User:
        # The profile has the verification; lock the member's own row last, as for notices.
        lock_all(Membership.objects.filter(member=subject))
        return User.objects.get(pk=subject.pk)

    def state(self, subject: User) -> str:
        return subject.membership.mark

    def holds(self, decision: Decision, subject: User) -> bool:
        return hasattr(subject, "membership") and super().holds(decision, subject)

    def described(self, subject: User) -> dict[str, str]:
        return {
            "text": _("Your verification as a policymaker"),
            "url": reverse("community:profile"),
        }

    def waiting(self) -> Iterable[QueueRows]:
        yield QueueRows(
            "member",
            gettext_lazy("Members to verify"),
            User.objects.filter(membership__in=Membership.objects.waiting_for_verification()),
            title="membership__organization",
            since="membership__asked_at",
            author="pk",
            language="language",
        )
