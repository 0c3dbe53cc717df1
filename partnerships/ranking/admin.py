from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from partnerships.models import Brokering
from partnerships.ranking.explanations import FACTORS
from partnerships.ranking.factors import DEFAULT, Weights
from repository.desk.base import CollectionAdmin

LIMIT = 1000


def weight(factor: str) -> forms.FloatField:
    return forms.FloatField(label=FACTORS[factor], min_value=0, max_value=LIMIT)


class BrokeringForm(forms.ModelForm):
    """Terms of requests and matches, and a weight for each factor of the ranking."""

    weight_fit = weight("fit")
    weight_reciprocity = weight("reciprocity")
    weight_setting = weight("setting")
    weight_languages = weight("languages")
    weight_reliability = weight("reliability")
    weight_load = weight("load")
    weight_reach = weight("reach")

    class Meta:
        model = Brokering
        fields = ["request_days", "warning_days", "reply_days", "compares_texts"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        known = DEFAULT.as_data() | self.instance.weights
        for name in FACTORS:
            self.initial[f"weight_{name}"] = known[name]

    def clean(self):
        cleaned = super().clean()
        given = {name: cleaned.get(f"weight_{name}") for name in FACTORS}
        if None in given.values():
            return cleaned
        usual = DEFAULT.as_data()
        # Store only changed weights, so that the others follow the defaults of later releases.
        weights = {name: weight for name, weight in given.items() if weight != usual[name]}
        try:
            Weights.read(weights)
        except ValueError:
            raise forms.ValidationError(_("Give at least one factor a weight above 0.")) from None
        self.instance.weights = weights
        return cleaned


@admin.register(Brokering)
class BrokeringAdmin(CollectionAdmin):
    """The single row of settings, created when the page is first opened."""

    form = BrokeringForm
    list_display = ["__str__", "request_days", "warning_days", "reply_days"]
    fieldsets = [
        (_("Deadlines"), {"fields": ["request_days", "warning_days", "reply_days"]}),
        (
            _("Weights of the ranking"),
            {
                "fields": [*(f"weight_{name}" for name in FACTORS), "compares_texts"],
                "description": _(
                    "Only the proportions matter, because weights are scaled to 100 "
                    "points. 0 turns a factor off. Matches that were already proposed "
                    "keep their points."
                ),
            },
        ),
    ]

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def view_on_site(self, obj):
        return None

    def changelist_view(self, request, extra_context=None):
        if self.has_view_permission(request):
            Brokering.objects.get_or_create(pk=1)
        return super().changelist_view(request, extra_context)
