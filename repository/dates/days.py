"""The valid range of dates: one that every time zone and calendar can express."""

from datetime import UTC, date, datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

FIRST, LAST = date(2000, 1, 1), date(2099, 12, 31)
# In UTC a moment may be up to a day away from its local date.
FIRST_MOMENT = datetime.combine(FIRST - timedelta(days=1), datetime.min.time(), tzinfo=UTC)
LAST_MOMENT = datetime.combine(LAST + timedelta(days=2), datetime.min.time(), tzinfo=UTC)
OUT_OF_RANGE = _("Enter a date between 2000 and 2099.")


def check_day(day: date) -> None:
    """Validator for model and form fields that refuses dates out of range."""
    if not FIRST <= day <= LAST:
        raise ValidationError(OUT_OF_RANGE, code="year")


def day_in_range(field: str, *, name: str) -> models.CheckConstraint:
    """Return a range constraint for a DateField."""
    return _within(field, (FIRST, LAST), name)


def moment_in_range(field: str, *, name: str) -> models.CheckConstraint:
    """Return a range constraint for a DateTimeField, in any time zone."""
    return _within(field, (FIRST_MOMENT, LAST_MOMENT), name)


def _within(field: str, ends: tuple, name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=models.Q(**{f"{field}__isnull": True}) | models.Q(**{f"{field}__range": ends}),
        name=name,
        violation_error_message=OUT_OF_RANGE,
    )
