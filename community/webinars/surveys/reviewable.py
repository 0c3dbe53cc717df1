"""The review of comments in surveys, which moderators read without a name."""

from collections.abc import Iterable
from typing import Any

from django.utils.html import linebreaks
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from community.models import Survey, SurveyAnswer, User, Verb
from community.moderation.reviewable import QueueRows
from community.moderation.reviews.decision_page import AnswerReview
from community.webinars.surveys import actions
from repository.workflow import lock, lock_or_none


class SurveyCommentReview(AnswerReview):
    model = SurveyAnswer
    word = "words"
    undone_event = "survey.undone"
    results = {verb: step.target for verb, step in actions.STEPS.items()}
    restore_subject = staticmethod(actions.restore_comment)

    def page(self, subject: SurveyAnswer) -> Any:
        return subject.survey.webinar

    def language(self, subject: SurveyAnswer) -> str:
        return subject.registration.language if subject.registration else ""

    def texts(self, subject: SurveyAnswer) -> list[tuple[Any, str]]:
        return [("", linebreaks(subject.comment, autoescape=True))]

    def verbs(self, found: SurveyAnswer) -> list[Verb]:
        return actions.open_verbs(found)

    def fingerprint(self, found: SurveyAnswer) -> str:
        return actions.mark(found.comment)

    def apply(self, found: SurveyAnswer, verb: Verb, *, by: User, form: Any, words: dict) -> None:
        seen = form.cleaned_data["seen"]
        actions.review(answer=found, verb=verb, by=by, seen=seen, **words)

    def queryset(self) -> Any:
        return SurveyAnswer.objects.select_related("survey__webinar")

    def lock(self, subject: SurveyAnswer) -> SurveyAnswer:
        # The survey first: answering and closing lock it in this order.
        lock_or_none(Survey, subject.survey_id)
        return lock(SurveyAnswer, subject.pk)

    def state(self, subject: SurveyAnswer) -> str:
        return subject.words

    def described(self, subject: SurveyAnswer) -> dict[str, str]:
        webinar = subject.survey.webinar
        text = _("Your comment in the survey about “%(webinar)s”") % {"webinar": webinar}
        return {"text": text, "url": webinar.get_absolute_url(), "words": subject.comment}

    def waiting(self) -> Iterable[QueueRows]:
        yield QueueRows(
            "words",
            gettext_lazy("Survey comments"),
            SurveyAnswer.objects.waiting(),
            title="comment",
            # Without a name, as it will be published. The language is that of the messages.
            since="answered_at",
            language="registration__language",
        )
