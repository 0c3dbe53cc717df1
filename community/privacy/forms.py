"""Leaving: what becomes of the contributions, and the password once more."""

from django import forms
from django.utils.translation import gettext_lazy as _

from community.models import Decision, Reason, User

KEEP, ERASE = "keep", "erase"


class DeletionForm(forms.Form):
    """Asks for the choice, for the password where there is one, and that it is meant."""

    contributions = forms.ChoiceField(
        label=_("What you contributed"),
        choices=[
            (KEEP, _("Leave it, under “former member”.")),
            (
                ERASE,
                _("Erase it: comments, experiences, and the text of cases that are yours alone."),
            ),
        ],
        widget=forms.RadioSelect,
    )
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        max_length=1000,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    understood = forms.BooleanField(label=_("I know that this cannot be undone."))

    def __init__(self, *args, user: User, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user
        if not user.has_usable_password():
            # A passkey was just used to sign in.
            del self.fields["password"]

    def clean_password(self):
        if not self.user.check_password(self.cleaned_data["password"]):
            raise forms.ValidationError(_("This is not your password."))
        return self.cleaned_data["password"]


class ErasureForm(forms.Form):
    """For administrators: what becomes of the contributions, and why the account goes."""

    contributions = forms.ChoiceField(
        label=_("What the member contributed"),
        choices=[
            (KEEP, _("Leave it, under “former member”.")),
            (ERASE, _("Erase it: comments, experiences, and the text of cases of nobody else.")),
        ],
        widget=forms.RadioSelect,
    )
    reason = forms.ChoiceField(
        label=_("Reason"),
        choices=[
            ("", _("Choose a reason")),
            (Reason.PRIVATE, _("The member asked for it, or it holds personal data")),
            (Reason.SPAM, Reason.SPAM.label),
            (Reason.ABUSE, Reason.ABUSE.label),
            (Reason.OTHER, Reason.OTHER.label),
        ],
    )
    message = forms.CharField(
        label=_("Why"),
        max_length=Decision._meta.get_field("message").max_length,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("It stays on the record: name nobody, and give the number of the letter."),
    )
    tell = forms.BooleanField(
        label=_("Send these words to the address that the account has"),
        required=False,
        initial=True,
    )

    def chosen(self) -> dict:
        """What the action is told."""
        data = self.cleaned_data
        return {
            "erase": data["contributions"] == ERASE,
            **{name: data[name] for name in ("reason", "message", "tell")},
        }
