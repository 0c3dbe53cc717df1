"""The form of a case: its fields, its rows, and all forms of one case together."""

import re
from decimal import Decimal

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from community.tagging.forms import SuggestedTags
from community.writing.drafts import documents
from community.writing.drafts.documents import compact
from community.writing.drafts.steps import STEPS
from community.writing.preserved_input import FormTokens
from repository.cases.models import SECTIONS
from repository.cases.sections import CaseSection
from repository.cases.values import language_name
from repository.models import (
    CaseStudy,
    City,
    Country,
    Evidence,
    Goal,
    Organization,
    Qualifier,
    ReferenceKind,
    Theme,
)
from repository.pages.form_steps import FormStep
from repository.places.country_names import country_name, country_names, customary_names
from repository.places.gazetteer import fold
from repository.practices.known import practice_choices
from repository.references.models import DOI, DOI_WANTED, YEARS
from repository.tags import folding
from repository.tags.form_fields import TagsField
from repository.text.languages import direction_of

WRITTEN_DOI = re.compile(rf"(?:https?://(?:dx\.)?doi\.org/|doi:\s*)?({DOI})", re.I)


class RowForm(forms.Form):
    """A row; `rare` names the fields that are folded until somebody needs them."""

    rare: tuple[str, ...] = ()
    # The fields that name the row where it is folded.
    heading: tuple[str, ...] = ()

    def main_fields(self) -> list[forms.BoundField]:
        return [field for field in self if field.name not in self.rare]

    def rare_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.rare]

    def uses_rare_fields(self) -> bool:
        return any(field.value() or field.errors for field in self.rare_fields())

    def as_heading(self) -> str:
        """What the row is, in a line: "Days at the port: 20 days"."""
        texts = [str(self[name].value() or "") for name in self.heading]
        return ": ".join(filter(None, [texts[0], " ".join(filter(None, texts[1:]))]))


class EvidenceForm(RowForm):
    """A figure with its source."""

    rare = ("qualifier", "value_to", "currency", "numerator", "denominator", "case_section")
    heading = ("label", "value", "unit")
    field_order = ("label", "value", "unit", "period", "reference", "place", "is_headline")

    label = forms.CharField(label=gettext_lazy("What it measures"), max_length=200, required=False)
    qualifier = forms.ChoiceField(
        label=gettext_lazy("Precision"),
        choices=[("", gettext_lazy("exact")), *Qualifier.choices],
        required=False,
    )
    value = forms.DecimalField(
        label=gettext_lazy("Value"), max_digits=20, decimal_places=4, required=False, localize=False
    )
    value_to = forms.DecimalField(
        label=gettext_lazy("Upper value, for a range"),
        max_digits=20,
        decimal_places=4,
        required=False,
    )
    unit = forms.CharField(label=gettext_lazy("Unit"), max_length=40, required=False)
    currency = forms.CharField(
        label=gettext_lazy("Currency code, like USD"), max_length=3, required=False
    )
    numerator = forms.IntegerField(
        label=gettext_lazy("For a share: how many"), min_value=0, max_value=10**15, required=False
    )
    denominator = forms.IntegerField(
        label=gettext_lazy("Out of how many"), min_value=1, max_value=10**15, required=False
    )
    period = forms.CharField(label=gettext_lazy("Year or period"), max_length=40, required=False)
    is_headline = forms.BooleanField(label=gettext_lazy("Key figure"), required=False)
    reference = forms.CharField(label=gettext_lazy("Source"), required=False, widget=forms.Select)
    place = forms.CharField(
        label=gettext_lazy("Page or table, or another source"), max_length=200, required=False
    )

    case_section = forms.ChoiceField(
        label=gettext_lazy("Section in which it is shown"),
        choices=[("", gettext_lazy("the section that mentions its number")), *CaseSection.choices],
        required=False,
    )

    def clean_currency(self):
        return self.cleaned_data["currency"].upper()

    def clean(self):
        cleaned = super().clean()
        if not cleaned.get("label"):
            self.add_error("label", _("Enter what the figure measures."))
        if self.errors:
            return cleaned
        columns = {name: value for name, value in cleaned.items() if name != "reference"}
        figure = Evidence(**columns)
        try:
            figure.validate_constraints(exclude={"case", "series"})
        except ValidationError as error:
            self.add_error("value", error.messages)
        return cleaned

    def cleaned_row(self) -> dict:
        row = {"key": self.key}
        for name, value in self.cleaned_data.items():
            if isinstance(value, bool):
                value = "on" if value else ""
            elif isinstance(value, Decimal):
                value = f"{value.normalize():f}"
            row[name] = "" if value is None else str(value)
        return compact(row)


