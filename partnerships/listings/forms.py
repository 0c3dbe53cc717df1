"""The forms of an offer and of a need."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from community.experiences.forms import PlainText
from community.models import Experience
from community.writing.drafts.forms import LANGUAGES
from partnerships.listings.keys import linked_with
from partnerships.models import Listing, Modality, Need, Offer, Suggestion
from repository.cases.values import language_name
from repository.dates import clock
from repository.dates.days import check_day
from repository.models import CaseStudy, City, Organization, Practice, Theme
from repository.practices.known import practice_choices
from repository.text.sorting import choices_by_name

MAX_DESCRIPTION_LENGTH = Listing._meta.get_field("description").max_length
MAX_EVIDENCE = 40
LINKS = ("practices", "themes", "cases", "experiences")
# The headings of the form, each with its fields.
GROUPS = (
    (_("In brief"), ("owner", "title", "description", "language")),
    (_("Practices and themes"), ("practices", "themes")),
    (_("Working together"), ("modalities", "languages", "valid_until", "capacity")),
    (_("Examples"), ("cases", "experiences")),
)


def working_languages() -> list[tuple[str, str]]:
    """Return languages as choices, named in the language of the page."""
    return choices_by_name((code, language_name(code)) for code in LANGUAGES)


class Ticks(forms.ModelMultipleChoiceField):
    """Checkboxes for rows, labelled by name."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, queryset, **kwargs):
        super().__init__(queryset, required=False, **kwargs)


class ExperienceTicks(Ticks):
    def label_from_instance(self, experience: Experience) -> str:
        return f"{experience.subject} ({experience.get_status_display()}, {experience.year})"


