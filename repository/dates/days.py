"""The days that people may enter: a range that every time zone and calendar can express."""

from datetime import UTC, date, datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

FIRST, LAST = date(2000, 1, 1), date(2099, 12, 31)
# A moment of such a day may be up to a day away from it by UTC.
FIRST_MOMENT = datetime.combine(FIRST - timedelta(days=1), datetime.min.time(), tzinfo=UTC)
LAST_MOMENT = datetime.combine(LAST + timedelta(days=2), datetime.min.time(), tzinfo=UTC)
OUT_OF_RANGE = _("Take a day between 2000 and 2099.")


def check_day(day: date) -> None:
    """Refuse a day that is out of range; for fields of models and of forms."""
    if not FIRST <= day <= LAST:
        raise ValidationError(OUT_OF_RANGE, code="year")


def day_in_range(field: str, *, name: str) -> models.CheckConstraint:
    """The constraint of a DateField that people fill in."""
    return _within(field, (FIRST, LAST), name)


def moment_in_range(field: str, *, name: str) -> models.CheckConstraint:
    """The constraint of a DateTimeField that people fill in, in whichever time zone."""
    return _within(field, (FIRST_MOMENT, LAST_MOMENT), name)


def _within(field: str, ends: tuple, name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=models.Q(**{f"{field}__isnull": True}) | models.Q(**{f"{field}__range": ends}),
        name=name,
        violation_error_message=OUT_OF_RANGE,
    )
