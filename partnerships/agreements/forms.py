from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from community.moderation.reviews.forms import REASONS
from partnerships.agreements.actions import PartnershipStep
from partnerships.matches.forms import SideForm
from partnerships.models import AgreementKind, Light, Partnership
from repository.dates.days import check_day
from repository.models import City, Organization, Practice, Theme


def day(label, **kwargs) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, validators=[check_day], **kwargs)


def words(label, field: str, *, rows: int, **kwargs) -> forms.CharField:
    """Return a text field limited to the length of the partnership's column."""
    longest = Partnership._meta.get_field(field).max_length
    area = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, max_length=longest, widget=area, **kwargs)


class AgreementForm(forms.Form):
    """The agreement of two introduced cities."""

    title = forms.CharField(
        label=_("Title"),
        max_length=120,
        help_text=_("What you do together, like “Village shops that collect parcels”."),
    )
    summary = words(
        _("Description"),
        "summary",
        rows=8,
        required=False,
        help_text=_(
            "It starts with your plan, which you can edit here. If both cities make the "
            "partnership public later, everyone can read this text."
        ),
    )
    agreed_on = day(_("Agreed on"))
    agreement_kind = forms.ChoiceField(label=_("Kind of agreement"), choices=AgreementKind)
    agreement = forms.FileField(
        label=_("Signed agreement"),
        required=False,
        help_text=_("A PDF of up to 8 MB. Only the parties and the brokers can read it."),
        widget=forms.FileInput(attrs={"accept": "application/pdf"}),
    )
    # Of a form of an earlier release: nothing is recorded.
    version = forms.IntegerField(
        min_value=0, max_value=2**31 - 1, required=False, widget=forms.HiddenInput
    )

    def clean_version(self) -> int:
        return self.cleaned_data["version"] or 0


class ConfirmationForm(SideForm):
    """Confirmation of the loaded version of an agreement."""

    version = forms.IntegerField(min_value=1, max_value=2**31 - 1, widget=forms.HiddenInput)


class DescriptionForm(forms.Form):
    """The description of a partnership."""

    title = forms.CharField(label=_("Title"), max_length=120)
    summary = words(_("Description"), "summary", rows=5, required=False)
    baseline = forms.CharField(
        label=_("Baseline"),
        max_length=300,
        required=False,
        help_text=_(
            "The figure you started from, if you have one, like “12 days from order to "
            "delivery in 2025”."
        ),
    )
    practices = forms.ModelMultipleChoiceField(
        Practice.objects.all(),
        label=_("Practices"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    themes = forms.ModelMultipleChoiceField(
        Theme.objects.all(),
        label=_("Themes"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )


class StepForm(forms.Form):
    """The text required by a step: the reason to stop, or the outcome."""

    words = forms.CharField(
        label=_("Description"),
        max_length=3000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    reason = forms.ChoiceField(label=_("Reason"), choices=REASONS)

    def __init__(self, *args, step: PartnershipStep, decides: bool, **kwargs):
        """`decides` is for staff, who select a reason and may add a message to each step."""
        super().__init__(*args, **kwargs)
        if not decides or not step.has_reason:
            del self.fields["reason"]
        names = step.words
        if not names and not decides:
            del self.fields["words"]
            return
        field = self.fields["words"]
        field.required = bool(names)
        if not names:
            field.max_length = 500
            field.label = _("Message to the cities")
        elif names == "reason":
            field.max_length = 500
            field.label = _("Why? Other cities can learn from it.")
        elif names == "outcome":
            field.label = _("Outcome, compared with the baseline")


class MilestoneForm(forms.Form):
    """A step of the plan."""

    title = forms.CharField(label=_("Milestone"), max_length=160)
    due_on = day(_("Due"))


class FacilitatorForm(forms.Form):
    """An organisation or a city that supports both sides."""

    organization = forms.ModelChoiceField(
        Organization.objects.all(), label=_("Organisation"), required=False
    )
    city = forms.CharField(
        label=_("Or a city"),
        max_length=120,
        required=False,
        help_text=_("The city’s name, or the last part of its page address."),
    )

    def clean_city(self) -> City | None:
        name = self.cleaned_data["city"].strip()
        if not name:
            return None
        cities = list(City.objects.filter(Q(slug=name.lower()) | Q(name=name))[:2])
        if not cities:
            raise forms.ValidationError(
                _("We can’t find a city called “%(name)s”."), params={"name": name}
            )
        if len(cities) > 1:
            raise forms.ValidationError(
                _(
                    "There are several cities called “%(name)s”. Enter the last part of "
                    "the city’s page address."
                ),
                params={"name": name},
            )
        return cities[0]

    def clean(self):
        cleaned = super().clean()
        helpers = [cleaned.get(name) for name in ("organization", "city")]
        if not self.errors and sum(map(bool, helpers)) != 1:
            raise forms.ValidationError(_("Choose an organisation or enter a city."))
        return cleaned

    @property
    def helper(self) -> Organization | City:
        return self.cleaned_data["organization"] or self.cleaned_data["city"]


class WriteUpForm(forms.Form):
    """The initial content of a draft case about a partnership."""

    include_problems = forms.BooleanField(
        label=_("Include these problems in the draft"),
        required=False,
        help_text=_(
            "Only the parties and the brokers can read them now. In the draft, its "
            "authors, moderators and administrators can read them too. Everyone can "
            "read them once the case is published."
        ),
    )


class ReportForm(forms.Form):
    """A progress report."""

    light = forms.ChoiceField(label=_("How is it going?"), choices=Light, widget=forms.RadioSelect)
    outcome = words(
        _("Outcome, compared with the baseline"),
        "outcome",
        rows=3,
        required=False,
        help_text=_("Only if you choose “Completed”. The partnership then ends."),
    )
    progress = forms.CharField(
        label=_("What have you done since the last report?"),
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    problems = forms.CharField(
        label=_("Which problems do you have?"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The parties and the brokers can read this. Brokers may offer help."),
    )
    figure = forms.CharField(label=_("What is your figure today?"), max_length=300, required=False)
    evidence_url = forms.URLField(
        label=_("Link to evidence"), max_length=500, required=False, assume_scheme="https"
    )

    def __init__(self, *args, baseline: str = "", **kwargs):
        super().__init__(*args, **kwargs)
        if baseline:
            self.fields["figure"].help_text = _("Baseline: %(baseline)s") % {"baseline": baseline}

    def clean(self):
        cleaned = super().clean()
        # If `outcome` is invalid, it is missing from `cleaned` and has its own error.
        if cleaned.get("light") == Light.DONE and cleaned.get("outcome") == "":
            self.add_error("outcome", _("Describe the outcome, compared with the baseline."))
        return cleaned
