"""The days, hours and slots of a timetable, and the working hours of the cities."""

from datetime import timedelta

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from partnerships.models import Meeting, Timetable
from partnerships.timetables.actions import StatedHours
from partnerships.timetables.boards import known_zone
from partnerships.timetables.models import CLOSES_AT, LONGEST, MOST_PARALLEL, OPENS_AT, SHORTEST
from repository.dates import clock, time_zones
from repository.models import City

MOST_DAYS = 31
# The list of suggestions for time zones on the page.
ZONES = {"list": "time-zones", "autocomplete": "off", "spellcheck": "false"}


def time_input() -> forms.TimeInput:
    return forms.TimeInput({"type": "time"}, "%H:%M")


def day_input() -> forms.DateInput:
    return forms.DateInput({"type": "date"}, "%Y-%m-%d")


class TimetableForm(forms.ModelForm):
    minutes = forms.IntegerField(
        label=_("Length of a call in minutes"), min_value=SHORTEST, max_value=LONGEST
    )
    parallel = forms.IntegerField(label=_("Parallel calls"), min_value=1, max_value=MOST_PARALLEL)
    zone = forms.CharField(
        label=_("Time zone"),
        max_length=64,
        validators=[time_zones.check],
        widget=forms.TextInput(ZONES),
        help_text=_("For example Africa/Nairobi. The hours above are in this time zone."),
    )

    class Meta:
        model = Timetable
        fields = [
            "first_day",
            "last_day",
            "includes_weekends",
            "begins_at",
            "ends_at",
            "zone",
            "minutes",
            "parallel",
            "rooms",
        ]
        labels = {
            "first_day": _("First day"),
            "last_day": _("Last day"),
            "includes_weekends": _("Include Saturdays and Sundays"),
            "begins_at": _("First call from"),
            "ends_at": _("Last call until"),
            "rooms": _("Call links"),
        }
        help_texts = {
            "rooms": _(
                "Optional. Enter one web address per line, in the order of the parallel calls. The "
                "invitations include the links, so add them before you send the invitations."
            ),
        }
        widgets = {
            "first_day": day_input(),
            "last_day": day_input(),
            "begins_at": time_input(),
            "ends_at": time_input(),
            "rooms": forms.Textarea({"rows": 3, "dir": "ltr"}),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk is None:
            # A Monday in two to three weeks, so that cities can plan.
            day = clock.today() + timedelta(days=14)
            day += timedelta(days=-day.weekday() % 7)
            self.initial |= {
                "first_day": day,
                "last_day": day + timedelta(days=2),
                "begins_at": OPENS_AT,
                "ends_at": CLOSES_AT,
                "zone": "UTC",
                "minutes": 30,
                "parallel": 3,
            }

    def clean_rooms(self) -> str:
        longest = Meeting._meta.get_field("place").max_length
        rooms = self.cleaned_data["rooms"].strip()
        if any(len(line) > longest for line in rooms.splitlines()):
            raise ValidationError(
                _("A link must have %(most)d characters or fewer."), params={"most": longest}
            )
        return rooms

    def clean(self):
        cleaned = super().clean()
        first, last = cleaned.get("first_day"), cleaned.get("last_day")
        if first and last and last - first >= timedelta(days=MOST_DAYS):
            raise ValidationError(
                _("A timetable can have up to %(most)d days."), params={"most": MOST_DAYS}
            )
        if not self.errors:
            self.check_slots(cleaned)
        return cleaned

    def check_slots(self, cleaned: dict) -> None:
        columns = [name for name in self.Meta.fields if name != "rooms"]
        frame = Timetable(**{name: cleaned[name] for name in columns}).frame
        if next(frame.starts(), None) is None:
            raise ValidationError(
                _(
                    "No call fits into these days and hours. Check whether all days are "
                    "on a weekend."
                )
            )


class HoursForm(forms.Form):
    """The working hours of a city, and its time zone if it is not known."""

    begins_at = forms.TimeField(label=_("Works from"), widget=time_input())
    ends_at = forms.TimeField(label=_("Works until"), widget=time_input())
    zone = forms.CharField(
        label=_("Time zone"),
        max_length=64,
        required=False,
        validators=[time_zones.check],
        widget=forms.TextInput(ZONES),
    )

    def __init__(self, data, *, city: City, stated: StatedHours):
        super().__init__(
            data,
            prefix=f"city-{city.pk}",
            initial={
                "begins_at": stated.begins_at,
                "ends_at": stated.ends_at,
                "zone": stated.zone,
            },
        )
        self.city = city
        self.known_zone = known_zone(city)
        if self.known_zone:
            del self.fields["zone"]

    def clean(self):
        cleaned = super().clean()
        begins, ends = cleaned.get("begins_at"), cleaned.get("ends_at")
        if begins is not None and ends is not None and begins >= ends:
            raise ValidationError(_("The end must be after the start."))
        return cleaned

    @property
    def stated(self) -> StatedHours | None:
        """The hours to store; None for the usual ones."""
        data = self.cleaned_data
        found = StatedHours(data["begins_at"], data["ends_at"], data.get("zone", ""))
        return None if found == StatedHours(OPENS_AT, CLOSES_AT) else found
