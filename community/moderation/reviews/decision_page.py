"""The decision form: a verb, a reason, a message and corrections."""

from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from community.models import Decision, User, Verb
from community.moderation.decisions.models import DONE
from community.moderation.reviewable import Reviewable
from community.moderation.reviews.forms import DecisionForm
from repository.workflow import ActionRefused


class DecisionPage:
    """A mixin for `Reviewable`: the form that most types share, and how it is applied."""

    form_class = DecisionForm

    def fingerprint(self, found: Any) -> str:
        """A digest of what the moderator reads; empty if it cannot change."""
        return ""

    def editable(self, found: Any) -> Iterable[str]:
        """Fields that a moderator may correct while approving."""
        return ()

    def refreshed_fields(self, found: Any) -> Iterable[str]:
        """Correctable fields whose submitted text is replaced if the subject has changed."""
        return self.editable(found)

    def form(self, found: Any, data: Any, *, query: Any) -> Any:
        fields = map(found._meta.get_field, self.editable(found))
        texts = {
            field.name: (field.verbose_name, getattr(found, field.name), field.max_length)
            for field in fields
        }
        return self.form_class(
            data,
            initial={"seen": self.fingerprint(found)},
            language=self.language(found) or settings.LANGUAGE_CODE,
            texts=texts,
            **self.form_options(found),
        )

    def form_options(self, found: Any) -> dict[str, Any]:
        """Further arguments of the form."""
        return {}

    def refreshed(self, found: Any, data: Any) -> Any:
        seen = self.fingerprint(found)
        if not seen:
            return data
        data = data.copy()
        data["seen"] = seen
        for name in self.refreshed_fields(found):
            data[f"edit_{name}"] = getattr(found, name)
        return data

    def decide(self, found: Any, *, by: User, form: Any) -> str:
        data = form.cleaned_data
        verb = Verb(data["verb"])
        words = {"reason": data["reason"], "message": data["message"]}
        self.apply(found, verb, by=by, form=form, words=words)
        return self.done(verb)

    def done(self, verb: Verb) -> str:
        """What a decision has done, such as “Declined”."""
        return str(DONE[verb])

    def apply(self, found: Any, verb: Verb, *, by: User, form: Any, words: dict) -> None:
        """Apply the step `verb` with the reason and message in `words`."""
        raise NotImplementedError


class AnswerReview(DecisionPage, Reviewable):
    """Answers to proposals and requests; an upheld appeal also restores the previous state.

    `restore_subject` restores a locked subject to its state before a decision, or raises
    ActionRefused.
    """

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
                _(
                    "This has changed since the decision, so it can’t be restored. Uphold "
                    "the decision and explain why."
                )
            ) from None
