"""What the reviews of brokers have in common."""

from collections.abc import Callable, Iterable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from community.models import Decision, NoticeKind, User, Verb
from community.moderation.decisions.rules import Facts
from community.moderation.reviewable import Reviewable
from community.moderation.reviews.decision_page import DecisionPage
from community.notices.notify import notify
from partnerships import permissions
from partnerships.desk.forms import BrokerDecisionForm
from partnerships.desk.notices import focal_points


class BrokeredReview(DecisionPage, Reviewable):
    """What brokers decide about.

    `lock_to_restore` takes the locks in the order of all actions; `restore_subject` restores the
    state of a locked subject from before a decision, or refuses.
    """

    permission = permissions.BROKER
    form_class = BrokerDecisionForm
    undone_event = "decision.undone"
    appeal_help = gettext_lazy(
        "Restoring undoes the decision. The item returns to the queue, and rights that were ended "
        "are restored."
    )
    lock_to_restore: Callable[[Any], Any]
    restore_subject: Callable[[Any, Decision], None]

    def refusal(self, subject: Any, user: User) -> str:
        if not permissions.can_broker(user):
            return _("Only brokers can decide this.")
        if self.is_own(user, subject):
            return _("This concerns your own city or contribution, so another broker must decide.")
        return ""

    def why_not(self, found: Any, user: User) -> str:
        return self.refusal(found, user)

    def own_decision(self) -> str:
        return _("You made the original decision, so another broker must answer the appeal.")

    def language(self, subject: Any) -> str:
        writer: User | None = subject.created_by
        return writer.language if writer else ""

    def form_options(self, found: Any) -> dict[str, Any]:
        return {"verbs": self.verbs(found)}

    def lock(self, subject: Any) -> Any:
        return self.lock_to_restore(subject)

    def members_to_notify(self, subject: Any) -> Iterable[int]:
        """Return the primary keys of members to notify of changes to the subject."""
        return focal_points(subject.city_id)

    def owner(self, subject: Any) -> Any:
        """Return the city or organisation that a request, an offer or a need belongs to."""
        return subject.city

    def is_own(self, user: User, subject: Any) -> bool:
        """Whether a broker is involved in the subject, so that another one must decide."""
        is_author = user.pk == subject.created_by_id
        return is_author or permissions.speaks_for(user, self.owner(subject))

    def is_concerned(self, user: User, decision: Decision, subject: Any) -> bool:
        """Whether the user currently represents the owner.

        Decisions concern the city or organisation, not the author of the text, so former focal
        points are excluded.
        """
        return permissions.speaks_for(user, self.owner(subject))

    def can_appeal(self, decision: Decision, subject: Any) -> bool:
        return decision.verb in (Verb.DECLINE, Verb.END) and self.holds(decision, subject)

    def has_moved_on(self, decision: Decision, subject: Any, facts: Facts) -> bool:
        return any(
            appeal.decision_id == decision.pk or not appeal.outcome
            for appeal in facts.appeals_about(decision)
        )

    def restore(self, subject: Any, decision: Decision, *, by: User) -> None:
        self.restore_subject(subject, decision)

    def restore_on_appeal(
        self, subject: Any, first: Decision, decision: Decision, *, by: User
    ) -> None:
        self.restore_subject(subject, first)

    def notify_undone(self, undoing: Decision, decision: Decision, subject: Any) -> None:
        notify(
            self.members_to_notify(subject),
            kind=NoticeKind.DECISION,
            event=self.undone_event,
            key=f"decision-{undoing.pk}",
            message=undoing.message,
            **self.page_and_details(subject),
        )

    def page_and_details(self, subject: Any) -> dict[str, Any]:
        return {"subject": subject}

    def appeal_recipients(self, subject: Any) -> Iterable[int]:
        return self.members_to_notify(subject)
