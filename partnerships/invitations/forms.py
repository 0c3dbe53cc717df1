from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from community.experiences import reports as experiences_reports
from partnerships.matches.forms import Words
from partnerships.models import CityInvitation, Representation
from repository.email_addresses import validate_email_address

# Cities are suggested while their name is typed.
CITY_ATTRIBUTES = {
    "autocomplete": "off",
    "data-suggest": reverse_lazy("community:city_suggestions"),
    "list": "cities",
}


def line(name: str, **kwargs) -> forms.CharField:
    """A field of one line for a column of the invitation."""
    column: Any = CityInvitation._meta.get_field(name)
    widget = forms.TextInput(attrs={"dir": "auto"})
    return forms.CharField(max_length=column.max_length, widget=widget, **kwargs)


class InvitationForm(forms.Form):
    """The contact of a city that nobody represents, and the message to it."""

    city = forms.CharField(
        label=_("City"),
        max_length=120,
        help_text=_("Add the country if several cities have this name: “Kigali, Rwanda”."),
        widget=forms.TextInput(attrs=CITY_ATTRIBUTES),
    )
    place = forms.ChoiceField(
        label=_("Which one do you mean?"), required=False, widget=forms.RadioSelect
    )
    office = line(
        "office",
        label=_("Office"),
        help_text=_("For example: department of trade."),
    )
    name = line(
        "name",
        required=False,
        label=_("Name"),
        help_text=_("A person at the office, if you know one."),
    )
    email = forms.EmailField(
        label=_("Email address"),
        max_length=254,
        validators=[validate_email_address],
        help_text=_(
            "Use an official address. The person who confirms it represents the city "
            "immediately. We delete the address when the invitation ends."
        ),
    )
    source = line(
        "source",
        label=_("Source of the address"),
        help_text=_("For example the office’s website. We name the source in the invitation."),
    )
    message = Words(
        model=CityInvitation,
        name="message",
        rows=6,
        label=_("Message"),
        help_text=_(
            "We add a greeting, your name, the link and how to decline. Replies go to the email "
            "address of your account."
        ),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.found = (
            experiences_reports.cities_called(self.data.get("city", "")[:120])
            if self.is_bound
            else []
        )
        self.fields["place"].choices = [(found.key, found.label) for found in self.found]
        self.is_ambiguous = len(self.found) > 1
        if self.is_bound and self.data.get("place") not in {found.key for found in self.found}:
            # The choice belonged to another name.
            self.data = self.data.copy()
            self.data["place"] = ""

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("city"):
            by_key = {found.key: found for found in self.found}
            found = by_key.get(cleaned.get("place", ""))
            if found is None and len(self.found) == 1:
                found = self.found[0]
            if found is not None:
                cleaned["city"] = found.city or found.place
            elif self.found:
                self.add_error("city", _("Several cities have this name. Choose one below."))
            else:
                self.add_error(
                    "city",
                    _(
                        "No city found with this name. Enter the name as shown on a map, with its "
                        "country."
                    ),
                )
        return cleaned

    def values(self) -> dict:
        """Return the values for the action."""
        return {name: value for name, value in self.cleaned_data.items() if name != "place"}


class AcceptForm(forms.Form):
    """The position of a member who accepts."""

    position = forms.CharField(
        label=_("Your position"),
        max_length=Representation._meta.get_field("position").max_length,
        help_text=_("For example: head of the office for foreign trade."),
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "organization-title"}),
    )

    def clean_position(self):
        position = " ".join(self.cleaned_data["position"].split())
        if not position:
            raise ValidationError(_("Enter your position."))
        return position


class DeclineForm(forms.Form):
    """Why an office declines, if it says so."""

    words = Words(
        model=CityInvitation,
        name="words",
        rows=3,
        required=False,
        label=_("Reason for declining"),
        help_text=_(
            "Only brokers can read this. If another office would be a better choice, name it here."
        ),
    )
