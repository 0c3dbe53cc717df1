"""Translations that members are working on. The app with their workflow registers them here."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _


class WorkState(models.TextChoices):
    """How far a translation is that is not public yet."""

    CLAIMED = "claimed", _("Being translated")
    SUGGESTED = "suggested", _("Waiting for review")


@dataclass
class WorkInProgress:
    """`rows` returns a queryset with `kind`, `object_id`, `language`, `state` and `until`.

    `state` is a `WorkState`, and `until` the end of a claim, or null. Staff and signed-in members
    see it, without any text or name. `reviewed_languages` returns the languages that a member
    reviews.
    """

    rows: Callable[[], models.QuerySet] | None = None
    reviewed_languages: Callable[[Any], Collection[str]] = lambda user: []


work = WorkInProgress()
