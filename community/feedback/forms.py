from django import forms
from django.utils.translation import gettext_lazy as _

from community.accounts.spam_protection import GuardedForm
from community.feedback.actions import MAX_QUOTED
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


class ReportForm(GuardedForm):
    """Which text of a page is translated wrongly, and what it should say."""

    page = forms.CharField(required=False, max_length=300, widget=forms.HiddenInput)
    quoted = forms.CharField(
        label=_("Which text is wrong?"),
        max_length=MAX_QUOTED,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Copy it from the page, in full."),
        error_messages={"required": _("Enter the text that is wrong.")},
    )
    suggestion = forms.CharField(
        label=_("What should it say?"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
