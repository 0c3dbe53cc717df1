from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from community.experiences import reports as experiences_reports
from community.models import Reason, UsedBy, Verb
from partnerships.desk.forms import BrokerDecisionForm
from partnerships.models import Representation, RepresentationStatus
from partnerships.representation.review import Chosen, OrganizationToAdd
from repository.dates.days import check_day
from repository.models import Organization, OrganizationKind
from repository.text.lists import with_commas

NEW = "new"
MAX_FOUND = 20
# Reasons to decline or end a representation. The other reasons concern contributions.
REASONS = [
    Reason.UNCONFIRMED,
    Reason.INCOMPLETE,
    Reason.UNCLEAR,
    Reason.DUPLICATE,
    Reason.OUTDATED,
    Reason.FIT,
    Reason.MISTAKE,
    Reason.OTHER,
]


def name_of(representation: Representation) -> str:
    """Return the text to search for: "Kisumu, Kenya" for a city, the name of an organisation."""
    country = None if representation.is_of_organization else representation.country
    return with_commas([representation.place, country and country.localized_name])


def has_evidence(representation: Representation) -> bool:
    """Whether there is a letter or a confirmed official address (annotated by the review)."""
    return bool(
        representation.letter or representation.address_confirmed_at or representation.is_confirmed
    )


class RepresentationDecisionForm(BrokerDecisionForm):
    """A decision of a broker: what the member represents and until when, or why not."""

    used_by = UsedBy.REPRESENTATIONS
    # The name of the field with the choice of city or organisation.
    choice: str

    until = forms.DateField(
        label=_("End date"),
        required=False,
        help_text=_("Leave empty for no end date."),
        validators=[check_day],
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    without_evidence = forms.BooleanField(label=_("Approve without evidence"), required=False)

    def __init__(self, *args, representation: Representation, look_for: str, **kwargs):
        """`look_for` is the name of a city or organisation; empty for the one requested."""
        super().__init__(*args, **kwargs)
        self.representation = representation
        self.look_for = look_for or name_of(representation)
        self.fields["reason"].choices = [
            ("", _("Choose a reason")),
            *((reason.value, reason.label) for reason in REASONS),
        ]
        texts = self.fields["canned"].queryset
        self.fields["canned"].queryset = texts.filter(reason__in=REASONS)
        if has_evidence(representation):
            del self.fields["without_evidence"]
        self.found: dict[str, Any] = {}
        self.offer_choices(look_for)
        self.initial.setdefault("name", representation.place)
        self.initial.setdefault("until", representation.until)

    def clean(self):
        cleaned = super().clean()
        is_new = self.representation.status == RepresentationStatus.ASKED
        is_approved = is_new and cleaned.get("verb") == Verb.APPROVE
        if is_approved and cleaned.get("without_evidence") is False:
            self.add_error(
                "without_evidence",
                _(
                    "There is no letter and no confirmed official address. Ask for one, or tick "
                    "the box if you know this person in another way."
                ),
            )
        return cleaned

    @property
    def choice_field(self) -> forms.BoundField:
        return self[self.choice]

    def offer_choices(self, look_for: str) -> None:
        """Fill the choices of city or organisation."""
        raise NotImplementedError

    def chosen(self) -> Chosen | None:
        """Return the selected city or organisation for the action."""
        raise NotImplementedError


class CityDecisionForm(RepresentationDecisionForm):
    """A decision about a city."""

    choice = "city"
    city = forms.ChoiceField(
        label=_("City that the member will represent"), widget=forms.RadioSelect, required=False
    )
    name = forms.CharField(label=_("Name of the new city"), max_length=120, required=False)

    def offer_choices(self, look_for: str) -> None:
        representation = self.representation
        found = (
            experiences_reports.cities_called(look_for)
            if look_for
            else experiences_reports.called(representation.place, representation.country)
        )
        if representation.city is not None:
            asked = f"city-{representation.city.pk}"
            if asked not in {one.key for one in found}:
                label = experiences_reports.label_of(representation.city)
                found.insert(0, experiences_reports.Found(asked, label, representation.city))
        else:
            asked = f"place-{representation.geoname_id}"
        self.found = {one.key: one for one in found}
        choices = [(one.key, one.label) for one in found]
        if representation.country is not None:
            choices.append((NEW, _("A new city that isn’t in either list")))
        self.fields["city"].choices = choices
        self.initial.setdefault("city", asked if asked in self.found else choices[0][0])

    def chosen(self) -> Chosen | None:
        key = self.cleaned_data["city"]
        if key == NEW:
            return " ".join(self.cleaned_data["name"].split())
        return (self.found[key].city or self.found[key].place) if key else None


class OrganizationDecisionForm(RepresentationDecisionForm):
    """A decision about an organisation."""

    choice = "organization"
    organization = forms.ChoiceField(
        label=_("Organisation that the member will represent"),
        widget=forms.RadioSelect,
        required=False,
    )
    name = forms.CharField(label=_("Name of the new organisation"), max_length=200, required=False)
    kind = forms.ChoiceField(
        label=_("Type of the new organisation"),
        choices=[("", _("Choose a type")), *OrganizationKind.choices],
        required=False,
    )

    def offer_choices(self, look_for: str) -> None:
        asked = self.representation.organization
        look_for = look_for.replace("\0", "").strip() or self.representation.place
        named = Q(name__icontains=look_for) | Q(acronym__iexact=look_for)
        found = list(Organization.objects.filter(named)[:MAX_FOUND])
        if asked is not None:
            found = [asked, *(body for body in found if body != asked)]
        self.found = {f"organization-{body.pk}": body for body in found}
        choices = [(key, str(body)) for key, body in self.found.items()]
        choices.append((NEW, _("A new organisation that isn’t in the list")))
        self.fields["organization"].choices = choices
        self.initial.setdefault("organization", choices[0][0])

    def chosen(self) -> Chosen | None:
        key = self.cleaned_data["organization"]
        if key == NEW:
            name = " ".join(self.cleaned_data["name"].split())
            return OrganizationToAdd(name, self.cleaned_data["kind"])
        return self.found.get(key)
