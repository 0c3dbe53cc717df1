from django import forms
from django.utils.translation import gettext_lazy as _

from community.models import Verb
from partnerships.desk.forms import BrokerDecisionForm
from partnerships.models import ClosingReason, PartnershipRequest
from partnerships.requests.form_steps import FORM_STEPS


class RequestDecisionForm(BrokerDecisionForm):
    """A decision of a broker about a request, with a reason and a message."""

    closing = forms.ChoiceField(
        label=_("Reason for closing"),
        choices=[("", _("Choose a reason")), *ClosingReason.choices],
        required=False,
    )

    form_step = forms.TypedChoiceField(
        label=_("Step that needs changes"),
        choices=[
            ("", _("No specific step")),
            *((step.number, step.title) for step in FORM_STEPS),
        ],
        coerce=int,
        empty_value=None,
        required=False,
        help_text=_("The city’s form opens at this step."),
    )

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("verb") == Verb.CLOSE and not cleaned.get("closing"):
            self.add_error("closing", _("Choose a reason for closing the request."))
        return cleaned


class NoteForm(forms.ModelForm):
    """A note visible only to brokers."""

    class Meta:
        model = PartnershipRequest
        fields = ["broker_note"]
        widgets = {"broker_note": forms.Textarea(attrs={"rows": 4, "dir": "auto"})}
