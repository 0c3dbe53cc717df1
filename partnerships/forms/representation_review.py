from django import forms
from django.utils.translation import gettext_lazy as _

from community import tries
from community.models import Reason
from partnerships.models import Representation
from repository import gazetteer
from repository.models import City

from .decision import BrokerDecisionForm

NEW = "new"
# Why somebody does not speak for a city. The other reasons are about what members write.
REASONS = [
    Reason.INCOMPLETE,
    Reason.UNCLEAR,
    Reason.DUPLICATE,
    Reason.OUTDATED,
    Reason.FIT,
    Reason.MISTAKE,
    Reason.OTHER,
]


class RepresentationDecisionForm(BrokerDecisionForm):
    """What a broker decides: for which city and to which day, or why not."""

    city = forms.ChoiceField(label=_("City"), widget=forms.RadioSelect, required=False)
    name = forms.CharField(label=_("Name of the new city"), max_length=120, required=False)
    until = forms.DateField(
        label=_("Last day"),
        required=False,
        help_text=_("Left empty: until somebody ends it."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args, representation: Representation, look_for: str, **kwargs):
        """`look_for` is the name under which cities are looked for."""
        super().__init__(*args, **kwargs)
        self.fields["reason"].choices = [
            ("", _("Choose a reason")),
            *((reason.value, reason.label) for reason in REASONS),
        ]
        texts = self.fields["canned"].queryset
        self.fields["canned"].queryset = texts.filter(reason__in=REASONS)
        found = tries.cities_called(look_for)
        if representation.city is not None:
            asked = f"city-{representation.city.pk}"
            if asked not in {one.key for one in found}:
                label = tries.label_of(representation.city)
                found.insert(0, tries.Found(asked, label, representation.city))
        else:
            asked = f"place-{representation.geoname_id}"
        self.found = {one.key: one for one in found}
        choices = [(one.key, one.label) for one in found]
        if representation.country is not None:
            choices.append((NEW, _("A new city, which neither list has")))
        self.fields["city"].choices = choices
        self.initial["city"] = asked if asked in self.found else choices[0][0]
        self.initial["name"] = representation.place
        self.initial["until"] = representation.until

    def chosen(self) -> City | gazetteer.Place | str | None:
        """The city as the action takes it."""
        key = self.cleaned_data["city"]
        if key == NEW:
            return " ".join(self.cleaned_data["name"].split())
        return (self.found[key].city or self.found[key].place) if key else None
