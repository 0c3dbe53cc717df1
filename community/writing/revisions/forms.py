from django import forms
from django.utils.translation import gettext_lazy

from community.writing.revisions.models import MAX_REASON_LENGTH


class WhyForm(forms.Form):
    """Why a published case should change."""

    why = forms.CharField(
        label=gettext_lazy("Why should the case change?"),
        max_length=MAX_REASON_LENGTH,
        help_text=gettext_lazy(
            "1 or 2 sentences, with a source if you have one. If the change is accepted, your "
            "reason appears in the public history of the case."
        ),
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": MAX_REASON_LENGTH}),
        error_messages={"required": gettext_lazy("Give a reason for the change.")},
    )
    # Text without a reason is saved too, so the browser must submit it.
    use_required_attribute = False


class DeclineForm(forms.Form):
    """Why an author declines a suggested edit."""

    message = forms.CharField(
        label=gettext_lazy("Message to the member who suggested it"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4, "maxlength": 2000}),
        error_messages={
            "required": gettext_lazy("Write a message to the member who suggested the change.")
        },
    )
