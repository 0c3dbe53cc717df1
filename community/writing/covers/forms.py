from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from repository.models import Photograph
from repository.text.parsing import plain


class PlainField(forms.CharField):
    """One line of text, which is required after control characters are removed."""

    def to_python(self, value: Any) -> str:
        return plain(super().to_python(value))


class PhotographForm(forms.Form):
    """A photograph for the cover of a case, with what must be said about it."""

    photo = forms.FileField(
        label=gettext_lazy("Photograph"),
        help_text=gettext_lazy(
            "JPEG, PNG or WebP up to 8 MB, at least 1200 by 675 pixels. It is cropped to a wide "
            "format. Location and other camera data are removed."
        ),
        error_messages={"required": gettext_lazy("Choose a photograph.")},
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
    )
    alt = PlainField(
        label=gettext_lazy("What the photograph shows"),
        max_length=200,
        help_text=gettext_lazy("Read aloud to people who can’t see it."),
        error_messages={"required": gettext_lazy("Describe what the photograph shows.")},
    )
    credit = PlainField(
        label=gettext_lazy("Credit"),
        max_length=120,
        help_text=gettext_lazy(
            "The photographer, and the licence if there is one. Shown below the photograph."
        ),
        error_messages={"required": gettext_lazy("Enter who took the photograph.")},
    )
    has_rights = forms.BooleanField(
        label=gettext_lazy("I may publish this photograph, and the people in it agree"),
        error_messages={"required": gettext_lazy("Confirm that you may publish the photograph.")},
    )

    def __init__(self, *arguments: Any, photograph: Photograph | None, **options: Any):
        if photograph is not None:
            options["initial"] = {"alt": photograph.alt, "credit": photograph.credit}
        super().__init__(*arguments, **options)
        if photograph is not None:
            self.fields["photo"].required = False
            self.fields["photo"].label = gettext_lazy("Another photograph")
            # The texts alone may be changed.
            self.fields["has_rights"].required = False

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("photo") and not cleaned.get("has_rights") and not self.errors:
            field = self.fields["has_rights"]
            self.add_error("has_rights", field.error_messages["required"])
        return cleaned
