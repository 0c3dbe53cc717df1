"""The form of a partnership request, and forms for some of its steps."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from community.experiences.forms import PlainText
from community.writing.drafts.forms import LANGUAGES
from community.writing.preserved_input import FormTokens
from partnerships.models import (
    ClosingReason,
    Corridor,
    Modality,
    PartnershipRequest,
    Setting,
    Visibility,
)
from partnerships.ranking.facts import Must
from partnerships.requests import documents, requirements, subjects
from partnerships.requests.form_steps import FIRST, FORM_STEPS, FormStep, Gap
from repository.cases.values import language_name
from repository.models import CaseStudy, City, Country, Goal, Practice, Theme
from repository.places.models import REGIONS, IncomeGroup
from repository.practices.suggestions import Reason
from repository.text.lists import LIST_SIGNS, with_commas
from repository.text.parsing import whole_number
from repository.text.sorting import choices_by_name, sort_key
from repository.translations.reading import CARD, translate

FORM_TOKENS = FormTokens("partnerships.request_tickets")

# Matches the slug at the end of a case's URL.
ADDRESS = re.compile(r"(?:.*/)?cases/([-a-z0-9]+)/?(?:[?#].*)?|([-a-z0-9]+)", re.ASCII)
MAX_CASES = 12
# More would make every city fit a little, and none well.
MAX_PRACTICES = 3
TEXTS = ("challenge", "desired_result", "resources")


def language_choices(*more: str) -> list[tuple[str, str]]:
    """Return working languages as choices, named in the language of the page."""
    return choices_by_name((code, language_name(code)) for code in {*LANGUAGES, *more})


def unimportant(choices) -> list[tuple[str, Any]]:
    return [("", _("No preference")), *choices]


class Ticks(forms.ModelMultipleChoiceField):
    """Checkboxes for rows, labelled by name."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, queryset, **kwargs):
        super().__init__(queryset, required=False, **kwargs)


def ticks(choices, **kwargs) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        choices=choices, required=False, widget=forms.CheckboxSelectMultiple, **kwargs
    )


def select(choices, **kwargs) -> forms.ChoiceField:
    return forms.ChoiceField(choices=choices, required=False, **kwargs)


