"""The rows of a case: a small form for each figure, work and proposed practice."""

import re
from decimal import Decimal

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from community.writing.drafts.documents import compact
from repository.cases.sections import CaseSection
from repository.models import Evidence, Qualifier, ReferenceKind
from repository.references.models import DOI, DOI_WANTED, YEARS

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
