"""Spam protection for members' forms: a honeypot and a minimum time."""

from typing import Any

from django import forms
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.core.signing import BadSignature, Signer
from django.utils.translation import gettext_lazy as _

from repository.dates import clock

# Too few seconds to read a page and write a sentence.
MIN_SECONDS = 3
signer = Signer(salt="community.forms.guarded")


def stamp_for(user, *, at: float | None = None) -> str:
    """A signed note of when a member was given a form."""
    return signer.sign(f"{user.pk}.{int(clock.time() if at is None else at)}")


class TimedForm(forms.Form):
    """Reject a form that is submitted too quickly; its input is preserved.

    A stamp does not expire, because pages are cached for as long as nothing on them changes.
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
        # A stamp from the future only means that a clock was wrong.
        if 0 <= clock.time() - shown_at < MIN_SECONDS:
            raise ValidationError(_("That was very quick. Read it once more, then send it."))

    def shown_at(self, stamp: str) -> int | None:
        """When this member was given the form; None for an invalid stamp or another member's."""
        try:
            pk, at = signer.unsign(stamp).split(".")
        except (BadSignature, ValueError):
            return None
        return int(at) if pk == str(self.user.pk) else None

    def put(self, name: str, value: str) -> None:
        """Replace the submitted value of a field."""
        self.data = self.data.copy()
        self.data[self.add_prefix(name)] = value


class GuardedForm(TimedForm):
    """A form with a honeypot and a minimum time."""

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