class ListingForm(forms.Form):
    """The common fields of a need and an offer."""

    title = forms.CharField(
        label=_("Title"),
        max_length=120,
        help_text=_("Describe it in one line."),
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
    description = PlainText(
        label=_("Description"),
        max_length=MAX_DESCRIPTION_LENGTH,
        widget=forms.Textarea(attrs={"rows": 7, "dir": "auto"}),
    )
    language = forms.ChoiceField(
        label=_("Language you are writing in"),
        choices=lambda: settings.LANGUAGES,
    )
    practices = Ticks(Practice.objects.only("name"), label=_("Practices"))
    themes = Ticks(
        Theme.objects.all(),
        label=_("Themes"),
        help_text=_("Choose at least one practice or theme, so that others can find it."),
    )
    modalities = forms.MultipleChoiceField(
        label=_("Kinds of cooperation"),
        choices=Modality,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    languages = forms.MultipleChoiceField(
        label=_("Working languages"),
        choices=working_languages,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    valid_until = forms.DateField(
        label=_("Valid until"),
        required=False,
        help_text=_("Leave empty if it has no end date."),
        validators=[check_day],
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    cases = Ticks(
        CaseStudy.objects.none(),
        label=_("Cases from your city that show this"),
    )
    experiences = ExperienceTicks(
        Experience.objects.none(),
        label=_("Your city’s experiences that show this"),
    )

    def __init__(
        self, *args, cities: Iterable[City], organizations: Iterable[Organization] = (), **kwargs
    ):
        """`cities` and `organizations` are the possible owners; none for a listing of a country."""
        super().__init__(*args, **kwargs)
        cities, organizations = list(cities), list(organizations)
        self.owners: dict[str, City | Organization] = {
            **{f"city-{city.pk}": city for city in cities},
            **{f"organization-{body.pk}": body for body in organizations},
        }
        names = [(f"city-{city.pk}", city.localized_name) for city in cities]
        names += [(f"organization-{body.pk}", str(body)) for body in organizations]
        # Shown in place of a choice if there is only one owner.
        self.owner_name = names[0][1] if len(names) == 1 else ""
        if len(names) > 1:
            self.fields = {
                "owner": forms.ChoiceField(label=_("For"), choices=names),
                **self.fields,
            }
        if organizations:
            self.fields["cases"].label = _("Cases that show this")
        of_mine = Q(cities__in=cities) | Q(organizations__in=organizations)
        mine = {
            "cases": CaseStudy.objects.published().filter(of_mine).distinct(),
            "experiences": Experience.objects.published().filter(city__in=cities),
        }
        for name, rows in mine.items():
            # Rows already linked remain available as choices.
            newest = rows.order_by("-pk").values_list("pk", flat=True)[:MAX_EVIDENCE]
            keys = {*newest, *self.initial.get(name, ())}
            self.fields[name].queryset = rows.model._default_manager.filter(pk__in=keys)
        self.fields["experiences"].queryset = self.fields["experiences"].queryset.prefetch_related(
            "subject"
        )
        for name in [name for name in LINKS if name != "practices"]:
            # Evaluate the choices once: templates first test whether there are any, which costs a
            # query.
            field = self.fields[name]
            field.choices = [(key.value, label) for key, label in field.choices]
        self.fields["practices"].choices = practice_choices()

    def clean_title(self):
        return " ".join(self.cleaned_data["title"].split())

    def clean_valid_until(self):
        day = self.cleaned_data["valid_until"]
        is_new = day != self.initial.get("valid_until")
        if day is not None and is_new and day < clock.today():
            raise ValidationError(_("Enter a date in the future."))
        return day

    def clean(self):
        cleaned = super().clean()
        named = cleaned.get("practices") or cleaned.get("themes")
        if "practices" in cleaned and "themes" in cleaned and not named:
            self.add_error("themes", _("Choose at least one practice or theme."))
        if not cleaned.get("modalities") and "modalities" not in self.errors:
            self.add_error("modalities", _("Choose at least one kind of cooperation."))
        return cleaned

    def groups(self) -> list[tuple[Any, list[forms.BoundField]]]:
        """The fields under their headings, without lists that have no choices."""
        grouped = [
            (title, [self[name] for name in names if name in self.fields])
            for title, names in GROUPS
        ]
        return [
            (title, [field for field in fields if getattr(field.field, "choices", True)])
            for title, fields in grouped
        ]

    @property
    def owner(self) -> City | Organization:
        """The selected owner. The form must be valid."""
        if "owner" in self.fields:
            return self.owners[self.cleaned_data["owner"]]
        return next(iter(self.owners.values()))

    def values(self) -> dict[str, Any]:
        """Return the values of the columns for the actions."""
        return {name: self.cleaned_data[name] for name in self.columns}

    def links(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in LINKS}

    columns = ("title", "description", "language", "modalities", "languages", "valid_until")


class NeedForm(ListingForm):
    pass


class OfferForm(ListingForm):
    capacity = forms.IntegerField(
        label=_("Partners per year"),
        required=False,
        min_value=1,
        max_value=1000,
        help_text=_("How many cities you can work with in a year. Leave empty if you don’t know."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "size": "6"}),
    )
    columns = (*ListingForm.columns, "capacity")


FORMS: dict[type[Listing], type[ListingForm]] = {Offer: OfferForm, Need: NeedForm}


def initial(listing: Any) -> dict[str, Any]:
    """Return the initial data of the form for a listing."""
    found = {name: getattr(listing, name) for name in FORMS[type(listing)].columns}
    return found | linked_with(listing, *LINKS)


def suggested(suggestion: Suggestion) -> dict[str, Any]:
    """Return the initial data when a city adopts a suggestion, which is in English."""
    columns = {name: getattr(suggestion, name) for name in ("title", "description")}
    # Only public cases, as the form shows them.
    cases = list(suggestion.cases.published().values_list("pk", flat=True))
    links = linked_with(suggestion, "practices", "themes")
    return columns | {"language": "en"} | links | {"cases": cases}


def blank() -> dict[str, Any]:
    return {"language": get_language() or settings.LANGUAGE_CODE}
