"""Leaving: what becomes of the contributions, and the password once more."""

from django import forms
from django.utils.translation import gettext_lazy as _

from community.models import User


class DeletionForm(forms.Form):
    """Asks for the choice, for the password where there is one, and that it is meant."""

    KEEP, ERASE = "keep", "erase"

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
            # Whoever signs in with a passkey has just shown it.
            del self.fields["password"]

    def clean_password(self):
        if not self.user.check_password(self.cleaned_data["password"]):
            raise forms.ValidationError(_("This is not your password."))
        return self.cleaned_data["password"]
