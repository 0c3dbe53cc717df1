"""What every form of members has against robots: a trap, and a look at the clock."""

from typing import Any

from django import forms
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.core.signing import BadSignature, Signer
from django.utils.translation import gettext_lazy as _

from repository.dates import clock

# Nobody reads a page and writes a sentence in less.
LEAST_SECONDS = 3
signer = Signer(salt="community.forms.guarded")


def stamp_for(user, *, at: float | None = None) -> str:
    """A note of when a member was given a form, which only this site can make."""
    return signer.sign(f"{user.pk}.{int(clock.time() if at is None else at)}")


class TimedForm(forms.Form):
    """A form that nobody can have read who sends it at once. Refused, it keeps what was written.

    A page of this site is kept for as long as nothing on it changes, so a stamp has no end.
    """

    user: Any = AnonymousUser()
    stamp = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial["stamp"] = stamp_for(self.user)

    def check_time(self) -> None:
        shown_at = self.shown_at(self.cleaned_data.get("stamp", ""))
        if shown_at is None:
            self.put("stamp", stamp_for(self.user))
            raise ValidationError(_("This form was not given to you. Here is one: send again."))
        # A stamp from the future tells nothing but that a clock was wrong.
        if 0 <= clock.time() - shown_at < LEAST_SECONDS:
            raise ValidationError(_("That was very quick. Read it once more, then send it."))

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


class GuardedForm(TimedForm):
    """A form that robots give themselves away with."""

    website = forms.CharField(
        label=_("Leave this empty"),
        required=False,
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )

    def __init__(self, data=None, *, user, **kwargs):
        self.user = user
        super().__init__(data, **kwargs)

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("website"):
            self.put("website", "")
            raise ValidationError(
                _("A field that only robots see was filled in. It is empty now: send again.")
            )
        self.check_time()
        return cleaned
