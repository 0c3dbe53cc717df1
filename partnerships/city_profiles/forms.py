import json
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from community.profiles import languages as profiles_languages
from partnerships.city_profiles.actions import Values
from partnerships.city_profiles.models import HUBS
from partnerships.models import CityProfile, Corridor, Setting
from repository.models import City
from repository.text.lists import list_of
from repository.text.parsing import read_json

KNOWN = {"yes": True, "no": False, "": None}
TEXTS = ("sectors", "exports", "platforms", "contact_hours")
MAX_PARTNERS = 1000


def hub_field(name: str) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=capfirst(City._meta.get_field(name).verbose_name),
        required=False,
        choices=[("", _("Unknown")), ("yes", _("Yes")), ("no", _("No"))],
    )


def text_field(name: str) -> forms.CharField:
    column: Any = CityProfile._meta.get_field(name)
    return forms.CharField(
        label=capfirst(column.verbose_name),
        max_length=column.max_length,
        required=False,
        help_text=column.help_text,
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )


class CityProfileForm(forms.Form):
    """The profile of a city. `base` holds the values with which the form was loaded."""

    has_sea_port = hub_field("has_sea_port")
    has_dry_port = hub_field("has_dry_port")
    has_rail_hub = hub_field("has_rail_hub")
    has_air_hub = hub_field("has_air_hub")
    setting = forms.ChoiceField(
        label=_("Type of place"), required=False, choices=[("", _("Unknown")), *Setting.choices]
    )
    corridors = forms.MultipleChoiceField(
        label=_("Trade corridors"),
        required=False,
        choices=Corridor,
        widget=forms.CheckboxSelectMultiple,
    )
    sectors = text_field("sectors")
    exports = text_field("exports")
    platforms = text_field("platforms")
    working_languages = forms.CharField(
        label=_("Working languages"),
        max_length=300,
        required=False,
        help_text=_(
            "Languages your city can work in, separated by commas. Leave empty if you don’t know."
        ),
    )
    contact_hours = text_field("contact_hours")
    partners_a_year = forms.IntegerField(
        label=_("Partners per year"),
        required=False,
        min_value=0,
        max_value=MAX_PARTNERS,
        help_text=_("How many cities you can work with in a year. Leave empty if you don’t know."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "size": "5"}),
    )
    base = forms.CharField(required=False, widget=forms.HiddenInput, max_length=20_000)

    @classmethod
    def showing(cls, values: Values) -> "CityProfileForm":
        """Return the form with its initial values."""
        return cls(initial=as_form_values(values) | {"base": json.dumps(values)})

    @classmethod
    def after(cls, sent: "CityProfileForm", now: Values, clashes: list[str]) -> "CityProfileForm":
        """Return the submitted form, with values saved by others in its unchanged fields."""
        changed = [name for name in now if sent.values()[name] != sent.cleaned_data["base"][name]]
        mine = as_form_values({name: sent.values()[name] for name in changed})
        form = cls(as_form_values(now) | mine | {"base": json.dumps(now)})
        form.is_valid()
        for name in clashes:
            form.add_error(
                name,
                gettext("A colleague saved: %(value)s. Save again to replace it with your answer.")
                % {"value": form.in_words(name, now[name])},
            )
        return form

    def in_words(self, name: str, value: Any) -> str:
        """Return a value as text."""
        text = as_form_values({name: value})[name]
        chosen = [text] if isinstance(text, str) else text
        names = dict(getattr(self.fields[name], "choices", []))
        words = list_of(f"“{names.get(each, each)}”" for each in chosen if each)
        return words or gettext("nothing")

    def clean_base(self) -> Values:
        try:
            base = read_json(self.cleaned_data["base"])
        except ValueError:
            base = None
        is_whole = isinstance(base, dict) and {*self.fields} - {"base"} <= {*base}
        if not is_whole or not isinstance(base["working_languages"], list):
            raise ValidationError(_("The form was incomplete. Open it again and resend it."))
        return base

    def clean_corridors(self) -> list[str]:
        return [value for value in Corridor.values if value in self.cleaned_data["corridors"]]

    def clean_working_languages(self) -> list[str]:
        return profiles_languages.resolve(self.cleaned_data["working_languages"])

    def clean(self):
        cleaned = super().clean()
        for name in HUBS:
            cleaned[name] = KNOWN.get(cleaned.get(name, ""))
        for name in TEXTS:
            if name in cleaned:
                cleaned[name] = " ".join(cleaned[name].split())
        base = cleaned.get("base")
        shown = as_form_values(base)["working_languages"] if base else None
        if base and self.data.get("working_languages") == shown:
            # Unchanged: use the stored codes, as names of languages may not map back to the same
            # ones.
            cleaned["working_languages"] = base["working_languages"]
        return cleaned

    def values(self) -> Values:
        """Return the values for the action."""
        return {name: self.cleaned_data[name] for name in self.fields if name != "base"}


def as_form_values(values: Values) -> dict[str, Any]:
    """Return the values in the format of the form fields."""
    shown = {}
    words = {value: word for word, value in KNOWN.items()}
    for name, value in values.items():
        if name in HUBS:
            shown[name] = words.get(value, "") if value is None or isinstance(value, bool) else ""
        elif name == "working_languages":
            shown[name] = profiles_languages.names_of(
                [code for code in value if isinstance(code, str)]
            )
        elif name == "corridors":
            shown[name] = value
        else:
            shown[name] = "" if value is None else str(value)
    return shown