class RequestForm(forms.ModelForm):
    """The text of a request, or one step of it. Drafts may be incomplete; submitting requires more.

    Without a step it has all fields: the first step is shown, and the others are hidden.
    """

    # Empty fields are missing, not optional.
    leaves_gaps = True

    class Meta:
        model = PartnershipRequest
        fields = [
            "city",
            "title",
            "language",
            "direction",
            "challenge",
            "desired_result",
            "baseline",
            "resources",
            "starts_on",
            "ends_on",
            "facilitator_welcome",
        ]
        field_classes = dict.fromkeys(TEXTS, PlainText)
        labels = {
            "title": _("Title"),
            "direction": _("What do you want to do?"),
            "challenge": _("The challenge"),
            "desired_result": _("What result do you want?"),
            "baseline": _("What is the situation today?"),
            "resources": _("What can your city contribute?"),
            "starts_on": _("Start date"),
            "ends_on": _("End date"),
            "facilitator_welcome": _("We welcome a facilitator"),
        }
        help_texts = {
            "title": _("Describe the request in one line that a mayor would understand."),
            "challenge": _(
                "What is the problem, and who does it affect? Leave out names and phone "
                "numbers. Brokers will put you in touch."
            ),
            "desired_result": _("Describe something you can see or count."),
            "resources": _("For example: people, rooms, money, data, a pilot zone."),
        }
        error_messages = {
            "city": {"required": _("Choose your city.")},
            "title": {"required": _("Enter a title.")},
            "direction": {"required": _("Choose what you want to do.")},
        }
        widgets = {
            "title": forms.TextInput(attrs={"dir": "auto"}),
            "baseline": forms.TextInput(attrs={"dir": "auto"}),
            "direction": forms.RadioSelect,
            **{name: forms.Textarea(attrs={"rows": 6, "dir": "auto"}) for name in TEXTS},
            **{
                name: forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
                for name in ("starts_on", "ends_on")
            },
        }

    language = forms.ChoiceField(
        label=_("Language you are writing in"),
        choices=lambda: settings.LANGUAGES,
        initial=get_language,
    )
    practices = Ticks(
        Practice.objects.only("name"),
        label=_("Practices"),
        help_text=_("Choose up to three. We look for cities that have done this."),
    )
    themes = Ticks(Theme.objects.all(), label=_("Themes"))
    goals = Ticks(Goal.objects.all(), label=_("Sustainable Development Goals"))
    offered_practices = Ticks(
        Practice.objects.only("name"),
        label=_("Practices you can share in return"),
        help_text=_("This gives a partner more reason to accept."),
    )
    modalities = ticks(Modality, label=_("Kinds of cooperation"))
    languages = ticks(language_choices, label=_("Languages you can work in"))
    # No choice is made in advance: it may let more people see the request than its city wants.
    visibility = forms.ChoiceField(
        label=_("Who can see the request once it’s open?"),
        choices=Visibility,
        required=False,
        widget=forms.RadioSelect,
    )
    cases = Ticks(CaseStudy.objects.none(), label=_("Related cases"))
    more_cases = forms.CharField(
        label=_("Links to other cases"),
        required=False,
        max_length=1000,
        help_text=_("Copy each link from your browser. Separate links with spaces."),
    )
    inspired_by = forms.ModelChoiceField(
        CaseStudy.objects.published(), required=False, widget=forms.HiddenInput
    )

    must_speak = ticks(language_choices, label=_("Must work in all of these languages"))
    must_region = select(lambda: unimportant(REGIONS.items()), label=_("Region"))
    must_country = select([], label=_("Country or area"))
    must_income = select(
        lambda: unimportant(IncomeGroup.choices), label=_("Income group of the country")
    )
    must_setting = select(lambda: unimportant(Setting.choices), label=_("Type of place"))
    must_corridor = select(
        lambda: unimportant(choices_by_name(Corridor.choices)), label=_("Trade corridor")
    )
    must_be = ticks(
        lambda: [(must.value, requirements.ALONE[must]()) for must in requirements.PLAIN],
        label=_("Other requirements"),
    )

    def __init__(
        self,
        *args,
        cities: Iterable[City],
        initial: Mapping[str, Any] | None = None,
        step: FormStep | None = None,
        suggest: bool = False,
        **kw,
    ):
        """`cities` are those that the author represents, with their countries.

        With `suggest` the form offers what the words of the initial data are about.
        """
        super().__init__(*args, initial=dict(initial or {}), **kw)
        steps = FORM_STEPS if step is None else [step]
        self.fields = {name: self.fields[name] for each in steps for name in each.fields}
        self.step = step or FIRST
        self.is_whole = step is None
        self.cities = sorted(cities, key=lambda city: sort_key(city.localized_name))
        self.is_suggesting = suggest
        self.suggested = subjects.NOTHING_SUGGESTED
        if "city" in self.fields:
            self.choose_city()
        self.case: CaseStudy | None = None
        if "practices" in self.fields or "offered_practices" in self.fields:
            self.choose_practices()
            if suggest:
                self.suggested = subjects.suggested_by(self.initial, self.practices)
        if "inspired_by" in self.fields:
            self.begin_from_case()
        if "cases" in self.fields:
            self.choose_cases()
        if "must_country" in self.fields:
            self.fields["must_country"].choices = unimportant(country_choices())
        for name in ("languages", "must_speak"):
            if name in self.fields:
                # Languages already selected remain available as choices.
                self.fields[name].choices = language_choices(*self.initial.get(name, ()))

    def choose_city(self) -> None:
        city = self.fields["city"]
        city.queryset = City.objects.filter(pk__in=[each.pk for each in self.cities])
        city.choices = [
            (each.pk, with_commas([each.localized_name, each.country.localized_name]))
            for each in self.cities
        ]
        if len(self.cities) == 1:
            self.initial.setdefault("city", self.cities[0].pk)

    def begin_from_case(self) -> None:
        """Ask what the city wants to learn from the case that the request began from, if any."""
        key = whole_number(str(self["inspired_by"].value() or ""))
        cases = CaseStudy.objects.published().filter(pk=key).only("title", "language", "slug")
        self.case = cases.first() if key else None
        if self.case is None:
            return
        translate(("case", [self.case]), only=CARD)
        self.fields["practices"].label = _("What does your city want to learn?")
        shown = subjects.shown_by(self.case, self.practices)
        self.suggested = replace(self.suggested, practices=shown | self.suggested.practices)

    def choose_practices(self) -> None:
        self.practices = subjects.described_practices()
        for name in ("practices", "offered_practices"):
            if name in self.fields:
                self.fields[name].choices = [(each.pk, each.name) for each in self.practices]
        self.theme_names = {theme.pk: str(theme) for theme in Theme.objects.all()}
        if "themes" in self.fields:
            self.fields["themes"].choices = list(self.theme_names.items())

    def choose_cases(self) -> None:
        """Offer the cases of the cities, those linked already, and those submitted."""
        named = {str(pk) for pk in (*self.initial.get("cases", ()), *self.suggested.cases)}
        if self.is_bound:
            named.update(self.data.getlist("cases"))
        keys = [key for key in map(whole_number, named) if key is not None]
        ours = models.Q(cities__in=self.cities)
        found = CaseStudy.objects.published().filter(ours | models.Q(pk__in=keys[:MAX_CASES]))
        cases = CaseStudy.objects.filter(pk__in=found.values("pk")).only("title", "language")
        self.fields["cases"].queryset = cases
        self.cases = list(cases)
        translate(("case", self.cases), only=CARD)
        self.cases.sort(key=lambda case: sort_key(case.title))
        self.fields["cases"].choices = [(case.pk, case.title) for case in self.cases]

    def chosen_practices(self) -> subjects.Choices:
        return self.choices_of("practices", self.suggested.practices)

    def chosen_offered_practices(self) -> subjects.Choices:
        return self.choices_of("offered_practices")

    def choices_of(
        self, name: str, suggested: Mapping[int, Reason] | None = None
    ) -> subjects.Choices:
        return subjects.Choices(
            self[name], rows=self.practices, themes=self.theme_names, suggested=suggested
        )

    def chosen_themes(self) -> subjects.Choices:
        return subjects.Choices(self["themes"], suggested=dict.fromkeys(self.suggested.themes))

    def chosen_cases(self) -> subjects.Choices:
        return subjects.Choices(self["cases"], rows=self.cases, suggested=self.suggested.cases)

    @property
    def reads_any_language(self) -> bool:
        """Whether suggestions compare meanings, and not only words of the site's languages."""
        return bool(settings.EMBEDDINGS_URL)

    @property
    def asks_for_city(self) -> bool:
        """Whether the author has to choose the city."""
        return len(self.cities) != 1

    @property
    def shown(self) -> set[str]:
        """The names of the fields that the step shows."""
        hidden = {"inspired_by"} if self.asks_for_city else {"inspired_by", "city"}
        also = {"city"} if self.asks_for_city else set()
        return {*self.step.fields} - hidden | also & {*self.fields}

    def hidden_answers(self) -> list[forms.BoundField]:
        """Return the fields with a value that the step does not show, to be sent with it."""
        shown = self.shown
        empty: tuple = (None, "", [], False)
        return [field for field in self if field.name not in shown and field.value() not in empty]

    def mark_gaps(self, gaps: Iterable[Gap]) -> None:
        """Mark the fields of this step that are missing, on a form that nobody has sent yet."""
        self.cleaned_data: dict[str, Any] = {}
        for gap in gaps:
            if gap.field in self.fields:
                self.add_error(gap.field, str(gap.advice))

    def error_links(self) -> list[tuple[str, str]]:
        """Return each error with the id of its field, empty if it is hidden, in their order."""
        shown = self.shown
        return [
            (anchor_of(field.name) if field.name in shown else "", error)
            for field in self
            for error in field.errors
        ]

    @property
    def error_count(self) -> int:
        return sum(map(len, self.errors.values()))

    def typed(self) -> dict[str, Any]:
        """Return what was sent as initial data, unchecked, to show the form again as it was."""
        return {
            name: field.widget.value_from_datadict(self.data, self.files, self.add_prefix(name))
            for name, field in self.fields.items()
        }

    def clean_title(self):
        return " ".join(self.cleaned_data["title"].split())

    def clean_visibility(self):
        """Keep the choice made before if none is sent."""
        return self.cleaned_data["visibility"] or self.initial.get("visibility", "")

    def clean_more_cases(self):
        """Return the published cases at the URLs."""
        found = []
        for word in re.split(rf"\s|{LIST_SIGNS.pattern}", self.cleaned_data["more_cases"]):
            if not word:
                continue
            match = ADDRESS.fullmatch(word)
            slug = (match[1] or match[2]) if match else ""
            case = CaseStudy.objects.published().filter(slug=slug).first() if slug else None
            if case is None:
                raise ValidationError(
                    _("No case found at this address: %(address)s"),
                    params={"address": word[:120]},
                )
            found.append(case)
        return found

    def clean_practices(self):
        if len(self.cleaned_data["practices"]) > MAX_PRACTICES:
            raise ValidationError(
                _("Choose three practices or fewer: those that matter most to your city.")
            )
        return self.cleaned_data["practices"]

    def clean_must_be(self):
        chosen = self.cleaned_data["must_be"]
        if {Must.LANDLOCKED.value, Must.SEA_PORT.value} <= {*chosen}:
            raise ValidationError(_("A city can’t be landlocked and have a sea port. Choose one."))
        return chosen

    def clean(self):
        cleaned = super().clean()
        starts_on, ends_on = cleaned.get("starts_on"), cleaned.get("ends_on")
        if starts_on and ends_on and ends_on < starts_on:
            # The constraint of the model says the same, but of no field.
            self.add_error("ends_on", _("Enter an end date that is on or after the start date."))
        if "cases" not in self.fields:
            return cleaned
        cases = {*(cleaned.get("cases") or ()), *(cleaned.get("more_cases") or ())}
        if self.is_whole and cleaned.get("inspired_by"):
            # A new request links the case that it began from.
            cases.add(cleaned["inspired_by"])
        if len(cases) > MAX_CASES:
            self.add_error("cases", _("Choose 12 cases or fewer."))
        cleaned["cases"] = sorted(cases, key=lambda case: case.pk)
        return cleaned

    def values(self) -> dict[str, Any]:
        """Return the values for the actions, of the fields that the form has."""
        answers = dict(self.cleaned_data)
        if "must_be" in self.fields:
            answers["musts"] = requirements.stored(self.cleaned_data)
        return {name: answers[name] for name in documents.FIELDS if name in answers}


def anchor_of(name: str) -> str:
    """Return the id to which links to a field lead: of its input, or of the group of its inputs."""
    field = RequestForm.base_fields[name]
    several = isinstance(field.widget, forms.CheckboxSelectMultiple | forms.RadioSelect)
    return f"field-{name}" if several else f"id_{name}"


def country_choices() -> list[tuple[str, str]]:
    countries = Country.objects.only("pk", "name")
    return choices_by_name((country.pk, country.localized_name) for country in countries)


def initial_of(document: documents.Document) -> dict[str, Any]:
    """Return the initial data of the form for a document."""
    answers = {name: document[name] for name in documents.FIELDS if name != "musts"}
    return answers | requirements.asked(document["musts"])


class CloseForm(forms.Form):
    """Asks why a request is closed."""

    reason = forms.ChoiceField(
        label=_("Why are you closing the request?"), choices=ClosingReason, widget=forms.RadioSelect
    )
