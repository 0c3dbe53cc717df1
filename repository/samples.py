"""Samples: what was invented for a demonstration. It is marked, and never counted as real.

The mark is the column `is_sample` of cities, cases, series, clusters and accounts. Everything else
is a sample if its city or series is one. Samples are connected with samples only.
"""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from repository.workflow import ActionRefused

MIXED = _("You can’t mix sample data with real data.")


def sample_field() -> Any:
    """Return the column that marks what was invented for a demonstration."""
    return models.BooleanField(_("sample"), default=False, db_default=False, editable=False)


class SampleQuerySet(models.QuerySet):
    """Rows some of which are samples; `sample_path` is the lookup that leads to the mark."""

    sample_path = "is_sample"

    def real(self):
        """All except samples; what belongs to no city, such as an organisation's offer, is real."""
        return self.exclude(**{self.sample_path: True})

    def samples(self):
        return self.filter(**{self.sample_path: True})


def without_samples(rows: models.QuerySet) -> models.QuerySet:
    """Leave samples out of the rows of any model."""
    return rows.real() if isinstance(rows, SampleQuerySet) else rows


def mixes_samples(one: Any, other: Any) -> bool:
    """Whether one of them is a sample and the other is real."""
    return one.is_sample != other.is_sample


def check_samples_apart(one: Any, other: Any) -> None:
    """Refuse to connect a sample with what is real, which would be counted and removed with it."""
    if mixes_samples(one, other):
        raise ActionRefused(MIXED)
