"""The form of a round: its requests, and one line for each city."""

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from partnerships.models import PartnershipRequest, Round
from repository.models import City
from repository.text.parsing import whole_number

# The maximum capacity of a city in a round.
LIMIT = 50


class OpenRequests(forms.ModelMultipleChoiceField):
    def label_from_instance(self, obj):
        return f"{obj.city.localized_name}: {obj.title}"


class RoundForm(forms.ModelForm):
    """A round. Cities are entered one a line, by name or slug: “zhengzhou: 3”."""

    requests = OpenRequests(
        PartnershipRequest.objects.none(),
        label=_("Open requests"),
        required=False,
        widget=forms.SelectMultiple({"size": 15}),
        help_text=_("Hold down “Control”, or “Command” on a Mac, to select more than one."),
    )
    cities = forms.CharField(
        label=_("Cities"),
        required=False,
        max_length=200_000,
        widget=forms.Textarea({"rows": 12}),
        help_text=_(
            "One city a line, and after a colon how many requests it takes: “Zhengzhou: 3”. "
            "Without a number it takes as many as it has room for. Where no city stands here, all "
            "that have something of what is asked take part."
        ),
    )

    class Meta:
        model = Round
        fields = ["name", "requests"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        chosen = Q(rounds=self.instance.pk) if self.instance.pk else Q(pk__in=[])
        rows = PartnershipRequest.objects.filter(
            Q(pk__in=PartnershipRequest.objects.open()) | chosen
        )
        self.fields["requests"].queryset = rows.select_related("city").distinct().order_by("pk")
        capacities = self.instance.capacities
        slugs = City.objects.filter(pk__in=capacities).order_by("slug").values_list("pk", "slug")
        self.initial["cities"] = "\n".join(
            slug if capacities[str(pk)] is None else f"{slug}: {capacities[str(pk)]}"
            for pk, slug in slugs
        )

    def clean_cities(self) -> dict[str, int | None]:
        """Return the capacities as stored."""
        wanted: dict[str, int | None] = {}
        for line in self.cleaned_data["cities"].splitlines():
            name, _colon, number = (part.strip() for part in line.partition(":"))
            if not name:
                continue
            capacity = whole_number(number, most=LIMIT)
            if number and capacity is None:
                raise forms.ValidationError(
                    _("Give a whole number from 0 to %(most)d after the colon: “%(line)s”."),
                    params={"most": LIMIT, "line": line.strip()},
                )
            wanted[name] = capacity
        found: dict[str, set[int]] = {}
        names = list(wanted)
        for pk, slug, name in City.objects.filter(
            Q(slug__in=[each.lower() for each in names]) | Q(name__in=names)
        ).values_list("pk", "slug", "name"):
            for key in {slug, name}:
                found.setdefault(key, set()).add(pk)
        capacities: dict[str, int | None] = {}
        for name, number in wanted.items():
            keys = found.get(name) or found.get(name.lower()) or set()
            if not keys:
                raise forms.ValidationError(
                    _("No city of the collection is called “%(name)s”."), params={"name": name}
                )
            if len(keys) > 1:
                raise forms.ValidationError(
                    _("Several cities are called “%(name)s”: write the word in its address."),
                    params={"name": name},
                )
            capacities[str(keys.pop())] = number
        return capacities
