from django import forms
from django.utils.translation import gettext_lazy as _

from community.models import Verb
from partnerships.desk.forms import BrokerDecisionForm
from partnerships.models import ClosingReason, PartnershipRequest


class RequestDecisionForm(BrokerDecisionForm):
    """A decision of a broker about a request, with a reason and a message."""

    closing = forms.ChoiceField(
        label=_("Why it is closed"),
        choices=[("", _("Choose a reason")), *ClosingReason.choices],
        required=False,
    )

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("verb") == Verb.CLOSE and not cleaned.get("closing"):
            self.add_error("closing", _("Say why the request is closed."))
        return cleaned


class NoteForm(forms.ModelForm):
    """A note visible only to brokers."""

    class Meta:
        model = PartnershipRequest
        fields = ["broker_note"]
        widgets = {"broker_note": forms.Textarea(attrs={"rows": 4, "dir": "auto"})}
