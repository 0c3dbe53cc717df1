"""The review of reports of cities."""

from collections.abc import Iterable
from typing import Any

from django.db import models
from django.db.models import Value
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Coalesce, Concat, NullIf
from django.utils.translation import gettext_lazy as _

from community.discussion.reviewable import SHOWN, ContributionReview
from community.models import Experience
from community.moderation.queue.columns import flagged, theme_of_subject
from community.moderation.reviewable import QueueRows

# The text of a report: what worked, or else what failed.
WORDS = Coalesce(
    NullIf(KT("rendered__worked"), Value("", models.TextField())), KT("rendered__failed")
)


class ExperienceReview(ContributionReview):
    model = Experience
    word = "experience"

    def queryset(self) -> Any:
        return Experience.objects.select_related("city").prefetch_related("subject")

    def waiting(self) -> Iterable[QueueRows]:
        columns = {"author": "author", "language": "language", "theme": theme_of_subject()}
        yield QueueRows(
            "experience",
            _("Experiences"),
            Experience.objects.pending(),
            title=Concat(
                "city__name",
                Value(", "),
                Cast("year", models.CharField()),
                output_field=models.CharField(),
            ),
            **columns,
        )
        yield QueueRows(
            "flagged-experience",
            _("Flagged experiences"),
            flagged(Experience.objects.filter(SHOWN)),
            title=WORDS,
            is_rendered=True,
            since="flagged_at",
            **columns,
        )
