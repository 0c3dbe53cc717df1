from django import forms
from django.utils.translation import gettext_lazy as _

from community.accounts.spam_protection import GuardedForm
from community.feedback.models import Answer


class FeedbackForm(GuardedForm):
    """Whether a page was useful, and why."""

    page = forms.CharField(required=False, max_length=300, widget=forms.HiddenInput)
    answer = forms.ChoiceField(
        label=_("Is this page useful?"),
        choices=Answer.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose an answer")},
    )
    message = forms.CharField(
        label=_("What were you looking for? What is missing or wrong?"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Don’t include personal data. We can’t reply to this message."),
    )
