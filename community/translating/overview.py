"""What the overview of translations is told of the work of members: no text and no name."""

from django.db.models import Case, DateTimeField, F, QuerySet, Value, When
from django.db.models.functions import Cast

from community.models import LanguageReviewer, TranslationProposal
from community.translating.models import ProposalState
from repository.translations.overview.work import WorkState


def work_in_progress() -> QuerySet[TranslationProposal]:
    """Return claimed and submitted translations, as `WorkInProgress.rows` describes."""
    is_claimed = When(status=ProposalState.CLAIMED, then=Value(WorkState.CLAIMED.value))
    return TranslationProposal.objects.live().annotate(
        state=Case(is_claimed, default=Value(WorkState.SUGGESTED.value)),
        until=Case(
            When(status=ProposalState.CLAIMED, then=F("claimed_until")),
            default=Cast(Value(None), DateTimeField()),
        ),
    )


def reviewed_languages(user) -> list[str]:
    """Return the languages that a member reviews."""
    if not user.is_authenticated:
        return []
    return list(LanguageReviewer.objects.by(user).values_list("language", flat=True))
