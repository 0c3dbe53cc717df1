"""What the overview of translations knows about the work of members."""

from typing import Any

from django.db import models
from django.db.models import Case, F, Value, When

from community.models import LanguageReviewer, ProposalState, TranslationProposal
from repository.translations.overview.work import WorkState, work


def in_progress() -> models.QuerySet:
    """Claims that hold and submissions that wait, without texts and names."""
    claimed = models.Q(status=ProposalState.CLAIMED)
    text = models.CharField()
    return TranslationProposal.objects.live().annotate(
        state=Case(
            When(claimed, then=Value(WorkState.CLAIMED.value)),
            default=Value(WorkState.SUGGESTED.value),
            output_field=text,
        ),
        until=Case(When(claimed, then=F("claimed_until")), default=None),
    )


def reviewed_languages(user: Any) -> list[str]:
    """The languages whose translations a member reviews."""
    if not user.is_authenticated or not user.is_active:
        return []
    found = LanguageReviewer.objects.filter(user=user)
    return list(found.order_by("language").values_list("language", flat=True))


def declare() -> None:
    work.rows, work.reviewed_languages = in_progress, reviewed_languages
