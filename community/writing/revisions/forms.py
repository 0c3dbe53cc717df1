from django import forms
from django.utils.translation import gettext_lazy as _

MAX_REASON_LENGTH = 500


class WhyForm(forms.Form):
    """Why a published case should change."""

    why = forms.CharField(
        label=_("Why should it change?"),
        max_length=MAX_REASON_LENGTH,
        help_text=_(
            "A sentence or two, with a source where there is one. It stands in the public history "
            "of the case once the change is accepted."
        ),
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": MAX_REASON_LENGTH}),
        error_messages={"required": _("Give a reason: the decision depends on it.")},
    )
    # Text without a reason is saved too, so the browser must submit it.
    use_required_attribute = False


class DeclineForm(forms.Form):
    """Why an author declines a suggested edit."""

    message = forms.CharField(
        label=_("What do you tell the person who proposed it?"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4, "maxlength": 2000}),
        error_messages={"required": _("Write a message to the person who proposed the change.")},
    )
