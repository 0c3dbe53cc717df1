"""The period of figures, as asked for in the address of a page."""

from datetime import date
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partnerships.figures.periods import FIRST_YEAR, Period


def this_year() -> int:
    return timezone.localdate().year


class PeriodForm(forms.Form):
    """`?year=`, or a first and a last day; neither means all time."""

    year = forms.IntegerField(
        required=False,
        validators=[MinValueValidator(FIRST_YEAR), MaxValueValidator(this_year)],
        widget=forms.HiddenInput,
    )
    start = forms.DateField(
        label=gettext_lazy("First day"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    end = forms.DateField(
        label=gettext_lazy("Last day"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        first, last = values.get("start"), values.get("end")
        if self.errors:
            return values
        if (first is None) != (last is None):
            raise forms.ValidationError(_("Enter both the first and the last day."))
        if first and last:
            if last < first:
                raise forms.ValidationError(_("The last day must not be before the first."))
            if first.year < FIRST_YEAR:
                day = date_format(date(FIRST_YEAR, 1, 1))
                raise forms.ValidationError(_("Choose days from %(day)s on.") % {"day": day})
            if last > timezone.localdate():
                raise forms.ValidationError(_("Choose a last day that is not in the future."))
        return values

    @property
    def period(self) -> Period | None:
        """The period that is asked for; None for all time, or if it is not valid."""
        if not self.is_valid():
            return None
        found = self.cleaned_data
        if found["start"]:
            return Period(found["start"], found["end"])
        return Period.of_year(found["year"]) if found["year"] else None

    @property
    def parameters(self) -> dict[str, str]:
        """The parameters of the period, for links."""
        period = self.period
        if period is None:
            return {}
        if self.cleaned_data["start"]:
            return {"start": period.first.isoformat(), "end": period.last.isoformat()}
        return {"year": str(period.first.year)}