class ReferenceForm(RowForm):
    """A published work: by its DOI, or by its bibliographic data."""

    heading = ("title", "doi")
    field_order = ("title", "authors", "year", "publisher", "url", "doi", "kind")

    doi = forms.CharField(label="DOI", max_length=120, required=False)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=ReferenceKind, required=False)
    authors = forms.CharField(
        label=gettext_lazy("Authors, like “Family name, given name; …”"),
        max_length=400,
        required=False,
    )
    year = forms.IntegerField(
        label=gettext_lazy("Year"),
        min_value=YEARS[0],
        max_value=YEARS[1],
        required=False,
        localize=False,
    )
    title = forms.CharField(label=gettext_lazy("Title"), max_length=400, required=False)
    publisher = forms.CharField(label=gettext_lazy("Publisher"), max_length=200, required=False)
    url = forms.URLField(
        label=gettext_lazy("Web address"), max_length=500, required=False, assume_scheme="https"
    )

    def clean_doi(self):
        doi = self.cleaned_data["doi"]
        if not doi:
            return ""
        found = WRITTEN_DOI.fullmatch(doi)
        if not found:
            raise ValidationError(DOI_WANTED)
        return found[1].lower()

    def clean_kind(self):
        return self.cleaned_data["kind"] or ReferenceKind.WEB

    def clean(self):
        cleaned = super().clean()
        if not self.errors and not cleaned["title"] and not cleaned["doi"]:
            self.add_error("title", _("Enter the title of the source or its DOI."))
        return cleaned

    def cleaned_row(self) -> dict:
        year = self.cleaned_data["year"]
        return {"key": self.key, **self.cleaned_data, "year": str(year) if year else ""}


class ProposedForm(RowForm):
    """A practice that the collection does not have yet."""

    heading = ("name",)

    name = forms.CharField(label=gettext_lazy("Name"), max_length=90, required=False)
    summary = forms.CharField(
        label=gettext_lazy("What it is, in one sentence"), max_length=260, required=False
    )

    def clean(self):
        cleaned = super().clean()
        if not cleaned.get("name"):
            self.add_error("name", _("Enter a name for the practice."))
        return cleaned

    def cleaned_row(self) -> dict:
        return {"key": self.key, **self.cleaned_data}


ROW_FORMS = {"references": ReferenceForm, "evidence": EvidenceForm, "proposed": ProposedForm}


# The form of a case


FORM_TOKENS = FormTokens("community.writing")

MAX_SECTION_LENGTH = 20_000
# Those of the United Nations and others that many cities of the South work in.
LANGUAGES = [
    "en",
    "fr",
    "es",
    "pt",
    "ar",
    "zh",
    "ru",
    "am",
    "bn",
    "fa",
    "ha",
    "hi",
    "id",
    "ja",
    "ko",
    "ms",
    "sw",
    "ta",
    "th",
    "tr",
    "ur",
    "vi",
]


class NameInputs(forms.Widget):
    """Several text inputs with one name for names of places, with a datalist."""

    template_name = "community/writing/_name_inputs.html"
    spare = 2

    def __init__(self, suggestions: str):
        super().__init__()
        self.suggestions = suggestions

    def value_from_datadict(self, data, files, name):
        return data.getlist(name) if hasattr(data, "getlist") else data.get(name, [])

    def get_context(self, name, value, attrs):
        context = super().get_context(name, None, attrs)
        context["widget"] |= {
            "texts": [*(value or []), *[""] * self.spare],
            "suggestions": self.suggestions,
            "label": self.label,
        }
        return context


class NamesField(forms.Field):
    """Names of places; the value is a list of keys. `find` returns `{key: [names]}` of all."""

    most = 12

    def __init__(self, *, known, suggestions: str, missing, **kwargs):
        widget = NameInputs(suggestions)
        super().__init__(widget=widget, required=False, **kwargs)
        self.known, self.missing = known, missing
        self.widget.label = self.label

    def clean(self, value):
        texts = [text for text in value or [] if text]
        if not texts:
            return []
        by_name: dict[str, set] = {}
        known = self.known()
        for key, names in known.items():
            for name in names:
                by_name.setdefault(fold(name), set()).add(key)
        keys = []
        for text in texts[: self.most]:
            if text in known:
                keys.append(text)
                continue
            found = by_name.get(fold(text), set())
            if len(found) > 1:
                ways = "; ".join(sorted(known[key][0] for key in found))
                raise ValidationError(
                    _("Several places have this name. Choose one of these: %(ways)s.")
                    % {"ways": ways}
                )
            if not found:
                raise ValidationError(self.missing % {"name": text[:60]})
            keys += found
        return sorted(set(keys))


