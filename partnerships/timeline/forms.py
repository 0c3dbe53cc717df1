from django import forms
from django.utils.translation import gettext_lazy as _

from partnerships.models import EntryKind, TimelineEntry


class EntryForm(forms.ModelForm):
    """A call or a note, with a day to follow up."""

    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=[choice for choice in EntryKind.choices if choice[0] != EntryKind.EMAIL],
        widget=forms.RadioSelect,
        initial=EntryKind.CALL,
    )

    class Meta:
        model = TimelineEntry
        fields = ["kind", "words", "follow_up_on"]
        labels = {"words": _("What happened?"), "follow_up_on": _("Follow up on")}
        help_texts = {"words": _("Only brokers can read this.")}
        widgets = {
            "words": forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
            "follow_up_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        }
