"""Choices and fields that offers, needs and requests share."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _


class Modality(models.TextChoices):
    """Forms of cooperation between two cities."""

    KNOWLEDGE_EXCHANGE = "knowledge-exchange", _("Knowledge exchange")
    TRAINING = "training", _("Training")
    STUDY_VISIT = "study-visit", _("Study visit")
    ADVISORY_MISSION = "advisory-mission", _("Advisory mission")
    TWINNING = "twinning", _("Twinning of pilot zones")
    JOINT_PROJECT = "joint-project", _("Joint project")
    INVESTMENT = "investment", _("Investment")


def modalities_field() -> Any:
    return ArrayField(
        models.CharField(max_length=20, choices=Modality),
        verbose_name=_("kinds of cooperation"),
        default=list,
        blank=True,
    )


def languages_field() -> Any:
    """Return a field for working languages by ISO 639-1 code; empty means not known."""
    return ArrayField(
        models.CharField(max_length=10),
        verbose_name=_("working languages"),
        default=list,
        blank=True,
    )


def within(field: str, choices: type[models.TextChoices]) -> models.Q:
    """Return the condition that a list contains only values of the choices."""
    return models.Q(**{f"{field}__contained_by": list(choices.values)})