def city_names() -> dict[str, list[str]]:
    """By slug: the display name with the country, then all other names."""
    language = get_language() or ""
    return {
        slug: [
            f"{names.get(language, name)}, {country_name(country)}",
            name,
            *names.values(),
        ]
        for slug, name, names, country in City.objects.order_by("name").values_list(
            "slug", "name", "names", "country"
        )
    }


def known_countries() -> dict[str, list[str]]:
    english, customary = country_names("en"), customary_names("en")
    return {
        iso2: [country_name(iso2), name, english.get(iso2, name), customary.get(iso2, name)]
        for iso2, name in Country.objects.values_list("pk", "name")
    }


def organization_names() -> dict[str, list[str]]:
    return {
        slug: [name, acronym] if acronym else [name]
        for slug, name, acronym in Organization.objects.values_list("slug", "name", "acronym")
    }


KNOWN = {
    "cities": city_names,
    "countries": known_countries,
    "organizations": organization_names,
}


def shown_names(name: str, keys: list[str]) -> list[str]:
    """The display names of keys; values that are no keys are returned as typed."""
    known = KNOWN[name]() if keys else {}
    return [known[key][0] if key in known else key for key in keys]


class TickField(forms.MultipleChoiceField):
    widget = forms.CheckboxSelectMultiple

    def clean(self, value):
        return sorted(set(super().clean(value)))


class GoalField(TickField):
    def clean(self, value):
        return sorted(super().clean(value), key=int)


def model_text(name: str, **kwargs) -> forms.CharField:
    field = CaseStudy._meta.get_field(name)
    kwargs = {"label": capfirst(field.verbose_name), "required": False} | kwargs
    return forms.CharField(max_length=field.max_length, **kwargs)


# Questions of reviewers as help texts of the fields.
ASKED = {
    "challenge": gettext_lazy("What was wrong, who was affected, and how badly."),
    "solution": gettext_lazy("Who did what, step by step."),
    "results": gettext_lazy("What has changed since."),
    "lessons": gettext_lazy("What you know now and wish you had known then."),
    "what_did_not_work": gettext_lazy(
        "Readers look for this first. It helps them avoid the same mistakes."
    ),
    "preconditions": gettext_lazy("What another city needs before it can do this."),
    "advice": gettext_lazy("What to do first, and what to leave out."),
}


def section(name: str) -> forms.CharField:
    return forms.CharField(
        label=SECTIONS[name],
        help_text=ASKED[name],
        required=False,
        max_length=MAX_SECTION_LENGTH,
        widget=forms.Textarea(
            attrs={"rows": 7, "data-words": True, "maxlength": MAX_SECTION_LENGTH}
        ),
    )


class CaseForm(forms.Form):
    """The fields of a case. A draft needs only a title."""

    title = model_text(
        "title",
        help_text=gettext_lazy("Say what happened, in up to 90 characters."),
        required=True,
        error_messages={
            "required": gettext_lazy("Enter a title, so that you can find your draft again.")
        },
    )
    summary = model_text(
        "summary",
        help_text=gettext_lazy("1 or 2 plain sentences: what was done and what it achieved."),
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": 260}),
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language of the case"),
        choices=lambda: [(code, language_name(code)) for code in LANGUAGES],
    )
    setting = model_text("setting", help_text=CaseStudy._meta.get_field("setting").help_text)
    cities = NamesField(
        label=gettext_lazy("Cities"),
        known=city_names,
        suggestions="known-cities",
        missing=gettext_lazy(
            "The exchange has no city called “%(name)s” yet. Leave it out, and mention it in "
            "your note to moderators when you submit."
        ),
    )
    countries = NamesField(
        label=gettext_lazy("Countries and areas"),
        known=known_countries,
        suggestions="known-countries",
        missing=gettext_lazy("No country or area is called “%(name)s”. Check the spelling."),
    )
    organizations = NamesField(
        label=gettext_lazy("Organisations"),
        known=organization_names,
        suggestions="known-organizations",
        missing=gettext_lazy(
            "The exchange has no organisation called “%(name)s” yet. Leave it out, and mention "
            "it in your note to moderators when you submit."
        ),
    )
    themes = TickField(
        label=gettext_lazy("Themes"),
        required=False,
        choices=lambda: [(theme.slug, str(theme)) for theme in Theme.objects.all()],
    )
    goals = GoalField(
        label=gettext_lazy("Sustainable Development Goals"),
        required=False,
        choices=lambda: [(str(goal.pk), str(goal)) for goal in Goal.objects.all()],
    )
    challenge = section("challenge")
    solution = section("solution")
    results = section("results")
    lessons = section("lessons")
    what_did_not_work = section("what_did_not_work")
    preconditions = section("preconditions")
    advice = section("advice")
    cost = model_text("cost")
    time = model_text("time")
    source = model_text(
        "source",
        help_text=gettext_lazy("Where others can check this: a report, a web page or an office."),
    )
    practices = TickField(
        label=gettext_lazy("Practices in this case"),
        required=False,
        choices=lambda: practice_choices("slug"),
    )
    tags = TagsField(
        label=gettext_lazy("Tags"),
        required=False,
        widget=SuggestedTags,
        help_text=gettext_lazy("Up to 10 words or phrases, separated by commas."),
    )

    # Text without a title is saved too, so the browser must submit it.
    use_required_attribute = False
    # Sections are not marked “(optional)”: an empty one is a gap.
    leaves_gaps = True

    def clean_title(self):
        return " ".join(self.cleaned_data["title"].split())


