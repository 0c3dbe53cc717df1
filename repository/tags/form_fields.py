"""The form field for tags, used by the model field."""

from django import forms
from django.apps import apps
from django.core.exceptions import ValidationError
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from repository.tags import folding


class TagsWidget(forms.TextInput):
    def format_value(self, value):
        if value is not None and not isinstance(value, str):
            value = folding.joined(tag if isinstance(tag, str) else tag.name for tag in value)
        return super().format_value(value)


class TagsField(forms.CharField):
    """Comma-separated tags, cleaned to a list of names; refuses too many and blocked ones."""

    widget = TagsWidget
    default_error_messages = {
        "long": _("The tag “%(name)s…” must be %(most)d characters or fewer."),
        "plain": _("The tag “%(name)s” contains invisible characters. Type it again."),
        "blocked": _("You can’t use “%(name)s” as a tag."),
    }

    def __init__(self, *, most: int = folding.LIMIT, **kwargs):
        self.most = most
        kwargs.setdefault("max_length", 1000)
        super().__init__(**kwargs)

    def clean(self, value):
        names = folding.parse(super().clean(value))
        if self.required and not names:
            raise ValidationError(self.error_messages["required"], code="required")
        if len(names) > self.most:
            raise ValidationError(
                ngettext("Enter up to %(most)d tag.", "Enter up to %(most)d tags.", self.most)
                % {"most": self.most}
            )
        for name in names:
            if len(name) > folding.MAX_LENGTH:
                raise self.mistake("long", name=name[:20], most=folding.MAX_LENGTH)
            if not name.isprintable():
                raise self.mistake("plain", name=name)
        for name in blocked(names):
            raise self.mistake("blocked", name=name)
        return names

    def mistake(self, code: str, **words) -> ValidationError:
        return ValidationError(gettext(str(self.error_messages[code])) % words, code=code)

    def has_changed(self, initial, data):
        if self.disabled:
            return False
        known = {folding.fold(tag.name) for tag in initial or []}
        return known != {folding.fold(name) for name in folding.parse(data or "")}


def blocked(names: list[str]) -> list[str]:
    """Return the names that staff have blocked."""
    # Not imported, because the model field imports this module.
    refused = apps.get_model("repository", "Tag").objects.refused(names)
    return [name for name in names if folding.fold(name) in refused]
