"""The form to register for a webinar without an account."""

from django import forms
from django.utils.translation import gettext_lazy as _

from community.accounts.spam_protection import GuardedForm
from community.models import Gender
from community.profiles import places as profiles_places
from repository.email_addresses import validate_email_address


class RegistrationForm(GuardedForm):
    """A guest's details. The address has to be confirmed before the registration counts."""

    name = forms.CharField(label=_("Your name"), max_length=120)
    email = forms.EmailField(
        label=_("Email address"),
        max_length=254,
        validators=[validate_email_address],
        help_text=_(
            "We’ll send a confirmation link to this address. Only moderators and administrators "
            "can see it."
        ),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    organization = forms.CharField(label=_("Organisation"), max_length=160, required=False)
    where = forms.CharField(
        label=_("City, country or area"),
        max_length=160,
        help_text=_(
            "For example “Kisumu, Kenya” or “Benin”. We use it to show the time in your time zone."
        ),
    )
    gender = forms.ChoiceField(
        label=_("Gender"),
        choices=[("", "—"), *Gender.choices],
        required=False,
        help_text=_(
            "Used for the figures of the series, without your name. Only moderators and "
            "administrators can see your answer."
        ),
    )

    def clean_name(self):
        return " ".join(self.cleaned_data["name"].split())

    def clean_organization(self):
        return " ".join(self.cleaned_data["organization"].split())

    def clean_where(self):
        return profiles_places.resolve(self.cleaned_data["where"])

    @property
    def guest(self) -> dict:
        """The fields of a registration, from a valid form."""
        where = self.cleaned_data["where"]
        names = ("name", "email", "organization", "gender")
        return {name: self.cleaned_data[name] for name in names} | {
            "city": where.city,
            "place": where.place,
            "country": where.country,
        }
