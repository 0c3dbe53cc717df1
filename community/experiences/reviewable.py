"""The review of reports of cities."""

from collections.abc import Iterable
from typing import Any

from django.db import models
from django.db.models import F, Value
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Coalesce, Concat, NullIf
from django.utils.translation import gettext_lazy as _

from community.discussion.reviewable import SHOWN, ContributionReview
from community.models import Experience
from community.moderation.queue.entries import Kind, flagged_kind
from community.moderation.queue.themes import theme_of_contribution, theme_of_subject

# The text of a report: what worked, or else what failed.
WORDS = Coalesce(
    NullIf(KT("rendered__worked"), Value("", models.TextField())), KT("rendered__failed")
)


class ExperienceReview(ContributionReview):
    model = Experience
    word = "experience"

    def queryset(self) -> Any:
        return Experience.objects.select_related("city").prefetch_related("subject")

    def queue(self) -> Iterable[Kind]:
        yield Kind(
            "experience",
            _("Experiences"),
            lambda: Experience.objects.pending(),
            Experience,
            title=Concat(
                "city__name",
                Value(", "),
                Cast("year", models.CharField()),
                output_field=models.CharField(),
            ),
            author=F("author"),
            language=F("language"),
            theme=theme_of_subject(),
        )
        yield flagged_kind(
            "experience",
            _("Flagged experiences"),
            Experience,
            title=WORDS,
            shown=SHOWN,
            theme=theme_of_contribution(Experience),
        )
