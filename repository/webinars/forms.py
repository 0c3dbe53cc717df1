"""The forms of webinars at the desk, with pickers of languages and time zones."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from repository.dates import clock
from repository.dates import time_zones as dates_time_zones
from repository.models import Webinar
from repository.places.models import check_language, languages
from repository.text.lists import COMMAS, list_of
from repository.webinars import actions
from repository.webinars.models import OPEN


class WhyForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"}),
        help_text=_("Readers and registered participants will see this."),
    )


class AnnounceForm(forms.Form):
    """Asks for speakers: `lacking` are the titles of webinars that have none."""

    def __init__(self, *args, lacking: list[str] = (), **kwargs):
        super().__init__(*args, **kwargs)
        if lacking:
            self.fields["without_speakers"] = forms.BooleanField(
                label=_("Announce without speakers"),
                help_text=gettext(
                    "No speakers yet: %(titles)s. Go back to add them, or announce now and add "
                    "them later."
                )
                % {"titles": list_of(lacking)},
            )


# The languages offered by a click; others are entered by their code.
OFFERED = ("ar", "en", "es", "fr", "hi", "pt", "ru", "sw", "zh")


class LanguagePicker(forms.CheckboxSelectMultiple):
    """Checkboxes for common languages and those chosen before, and a field for others."""

    def format_value(self, value) -> list[str]:
        given = [value] if isinstance(value, str) else value or []
        parts = [part.strip() for each in given for part in COMMAS.split(str(each))]
        return [part for part in parts if part]

    def optgroups(self, name, value, attrs=None):
        known = languages(get_language() or "en")
        self.choices = [(code, known.get(code, code)) for code in dict.fromkeys([*OFFERED, *value])]
        return super().optgroups(name, value, attrs)

    def value_from_datadict(self, data, files, name) -> list[str]:
        get = data.getlist if hasattr(data, "getlist") else lambda key: [data.get(key) or ""]
        return self.format_value([*get(name), *get(f"{name}-others")])

    def render(self, name, value, attrs=None, renderer=None) -> SafeString:
        return format_html(
            '{}<label for="id_{}-others">{}</label> '
            '<input type="text" id="id_{}-others" name="{}-others" class="vTextField">',
            super().render(name, value, attrs, renderer),
            name,
            gettext("Other languages, by code and separated by commas (like bn, ha):"),
            name,
            name,
        )


class ZoneSelect(forms.Select):
    """The current time zones, and that of the webinar, which may have an older name."""

    def build_attrs(self, base_attrs, extra_attrs=None):
        # Django adds it for a text field; a select has no such attribute.
        attrs = super().build_attrs(base_attrs, extra_attrs)
        return {name: value for name, value in attrs.items() if name != "maxlength"}

    def optgroups(self, name, value, attrs=None):
        zones = dict.fromkeys(
            [*dates_time_zones.listed(), *filter(dates_time_zones.names().__contains__, value)]
        )
        self.choices = [("", "---------"), *((zone, zone) for zone in zones)]
        return super().optgroups(name, value, attrs)


class WebinarForm(forms.ModelForm):
    """A webinar with its start in its own time zone."""

    local_time = forms.TimeField(
        label=_("Time"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        help_text=_("Local time in the webinar’s time zone."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "date" not in self.fields:
            # Another step of planning.
            del self.fields["local_time"]
        elif start := self.instance.local_start:
            self.initial |= {"date": start.date(), "local_time": start.time()}

    def clean_time_zone(self) -> str:
        # Check here: the start is computed with it before the model validates it.
        if zone := self.cleaned_data["time_zone"]:
            dates_time_zones.check(zone)
        return zone

    def clean_languages(self) -> list[str]:
        return known_languages(self.cleaned_data["languages"])

    def clean_interpretation(self) -> list[str]:
        return known_languages(self.cleaned_data["interpretation"])

    def clean(self):
        given = super().clean()
        names = ("date", "local_time", "time_zone")
        if "date" not in self.fields:
            return given
        if any(name in self.errors for name in names):
            return given
        day, time, zone = (given.get(name) for name in names)
        before, start = self.instance.starts_at, None
        was_over = actions.is_over(self.instance)
        if time is not None and not day:
            self.add_error("date", gettext("Enter the date."))
        elif time is not None and not zone:
            self.add_error("time_zone", gettext("Enter the time zone."))
        elif time is not None:
            try:
                start = dates_time_zones.moment(day, time, zone)
            except ValidationError as mistake:
                self.add_error("date" if mistake.code == "year" else "local_time", mistake)
        self.instance.starts_at = start
        is_moved = start is not None and start != before
        if is_moved and self.instance.status in OPEN and start <= clock.now():
            self.add_error("date", gettext("You can’t move an announced webinar to a past date."))
        planned = Webinar(starts_at=start, minutes=given.get("minutes"))
        if self.instance.is_held and was_over and not actions.is_over(planned):
            self.add_error("date", gettext("You can’t move a past webinar to a future date."))
        return given

    def _get_validation_exclusions(self) -> set[str]:
        # These are not form fields, but the constraints need their values.
        return super()._get_validation_exclusions() - {"status", "starts_at", "cancelled_because"}


def known_languages(codes: list[str]) -> list[str]:
    """Return the codes without duplicates; raise ValidationError for one unknown to CLDR."""
    codes = list(dict.fromkeys(code.strip() for code in codes))
    for code in codes:
        check_language(code)
    return codes
