"""The questions of surveys, which can be translated."""

from django.utils.text import capfirst

from community.models import SurveyQuestion
from repository.translations.kinds import TranslatedKind, kinds


def declare() -> None:
    kinds.add(
        TranslatedKind(
            "question",
            capfirst(SurveyQuestion._meta.verbose_name),
            SurveyQuestion,
            ("text", "choices"),
            SurveyQuestion.objects.public,
            # An earlier translation of a changed choice would make answers wrong.
            only_current=True,
            card=("text",),
            key="pk",
        )
    )
