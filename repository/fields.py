"""Model fields shared by several packages."""

from functools import partial

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.forms.fields import InvalidJSONInput

from repository.text import markdown
from repository.text.parsing import NOT_STORED, AnyTextDecoder

# These give errors for each field; the database constraint covers both together.
LATITUDE = [MinValueValidator(-90), MaxValueValidator(90)]
LONGITUDE = [MinValueValidator(-180), MaxValueValidator(180)]


def is_text(value) -> bool:
    """Is a JSON value a non-blank string that can be stored?"""
    return isinstance(value, str) and bool(value.strip()) and not NOT_STORED.search(value)


class ShapedFormField(forms.JSONField):
    """The form field of a ShapedField, which runs its validators before the instance is assigned.

    `__str__` of the instance may read the value. Invalid input is shown again as typed.
    """

    def __init__(self, *, shaped, **kwargs):
        super().__init__(**kwargs | {"decoder": AnyTextDecoder})
        self.shaped = shaped

    def to_python(self, value):
        try:
            return self.shaped(super().to_python(value))
        except ValueError:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from None

    def bound_data(self, data, initial):
        if self.disabled or data is None:
            return super().bound_data(data, initial)
        return InvalidJSONInput(data)


class ShapedField(models.JSONField):
    """User-edited JSON whose structure is checked by its validators.

    Blank input becomes the default. Unlike in Django's JSONField, validators also run for empty
    values, which may have the wrong type.
    """

    empty_values = ()

    def clean(self, value, model_instance):
        value = self.get_default() if value is None else value
        self.run_validators(value)
        return value

    def formfield(self, **kwargs):
        shaped = partial(self.clean, model_instance=None)
        return super().formfield(**{"form_class": ShapedFormField, "shaped": shaped, **kwargs})


class RenderedField(models.JSONField):
    """HTML of Markdown fields of the same row: `{field name: html}`, rendered on save.

    Rendering on save instead of on each view keeps pages fast. A save with `update_fields` that
    changes one of the sources must include this field.
    """

    def __init__(self, *, sources: list[str], **kwargs):
        self.sources = sources
        kwargs |= {"editable": False, "default": dict}
        super().__init__(**kwargs)

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        for key in ("editable", "default"):
            kwargs.pop(key, None)
        return name, path, args, kwargs | {"sources": self.sources}

    def pre_save(self, model_instance, add):
        html = {name: markdown.render(getattr(model_instance, name)) for name in self.sources}
        setattr(model_instance, self.attname, html)
        return html
