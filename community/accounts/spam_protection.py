"""Spam protection for members' forms: a honeypot and a minimum time."""

import threading
from time import sleep
from typing import Any

from django import forms
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.core.signing import BadSignature, Signer
from django.utils.translation import gettext_lazy as _

from repository.dates import clock

# Too few seconds to read a page and write a sentence.
MIN_SECONDS = 3
# A waiting form occupies a thread and a connection: the number per process is limited.
waiting = threading.BoundedSemaphore(2)
signer = Signer(salt="community.forms.guarded")


def stamp_for(user, *, at: float | None = None) -> str:
    """A signed note of when a member was given a form."""
    return signer.sign(f"{user.pk}.{int(clock.time() if at is None else at)}")


def wait(seconds: float) -> bool:
    """Wait for the minimum time; False if too many forms wait already."""
    if not waiting.acquire(blocking=False):
        return False
    try:
        sleep(seconds)
    finally:
        waiting.release()
    return True


class TimedForm(forms.Form):
    """Slow down a form that is submitted too quickly, without a message.

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
            raise ValidationError(_("This form has expired. Send it again."))
        passed = clock.time() - shown_at
        # A stamp from the future only means that a clock was wrong.
        if 0 <= passed < MIN_SECONDS and not wait(MIN_SECONDS - passed):
            raise ValidationError(_("We couldn’t send this form. Send it again."))

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
        label=_("Leave this field empty"),
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
                _("A hidden field was filled in. We’ve cleared it. Send the form again.")
            )
        self.check_time()
        return cleaned
