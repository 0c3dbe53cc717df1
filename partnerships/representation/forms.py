from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from community.accounts.spam_protection import GuardedForm
from community.experiences import reports as experiences_reports
from partnerships.representation.actions import Asked, NewOrganization, NewPlace
from repository.email_addresses import validate_email_address
from repository.models import Country, Organization
from repository.text.sorting import choices_by_name


class CountryField(forms.ModelChoiceField):
    """A choice of all countries, named in the language of the page."""

    def __init__(self, **kwargs):
        super().__init__(Country.objects.all(), **kwargs)

    def label_from_instance(self, country: Country) -> str:
        return country.localized_name


class RepresentationForm(GuardedForm):
    """A request to represent a known city or organisation, or a new one as entered."""

    city = forms.CharField(
        label=_("City"),
        max_length=120,
        required=False,
        help_text=_("Add the country if several cities have this name: “Kigali, Rwanda”."),
        widget=forms.SearchInput(
            attrs={
                "autocomplete": "off",
                "data-suggest": reverse_lazy("community:city_suggestions"),
                "list": "cities",
            }
        ),
    )
    place = forms.ChoiceField(
        label=_("Which one do you mean?"), required=False, widget=forms.RadioSelect
    )
    new_place = forms.CharField(
        label=_("Name of the city"),
        max_length=120,
        required=False,
        help_text=_("For a county, district or small town that isn’t listed above."),
    )
    country = CountryField(
        label=_("Country or area"),
        required=False,
        empty_label=_("Choose a country or area"),
    )
    organization = forms.ModelChoiceField(
        Organization.objects.all(),
        label=_("Organisation"),
        required=False,
        empty_label=_("Choose an organisation"),
    )
    new_organization = forms.CharField(
        label=_("Name, if it isn’t listed"), max_length=200, required=False
    )
    organization_country = CountryField(
        label=_("Country or area of the organisation"),
        required=False,
        help_text=_(
            "Only if the organisation isn’t listed. Leave empty if it works in many countries."
        ),
    )
    position = forms.CharField(
        label=_("Your position"),
        max_length=120,
        help_text=_("For example: head of the office for foreign trade."),
    )
    official_email = forms.EmailField(
        label=_("Official email address"),
        max_length=254,
        validators=[validate_email_address],
        required=False,
        help_text=_(
            "Brokers can see the part after the @, and whether you’ve confirmed this address for "
            "your account. A partner city can see the whole address once both cities have accepted."
        ),
    )
    note = forms.CharField(
        label=_("Note to brokers"),
        max_length=1000,
        required=False,
        help_text=_("For example a link to the page of your office that names you."),
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
    )
    letter = forms.FileField(
        label=_("Letter from your office"),
        required=False,
        help_text=_(
            "A PDF of up to 8 MB, if you have one. Only you and the brokers can read "
            "it. We delete it a month after a request is declined, or at once if you "
            "withdraw it."
        ),
        widget=forms.FileInput(attrs={"accept": "application/pdf"}),
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
        countries = choices_by_name((row.pk, row.localized_name) for row in Country.objects.all())
        self.fields["country"].choices = [("", _("Choose a country or area")), *countries]
        self.fields["organization_country"].choices = [("", _("None")), *countries]
        if self.is_bound and self.data.get("place") not in {found.key for found in self.found}:
            # The user entered another city since.
            self.put("place", "")

    @property
    def is_new_place(self) -> bool:
        """Whether to show the fields for a new place."""
        return self.is_touched("new_place", "country")

    @property
    def is_organization(self) -> bool:
        """Whether to show the fields for an organisation."""
        return self.is_touched("organization", "new_organization", "organization_country")

    def is_touched(self, *names: str) -> bool:
        return any(self[name].value() or self[name].errors for name in names)

    def clean_position(self):
        return " ".join(self.cleaned_data["position"].split())

    def clean_new_place(self):
        return " ".join(self.cleaned_data["new_place"].split())

    def clean_new_organization(self):
        return " ".join(self.cleaned_data["new_organization"].split())

    def clean_note(self):
        return self.cleaned_data["note"].replace("\r\n", "\n").replace("\r", "\n").strip()

    def clean(self):
        cleaned = super().clean()
        if {"city", "new_place", "organization", "new_organization"} <= {*cleaned}:
            cleaned["asked"] = self.asked(cleaned)
        return cleaned

    def asked(self, cleaned) -> Asked | None:
        """Return the requested city or organisation; add an error to its field if ambiguous."""
        organization, new = cleaned["organization"], cleaned["new_organization"]
        if not organization and not new:
            return self.asked_place(cleaned)
        if cleaned["city"] or cleaned["new_place"]:
            raise ValidationError(
                _("Choose either a city or an organisation. Send a separate request for each.")
            )
        if organization and new:
            self.add_error(
                "new_organization", _("Choose one from the list or enter a name, not both.")
            )
            return None
        return organization or NewOrganization(new, cleaned.get("organization_country"))

    def asked_place(self, cleaned) -> Asked | None:
        """Return the requested place; add an error to its field if it is ambiguous."""
        by_key = {found.key: found for found in self.found}
        found = by_key.get(cleaned.get("place", ""))
        if found is None and len(self.found) == 1:
            found = self.found[0]
        if found is not None:
            return found.city or found.place
        if self.found:
            self.add_error("city", _("Several cities have this name. Choose one below."))
        elif cleaned["new_place"]:
            if cleaned.get("country"):
                return NewPlace(cleaned["new_place"], cleaned["country"])
            if "country" not in self.errors:
                self.add_error("country", _("Choose the country of the city."))
        elif cleaned["city"]:
            self.add_error(
                "city",
                _(
                    "No city found with this name. Enter the name as shown on a map, with its "
                    "country, or add it below."
                ),
            )
        elif not self.errors:
            raise ValidationError(_("Enter the city or organisation you want to represent."))
        return None

    def values(self) -> dict:
        """Return the values for the action."""
        names = ("position", "official_email", "note", "letter")
        return {name: self.cleaned_data[name] for name in names} | {
            "place": self.cleaned_data["asked"]
        }
