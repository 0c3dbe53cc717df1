"""What every form of members has against robots: a trap, and a look at the clock."""

import time

from django import forms
from django.core.exceptions import ValidationError
from django.core.signing import BadSignature, Signer
from django.utils.translation import gettext_lazy as _

# Nobody reads a page and writes a sentence in less.
LEAST_SECONDS = 3
signer = Signer(salt="community.forms.guarded")


def stamp_for(user, *, at: float | None = None) -> str:
    """A note of when a member was given a form, which only this site can make."""
    return signer.sign(f"{user.pk}.{int(time.time() if at is None else at)}")


class GuardedForm(forms.Form):
    """A form that robots give themselves away with. Refused, it keeps what was written.

    A page of this site is kept for as long as nothing on it changes, so a stamp has no end.
    """

    website = forms.CharField(
        label=_("Leave this empty"),
        required=False,
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )
    stamp = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data=None, *, user, **kwargs):
        super().__init__(data, **kwargs)
        self.user = user
        self.initial["stamp"] = stamp_for(user)

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("website"):
            self.put("website", "")
            raise ValidationError(
                _("A field that only robots see was filled in. It is empty now: send again.")
            )
        shown_at = self.shown_at(cleaned.get("stamp", ""))
        if shown_at is None:
            self.put("stamp", stamp_for(self.user))
            raise ValidationError(_("This form was not given to you. Here is one: send again."))
        if time.time() - shown_at < LEAST_SECONDS:
            raise ValidationError(_("That was very quick. Read it once more, then send it."))
        return cleaned

    def shown_at(self, stamp: str) -> int | None:
        """When the form was given to this member; None for another's stamp, or none of ours."""
        try:
            pk, at = signer.unsign(stamp).split(".")
        except (BadSignature, ValueError):
            return None
        return int(at) if pk == str(self.user.pk) else None

    def put(self, name: str, value: str) -> None:
        """Show another value in the field than what was sent."""
        self.data = self.data.copy()
        self.data[self.add_prefix(name)] = value
