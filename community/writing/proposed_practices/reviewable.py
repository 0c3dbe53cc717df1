"""The review of proposed practices."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from community.models import ProposalOutcome, ProposedPractice, User, Verb
from community.moderation.duplicates import Duplicate, of_practice
from community.moderation.queue.columns import theme_of_case
from community.moderation.reviewable import QueueRows
from community.moderation.reviews.decision_page import AnswerReview
from community.moderation.reviews.forms import PracticeDecisionForm
from community.writing.drafts.similar import practices_like
from community.writing.proposed_practices import actions
from repository.models import CaseStudy
from repository.workflow import lock, lock_or_none


class ProposedPracticeReview(AnswerReview):
    model = ProposedPractice
    word = "practice"
    form_class = PracticeDecisionForm
    undone_event = "practice.undone"
    results = {
        Verb.APPROVE: ProposalOutcome.ACCEPTED,
        Verb.MERGE: ProposalOutcome.ACCEPTED,
        Verb.DECLINE: ProposalOutcome.DECLINED,
    }
    restore_subject = staticmethod(actions.restore_proposal)

    def page(self, subject: ProposedPractice) -> Any:
        return subject.case

    def author(self, subject: ProposedPractice) -> User | None:
        return subject.by

    def similar(self, subject: ProposedPractice) -> list:
        return [*practices_like(subject.name)]

    def duplicates(self, subject: ProposedPractice, user: User) -> list[Duplicate]:
        return of_practice(subject)

    def verbs(self, found: ProposedPractice) -> list[Verb]:
        waits = ProposedPractice.objects.waiting().filter(pk=found.pk).exists()
        return list(actions.EVENTS) if waits else []

    def fingerprint(self, found: ProposedPractice) -> str:
        return actions.fingerprint(found)

    def editable(self, found: ProposedPractice) -> Iterable[str]:
        return ("name", "summary")

    def apply(
        self, found: ProposedPractice, verb: Verb, *, by: User, form: Any, words: dict
    ) -> None:
        actions.decide(
            proposed=found,
            verb=verb,
            by=by,
            seen=form.cleaned_data["seen"],
            practice=form.cleaned_data["practice"],
            **(form.changes() if verb == Verb.APPROVE else {}),
            **words,
        )

    def queryset(self) -> Any:
        return ProposedPractice.objects.select_related("case")

    def lock(self, subject: ProposedPractice) -> ProposedPractice:
        # The case first, in the order in which its authors lock them.
        lock_or_none(CaseStudy, subject.case_id)
        return lock(ProposedPractice, subject.pk)

    def state(self, subject: ProposedPractice) -> str:
        return subject.outcome

    def described(self, subject: ProposedPractice) -> dict[str, str]:
        text = _("Your practice “%(name)s”, proposed with “%(case)s”")
        words = {"name": subject.name, "case": subject.case}
        return {"text": text % words, "url": subject.get_absolute_url()}

    def waiting(self) -> Iterable[QueueRows]:
        yield QueueRows(
            "practice",
            gettext_lazy("New practices"),
            ProposedPractice.objects.waiting(),
            title="name",
            author="by",
            language="case__language",
            theme=theme_of_case("case_id"),
        )
