"""Forms for deleting an account: what happens to contributions, and a confirmation."""

from django import forms
from django.utils.translation import gettext_lazy as _

from community.models import Decision, Reason, User

KEEP, ERASE = "keep", "erase"


class DeletionForm(forms.Form):
    """Choose what happens to contributions, enter the password if there is one, and confirm."""

    contributions = forms.ChoiceField(
        label=_("Your contributions"),
        choices=[
            (KEEP, _("Keep them, under “former member”.")),
            (
                ERASE,
                _("Delete comments, experiences and the text of cases with no other author."),
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
    understood = forms.BooleanField(label=_("I understand that this can’t be undone."))

    def __init__(self, *args, user: User, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user
        if not user.has_usable_password():
            # The user has just signed in with a passkey.
            del self.fields["password"]

    def clean_password(self):
        if not self.user.check_password(self.cleaned_data["password"]):
            raise forms.ValidationError(_("Wrong password. Try again."))
        return self.cleaned_data["password"]


class ErasureForm(forms.Form):
    """For administrators: what happens to contributions, and the reason for the deletion."""

    contributions = forms.ChoiceField(
        label=_("The member’s contributions"),
        choices=[
            (KEEP, _("Keep them, under “former member”.")),
            (ERASE, _("Delete comments, experiences and the text of cases with no other author.")),
        ],
        widget=forms.RadioSelect,
    )
    reason = forms.ChoiceField(
        label=_("Reason"),
        choices=[
            ("", _("Choose a reason")),
            (Reason.PRIVATE, _("The member asked for it, or it contains personal data")),
            (Reason.SPAM, Reason.SPAM.label),
            (Reason.ABUSE, Reason.ABUSE.label),
            (Reason.OTHER, Reason.OTHER.label),
        ],
    )
    message = forms.CharField(
        label=_("Note for the record"),
        max_length=Decision._meta.get_field("message").max_length,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_(
            "We keep this note. Don’t include names. Enter the reference number of the letter."
        ),
    )
    tell = forms.BooleanField(
        label=_("Email this message to the member"),
        required=False,
        initial=True,
    )

    def chosen(self) -> dict:
        """The arguments of the action."""
        data = self.cleaned_data
        return {
            "erase": data["contributions"] == ERASE,
            **{name: data[name] for name in ("reason", "message", "tell")},
        }
