from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.urls import reverse_lazy
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from community.accounts.spam_protection import GuardedForm
from community.experiences import reports
from community.models import Adoption, Experience
from community.tagging.forms import SuggestedTags
from repository.dates import clock
from repository.tags.form_fields import TagsField

AREA = {"rows": 4, "dir": "auto"}
MAX_TEXT_LENGTH = 3000


def text_field(label, help_text) -> forms.CharField:
    widget = forms.Textarea(attrs=AREA)
    return PlainText(
        label=label, help_text=help_text, max_length=MAX_TEXT_LENGTH, required=False, widget=widget
    )


class PlainText(forms.CharField):
    """Text with normalised line breaks."""

    def to_python(self, value):
        return super().to_python(value).replace("\r\n", "\n").replace("\r", "\n")


class ExperienceFields(forms.Form):
    """A city's experience. The city is typed; a choice is offered if the name is ambiguous."""

    city = forms.CharField(
        label=_("City"),
        max_length=120,
        help_text=_("If several cities share this name, add the country, like “Kigali, Rwanda”."),
        widget=forms.TextInput(
            attrs={
                "autocomplete": "off",
                "data-suggest": reverse_lazy("community:city_suggestions"),
                "list": "cities",
            }
        ),
    )
    place = forms.ChoiceField(label=_("Which city?"), required=False, widget=forms.RadioSelect)
    year = forms.IntegerField(
        label=_("Year"),
        min_value=1990,
        max_value=2100,
        help_text=_("The year it started, or will start."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "size": "6"}),
    )
    status = forms.ChoiceField(label=_("Status"), choices=Adoption)
    worked = text_field(_("What worked"), _("What you would do again. You can use Markdown."))
    failed = text_field(
        _("What didn’t work"), _("What you would do differently. This helps other cities most.")
    )
    cost = forms.CharField(
        label=_("Cost"),
        max_length=300,
        required=False,
        help_text=_("Money, people or time, as far as you know."),
    )
    evidence_url = forms.URLField(
        label=_("Link to a source"),
        max_length=500,
        required=False,
        assume_scheme="https",
        help_text=_("For example, a report, a decree or an article."),
        validators=[URLValidator(schemes=["http", "https"])],
    )
    tags = TagsField(
        label=_("Tags"),
        required=False,
        widget=SuggestedTags,
        help_text=_("Up to 10, separated by commas."),
    )
    language = forms.ChoiceField(
        label=_("Language of your text"),
        required=False,
        choices=lambda: [*settings.LANGUAGES, ("", _("Another language"))],
        initial=get_language,
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.found = reports.cities_called(self.data.get("city", "")[:120]) if self.is_bound else []
        self.fields["place"].choices = [(found.key, found.label) for found in self.found]
        self.is_ambiguous = len(self.found) > 1
        if self.is_bound and self.data.get("place") not in {found.key for found in self.found}:
            # The choice belonged to another name.
            self.data = self.data.copy()
            self.data["place"] = ""

    def clean(self):
        cleaned = super().clean()
        if "city" in cleaned:
            self.choose(cleaned)
        if not cleaned.get("worked") and not cleaned.get("failed") and not self.errors:
            raise ValidationError(
                Experience._meta.constraints[2].violation_error_message, code="empty"
            )
        year, status = cleaned.get("year"), cleaned.get("status")
        if year and status and year > clock.today().year and status != Adoption.PLANNED:
            self.add_error("year", _("For a year in the future, choose the status “Planned”."))
        return cleaned

    def choose(self, cleaned) -> None:
        by_key = {found.key: found for found in self.found}
        found = by_key.get(cleaned.get("place", ""))
        if found is None and len(self.found) == 1:
            found = self.found[0]
        if found is not None:
            cleaned["place"] = found.city or found.place
        elif self.found:
            self.add_error("city", _("Several cities have this name. Choose one below."))
        else:
            self.add_error(
                "city",
                _(
                    "We couldn’t find this city. Check the spelling, add the country, or "
                    "enter the nearest larger city."
                ),
            )

    def values(self) -> dict:
        """The cleaned values, as keyword arguments of the actions."""
        names = ("place", "year", "status", *("worked", "failed", "cost", "evidence_url"))
        return {name: self.cleaned_data[name] for name in (*names, "tags", "language")}


class ExperienceForm(ExperienceFields, GuardedForm):
    """A new report."""


class ExperienceEditForm(ExperienceFields):
    """Revises a report."""