class CaseForms:
    """All forms of one case over one document: the fields, and the rows of each table.

    With `checked` they are validated; otherwise the document is only shown.
    """

    def __init__(self, document: dict, *, checked: bool = False, more: str = ""):
        fields = {name: document[name] for name in (*documents.TEXTS, *documents.CHOICES)}
        fields["language"] = fields["language"] or "en"
        shown = fields | {name: shown_names(name, fields[name]) for name in documents.PLACES}
        self.fields = CaseForm(shown) if checked else CaseForm(initial=shown)
        self.rows = {}
        for table, form in ROW_FORMS.items():
            rows = document[table]
            self.rows[table] = [
                self.row(form, table, at, row, checked) for at, row in enumerate(rows)
            ]
            # One row at a time: an empty one where there is none, or where one is added.
            if not rows or (more == table and len(rows) < documents.MAX_ROWS[table]):
                self.rows[table].append(self.row(form, table, len(rows), None, False))
        self.offer_sources()
        self.name_language(fields["language"])

    def name_language(self, language: str) -> None:
        """Set `lang` and `dir` of the fields: the page may be in another language."""
        if language in dict(self.fields.fields["language"].choices):
            for form in [self.fields, *self.filled()]:
                for field in form.fields.values():
                    if isinstance(field.widget, forms.TextInput | forms.Textarea):
                        field.widget.attrs |= {"lang": language, "dir": direction_of(language)}

    def row(self, form, table: str, at: int, row: dict | None, checked: bool):
        prefix = f"{table}-{at}"
        if checked:
            made = form({f"{prefix}-{name}": text for name, text in row.items()}, prefix=prefix)
        else:
            made = form(initial=row or {}, prefix=prefix)
        made.key = row["key"] if row else documents.new_key()
        made.is_new = row is None
        made.number = at + 1
        return made

    def offer_sources(self) -> None:
        """Offer the works of the form as choices for the source of a figure."""
        choices = [("", _("None of the sources below"))]
        for made in self.rows["references"]:
            title = made["title"].value() or made["doi"].value() or ""
            text = _("Source %(number)d") % {"number": made.number}
            choices.append((made.key, f"{text}: {title[:60]}" if title else text))
        for made in self.rows["evidence"]:
            made.fields["reference"].widget.choices = choices

    def filled(self):
        return [made for rows in self.rows.values() for made in rows if not made.is_new]

    def is_valid(self) -> bool:
        # Validate all of them: a page shows all errors at once.
        return all([self.fields.is_valid(), *[made.is_valid() for made in self.filled()]])

    def steps_with_errors(self) -> list[FormStep]:
        """The steps that hold a wrong answer, of forms that were validated."""
        names = {*self.fields.errors} if self.fields.is_bound else set()
        names |= {table for table, rows in self.rows.items() if any(row.errors for row in rows)}
        return [step for step in STEPS if names.intersection(step.fields)]

    def document(self) -> dict:
        """The normalised document, with valid values only."""
        cleaned = dict(self.fields.cleaned_data)
        cleaned["tags"] = folding.joined(sorted(cleaned["tags"]))
        for table, rows in self.rows.items():
            cleaned[table] = [made.cleaned_row() for made in rows if not made.is_new]
        return cleaned
