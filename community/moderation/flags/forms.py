from django import forms
from django.utils.translation import gettext_lazy as _

from community.models import Flag, FlagReason


class FlagForm(forms.Form):
    """Why something is flagged, for the moderators."""

    reason = forms.ChoiceField(
        label=_("What is wrong?"), choices=FlagReason, widget=forms.RadioSelect
    )
    note = forms.CharField(
        label=_("Details"),
        required=False,
        max_length=Flag._meta.get_field("note").max_length,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Only moderators see this. Required if you choose “Something else”."),
    )
