from datetime import datetime, timedelta

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from partnerships.matches.forms import SideForm, Words, longest
from partnerships.models import Meeting, Plan, SpaceFile, SpaceMessage
from partnerships.spaces.times import at_night
from repository.dates import clock, time_zones
from repository.models import City
from repository.text.lists import list_of

FARTHEST = timedelta(days=5 * 366)


class MessageForm(forms.Form):
    """A message. The token makes resubmission idempotent."""

    token = forms.CharField(
        max_length=longest(SpaceMessage, "token"), widget=forms.HiddenInput, required=False
    )
    body = Words(
        model=SpaceMessage,
        name="body",
        label=_("Your message"),
        help_text=_("You can use Markdown: *emphasis*, **strong**, lists, quotations, links."),
        error_messages={"required": _("Enter a message or add a file.")},
    )


class FileForm(forms.Form):
    """A file to share."""

    file = forms.FileField(
        label=_("File"),
        allow_empty_file=True,
        help_text=_(
            "An image (JPEG, PNG or WebP), a PDF or an office document without macros "
            "(DOCX, XLSX, PPTX, ODT, ODS or ODP), up to 8 MB."
        ),
        error_messages={"required": _("Choose a file.")},
        widget=forms.ClearableFileInput(
            attrs={
                "accept": ".pdf,.jpg,.jpeg,.png,.webp,application/pdf,image/*,"
                ".docx,.xlsx,.pptx,.odt,.ods,.odp"
            }
        ),
    )
    title = forms.CharField(
        label=_("Description"),
        max_length=longest(SpaceFile, "title"),
        widget=forms.TextInput(attrs={"dir": "auto"}),
        error_messages={"required": _("Enter a short description of the file.")},
    )


class MeetingForm(forms.Form):
    """A meeting, at a time in one of the time zones of `zone_choices`."""

    title = forms.CharField(
        label=_("Purpose"),
        max_length=longest(Meeting, "title"),
        widget=forms.TextInput(attrs={"dir": "auto"}),
        error_messages={"required": _("Enter what the meeting is about.")},
    )
    day = forms.DateField(
        label=_("Day"),
        widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"),
    )
    time = forms.TimeField(label=_("Time"), widget=forms.TimeInput({"type": "time"}, "%H:%M"))
    # Forms of earlier releases had no time zone and said that the time is in UTC.
    zone = forms.ChoiceField(label=_("Time zone of"), required=False)
    place = forms.CharField(
        label=_("Place"),
        max_length=longest(Meeting, "place"),
        required=False,
        help_text=_("An address, or the link to a call."),
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )

    def __init__(
        self, *args, zones: list[tuple[str, str]], cities: list[tuple[City, str]], **kwargs
    ):
        """`cities` are those whose time zone is known, with it."""
        super().__init__(*args, **kwargs)
        self.fields["zone"].choices = zones
        self.cities = cities

    def clean(self):
        cleaned = super().clean()
        day, time = cleaned.get("day"), cleaned.get("time")
        if day and time is not None and "zone" in cleaned:
            if day > clock.today() + FARTHEST:
                raise ValidationError(_("Choose a date within the next five years."))
            cleaned["at"] = time_zones.moment(day, time, cleaned["zone"] or "UTC")
            if {"day", "time", "zone"} & set(self.changed_data):
                self.warn_at_night(cleaned["at"])
        return cleaned

    def warn_at_night(self, at: datetime) -> None:
        """Ask once before a meeting is planned at night in one of the cities."""
        places = at_night(at, self.cities)
        if not places:
            return
        self.fields["anyway"] = forms.BooleanField(
            label=_("Plan it at this time anyway"), required=False
        )
        if not self.data.get("anyway"):
            message = _(
                "It is night in %(places)s. Choose a time between 7:00 and 21:00 in both cities, "
                "or tick “Plan it at this time anyway”."
            )
            self.add_error("time", message % {"places": list_of(places)})


class MeetingChangeForm(MeetingForm):
    """The changes of a meeting, with the version that was loaded."""

    sequence = forms.IntegerField(min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput)


class PlanForm(forms.Form):
    """The text of the plan, with the version that was loaded."""

    version = forms.IntegerField(min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput)
    text = Words(
        model=Plan,
        name="text",
        rows=10,
        label=_("What you want to do together"),
        help_text=_(
            "Who does what by when, what it costs and who pays. You can use Markdown. "
            "After each change, both cities must agree again."
        ),
        error_messages={"required": _("Describe what you want to do together.")},
    )


class AgreeForm(SideForm):
    """Agreement to the loaded version of the plan."""

    version = forms.IntegerField(min_value=1, max_value=2**31 - 1, widget=forms.HiddenInput)
