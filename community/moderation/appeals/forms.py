from django import forms
from django.utils.translation import gettext_lazy as _

from community.models import Appeal


class AppealForm(forms.Form):
    """Why a decision should be reviewed."""

    words = forms.CharField(
        label=_("Why should this decision be reviewed?"),
        max_length=Appeal._meta.get_field("words").max_length,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("A different moderator will read this."),
    )
